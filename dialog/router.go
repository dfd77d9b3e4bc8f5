package dialog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Times of routing. Wake-ups make it fast; these only bound what is lost
// without them.
const (
	shopsEvery = 2 * time.Second        // shops that got agents are looked for
	lookEvery  = time.Second            // a shop is looked at without a wake-up
	leadFor    = 4 * time.Second        // a node that died stops routing after that
	leadEvery  = time.Second            // the lead is renewed
	lapseEvery = 2 * time.Second        // agents whose lease has ended are looked for
	shopPage   = 500                    // changes that are read at once
	retryAfter = 500 * time.Millisecond // of a store that cannot be reached
)

// Router brings waiting customers to agents: on every node, for all shops. Of
// each shop's routers one has the lead and routes; the others follow what
// happens and are ready to take over. The lead only saves work: every
// assignment is a commit that fails where ticket or agent changed meanwhile, so
// that two leaders do no harm.
type Router struct {
	service *Service
	node    string
	log     *slog.Logger
}

// NewRouter returns the router of a service. node names the process: no two may
// have the same name.
func NewRouter(s *Service, node string, log *slog.Logger) *Router {
	return &Router{service: s, node: node, log: log}
}

// Run routes until ctx ends. Errors of the stores are logged and tried again.
func (r *Router) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	known := make(map[shop.ID]bool)
	tick := time.NewTicker(shopsEvery)
	defer tick.Stop()
	for {
		shops, err := r.service.staff.Roster.Shops(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Warn("reading the shops to route failed", "err", err)
		}
		for _, id := range shops {
			if !known[id] {
				known[id] = true
				g.Go(func() error { return r.routeShop(ctx, id) })
			}
		}
		select {
		case <-ctx.Done():
			return g.Wait()
		case <-tick.C:
		}
	}
}

// routeShop routes one shop until ctx ends.
func (r *Router) routeShop(ctx context.Context, id shop.ID) error {
	wakes, leave := r.service.waker.Subscribe(QueueTopic(id)) // before the first look
	defer leave()
	for ctx.Err() == nil {
		s := &shopRouter{router: r, id: id}
		err := s.run(ctx, wakes)
		if ctx.Err() != nil {
			break
		}
		r.log.Warn("routing failed; starting again", "shop", id, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(retryAfter):
		}
	}
	return nil
}

// shopRouter is the routing of one shop, from what it read of it.
type shopRouter struct {
	router *Router
	id     shop.ID
	board  *routing.Board
	rules  *ruling

	tickets, agents uint64 // revisions up to which the feeds were read
	leads           bool
	leadAt, lapseAt time.Time // when to see to these next
}

func (s *shopRouter) run(ctx context.Context, wakes <-chan struct{}) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wakes:
		case <-timer.C:
		}
		if err := s.look(ctx); err != nil {
			return err
		}
		timer.Reset(s.pause())
	}
}

// pause is how long nothing is due, but for news.
func (s *shopRouter) pause() time.Duration {
	wait := lookEvery
	if at := s.board.WakeAt(s.now()); !at.IsZero() && s.leads {
		wait = min(wait, at.Sub(s.now()))
	}
	return max(wait, time.Millisecond)
}

func (s *shopRouter) now() time.Time { return s.router.service.moment() }

// look takes in the news and, where this node leads, does what follows.
func (s *shopRouter) look(ctx context.Context) error {
	if err := s.readRules(ctx); err != nil {
		return err
	}
	if err := s.readFeeds(ctx); err != nil {
		return err
	}
	if err := s.lead(ctx); err != nil || !s.leads {
		return err
	}
	if err := s.sendQuietHome(ctx); err != nil {
		return err
	}
	if err := s.endDue(ctx); err != nil {
		return err
	}
	return s.assign(ctx)
}

