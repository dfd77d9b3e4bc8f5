package dialog

import (
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// maxAsked bounds what a session remembers of the bot's questions. The latest
// count.
const maxAsked = 20

// packetOf tells the agent what the bot knows. utterance is what the customer
// typed last, or "".
func packetOf(b *bot, m move, utterance string) handoff.Packet {
	s := b.session
	if utterance == "" {
		utterance = s.Utterance
	}
	p := handoff.Packet{
		Reason:    string(m.reason),
		Locale:    s.Locale,
		Release:   b.number(),
		Utterance: utterance,
		Slots:     b.slotsInWords(),
		Node:      string(m.node),
	}
	for _, c := range s.Seen {
		candidate := handoff.Candidate{Node: c.Node, Probability: c.Probability}
		if n := b.tree.Node(c.Node); n != nil {
			candidate.Title = n.Title
		}
		p.Candidates = append(p.Candidates, candidate)
	}
	for _, o := range s.Also {
		p.Also = append(p.Also, handoff.Question{Node: o.Node, Title: o.Label})
	}
	for _, a := range s.Asked {
		p.Asked = append(p.Asked, handoff.Asked(a))
	}
	return p
}

// slotsInWords returns the facts of the session in the order of the tree.
// Facts that only an earlier release knew come last, by id.
func (b *bot) slotsInWords() []handoff.Slot {
	var slots []handoff.Slot
	for _, slot := range b.tree.Document().Slots {
		if value, ok := b.session.Slots[slot.ID]; ok {
			slots = append(slots, handoff.Slot{ID: slot.ID, Title: slot.Title, Value: value, Label: b.valueInWords(&slot, value)})
		}
	}
	known := len(slots)
	for id, value := range b.session.Slots {
		if b.tree.Slot(id) == nil {
			slots = append(slots, handoff.Slot{ID: id, Title: string(id), Value: value, Label: value})
		}
	}
	slices.SortFunc(slots[known:], func(x, y handoff.Slot) int {
		if x.ID < y.ID {
			return -1
		}
		return 1
	})
	return slots
}

func (b *bot) valueInWords(slot *knowledge.Slot, value string) string {
	switch {
	case slot.Type == knowledge.SlotChoice:
		if o := optionOf(slot, value); o != nil {
			return o.Label
		}
	case slot.Type == knowledge.SlotYesNo && value == "true":
		return b.words.yes
	case slot.Type == knowledge.SlotYesNo && value == "false":
		return b.words.no
	case slot.Type == knowledge.SlotNumber && slot.Unit != "":
		return fmt.Sprintf("%s %s", value, slot.Unit)
	}
	return value
}

// rememberAsked notes a question of the bot.
func (s *Session) rememberAsked(question string) {
	s.Asked = append(s.Asked, Asked{Question: question})
	if len(s.Asked) > maxAsked {
		s.Asked = slices.Delete(s.Asked, 0, len(s.Asked)-maxAsked)
	}
}

// rememberReply notes what the customer said to the bot's last question.
func (s *Session) rememberReply(text string) {
	if n := len(s.Asked); n > 0 && s.Asked[n-1].Reply == "" {
		s.Asked[n-1].Reply = text
	}
}

// forget drops what waits for the customer, since a human owns the session now.
func (s *Session) forget() {
	s.Walk, s.Aside, s.Offers, s.Also = nil, nil, nil, nil
	s.Asks, s.Misses = 0, 0
}

// setBoundary gives the session back to the bot. Only facts stay; nothing that
// was said triggers anything any more.
func (s *Session) setBoundary() {
	s.forget()
	s.Seen, s.Asked, s.Topic, s.TopicAge, s.Utterance, s.Last = nil, nil, "", 0, "", ""
	s.Boundary = s.Seq
}
