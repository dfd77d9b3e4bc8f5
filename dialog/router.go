package dialog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
