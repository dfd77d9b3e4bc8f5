package dialog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Times of following one shop.
const (
	lookEvery   = time.Second      // it is looked at without a wake-up
	leadFor     = 4 * time.Second  // a node that died stops routing after that
	leadEvery   = time.Second      // the lead is renewed, and tried for
	followEvery = 10 * time.Second // a node without the lead reads what is new
	lapseEvery  = 2 * time.Second  // agents whose lease has ended are looked for
	workFor     = 250 * time.Millisecond
	lapsePage   = 500 // leases that are read at once
	atOnce      = 8   // commits side by side: most of one is waiting for the store
)

// shopRouter is the following of one shop, and the routing while it leads.
type shopRouter struct {
	router  *Router
	id      shop.ID
	pic     *picture
	stirred time.Time // when the last stir was seen; guarded by router.mu

	rules           *ruling // as of the last look
	leads           bool
	leadAt, lapseAt time.Time // when to see to these next
	stuck           int       // desks of silent agents that could not be cleared, at the front of their list
	more            bool      // the last look left something that can be done at once
}

// route follows the shop until it rests or ctx ends.
func (s *shopRouter) route(ctx context.Context) {
	wakes, leave := s.router.service.waker.Subscribe(QueueTopic(s.id)) // before the first look
	defer leave()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wakes:
		case <-timer.C:
		}
		rests, err := s.step(ctx)
		switch {
		case ctx.Err() != nil || rests:
			return
		case err != nil:
			s.router.log.Warn("routing failed; trying again", "shop", s.id, "err", err)
			timer.Reset(retryAfter)
		default:
			timer.Reset(s.pause())
		}
	}
}

// step looks at the shop, and reports whether it rests from now on.
func (s *shopRouter) step(ctx context.Context) (rests bool, err error) {
	if err := s.look(ctx); err != nil {
		return false, err
	}
	stirred := s.router.lastStir(s)
	if s.manned() || fresh(stirred, s.router.service.now(), handoff.StirFor) {
		return false, nil
	}
	if err := s.readFeeds(ctx); err != nil || s.manned() {
		return false, err
	}
	return s.router.rest(s, stirred), nil
}

// pause is how long nothing is due, but for news.
func (s *shopRouter) pause() time.Duration {
	wait := lookEvery
	if s.leads && s.manned() {
		s.pic.mu.Lock()
		at := s.pic.board.WakeAt(s.now())
		s.pic.mu.Unlock()
		if !at.IsZero() {
			wait = min(wait, at.Sub(s.now()))
		}
		if s.more {
			wait = 0
		}
	}
	return max(wait, time.Millisecond)
}

func (s *shopRouter) now() time.Time { return s.router.service.moment() }

// manned reports whether an agent was there when the agents were last read.
func (s *shopRouter) manned() bool {
	s.pic.mu.Lock()
	defer s.pic.mu.Unlock()
	return s.pic.present > 0
}

// look takes in the news and, where this node leads, does what follows. While no
// agent is there nobody leads, and nothing but their coming matters.
func (s *shopRouter) look(ctx context.Context) error {
	s.more = false
	if err := s.readRules(ctx); err != nil {
		return err
	}
	if !s.manned() {
		if err := s.readAgents(ctx); err != nil || !s.manned() {
			return err
		}
	}
	if err := s.lead(ctx); err != nil {
		return err
	}
	if !s.leads {
		return s.keepUp(ctx)
	}
	if err := s.readFeeds(ctx); err != nil {
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
	s.pic.mu.Lock()
	defer s.pic.mu.Unlock()
	if err := s.pic.setRules(rules); err != nil {
		return err
	}
	s.pic.route()
	s.rules = rules
	return nil
}

func (s *shopRouter) readAgents(ctx context.Context) error {
	s.pic.mu.Lock()
	defer s.pic.mu.Unlock()
	return s.pic.readAgents(ctx, s.router.service)
}

func (s *shopRouter) readFeeds(ctx context.Context) error {
	s.pic.mu.Lock()
	defer s.pic.mu.Unlock()
	return s.pic.readFeeds(ctx, s.router.service)
}

// keepUp reads what is new now and then, so that taking over the lead is quick.
func (s *shopRouter) keepUp(ctx context.Context) error {
	s.pic.mu.Lock()
	defer s.pic.mu.Unlock()
	if fresh(s.pic.read, s.router.service.now(), followEvery) {
		return nil
	}
	return s.pic.readFeeds(ctx, s.router.service)
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

// sendQuietHome clears the desks of agents who gave no sign of life for too
// long: a few in a look, since each takes a commit for each ticket, and the
// customers of the others must not wait for all of them.
func (s *shopRouter) sendQuietHome(ctx context.Context) error {
	now := s.now()
	if now.Before(s.lapseAt) && s.lapseAt.Sub(now) <= lapseEvery {
		return nil
	}
	lapsed, err := s.router.service.staff.Leases.Lapsed(ctx, s.id, lapsePage)
	if err != nil {
		return fmt.Errorf("dialog: reading ended leases: %w", err)
	}
	if len(lapsed) == 0 {
		s.lapseAt, s.stuck = now.Add(lapseEvery), 0
		return nil
	}
	first := s.stuck % len(lapsed) // those before have just been tried in vain
	some := lapsed[first:min(first+atOnce, len(lapsed))]
	stuck, err := s.sendHome(ctx, some)
	if err != nil {
		return err
	}
	s.stuck = first + stuck
	if s.more = len(some) < len(lapsed) && stuck < len(some); !s.more {
		s.lapseAt = now.Add(lapseEvery)
	}
	return nil
}

// sendHome clears desks, and returns how many could not be cleared now. One such
// desk must not keep the others' customers waiting.
func (s *shopRouter) sendHome(ctx context.Context, names []string) (stuck int, err error) {
	failed := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		s.router.log.Info("an agent gives no sign of life", "shop", s.id, "agent", name)
		wg.Go(func() { _, failed[i] = s.router.service.sendHome(ctx, s.id, name, wentQuiet) })
	}
	wg.Wait()
	for i, err := range failed {
		switch {
		case err == nil:
		case settled(err):
			stuck++
		case errors.Is(err, ErrUnavailable) || errors.Is(err, handoff.ErrUnavailable) || ctx.Err() != nil:
			return stuck, err
		default:
			s.router.log.Error("a desk cannot be cleared", "shop", s.id, "agent", names[i], "err", err)
			stuck++
		}
	}
	return stuck, nil
}
