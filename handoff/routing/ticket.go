package routing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/line"
)

// ticket is what the Board knows of an open ticket.
type ticket struct {
	id, key string // key is its place in line
	version uint64
	free    bool // waits and rings nowhere
	needs   handoff.Needs
	weight  int
	missed  []string

	queued    time.Time // as the ticket says
	since     time.Time // as the Board counts: never in the future
	prefer    string
	preferFor time.Duration

	offer   handoff.Offer // zero where it rings nowhere
	ringEnd time.Time     // as the Board counts

	pending string // the agent to whom it was assigned
	group   *group // nil where it stands in none
	step    time.Time
}

// newTicket keeps from old, which may be nil, since when the Board counts.
func newTicket(t *handoff.Ticket, old *ticket) *ticket {
	n := &ticket{
		id: strings.Clone(t.ID), key: line.Key(t), version: t.Version,
		free: t.State == handoff.Waiting && t.Offer == nil, needs: t.Needs, weight: t.Load(), missed: slices.Clone(t.Missed),
		queued: wall(t.Queued), prefer: t.Prefer,
	}
	if n.queued.IsZero() {
		n.queued = wall(t.Created)
	}
	n.since = n.queued
	if n.prefer != "" {
		n.preferFor = min(wall(t.PreferUntil).Sub(n.queued), handoff.MaxPrefer)
	}
	if t.State == handoff.Waiting && t.Offer != nil {
		n.offer, n.ringEnd = *t.Offer, wall(t.Offer.Until)
	}
	if old == nil {
		return n
	}
	if old.queued.Equal(n.queued) {
		n.since = old.since
	}
	if old.offer.Agent == n.offer.Agent && old.offer.Until.Equal(n.offer.Until) {
		n.ringEnd = old.ringEnd
	}
	return n
}

// settleTicket gives t the place that it has at b.now.
func (b *Board) settleTicket(t *ticket) {
	if b.tickets[t.id] != t {
		return // a newer version came, and is settled by itself
	}
	b.takeTicket(t)
	t.since = earlier(t.since, b.now)
	switch {
	case t.offer.Agent != "":
		t.ringEnd = earlier(t.ringEnd, b.now.Add(b.rules.Ring))
		b.ends.Set(t.ringing())
	case t.free && t.pending == "":
		b.stand(t)
	}
}

// takeTicket takes t out of wherever it stands.
func (b *Board) takeTicket(t *ticket) {
	if t.offer.Agent != "" {
		b.ends.Delete(t.ringing())
	}
	if !t.step.IsZero() {
		b.steps.Delete(t)
		t.step = time.Time{}
	}
	if t.group != nil {
		b.leave(t)
	}
	if who := b.waiters[t.prefer]; who != nil {
		delete(who, t)
		if len(who) == 0 {
			delete(b.waiters, t.prefer)
		}
	}
}

// stand puts t among those that ask for the same at b.now.
func (b *Board) stand(t *ticket) {
	waited := b.now.Sub(t.since)
	n := need{weight: t.weight}
	if t.prefer != "" && waited < t.preferFor {
		t.step = t.since.Add(t.preferFor)
		if b.waiters[t.prefer] == nil {
			b.waiters[t.prefer] = make(map[*ticket]struct{})
		}
		b.waiters[t.prefer][t] = struct{}{}
		if a := b.agents[t.prefer]; a != nil && a.expected {
			n.prefer = t.prefer
		}
	}
	if n.prefer == "" {
		n.Needs = plain(b.rules.NeedsAfter(t.needs, waited))
	}
	for _, relax := range b.rules.Relax {
		if waited < relax.After {
			if at := t.since.Add(relax.After); t.step.IsZero() || at.Before(t.step) {
				t.step = at
			}
			break
		}
	}
	if !t.step.IsZero() {
		b.steps.Set(t)
	}
	b.join(t, n)
}

// plain writes needs that the same agents meet in the same way.
func plain(n handoff.Needs) handoff.Needs {
	n.Proficiency = max(1, n.Proficiency)
	if n.Skill == "" {
		n.Proficiency = 0
	}
	return n
}

func (t *ticket) ringing() end {
	return end{at: t.ringEnd, Ended: Ended{Kind: handoff.Ringing, Ticket: t.id, Agent: t.offer.Agent}}
}

func compareKeys(a, b *ticket) int { return strings.Compare(a.key, b.key) }

func compareSteps(a, b *ticket) int {
	return cmp.Or(a.step.Compare(b.step), strings.Compare(a.id, b.id))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
