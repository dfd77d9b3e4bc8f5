package chaos

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// at is a moment of the histories made here.
func at(second int) time.Time { return time.Unix(1_000_000+int64(second), 0).UTC() }

// line is an entry said at a second; script numbers it.
func line(second int, author dialog.Author, agent string, state dialog.State, turn, text string) dialog.Entry {
	return dialog.Entry{Time: at(second), Author: author, Agent: agent, State: state, Turn: turn, Text: text}
}

func asked(second int, turn string) dialog.Entry {
	return line(second, dialog.AuthorVisitor, "", dialog.StateBot, turn, "human")
}

func queued(second int) dialog.Entry {
	return line(second, dialog.AuthorBot, "", dialog.StateWaiting, "", "please wait")
}

func joined(second int, agent string) dialog.Entry {
	return line(second, dialog.AuthorSystem, agent, dialog.StateHuman, "", "joined")
}

func said(second int, turn string) dialog.Entry {
	return line(second, dialog.AuthorVisitor, "", dialog.StateHuman, turn, "words of "+turn)
}

func replied(second int, agent, turn string) dialog.Entry {
	return line(second, dialog.AuthorAgent, agent, dialog.StateHuman, turn, "words of "+turn)
}

func requeued(second int, agent string) dialog.Entry {
	return line(second, dialog.AuthorSystem, agent, dialog.StateWaiting, "", "first in line again")
}

func closed(second int, agent string) dialog.Entry {
	return line(second, dialog.AuthorSystem, agent, dialog.StateClosed, "", "closed")
}

// session is a conversation with this transcript, of which everybody was told
// and saw what is true.
func session(id string, entries ...dialog.Entry) *Conversation {
	c := &Conversation{Session: id, Visitor: "visitor of " + id, Watched: true}
	for i := range entries {
		entries[i].Seq = uint64(i) + 1
		c.Seen = append(c.Seen, Glimpse{entries[i], entries[i].Time})
		if e := entries[i]; e.Author == dialog.AuthorVisitor {
			c.Said = append(c.Said, Saying{Session: id, Turn: e.Turn, Text: e.Text, Fate: Acked})
		}
	}
	c.Entries = entries
	c.State = entries[len(entries)-1].State
	return c
}

// history is that of sessions which kept all promises: with a ticket each, and
// agents with room for one.
func history(sessions ...*Conversation) *History {
	h := &History{
		Read: at(1000), Supervisors: map[string]bool{"boss": true}, Line: make(map[handoff.State][]string),
		Agents: []*handoff.Agent{{Name: "an", Capacity: 1}, {Name: "bo", Capacity: 1}, {Name: "boss", Capacity: 1}},
	}
	for _, c := range sessions {
		h.Conversations = append(h.Conversations, c)
		t := &handoff.Ticket{ID: "t-" + c.Session, Session: c.Session, State: handoff.Closed, Weight: 1}
		switch c.State {
		case dialog.StateWaiting:
			t.State = handoff.Waiting
		case dialog.StateHuman:
			t.State = handoff.Held
		}
		for _, e := range c.Entries {
			switch {
			case e.Author == dialog.AuthorAgent:
				h.Replies = append(h.Replies, Saying{Session: c.Session, Agent: e.Agent, Turn: e.Turn, Text: e.Text, Fate: Acked})
			case e.Author == dialog.AuthorSystem && e.State == dialog.StateHuman:
				t.Agent = e.Agent
			}
		}
		h.Tickets = append(h.Tickets, t)
		if t.Open() {
			h.Line[t.State] = append(h.Line[t.State], t.ID)
		}
		if t.State == handoff.Held {
			i := slices.IndexFunc(h.Agents, func(a *handoff.Agent) bool { return a.Name == t.Agent })
			h.Agents[i].Work = append(h.Agents[i].Work, handoff.Work{Ticket: t.ID, Weight: 1, Kind: handoff.Holding})
		}
	}
	return h
}

// served is a conversation from second on, for ten seconds, with an agent.
func served(id, agent string, second int) *Conversation {
	return session(id,
		asked(second, "ask"), queued(second), joined(second+1, agent),
		said(second+3, "m1"), replied(second+5, agent, "re1"),
		said(second+6, "m2"), replied(second+7, agent, "re2"), closed(second+10, agent))
}

