package canned

import (
	"strconv"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// Variable is one that every ticket has.
type Variable struct {
	Name string
	Doc  string // what it stands for, for whoever writes replies
	of   func(t *handoff.Ticket, agent string) string
}

// SlotPrefix begins the variables of the facts that the bot collected:
// {{slot.color}} is the fact "color" as customers read it. A ticket has only
// those that were filled.
const SlotPrefix = "slot."

// Table returns the variables that every ticket has, in the order in which they
// should be shown. A value may be empty where its Doc says so.
func Table() []Variable {
	return []Variable{
		{"agent", "the agent who replies", func(_ *handoff.Ticket, agent string) string { return agent }},
		{"shop", "the shop", func(t *handoff.Ticket, _ string) string { return string(t.Shop) }},
		{"ticket", "the ticket's number, to refer to it", func(t *handoff.Ticket, _ string) string { return t.ID }},
		{"locale", "the customer's language, such as zh-CN", func(t *handoff.Ticket, _ string) string { return t.Packet.Locale }},
		{"node", "the question that the talk is about, as the bot took it; empty where it had no idea", func(t *handoff.Ticket, _ string) string { return topic(t) }},
		{"question", "what the customer said last to the bot; empty where it was no text", func(t *handoff.Ticket, _ string) string { return t.Packet.Utterance }},
		{"waited", "minutes that the customer waited for a human, rounded up; 0 until somebody took the ticket", func(t *handoff.Ticket, _ string) string { return minutes(t) }},
	}
}

// Vars returns the values for a reply of agent to t: those of [Table] and a
// slot for each fact.
func Vars(t *handoff.Ticket, agent string) map[string]string {
	vars := make(map[string]string)
	for _, v := range Table() {
		vars[v.Name] = v.of(t, agent)
	}
	for _, s := range t.Packet.Slots {
		vars[SlotPrefix+string(s.ID)] = s.Label
	}
	return vars
}

// topic is the title of the node that the packet names or, where the bot did
// not consider that one, of the one it thought likeliest.
func topic(t *handoff.Ticket) string {
	for _, c := range t.Packet.Candidates {
		if string(c.Node) == t.Packet.Node {
			return c.Title
		}
	}
	if t.Packet.Node == "" && len(t.Packet.Candidates) > 0 {
		return t.Packet.Candidates[0].Title
	}
	return ""
}

func minutes(t *handoff.Ticket) string {
	if t.Claimed.IsZero() {
		return "0"
	}
	waited := max(0, t.Claimed.Sub(t.Created))
	return strconv.FormatInt(int64((waited+time.Minute-1)/time.Minute), 10)
}
