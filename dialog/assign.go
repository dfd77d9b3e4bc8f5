package dialog

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// endDue ends rings that nobody heard, and wrap-ups whose time is over: several
// side by side, and no more than there is time for. The rest is due at the next
// look.
func (s *shopRouter) endDue(ctx context.Context) error {
	s.pic.mu.Lock()
	due := s.pic.board.Due(s.now())
	s.pic.mu.Unlock()
	if len(due) == 0 {
		return nil
	}
	began := s.router.service.now()
	for some := range slices.Chunk(due, atOnce) {
		failed := make([]error, len(some))
		var wg sync.WaitGroup
		for i, d := range some {
			wg.Go(func() { failed[i] = s.end(ctx, d) })
		}
		wg.Wait()
		for _, err := range failed {
			if err != nil && !settled(err) {
				return err
			}
		}
		if s.worked(began) {
			break
		}
	}
	return s.readFeeds(ctx)
}

// worked reports whether one kind of work has taken so long that the others
// come first, and if so has the next look follow at once.
func (s *shopRouter) worked(began time.Time) bool {
	if fresh(began, s.router.service.now(), workFor) {
		return false
	}
	s.more = true
	return true
}

// end ends one ring or wrap-up.
func (s *shopRouter) end(ctx context.Context, due routing.Ended) error {
	service := s.router.service
	if due.Kind == handoff.Ringing {
		return service.endRing(ctx, s.id, due.Agent, due.Ticket, s.rules.Misses)
	}
	_, err := service.putAgent(ctx, s.id, due.Agent, func(a *handoff.Agent) bool {
		on := a.On(due.Ticket)
		if on == nil || on.Kind != handoff.Wrapping {
			return false
		}
		a.Clear(due.Ticket, service.moment())
		return true
	})
	return err
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

// assign commits what the board chooses, until it has nothing more or other work
// is due. What was refused is put back at the end of the look: it is tried once
// in each, and keeps nobody else waiting.
func (s *shopRouter) assign(ctx context.Context) error {
	began := s.router.service.now()
	var refused []routing.Assignment
	defer func() {
		s.pic.mu.Lock()
		defer s.pic.mu.Unlock()
		for _, next := range refused {
			s.pic.board.Undo(next)
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
			switch {
			case g.err == nil:
				s.take(g)
				continue
			case settled(g.err):
				news = true
			default:
				failed = g.err
			}
			refused = append(refused, g.Assignment)
		}
		if failed != nil {
			return failed
		}
		if news { // what changed is in the feeds
			if err := s.readFeeds(ctx); err != nil {
				return err
			}
		}
		if s.worked(began) {
			return nil
		}
	}
	return nil
}

// choose returns what the board wants committed next, at most atOnce: no two of
// them have a ticket or an agent in common.
func (s *shopRouter) choose() []routing.Assignment {
	s.pic.mu.Lock()
	defer s.pic.mu.Unlock()
	var chosen []routing.Assignment
	now := s.now()
	for len(chosen) < atOnce {
		next, ok := s.pic.board.Next(now)
		if !ok {
			break
		}
		chosen = append(chosen, next)
	}
	return chosen
}

// take has the board know what was committed.
func (s *shopRouter) take(g given) {
	s.pic.mu.Lock()
	defer s.pic.mu.Unlock()
	for _, a := range g.agents {
		s.pic.board.Agent(a)
	}
	s.pic.board.Ticket(g.ticket)
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
