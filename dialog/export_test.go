package dialog

import (
	"context"
	"errors"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Stepper does what a router does for one shop, whenever a test says so.
type Stepper struct {
	router *Router
	id     shop.ID
	shop   *shopRouter
}

// NewStepper returns a Stepper that knows nothing of the shop yet.
func NewStepper(r *Router, id shop.ID) *Stepper {
	return &Stepper{router: r, id: id, shop: r.follow(id, r.service.now())}
}

// Step is one look at the shop.
func (s *Stepper) Step(ctx context.Context) error { return s.shop.look(ctx) }

// Pictures returns how many shops a service knows.
func Pictures(s *Service) int {
	s.pictures.mu.Lock()
	defer s.pictures.mu.Unlock()
	return len(s.pictures.shops)
}

// Follower does what a router does in a second, whenever a test says so.
type Follower struct {
	router *Router
	swept  bool
}

// NewFollower returns a Follower that has just started.
func NewFollower(r *Router) *Follower { return &Follower{router: r} }

// Beat is one round and, in the first one, one sweep, and then a look at a shop
// that is followed.
func (f *Follower) Beat(ctx context.Context, id shop.ID) error {
	begin := func(*shopRouter) {}
	if err := f.router.round(ctx, begin); err != nil && !errors.Is(err, handoff.ErrIncomplete) {
		return err
	}
	if !f.swept {
		if err := f.router.sweepShops(ctx, []shop.ID{id}, 0, begin); err != nil {
			return err
		}
		f.swept = true
	}
	if s := f.router.awake[id]; s != nil {
		_, err := s.step(ctx)
		return err
	}
	return nil
}

// LastMatter is lastMatter.
func LastMatter(entries []Entry, locale string) *Entry { return lastMatter(entries, locale) }