func TestCheckAcceptsGoodHistories(t *testing.T) {
	handedOn := session("s", asked(0, "ask"), queued(0), joined(1, "an"), said(2, "m1"), requeued(3, "an"),
		joined(4, "bo"), replied(5, "bo", "re1"), joined(6, "boss"), replied(7, "boss", "re2"), closed(8, "boss"))
	left := session("s", asked(0, "ask"), queued(0), closed(3, ""))
	left.Left = true
	// Decided while an had something else, and stored later: nobody saw it before.
	decided := session("r", asked(0, "ask"), queued(0), joined(9, "an"), closed(12, "an"))
	decided.Seen[2].At = at(11)
	behind := history(served("s", "an", 0))
	behind.Tickets[0].Revision = 9
	behind.Feeds = []Feed{{Agent: "an", After: 8, Known: map[string]uint64{"t-s": 6}}}
	for name, h := range map[string]*History{
		"nobody":                     history(),
		"served":                     history(served("s", "an", 0)),
		"one after the other":        history(served("s", "an", 0), served("r", "an", 10)),
		"two agents at once":         history(served("s", "an", 0), served("r", "bo", 0)),
		"a supervisor has more":      history(served("s", "boss", 0), served("r", "boss", 1)),
		"handed on and taken over":   history(handedOn),
		"left":                       history(left),
		"waits":                      history(session("s", asked(0, "ask"), queued(0))),
		"is being answered":          history(session("s", asked(0, "ask"), queued(0), joined(1, "an"), said(2, "m1"))),
		"an agent not told yet":      behind,
		"decided early, stored late": history(served("s", "an", 0), decided),
	} {
		if got := Check(h); len(got) > 0 {
			t.Errorf("%s: Check() = %q, want nothing", name, got)
		}
	}
}

