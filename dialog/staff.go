package dialog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Staff is where the humans of all shops are kept: their queue, themselves, who
// of them is alive, and the rules by which they work.
type Staff struct {
	Queue  handoff.Queue
	Roster handoff.Roster
	Leases handoff.Leases
	Rules  handoff.RuleStore
	Stirs  handoff.Stirs
}

// rulesAge is how old rules may be when they are used: a change of rules
// reaches every node within that time.
const rulesAge = 2 * time.Second

// ruleBook remembers the rules of shops for a short time.
type ruleBook struct {
	mu    sync.Mutex
	known map[shop.ID]*ruling // guarded by mu
}

// ruling is a shop's rules with their opening hours.
type ruling struct {
	*handoff.Rules
	hours *calendar.Plan
	read  time.Time
}

// rules returns the shop's rules. Callers must not change them.
func (s *Service) rules(ctx context.Context, id shop.ID) (*ruling, error) {
	b := &s.ruleBook
	now := s.now()
	b.mu.Lock()
	r := b.known[id]
	b.mu.Unlock()
	if r != nil && fresh(r.read, now, rulesAge) {
		return r, nil
	}
	stored, err := s.staff.Rules.Rules(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dialog: reading the rules of a shop: %w", err)
	}
	hours, err := calendar.Compile(stored.Calendar)
	if err != nil {
		return nil, fmt.Errorf("dialog: rules of shop %q: %w", id, err)
	}
	r = &ruling{Rules: stored, hours: hours, read: now}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = make(map[shop.ID]*ruling)
	}
	b.known[id] = r
	return r, nil
}

func (s *Service) forgetRules(id shop.ID) {
	s.ruleBook.mu.Lock()
	defer s.ruleBook.mu.Unlock()
	delete(s.ruleBook.known, id)
}

// seat reads the agent's desk, to be committed with the act. The same agent is
// read once. It returns handoff.ErrNoAgent where the shop has none of that name.
func (s *Service) seat(ctx context.Context, a *act, name string) (*handoff.Agent, error) {
	for _, known := range a.agents {
		if known.Name == name {
			return known, nil
		}
	}
	agent, err := s.staff.Roster.Agent(ctx, a.session.Shop, name)
	if err != nil {
		return nil, fmt.Errorf("dialog: reading an agent: %w", err)
	}
	a.agents = append(a.agents, agent)
	return agent, nil
}

// ownSeat is seat for the agent who acts: whoever has a token is on the roster.
// One who was offline is evidently there, and now takes what he asks for.
func (s *Service) ownSeat(ctx context.Context, a *act, name string) (*handoff.Agent, error) {
	agent, err := s.seat(ctx, a, name)
	if errors.Is(err, handoff.ErrNoAgent) {
		agent, err = handoff.NewAgent(a.session.Shop, name), nil
		a.agents = append(a.agents, agent)
	}
	if err != nil {
		return nil, err
	}
	if agent.Presence == handoff.Offline {
		agent.Be(handoff.Busy, a.now)
	}
	return agent, nil
}

// deskOf is seat for the agent on whose desk a ticket lies; nil where it lies
// on none.
func (s *Service) deskOf(ctx context.Context, a *act, t *handoff.Ticket) (*handoff.Agent, error) {
	if t.Desk() == "" {
		return nil, nil
	}
	return s.seat(ctx, a, t.Desk())
}

// lifeSigns remembers how the leases of agents were renewed last, so that not
// every call costs a write.
type lifeSigns struct {
	mu   sync.Mutex
	last map[string]renewal // guarded by mu; by shop and agent
}

type renewal struct {
	at  time.Time
	ttl time.Duration
}

// alive renews the lease of an agent who has just been heard of. It comes
// before whatever puts a ticket on the agent's desk: a desk without a lease
// would never be cleared.
func (s *Service) alive(ctx context.Context, id shop.ID, agent string) error {
	r, err := s.rules(ctx, id)
	if err != nil {
		return err
	}
	key := string(id) + " " + agent
	now := s.now()
	s.lifeSigns.mu.Lock()
	last := s.lifeSigns.last[key]
	s.lifeSigns.mu.Unlock()
	// The rules may have changed since: a lease that was short then ends soon.
	if since := now.Sub(last.at); since >= 0 && since < min(last.ttl, r.Lease)/6 {
		return nil
	}
	if err := s.staff.Leases.Renew(ctx, id, agent, r.Lease); err != nil {
		return fmt.Errorf("dialog: renewing a lease: %w", err)
	}
	s.lifeSigns.note(key, renewal{at: now, ttl: r.Lease})
	return nil
}

// manySigns is how many agents are remembered before all are forgotten, which
// costs each a write.
const manySigns = 10_000

func (l *lifeSigns) note(key string, r renewal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil || len(l.last) >= manySigns {
		l.last = make(map[string]renewal)
	}
	l.last[key] = r
}

func (l *lifeSigns) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.last, key)
}
