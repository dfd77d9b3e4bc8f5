package level

import (
	"slices"
	"sort"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// What an estimate is made of.
const (
	EstimateWindow = 30 * time.Minute // open time that it looks back
	EstimateLast   = 20               // pick-ups that it looks at, at most
	EstimateLeast  = 5                // pick-ups that it needs
	EstimateErrors = 50               // told waits that its error is measured over, at most
	EstimateFar    = 1000             // tickets of the skill among which those are looked for
)

// Estimate is a guess at how long a customer will wait, in open time.
type Estimate struct {
	Wait  time.Duration
	Ahead int // tickets of the same skill that are in line before this one
	// Error is the mean difference, up or down, between the waits that
	// customers of this skill were last told at the beginning (Ticket.Estimate)
	// and those they then had, over the Measured last ones: at most
	// EstimateErrors, of the last EstimateFar tickets that left the line. Where
	// Measured is 0 it is not known yet.
	Error    time.Duration
	Measured int
}

// Estimate guesses how long t, which waits or is about to, will wait from now
// on. It is false where too little was seen to say anything: fewer than
// EstimateLeast tickets of the same skill were picked up within EstimateWindow.
// Then nothing should be told, rather than a guess.
//
// The guess is the number of tickets that compete for the same skill and are
// in line before t, and t itself, times the time between two pick-ups. That is
// the part of the window in which at least one ticket of the skill was in line,
// divided by the pick-ups in it. The rest of the window does not count: while
// nobody waits, pick-ups are as rare as customers, and say nothing about how
// soon the next one is.
func (l *Ledger) Estimate(t *handoff.Ticket, now time.Time) (Estimate, bool) {
	at := l.lines[t.Needs.Skill]
	if at == nil {
		return Estimate{}, false
	}
	self := &summary{id: t.ID, created: t.Created, front: t.Front, priority: t.Priority}
	ahead, _ := slices.BinarySearchFunc(at.waiting, self, inLine)
	e := Estimate{Ahead: ahead}
	e.Error, e.Measured = at.told(now)
	gap, ok := at.gap(t.ID, l.clock(now), now)
	e.Wait = time.Duration(ahead+1) * gap
	return e, ok
}

// gap is the time between two pick-ups while somebody is in line. The ticket
// self, which asks, does not count as being so.
func (at *line) gap(self string, open time.Duration, now time.Time) (time.Duration, bool) {
	from, picks := open-EstimateWindow, 0
	var busy []interval
	for i := at.before(now) - 1; i >= 0 && at.settled[i].openSettled > from; i-- {
		s := at.settled[i]
		if s.picked() {
			if picks++; picks > EstimateLast {
				// It marks the beginning of the time in which the others were.
				from = s.openSettled
				picks--
				break
			}
		}
		busy = append(busy, interval{s.openStart, s.openSettled})
	}
	if picks < EstimateLeast {
		return 0, false
	}
	for _, s := range at.waiting {
		if s.id != self && s.openStart < open {
			busy = append(busy, interval{s.openStart, open})
		}
	}
	return covered(busy, from) / time.Duration(picks), true
}

// told measures what customers were told.
func (at *line) told(now time.Time) (time.Duration, int) {
	var off []time.Duration
	n := at.before(now)
	for i := n - 1; i >= max(0, n-EstimateFar) && len(off) < EstimateErrors; i-- {
		if s := at.settled[i]; s.picked() && s.estimate > 0 {
			off = append(off, (s.waited() - s.estimate).Abs())
		}
	}
	if len(off) == 0 {
		return 0, 0
	}
	return mean(off), len(off)
}

type interval struct{ from, to time.Duration }

// covered is the length of the union of intervals, as far as it is after from.
func covered(all []interval, from time.Duration) time.Duration {
	sort.Slice(all, func(i, j int) bool { return all[i].from < all[j].from })
	var sum time.Duration
	for _, in := range all {
		if from = max(from, in.from); in.to > from {
			sum += in.to - from
			from = in.to
		}
	}
	return sum
}
