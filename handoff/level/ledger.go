package level

import (
	"cmp"
	"container/heap"
	"fmt"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
)

// MaxTickets is how many tickets of a shop a Ledger knows, those created last.
// It takes some 400 bytes for each, 80 MB in all. Older ones are in no report
// any more, even if they should still be open.
const MaxTickets = 200_000

// Ledger keeps short summaries of one shop's tickets. It is not safe for
// concurrent use.
type Ledger struct {
	max    int
	rules  *handoff.Rules
	plan   *calendar.Plan
	origin time.Time // of the open clock; see clock
	byID   map[string]*summary
	oldest oldest
	lines  map[string]*line // by skill
}

// summary is what is kept of a ticket.
type summary struct {
	id       string
	version  uint64
	skill    string
	state    handoff.State
	front    bool
	message  bool
	left     bool // the visitor ended it, and nobody had taken it
	priority int
	estimate time.Duration

	// start is when the wait began that is looked at: the first one, or, for a
	// ticket that waits once more, the current one.
	created, queued, claimed, ended, start time.Time
	// The same moments on the open clock. settled is that of claimed, or of
	// ended where nobody took the ticket.
	openStart, openSettled, openEnded time.Duration
	firstWait                         time.Duration // of a ticket that waits again

	score, suggested, accepted int
}

// New returns a Ledger that knows no ticket yet. Errors are those of
// [calendar.Compile]. The rules must not be changed afterwards.
func New(r *handoff.Rules) (*Ledger, error) {
	l := &Ledger{max: MaxTickets, byID: make(map[string]*summary), lines: make(map[string]*line)}
	if err := l.SetRules(r); err != nil {
		return nil, err
	}
	return l, nil
}

// SetRules judges all tickets, also those of the past, by other rules of the
// same shop. On an error, as of [New], it changes nothing.
func (l *Ledger) SetRules(r *handoff.Rules) error {
	plan, err := calendar.Compile(r.Calendar)
	if err != nil {
		return fmt.Errorf("level: reading the rules of %s: %w", r.Shop, err)
	}
	l.rules, l.plan = r, plan
	for _, s := range l.oldest {
		l.detach(s)
		l.time(s)
		l.attach(s)
	}
	return nil
}

// Ticket takes in a ticket as it now is. One that is known in this or a later
// version, or is of another shop, changes nothing. t is not kept.
func (l *Ledger) Ticket(t *handoff.Ticket) {
	if t.Shop != l.rules.Shop {
		return
	}
	s, known := l.byID[t.ID]
	if known {
		if t.Version <= s.version {
			return
		}
		l.detach(s)
	} else {
		s = &summary{id: strings.Clone(t.ID), created: t.Created}
		if len(l.oldest) == 0 {
			l.origin = t.Created
		}
	}
	l.fill(s, t)
	l.time(s)
	l.attach(s)
	if known {
		return
	}
	l.byID[s.id] = s
	heap.Push(&l.oldest, s)
	if len(l.oldest) > l.max {
		old := heap.Pop(&l.oldest).(*summary)
		l.detach(old)
		delete(l.byID, old.id)
	}
}

func (l *Ledger) fill(s *summary, t *handoff.Ticket) {
	s.version, s.state, s.front, s.message = t.Version, t.State, t.Front, t.Message
	s.priority, s.estimate = t.Priority, t.Estimate
	s.queued, s.claimed, s.ended = t.Queued, t.Claimed, t.Ended
	s.left = t.State == handoff.Closed && t.Claimed.IsZero() && (t.Outcome == handoff.OutcomeCancelled || t.Outcome == handoff.OutcomeLeft)
	s.suggested, s.accepted, s.score = t.Suggested, t.Accepted, 0
	if t.Survey != nil && t.Survey.Score >= 1 && t.Survey.Score <= 5 {
		s.score = t.Survey.Score
	}
	if s.skill != t.Needs.Skill {
		s.skill = strings.Clone(t.Needs.Skill)
	}
}

// time reads the moments of s on the open clock.
func (l *Ledger) time(s *summary) {
	s.start = l.came(s)
	if s.again() {
		s.firstWait = max(0, l.clock(s.claimed)-l.clock(s.start))
		s.start = s.queued
	}
	s.openStart, s.openSettled, s.openEnded = l.clock(s.start), 0, 0
	if !s.waiting() {
		s.openSettled = l.clock(s.settled())
	}
	if s.state == handoff.Closed {
		s.openEnded = l.clock(s.ended)
	}
}

// came is when the ticket's first wait began.
func (l *Ledger) came(s *summary) time.Time {
	if s.message {
		if next, ok := l.plan.Next(s.created); ok {
			return next
		}
	}
	return s.created
}

// clock is the open time from the origin to t. Only differences of two values
// have a meaning; they do not depend on the origin.
func (l *Ledger) clock(t time.Time) time.Duration {
	if t.Before(l.origin) {
		return -l.plan.Between(t, l.origin)
	}
	return l.plan.Between(l.origin, t)
}

// waiting reports whether s is in line: for the first time or again.
func (s *summary) waiting() bool { return s.state == handoff.Waiting }

// again reports whether s waits although somebody has had it.
func (s *summary) again() bool { return s.waiting() && !s.claimed.IsZero() }

// picked reports whether somebody has ever taken s.
func (s *summary) picked() bool { return !s.claimed.IsZero() }

// settled is when the first wait of a ticket ended that does not wait.
func (s *summary) settled() time.Time {
	if s.picked() {
		return s.claimed
	}
	return s.ended
}

// waited is how long the wait took that is over.
func (s *summary) waited() time.Duration { return max(0, s.openSettled-s.openStart) }

// oldest is a heap with the ticket created first at its top.
type oldest []*summary

func (o oldest) Len() int           { return len(o) }
func (o oldest) Less(i, j int) bool { return byCreation(o[i], o[j]) < 0 }
func (o oldest) Swap(i, j int)      { o[i], o[j] = o[j], o[i] }
func (o *oldest) Push(x any)        { *o = append(*o, x.(*summary)) }

func (o *oldest) Pop() any {
	last := len(*o) - 1
	s := (*o)[last]
	(*o)[last] = nil
	*o = (*o)[:last]
	return s
}

func byCreation(a, b *summary) int {
	return cmp.Or(a.created.Compare(b.created), strings.Compare(a.id, b.id))
}
