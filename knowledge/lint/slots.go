package lint

import (
	"regexp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

var (
	slotID   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	optionID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
)

// maxBound is the largest number that a slot may hold, by magnitude. It keeps
// the arithmetic of conditions from overflowing.
const maxBound = 1_000_000_000_000_000

func (c *checker) slots() {
	c.atMost(spot{"", "slots", noIndex}, len(c.doc.Slots), knowledge.MaxSlots, "slots")
	seen := make(map[knowledge.SlotID]bool, len(c.doc.Slots))
	for i := range c.doc.Slots {
		s := &c.doc.Slots[i]
		at := spot{"slots", string(s.ID), noIndex}
		switch {
		case !slotID.MatchString(string(s.ID)) || len(s.ID) > knowledge.MaxIDLength:
			c.add(at, "id-syntax", "the id of a slot must be a-z, 0-9 and '_' and begin with a letter, this is %s", quote(string(s.ID)))
		case condition.Reserved(s.ID):
			c.add(at, "id-syntax", "%s is a word of the condition language and cannot name a slot", s.ID)
		case seen[s.ID]:
			c.add(at, "duplicate-id", "there is another slot %s", s.ID)
		}
		seen[s.ID] = true
		c.slot(s, at.path())
	}
}

func (c *checker) slot(s *knowledge.Slot, path string) {
	c.text(spot{path, "title", noIndex}, s.Title, knowledge.MaxTitle)
	if blank(s.Title) {
		c.add(spot{path, "title", noIndex}, "missing-title", "the slot %s has no title", s.ID)
	}
	c.text(spot{path, "ask", noIndex}, s.Ask, knowledge.MaxSlotAsk)
	if blank(s.Ask) {
		c.add(spot{path, "ask", noIndex}, "missing-slot-ask", "the slot %s has no question to ask for it", s.ID)
	}
	c.text(spot{path, "unit", noIndex}, s.Unit, knowledge.MaxLabel)
	switch s.Type {
	case knowledge.SlotChoice, knowledge.SlotYesNo, knowledge.SlotNumber, knowledge.SlotText:
	default:
		c.add(spot{path, "type", noIndex}, "slot-type", "the type must be choice, yesno, number or text, is %s", quote(string(s.Type)))
		return
	}
	c.bounds(s, path)
	c.options(s, path)
}

func (c *checker) bounds(s *knowledge.Slot, path string) {
	at := spot{path, "min", noIndex}
	switch {
	case s.Type != knowledge.SlotNumber && (s.Min != 0 || s.Max != 0):
		c.add(at, "number-range", "only a number has min and max, the slot %s is a %s", s.ID, s.Type)
	case s.Type == knowledge.SlotNumber && s.Min >= s.Max:
		c.add(at, "number-range", "min %d is not below max %d", s.Min, s.Max)
	case s.Min < -maxBound || s.Max > maxBound:
		c.add(at, "number-range", "numbers must be from %d to %d", -maxBound, maxBound)
	}
}

func (c *checker) options(s *knowledge.Slot, path string) {
	at := spot{path, "options", noIndex}
	switch n := len(s.Options); {
	case s.Type != knowledge.SlotChoice && n > 0:
		c.add(at, "option-count", "only a choice has options, the slot %s is a %s", s.ID, s.Type)
	case s.Type == knowledge.SlotChoice && (n < 2 || n > knowledge.MaxOptions):
		c.add(at, "option-count", "a choice needs 2 to %d options, this has %d", knowledge.MaxOptions, n)
	}
	ids := make(map[string]bool, len(s.Options))
	words := make(map[string]int) // to the option that has them
	for i, o := range s.Options {
		base := spot{path, "options", i}.path()
		at := spot{base, "id", noIndex}
		switch {
		case !optionID.MatchString(o.ID) || len(o.ID) > knowledge.MaxIDLength:
			c.add(at, "id-syntax", "the id of an option must be a-z, 0-9, '_' and '-', this is %s", quote(o.ID))
		case ids[o.ID]:
			c.add(at, "duplicate-option", "there is another option %s", o.ID)
		}
		ids[o.ID] = true
		c.words(s, i, base, words)
	}
}

// words checks the label of an option and its other words. What a customer
// says must not mean two options.
func (c *checker) words(s *knowledge.Slot, i int, base string, owner map[string]int) {
	o := s.Options[i]
	claim := func(at spot, word string) {
		key := textnorm.Key(word)
		if first, ok := owner[key]; ok && first != i {
			c.add(at, "duplicate-option", "%s also stands for the option %s", quote(word), s.Options[first].ID)
			return
		}
		if key != "" {
			owner[key] = i
		}
	}
	label := spot{base, "label", noIndex}
	c.text(label, o.Label, knowledge.MaxLabel)
	if blank(o.Label) {
		c.add(label, "missing-title", "the option %s has no label", o.ID)
	}
	claim(label, o.Label)
	c.texts(base, "similar", o.Similar, knowledge.MaxQuestion)
	for j, word := range o.Similar {
		claim(spot{base, "similar", j}, word)
	}
}
