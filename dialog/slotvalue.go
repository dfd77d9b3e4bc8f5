package dialog

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// grasp says how well a reply was understood as the value of a slot.
type grasp uint8

const (
	unread     grasp = iota // no value in it, or more than one
	outOfRange              // a number that the slot does not take
	contained               // a value among other words
	whole                   // the reply is the value and nothing else
)

// reading is what a reply says about a slot.
type reading struct {
	grasp grasp
	value string // canonical: option id, true/false, digits, text
}

func (r reading) ok() bool { return r.grasp >= contained }

// readSlot reads the reply to a question for slot.
func readSlot(slot *knowledge.Slot, reply string) reading {
	switch slot.Type {
	case knowledge.SlotChoice:
		return readChoiceLoosely(slot, reply)
	case knowledge.SlotYesNo:
		if r := readYesNo(reply); r.ok() {
			return r
		}
		return readCan(slot, reply)
	case knowledge.SlotNumber:
		return readNumber(slot, reply)
	case knowledge.SlotText:
		return readText(reply)
	}
	return reading{}
}

// readText takes the reply as it is, cut to what a slot holds: the transcript
// keeps all of it. A mere "好的" or "在吗" is none.
func readText(reply string) reading {
	reply = strings.TrimSpace(reply)
	if reply == "" || courtesyOf(reply) != noCourtesy {
		return reading{}
	}
	if utf8.RuneCountInString(reply) > knowledge.MaxSlotText {
		reply = string([]rune(reply)[:knowledge.MaxSlotText])
	}
	return reading{contained, reply}
}

// volunteered reads a fact that the customer gave without being asked for it,
// in the utterance that led to a node. Only what cannot be meant otherwise
// counts; alone tells that no other number could be meant.
func volunteered(slot *knowledge.Slot, utterance string, alone bool) (string, bool) {
	var r reading
	switch slot.Type {
	case knowledge.SlotChoice:
		r = readChoice(slot, utterance)
	case knowledge.SlotNumber:
		if alone {
			r = readStatedNumber(slot, utterance)
		}
	case knowledge.SlotYesNo, knowledge.SlotText: // anything could be meant
	}
	return r.value, r.ok()
}

// validValue reports whether a stored value still fits the slot, which another
// release may have changed.
func validValue(slot *knowledge.Slot, value string) bool {
	switch slot.Type {
	case knowledge.SlotChoice:
		return optionOf(slot, value) != nil
	case knowledge.SlotYesNo:
		return value == "true" || value == "false"
	case knowledge.SlotNumber:
		n, err := strconv.ParseInt(value, 10, 64)
		return err == nil && formatInt(n) == value && inRange(slot, n)
	case knowledge.SlotText:
		return value != "" && utf8.RuneCountInString(value) <= knowledge.MaxSlotText
	}
	return false
}

func optionOf(slot *knowledge.Slot, id string) *knowledge.Option {
	for i := range slot.Options {
		if slot.Options[i].ID == id {
			return &slot.Options[i]
		}
	}
	return nil
}

func inRange(slot *knowledge.Slot, n int64) bool { return slot.Min <= n && n <= slot.Max }

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }
