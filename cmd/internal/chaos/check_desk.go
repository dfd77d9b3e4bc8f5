package chaos

import (
	"cmp"
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// rooms checks that nobody ever had more than there is room for: from the
// desks that were seen, and from the transcripts.
func (c *checker) rooms() {
	for _, a := range c.Glimpses {
		if a.Load() > a.Capacity && !c.Supervisors[a.Name] {
			c.problem("agent %s: %d on a desk for %d, at revision %d", a.Name, a.Load(), a.Capacity, a.Revision)
		}
	}
	type step struct {
		at     time.Time
		weight int
	}
	steps := make(map[string][]step)
	for _, h := range c.holdings {
		if c.Supervisors[h.agent] || !h.ended.IsZero() && !h.began.Before(h.ended) {
			continue // too short to say for sure that there was a moment of it
		}
		steps[h.agent] = append(steps[h.agent], step{h.began, h.weight})
		if !h.ended.IsZero() {
			steps[h.agent] = append(steps[h.agent], step{h.ended, -h.weight})
		}
	}
	for name, list := range steps {
		a := c.byAgent[name]
		if a == nil {
			c.problem("agent %s: not on the roster", name)
			continue
		}
		slices.SortFunc(list, func(a, b step) int {
			return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.weight, b.weight)) // what ends, first
		})
		load := 0
		for _, s := range list {
			load += s.weight
			if s.weight > 0 && load > a.Capacity {
				c.problem("agent %s: %d with room for %d, at %s", name, load, a.Capacity, s.at.Format(time.StampMilli))
				break
			}
		}
	}
}

// tickets checks that every ticket has its session, and is listed where it
// belongs and nowhere else.
func (c *checker) tickets() {
	listed := make(map[string]handoff.State)
	for _, state := range []handoff.State{handoff.Waiting, handoff.Held} {
		for _, id := range c.Line[state] {
			if listed[id] != "" {
				c.problem("ticket %s: listed twice", id)
			}
			listed[id] = state
			if c.byTicket[id] == nil {
				c.problem("ticket %s: listed as %s, and not in the feed", id, state)
			}
		}
	}
	for _, t := range c.Tickets {
		if c.bySession[t.Session] == nil {
			c.problem("ticket %s: of session %s, which no customer has", t.ID, t.Session)
		}
		want := t.State
		if want == handoff.Closed {
			want = ""
		}
		if listed[t.ID] != want {
			c.problem("ticket %s: is %s, listed as %q", t.ID, t.State, listed[t.ID])
		}
		if t.Agent != "" && t.State != handoff.Waiting && c.byAgent[t.Agent] == nil {
			c.problem("ticket %s: of agent %s, who is not on the roster", t.ID, t.Agent)
		}
		for _, f := range c.Feeds {
			if t.Revision <= f.After && f.Known[t.ID] != t.Revision {
				c.problem("ticket %s: agent %s, who saw all changes up to %d, saw none after %d; there is one at %d",
					t.ID, f.Agent, f.After, f.Known[t.ID], t.Revision)
			}
		}
	}
}

// overdue is how long after its end a ring or a wrap-up may still be on a desk.
const overdue = 15 * time.Second

// desks checks that desks and tickets agree.
func (c *checker) desks() {
	on := make(map[string]string) // ticket -> agent
	for _, a := range c.Agents {
		for _, w := range a.Work {
			c.work(a, w)
			if w.Kind == handoff.Wrapping {
				continue
			}
			if other := on[w.Ticket]; other != "" {
				c.problem("ticket %s: on the desks of %s and %s", w.Ticket, other, a.Name)
			}
			on[w.Ticket] = a.Name
		}
	}
	for _, t := range c.Tickets {
		if on[t.ID] != t.Desk() {
			c.problem("ticket %s: is with %s, and on the desk of %s", t.ID, named(t.Desk()), named(on[t.ID]))
		}
	}
}

// work checks one piece of work on a desk.
func (c *checker) work(a *handoff.Agent, w handoff.Work) {
	t := c.byTicket[w.Ticket]
	if t == nil {
		c.problem("agent %s: ticket %s on the desk is none", a.Name, w.Ticket)
		return
	}
	want := handoff.Closed
	switch w.Kind {
	case handoff.Ringing:
		want = handoff.Waiting
	case handoff.Holding:
		want = handoff.Held
	}
	if t.State != want {
		c.problem("agent %s: ticket %s is %s on the desk, and %s", a.Name, t.ID, w.Kind, t.State)
	}
	if !w.Until.IsZero() && c.Read.Sub(w.Until) > overdue {
		c.problem("agent %s: ticket %s is %s on the desk %v after the end", a.Name, t.ID, w.Kind, c.Read.Sub(w.Until))
	}
}
