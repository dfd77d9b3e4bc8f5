package routing

import (
	"cmp"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// Ended is something that time has ended: a ring at a desk that nobody
// accepted, or a wrap-up that still takes up room.
type Ended struct {
	Kind          handoff.WorkKind // Ringing or Wrapping
	Ticket, Agent string
}

// end is something that ends.
type end struct {
	at time.Time
	Ended
}

// Due returns what has ended, the earliest first. It goes on returning it until
// a ticket or an agent taken in says that it was cleared away.
func (b *Board) Due(now time.Time) []Ended {
	b.advance(now)
	var due []Ended
	b.ends.Scan(func(e end) bool {
		if e.at.After(b.now) {
			return false
		}
		due = append(due, e.Ended)
		return true
	})
	return due
}

// WakeAt returns when, without news, Due or Next may next have more to say than
// now: always after now, and the zero time where that is never.
func (b *Board) WakeAt(now time.Time) time.Time {
	b.advance(now)
	var at time.Time
	b.ends.Ascend(end{at: b.now.Add(1)}, func(e end) bool {
		at = e.at
		return false
	})
	if t, ok := b.steps.Min(); ok && b.rules.Mode != handoff.Pull && (at.IsZero() || t.step.Before(at)) {
		at = t.step
	}
	return at
}

// advance brings the Board to now: what came since then gets its place, and
// tickets that waited long enough ask for less.
func (b *Board) advance(now time.Time) {
	now = wall(now)
	if b.allFresh || now.Before(b.now) {
		b.freshTickets, b.freshAgents = b.freshTickets[:0], b.freshAgents[:0]
		for _, t := range b.tickets {
			b.freshTickets = append(b.freshTickets, t)
		}
		for _, a := range b.agents {
			b.freshAgents = append(b.freshAgents, a)
		}
	}
	b.now, b.allFresh = now, false
	for _, a := range b.freshAgents {
		b.settleAgent(a)
	}
	for _, t := range b.freshTickets {
		b.settleTicket(t)
	}
	clear(b.freshAgents)
	clear(b.freshTickets)
	b.freshTickets, b.freshAgents = b.freshTickets[:0], b.freshAgents[:0]
	for {
		t, ok := b.steps.Min()
		if !ok || t.step.After(now) {
			return
		}
		b.settleTicket(t)
	}
}

// wall is t without the reading of this process's own clock: all times here are
// compared with those of other nodes, and must be so in one way.
func wall(t time.Time) time.Time { return t.Round(0) }

func compareEnds(a, b end) int {
	return cmp.Or(a.at.Compare(b.at), strings.Compare(string(a.Kind), string(b.Kind)),
		strings.Compare(a.Ticket, b.Ticket), strings.Compare(a.Agent, b.Agent))
}