func (s *shopRouter) readRules(ctx context.Context) error {
	rules, err := s.router.service.rules(ctx, s.id)
	if err != nil {
		return err
	}
	switch {
	case s.board == nil:
		s.board = routing.New(rules.Rules)
	case s.rules.Version != rules.Version: // the board goes through all tickets then
		s.board.SetRules(rules.Rules)
	}
	s.rules = rules
	return nil
}

func (s *shopRouter) readFeeds(ctx context.Context) error {
	staff := s.router.service.staff
	for {
		agents, err := staff.Roster.AgentChanges(ctx, s.id, s.agents, shopPage)
		if err != nil {
			return fmt.Errorf("dialog: reading the changes of agents: %w", err)
		}
		for _, a := range agents {
			s.board.Agent(a)
			s.agents = a.Revision
		}
		if len(agents) < shopPage {
			break
		}
	}
	for {
		tickets, err := staff.Queue.Changes(ctx, s.id, s.tickets, shopPage)
		if err != nil {
			return fmt.Errorf("dialog: reading the changes of tickets: %w", err)
		}
		for _, t := range tickets {
			s.board.Ticket(t)
			s.tickets = t.Revision
		}
		if len(tickets) < shopPage {
			return nil
		}
	}
}

func (s *shopRouter) lead(ctx context.Context) error {
	now := s.now()
	if now.Before(s.leadAt) && s.leadAt.Sub(now) <= leadEvery {
		return nil
	}
	leads, err := s.router.service.staff.Leases.Lead(ctx, s.id, s.router.node, leadFor)
	if err != nil {
		return fmt.Errorf("dialog: taking the lead in routing: %w", err)
	}
	if leads != s.leads {
		s.router.log.Info("routing", "shop", s.id, "leads", leads)
	}
	s.leads, s.leadAt = leads, now.Add(leadEvery)
	return nil
}

// sendQuietHome clears the desks of agents who gave no sign of life for too long.
func (s *shopRouter) sendQuietHome(ctx context.Context) error {
	now := s.now()
	if now.Before(s.lapseAt) && s.lapseAt.Sub(now) <= lapseEvery {
		return nil
	}
	s.lapseAt = now.Add(lapseEvery)
	service := s.router.service
	lapsed, err := service.staff.Leases.Lapsed(ctx, s.id, shopPage)
	if err != nil {
		return fmt.Errorf("dialog: reading ended leases: %w", err)
	}
	for _, name := range lapsed {
		s.router.log.Info("an agent gives no sign of life", "shop", s.id, "agent", name)
		_, err := service.sendHome(ctx, s.id, name, wentQuiet)
		switch {
		case err == nil || settled(err):
		case errors.Is(err, ErrUnavailable) || errors.Is(err, handoff.ErrUnavailable) || ctx.Err() != nil:
			return err
		default: // one desk must not keep the others' customers waiting
			s.router.log.Error("a desk cannot be cleared", "shop", s.id, "agent", name, "err", err)
		}
	}
	return nil
}

// endDue ends rings that nobody heard, and wrap-ups whose time is over.
func (s *shopRouter) endDue(ctx context.Context) error {
	service := s.router.service
	for _, due := range s.board.Due(s.now()) {
		var err error
		switch due.Kind {
		case handoff.Ringing:
			err = service.endRing(ctx, s.id, due.Agent, due.Ticket, s.rules.Misses)
		case handoff.Wrapping:
			_, err = service.putAgent(ctx, s.id, due.Agent, func(a *handoff.Agent) bool {
				on := a.On(due.Ticket)
				if on == nil || on.Kind != handoff.Wrapping {
					return false
				}
				a.Clear(due.Ticket, service.moment())
				return true
			})
		}
		if err != nil && !settled(err) {
			return err
		}
	}
	return s.readFeeds(ctx)
}

