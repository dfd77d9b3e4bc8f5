package routing

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// agent is what the Board knows of an agent.
type agent struct {
	name     string
	version  uint64
	can      handoff.Agent // only what Meets looks at
	room     int           // that may be offered; 0 unless online
	idle     time.Time
	expected bool // worth waiting for
	wraps    []wrap
	pending  string // the ticket that was assigned
}

// wrap is a wrap-up on the desk.
type wrap struct {
	ticket string
	until  time.Time // as the agent says
	end    time.Time // as the Board counts
}

// newAgent keeps from old, which may be nil, when the Board counts wrap-ups over.
func newAgent(a *handoff.Agent, old *agent) *agent {
	n := &agent{
		name: a.Name, version: a.Version, idle: wall(a.Idle),
		can:      handoff.Agent{Skills: maps.Clone(a.Skills), Languages: slices.Clone(a.Languages)},
		expected: a.Presence != handoff.Offline && !a.Draining,
	}
	if a.MayBeOffered(1) {
		n.room = a.Room()
	}
	for _, w := range a.Work {
		if w.Kind != handoff.Wrapping {
			continue
		}
		end := wall(w.Until)
		if old != nil {
			for _, o := range old.wraps {
				if o.ticket == w.Ticket && o.until.Equal(w.Until) {
					end = o.end
				}
			}
		}
		n.wraps = append(n.wraps, wrap{ticket: w.Ticket, until: w.Until, end: end})
	}
	return n
}

// settleAgent gives a the place that is right at b.now.
func (b *Board) settleAgent(a *agent) {
	if b.agents[a.name] != a {
		return
	}
	b.takeAgent(a)
	for i := range a.wraps {
		w := &a.wraps[i]
		w.end = earlier(w.end, b.now.Add(b.rules.WrapUp))
		b.ends.Set(a.wrapping(*w))
	}
	if a.room == 0 || a.pending != "" {
		return
	}
	b.free.Set(a)
	for g := range b.barren {
		if g.fits(a) {
			b.wake(g)
		}
	}
}

// takeAgent takes a out of wherever a stands.
func (b *Board) takeAgent(a *agent) {
	for _, w := range a.wraps {
		b.ends.Delete(a.wrapping(w))
	}
	b.free.Delete(a)
}

func (a *agent) wrapping(w wrap) end {
	return end{at: w.end, Ended: Ended{Kind: handoff.Wrapping, Ticket: w.ticket, Agent: a.name}}
}

func compareIdle(a, b *agent) int {
	return cmp.Or(a.idle.Compare(b.idle), strings.Compare(a.name, b.name))
}
