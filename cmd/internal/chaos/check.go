package chaos

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// Check returns everything that is wrong with a history, in words; nothing
// where all promises were kept:
//
//   - every customer was served, left by own will, or waits with a ticket in line;
//   - a conversation has one agent at a time, and nobody else answers;
//   - no agent has more than there is room for, but for what supervisors take over;
//   - what was acknowledged is in the transcript once and in order, what was
//     refused is not, and nothing else is;
//   - who watched saw every entry once and in order, and how every ticket ended;
//   - sessions, tickets, desks and lines agree.
func Check(h *History) []string {
	c := newChecker(h)
	for _, conv := range h.Conversations {
		c.numbers(conv)
		c.turns(conv)
		c.course(conv)
		c.end(conv)
		c.watched("customer "+conv.Visitor, conv, conv.Seen)
		if conv.Watched && len(conv.Seen) < len(conv.Entries) {
			c.problem("%s: the customer watched to the end and saw %d of %d entries", conv.Session, len(conv.Seen), len(conv.Entries))
		}
	}
	for _, v := range h.Views {
		if conv := c.bySession[v.Session]; conv != nil {
			c.watched("agent "+v.Agent, conv, v.Seen)
		} else {
			c.problem("%s: agent %s saw a session that no customer has", v.Session, v.Agent)
		}
	}
	c.replies()
	c.rooms()
	c.tickets()
	c.desks()
	return append(c.problems, h.Faults...)
}

type checker struct {
	*History
	bySession map[string]*Conversation
	byTicket  map[string]*handoff.Ticket
	byAgent   map[string]*handoff.Agent
	ticketsOf map[string][]*handoff.Ticket // by session, the oldest first
	seenFirst map[place]Glimpse
	holdings  []holding
	problems  []string
}

// place names an entry.
type place struct {
	session string
	seq     uint64
}

func newChecker(h *History) *checker {
	c := &checker{
		History:   h,
		bySession: make(map[string]*Conversation), byTicket: make(map[string]*handoff.Ticket),
		byAgent: make(map[string]*handoff.Agent), ticketsOf: make(map[string][]*handoff.Ticket),
		seenFirst: make(map[place]Glimpse),
	}
	for _, conv := range h.Conversations {
		c.bySession[conv.Session] = conv
		c.note(conv.Session, conv.Seen)
	}
	for _, v := range h.Views {
		c.note(v.Session, v.Seen)
	}
	for _, t := range h.Tickets {
		c.byTicket[t.ID] = t
		c.ticketsOf[t.Session] = append(c.ticketsOf[t.Session], t)
	}
	for _, list := range c.ticketsOf {
		slices.SortStableFunc(list, func(a, b *handoff.Ticket) int {
			return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
		})
	}
	for _, a := range h.Agents {
		c.byAgent[a.Name] = a
	}
	return c
}

// note remembers when each entry was seen first.
func (c *checker) note(session string, seen []Glimpse) {
	for _, g := range seen {
		at := place{session, g.Entry.Seq}
		if old, known := c.seenFirst[at]; !known || g.At.Before(old.At) {
			c.seenFirst[at] = g
		}
	}
}

func (c *checker) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// numbers checks that a transcript has no gaps and ends as the session says.
func (c *checker) numbers(conv *Conversation) {
	for i, e := range conv.Entries {
		if e.Seq != uint64(i)+1 {
			c.problem("%s: entry %d has number %d", conv.Session, i+1, e.Seq)
			return
		}
	}
	if n := len(conv.Entries); n == 0 {
		c.problem("%s: the transcript is empty", conv.Session)
	} else if last := conv.Entries[n-1].State; last != conv.State {
		c.problem("%s: the transcript ends %s, the session is %s", conv.Session, last, conv.State)
	}
}

// watched checks what streams brought, one after the other, against the
// transcript.
func (c *checker) watched(who string, conv *Conversation, seen []Glimpse) {
	for i, g := range seen {
		if g.Entry.Seq != uint64(i)+1 {
			c.problem("%s: %s saw entry %d after entry %d", conv.Session, who, g.Entry.Seq, i)
			return
		}
		if i >= len(conv.Entries) {
			c.problem("%s: %s saw entry %d, the transcript ends at %d", conv.Session, who, i+1, len(conv.Entries))
			return
		}
		if !same(g.Entry, conv.Entries[i]) {
			c.problem("%s: %s saw entry %d as %v, it is %v", conv.Session, who, i+1, brief(g.Entry), brief(conv.Entries[i]))
			return
		}
	}
}

func same(a, b dialog.Entry) bool {
	return brief(a) == brief(b) && a.Time.Equal(b.Time)
}

// brief is what is said of an entry.
func brief(e dialog.Entry) string {
	return fmt.Sprintf("[%d %s %s %s %s %q]", e.Seq, e.Author, e.Agent, e.State, e.Turn, e.Text)
}