// endRing stops a ring at the desk of an agent who did not hear it. One who
// missed several in a row is set away: somebody else must be asked.
func (s *Service) endRing(ctx context.Context, id shop.ID, agent, ticket string, misses int) error {
	_, _, err := s.changeTicket(ctx, id, ticket, turnKey{}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		if t.State != handoff.Waiting || t.Offer == nil || t.Offer.Agent != agent {
			return errNotThere
		}
		seat, err := s.seat(ctx, a, agent)
		if err != nil {
			return err
		}
		missed := seat.Missed + 1
		if err := t.Pass(seat, a.now); err != nil {
			return err
		}
		if seat.Missed = missed; misses > 0 && missed >= misses && seat.Presence == handoff.Online && !seat.Draining {
			seat.Be(handoff.Away, a.now)
		}
		a.ticket = t
		return nil
	})
	return err
}

// givenAtOnce is how many assignments are committed side by side: most of one is
// waiting for the store. No two of them have a ticket or an agent in common.
const givenAtOnce = 8

// assign commits what the board chooses, until it has nothing more. What cannot
// be committed though nothing new is known of it has to wait for the next look,
// and keeps nobody else waiting.
func (s *shopRouter) assign(ctx context.Context) error {
	var refused []routing.Assignment
	defer func() {
		for _, next := range refused {
			s.board.Undo(next)
		}
	}()
	for ctx.Err() == nil {
		chosen := s.choose()
		if len(chosen) == 0 {
			return nil
		}
		var failed error
		news := false
		for _, g := range s.give(ctx, chosen) {
			if g.err == nil {
				for _, a := range g.agents {
					s.board.Agent(a)
				}
				s.board.Ticket(g.ticket)
				continue
			}
			refused = append(refused, g.Assignment)
			if settled(g.err) {
				news = true
			} else {
				failed = g.err
			}
		}
		if failed != nil {
			return failed
		}
		if news { // what changed is in the feeds
			if err := s.readFeeds(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// choose returns what the board wants committed next, at most givenAtOnce.
func (s *shopRouter) choose() []routing.Assignment {
	var chosen []routing.Assignment
	now := s.now()
	for len(chosen) < givenAtOnce {
		next, ok := s.board.Next(now)
		if !ok {
			break
		}
		chosen = append(chosen, next)
	}
	return chosen
}

// given is what came of an assignment.
type given struct {
	routing.Assignment
	ticket *handoff.Ticket
	agents []*handoff.Agent
	err    error
}

// give commits assignments side by side and returns what came of each, in
// their order.
func (s *shopRouter) give(ctx context.Context, chosen []routing.Assignment) []given {
	out := make([]given, len(chosen))
	var wg sync.WaitGroup
	for i, next := range chosen {
		out[i].Assignment = next
		wg.Go(func() {
			out[i].ticket, out[i].agents, out[i].err = s.router.service.give(ctx, s.id, next.Agent, next.Ticket, s.rules)
		})
	}
	wg.Wait()
	return out
}

// settled reports whether err says that somebody else has already seen to it,
// or will: not a fault.
func settled(err error) bool {
	for _, e := range []error{
		ErrConflict, ErrNotFound, errNotThere, handoff.ErrConflict, handoff.ErrNotFound, handoff.ErrNoAgent,
		handoff.ErrClosed, handoff.ErrTaken, handoff.ErrOffered, handoff.ErrNotOffered, handoff.ErrNotTaking,
		handoff.ErrAtCapacity, handoff.ErrNotHolder,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// give rings a ticket at an agent's desk, or hands it to the agent, as the
// rules say. It returns both as they then are.
func (s *Service) give(ctx context.Context, id shop.ID, agent, ticket string, rules *ruling) (*handoff.Ticket, []*handoff.Agent, error) {
	t, a, err := s.changeTicket(ctx, id, ticket, turnKey{}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		seat, err := s.seat(ctx, a, agent)
		if err != nil {
			return err
		}
		if rules.Mode == handoff.Assign {
			if err := t.Give(seat, a.now); err != nil {
				return err
			}
			a.join(t, agent)
			return nil
		}
		a.ticket = t
		return t.Ring(seat, a.now, rules.Ring)
	})
	if err != nil {
		return nil, nil, err
	}
	return t, a.agents, nil
}
