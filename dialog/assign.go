package dialog

import (
	"context"
	"errors"
	"sync"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

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