func TestCheckFinds(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*History) // of s with an from 0 on and r with bo from 0 on, both served
		want  string         // in one of the problems
	}{
		{"double assignment", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), joined(1, "an"), joined(2, "bo"), closed(9, "bo")))
		}, "given to bo while an has it"},
		{"two agents answer", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), joined(1, "an"), replied(2, "an", "re1"), replied(3, "bo", "re1"), closed(9, "an")))
		}, "bo speaks while an has the conversation"},
		{"an answer after the end", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), joined(1, "an"), requeued(2, "an"),
				line(3, dialog.AuthorAgent, "an", dialog.StateWaiting, "re1", "late"), joined(4, "bo"), closed(9, "bo")))
		}, "an speaks while nobody has the conversation"},
		{"the bot talks into it", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), joined(1, "an"),
				line(2, dialog.AuthorBot, "", dialog.StateHuman, "", "hello"), closed(9, "an")))
		}, "the bot speaks while the session is HUMAN"},
		{"somebody else closes", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), joined(1, "an"), closed(9, "bo")))
		}, "bo ends what an has"},
		{"over capacity, from transcripts", func(h *History) { replace(h, served("s", "bo", 1)) }, "agent bo: 2 with room for 1"},
		{"over capacity, by weight", func(h *History) { h.Tickets[0].Weight = 2 }, "agent an: 2 with room for 1"},
		{"over capacity, from a desk", func(h *History) {
			h.Glimpses = []*handoff.Agent{{Name: "an", Capacity: 1, Work: []handoff.Work{{Ticket: "t-s", Weight: 1}, {Ticket: "t-r", Weight: 1}}}}
		}, "2 on a desk for 1"},
		{"forgotten", func(h *History) {
			c := session("s", asked(0, "ask"), queued(0))
			replace(h, c)
			h.Tickets[0].State = handoff.Closed
		}, "forgotten"},
		{"open ticket without a customer", func(h *History) {
			h.Tickets[0].State, h.Line[handoff.Waiting] = handoff.Waiting, []string{"t-s"}
		}, "the session is CLOSED, its ticket t-s is waiting"},
		{"two open tickets", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0)))
			h.Tickets = append(h.Tickets, &handoff.Ticket{ID: "more", Session: "s", State: handoff.Waiting})
			h.Line[handoff.Waiting] = []string{"t-s", "more"}
		}, "two open tickets"},
		{"sent away", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), closed(3, "")))
		}, "did not ask for"},
		{"sent back to the bot", func(h *History) {
			c := session("s", asked(0, "ask"), queued(0), line(3, dialog.AuthorSystem, "", dialog.StateBot, "", "cancelled"), closed(4, ""))
			c.Left = true
			replace(h, c)
		}, "sent back to the bot"},
		{"lost message", func(h *History) {
			h.Conversations[0].Said = append(h.Conversations[0].Said, Saying{Turn: "m3", Text: "gone", Fate: Acked})
		}, "lost: turn m3"},
		{"lost reply", func(h *History) {
			h.Replies = append(h.Replies, Saying{Session: "s", Agent: "an", Turn: "re3", Fate: Acked})
		}, "lost: turn re3"},
		{"doubled message", func(h *History) {
			c := h.Conversations[0]
			said := c.Said
			replace(h, session("s", append(c.Entries[:4:4], c.Entries[3:]...)...))
			h.Conversations[0].Said = said
		}, "turn m1 of customer visitor of s is in the transcript 2 times"},
		{"refused and kept", func(h *History) { h.Conversations[0].Said[1].Fate = Refused }, "turn m1 of customer visitor of s was refused"},
		{"other words", func(h *History) { h.Conversations[0].Said[1].Text = "what?" }, "with other words"},
		{"messages out of order", func(h *History) {
			said := h.Conversations[0].Said
			said[1], said[2] = said[2], said[1]
		}, "the customer's turn m1 comes before an earlier one"},
		{"replies out of order", func(h *History) { h.Replies[0], h.Replies[1] = h.Replies[1], h.Replies[0] }, "reply re1 of an comes before"},
		{"invented message", func(h *History) { h.Conversations[0].Said = h.Conversations[0].Said[:2] }, `turn "m2" in the transcript was never said`},
		{"invented reply", func(h *History) { h.Replies = h.Replies[1:] }, `reply "re1" of an in the transcript was never given`},
		{"gap in the transcript", func(h *History) { h.Conversations[0].Entries[3].Seq = 7 }, "entry 4 has number 7"},
		{"watcher missed an entry", func(h *History) {
			h.Conversations[0].Seen = slices.Delete(h.Conversations[0].Seen, 2, 3)
		}, "saw entry 4 after entry 2"},
		{"watcher saw one twice", func(h *History) {
			h.Conversations[0].Seen = slices.Insert(h.Conversations[0].Seen, 2, h.Conversations[0].Seen[1])
		}, "saw entry 2 after entry 2"},
		{"watcher saw not all", func(h *History) { h.Conversations[0].Seen = h.Conversations[0].Seen[:5] }, "saw 5 of 8 entries"},
		{"watcher saw what is not there", func(h *History) {
			h.Views = []View{{Agent: "an", Session: "s", Seen: []Glimpse{{line(0, dialog.AuthorBot, "", dialog.StateBot, "", "other"), at(0)}}}}
			h.Views[0].Seen[0].Entry.Seq = 1
		}, "agent an saw entry 1 as"},
		{"work without a ticket", func(h *History) { h.Agents[0].Work = []handoff.Work{{Ticket: "none", Kind: handoff.Holding}} }, "ticket none on the desk is none"},
		{"work that is over", func(h *History) { h.Agents[0].Work = []handoff.Work{{Ticket: "t-s", Kind: handoff.Holding}} }, "is holding on the desk, and closed"},
		{"wrap-up without end", func(h *History) {
			h.Agents[0].Work = []handoff.Work{{Ticket: "t-s", Kind: handoff.Wrapping, Until: at(900)}}
		}, "on the desk 1m40s after the end"},
		{"held by one, on the desk of another", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), joined(1, "an")))
			h.Agents[0].Work, h.Agents[1].Work = nil, h.Agents[0].Work
		}, "ticket t-s: is with an, and on the desk of bo"},
		{"on two desks", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0), joined(1, "an")))
			h.Agents[1].Work = h.Agents[0].Work
		}, "on the desks of an and bo"},
		{"waits and is not in line", func(h *History) {
			replace(h, session("s", asked(0, "ask"), queued(0)))
			h.Line = nil
		}, `is waiting, listed as ""`},
		{"closed and in line", func(h *History) { h.Line[handoff.Held] = []string{"t-s"} }, `is closed, listed as "held"`},
		{"state and transcript", func(h *History) { h.Conversations[0].State = dialog.StateBot }, "the transcript ends CLOSED, the session is BOT"},
		{"missed change of a ticket", func(h *History) {
			h.Tickets[0].Revision, h.Tickets[1].Revision = 7, 9
			h.Feeds = []Feed{{Agent: "an", After: 8, Known: map[string]uint64{"t-s": 6}}}
		}, "ticket t-s: agent an, who saw all changes up to 8, saw none after 6"},
		{"what people noticed", func(h *History) { h.Faults = []string{"an internal error"} }, "an internal error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := history(served("s", "an", 0), served("r", "bo", 0))
			test.spoil(h)
			got := Check(h)
			if !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, test.want) }) {
				t.Errorf("Check() = %q, want something with %q", got, test.want)
			}
		})
	}
}

// replace puts another conversation, with all that belongs to it, in the place
// of the first one.
func replace(h *History, c *Conversation) { *h = *history(c, h.Conversations[1]) }
