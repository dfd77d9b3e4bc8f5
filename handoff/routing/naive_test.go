package routing_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/line"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
)

// naive is a Board that looks at everything each time: what the fast one must
// say, as plainly as it can be written.
type naive struct {
	rules   *handoff.Rules
	tickets map[string]*naiveTicket
	agents  map[string]*naiveAgent
}

type naiveTicket struct {
	*handoff.Ticket
	since, ringEnd time.Time
	pending        string
}

type naiveAgent struct {
	*handoff.Agent
	wrapEnds map[string]time.Time
	pending  string
}

func newNaive(r *handoff.Rules) *naive {
	return &naive{rules: r, tickets: map[string]*naiveTicket{}, agents: map[string]*naiveAgent{}}
}

func (n *naive) ticket(t *handoff.Ticket) {
	old := n.tickets[t.ID]
	if old != nil && (t.Version <= old.Version || old.State == handoff.Closed) {
		return
	}
	fresh := &naiveTicket{Ticket: t, since: t.Queued}
	if t.Offer != nil {
		fresh.ringEnd = t.Offer.Until
	}
	if old != nil && old.Queued.Equal(t.Queued) {
		fresh.since = old.since
	}
	if old != nil && old.Offer != nil && t.Offer != nil && *old.Offer == *t.Offer {
		fresh.ringEnd = old.ringEnd
	}
	n.tickets[t.ID] = fresh
}

func (n *naive) agent(a *handoff.Agent) {
	old := n.agents[a.Name]
	if old != nil && a.Version <= old.Version {
		return
	}
	fresh := &naiveAgent{Agent: a, wrapEnds: map[string]time.Time{}}
	for _, w := range a.Work {
		fresh.wrapEnds[w.Ticket] = w.Until
		if old == nil {
			continue
		}
		if before := old.On(w.Ticket); before != nil && *before == w {
			fresh.wrapEnds[w.Ticket] = old.wrapEnds[w.Ticket]
		}
	}
	n.agents[a.Name] = fresh
}

func (n *naive) undo(as routing.Assignment) {
	if t := n.tickets[as.Ticket]; t != nil && t.pending == as.Agent {
		t.pending = ""
	}
	if a := n.agents[as.Agent]; a != nil && a.pending == as.Ticket {
		a.pending = ""
	}
}

// see bounds by now whatever another clock wrote.
func (n *naive) see(now time.Time) {
	for _, t := range n.tickets {
		t.since = earliest(t.since, now)
		t.ringEnd = earliest(t.ringEnd, now.Add(n.rules.Ring))
	}
	for _, a := range n.agents {
		for id, end := range a.wrapEnds {
			a.wrapEnds[id] = earliest(end, now.Add(n.rules.WrapUp))
		}
	}
}

// inLine returns the tickets that wait freely, in the order of the line.
func (n *naive) inLine() []*naiveTicket {
	var in []*naiveTicket
	for _, t := range n.tickets {
		if t.State == handoff.Waiting && t.Offer == nil && t.pending == "" {
			in = append(in, t)
		}
	}
	slices.SortFunc(in, func(a, b *naiveTicket) int { return strings.Compare(line.Key(a.Ticket), line.Key(b.Ticket)) })
	return in
}

// asks returns for whom t waits, and if for nobody, what it asks for.
func (n *naive) asks(t *naiveTicket, now time.Time) (prefer string, needs handoff.Needs) {
	if a := n.agents[t.Prefer]; a != nil && a.Presence != handoff.Offline && !a.Draining && now.Before(n.preferEnd(t)) {
		return t.Prefer, handoff.Needs{}
	}
	needs = n.rules.NeedsAfter(t.Needs, now.Sub(t.since))
	needs.Proficiency = max(1, needs.Proficiency)
	if needs.Skill == "" {
		needs.Proficiency = 0
	}
	return "", needs
}

func (n *naive) preferEnd(t *naiveTicket) time.Time {
	return t.since.Add(min(t.PreferUntil.Sub(t.Queued), handoff.MaxPrefer))
}

func (n *naive) next(now time.Time) (routing.Assignment, bool) {
	n.see(now)
	if n.rules.Mode == handoff.Pull {
		return routing.Assignment{}, false
	}
	type ask struct {
		prefer string
		needs  handoff.Needs
		weight int
	}
	passed, kept := map[ask]bool{}, map[string]bool{}
	for _, t := range n.inLine() {
		prefer, needs := n.asks(t, now)
		var fit []*naiveAgent
		for _, a := range n.agents {
			if a.MayBeOffered(1) && a.pending == "" && !kept[a.Name] && (a.Name == prefer || prefer == "" && a.Meets(needs)) {
				fit = append(fit, a)
			}
		}
		slices.SortFunc(fit, func(a, b *naiveAgent) int {
			missed := func(x *naiveAgent) int { return slices.Index(t.Missed, x.Name) }
			return cmp.Or(cmp.Compare(min(0, missed(a)), min(0, missed(b))), a.Idle.Compare(b.Idle), cmp.Compare(a.Name, b.Name))
		})
		for _, a := range fit {
			if a.Room() >= t.Load() {
				t.pending, a.pending = a.Name, t.ID
				return routing.Assignment{Ticket: t.ID, Agent: a.Name}, true
			}
		}
		first := !passed[ask{prefer, needs, t.Load()}]
		passed[ask{prefer, needs, t.Load()}] = true
		if first && len(fit) > 0 && t.Load() > 1 && now.Sub(t.since) >= n.rules.TargetOf(t.Needs.Skill).Within {
			most := slices.MaxFunc(fit, func(a, b *naiveAgent) int {
				return cmp.Or(cmp.Compare(a.Room(), b.Room()), b.Idle.Compare(a.Idle), cmp.Compare(b.Name, a.Name))
			})
			kept[most.Name] = true
		}
	}
	return routing.Assignment{}, false
}

// ended returns all that will end, by time.
func (n *naive) ended(now time.Time) map[routing.Ended]time.Time {
	n.see(now)
	ends := map[routing.Ended]time.Time{}
	for _, t := range n.tickets {
		if t.State == handoff.Waiting && t.Offer != nil {
			ends[routing.Ended{Kind: handoff.Ringing, Ticket: t.ID, Agent: t.Offer.Agent}] = t.ringEnd
		}
	}
	for _, a := range n.agents {
		for _, w := range a.Work {
			if w.Kind == handoff.Wrapping {
				ends[routing.Ended{Kind: handoff.Wrapping, Ticket: w.Ticket, Agent: a.Name}] = a.wrapEnds[w.Ticket]
			}
		}
	}
	return ends
}

func (n *naive) due(now time.Time) []routing.Ended {
	ends := n.ended(now)
	var due []routing.Ended
	for e, at := range ends {
		if !at.After(now) {
			due = append(due, e)
		}
	}
	slices.SortFunc(due, func(a, b routing.Ended) int {
		return cmp.Or(ends[a].Compare(ends[b]), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(a.Agent, b.Agent))
	})
	return due
}

func (n *naive) wakeAt(now time.Time) time.Time {
	var next time.Time
	consider := func(at time.Time) {
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, at := range n.ended(now) {
		consider(at)
	}
	if n.rules.Mode == handoff.Pull {
		return next
	}
	for _, t := range n.inLine() {
		if t.Prefer != "" {
			consider(n.preferEnd(t))
		}
		for _, step := range n.rules.Relax {
			consider(t.since.Add(step.After))
		}
	}
	return next
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
