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
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Times of following all shops. Wake-ups make it fast; these only bound what is
// lost without them.
const (
	roundEvery  = time.Second      // stirs are asked for
	sweepEvery  = 10 * time.Minute // shops that rest are looked at, though no stir was seen
	sweepAgain  = 2 * time.Second  // after an error, before the first such look has succeeded
	sweepAtOnce = 16               // shops, in the first such look
	sweepWait   = 2 * time.Second  // for one shop, whose master may be away
	forgetEvery = time.Minute      // shops that rest for long are looked for
	retryAfter  = 500 * time.Millisecond
)

// Router brings waiting customers to agents: on every node, for all shops. A
// shop rests until something happens there; then every node follows it until no
// agent has been there for a while. Of those who follow it one has the lead and
// routes; the others are ready to take over. The lead only saves work: every
// assignment is a commit that fails where ticket or agent changed meanwhile, so
// that two leaders do no harm.
type Router struct {
	service *Service
	node    string
	log     *slog.Logger

	mark   handoff.Mark // of the stirs that were seen to; of Run alone
	forget time.Time    // when to forget shops next; of Run alone

	mu    sync.Mutex
	awake map[shop.ID]*shopRouter // guarded by mu
}

// NewRouter returns the router of a service, which has no other. node names the
// process: no two may have the same name.
func NewRouter(s *Service, node string, log *slog.Logger) *Router {
	return &Router{service: s, node: node, log: log, awake: make(map[shop.ID]*shopRouter)}
}

// Run routes until ctx ends. Errors of the stores are logged and tried again.
func (r *Router) Run(ctx context.Context) error {
	wakes, leave := r.service.waker.Subscribe(ShopsTopic) // before the first look
	defer leave()
	g, ctx := errgroup.WithContext(ctx)
	begin := func(s *shopRouter) {
		g.Go(func() error {
			s.route(ctx)
			return nil
		})
	}
	tick := time.NewTicker(roundEvery)
	defer tick.Stop()
	for sweeping, failing := false, false; ; {
		err := r.round(ctx, begin)
		if !sweeping && (err == nil || errors.Is(err, handoff.ErrIncomplete)) {
			sweeping = true // only now: what is made from here on has a stir that a round sees
			g.Go(func() error { return r.sweep(ctx, begin) })
		}
		switch { // a line at the beginning and the end, not one a second
		case ctx.Err() != nil:
		case err != nil && !failing:
			r.log.Warn("asking in which shops something happens fails; trying again and again", "err", err)
		case err == nil && failing:
			r.log.Info("asking in which shops something happens works again")
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return g.Wait()
		case <-wakes:
		case <-tick.C:
		}
	}
}

// round begins to follow the shops in which something happens. A part of the
// stirs that cannot be read has its turn when it can: all that happens
// meanwhile is in the other.
func (r *Router) round(ctx context.Context, begin func(*shopRouter)) error {
	service := r.service
	now := service.now()
	shops, mark, err := service.staff.Stirs.Stirred(ctx, r.mark)
	if err != nil && !errors.Is(err, handoff.ErrIncomplete) {
		return fmt.Errorf("dialog: asking for the stirs of shops: %w", err)
	}
	for _, id := range shops {
		r.stir(id, begin)
	}
	r.mark = mark
	if err != nil {
		return fmt.Errorf("dialog: asking for all stirs of shops: %w", err)
	}
	service.pictures.seen(now)
	if !fresh(r.forget, now, forgetEvery) {
		r.forget = now
		for _, id := range service.pictures.forget(now.Add(-forgetAfter)) {
			service.forgetRules(id)
		}
	}
	return nil
}

// stir has a shop followed until handoff.StirFor from now at the least.
func (r *Router) stir(id shop.ID, begin func(*shopRouter)) {
	now := r.service.now() // after the stir was seen: rather too long than too short
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.awake[id]
	if s == nil {
		s = r.follow(id, now)
		defer begin(s)
	}
	s.stirred = now
}

// follow needs mu.
func (r *Router) follow(id shop.ID, now time.Time) *shopRouter {
	s := &shopRouter{router: r, id: id, pic: r.service.pictures.of(id, now)}
	r.awake[id] = s
	r.service.pictures.wake(s.pic)
	return s
}

// lastStir returns when the last stir of a shop was seen that is followed.
func (r *Router) lastStir(s *shopRouter) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return s.stirred
}

// rest ends the following of a shop, unless a stir came after the one that the
// caller knows of. Whatever happens from now on begins it anew.
func (r *Router) rest(s *shopRouter, stirred time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.stirred != stirred {
		return false
	}
	delete(r.awake, s.id)
	r.service.pictures.rest(s.pic, r.service.now())
	return true
}

func (r *Router) follows(id shop.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.awake[id] != nil
}

// sweep looks at all shops that rest: at once after the start, since nobody may
// have followed them before, and then little by little, since a store that lost
// its last moments may have lost a stir.
func (r *Router) sweep(ctx context.Context, begin func(*shopRouter)) error {
	pause, done := time.Duration(0), false
	for ctx.Err() == nil {
		shops, err := r.service.staff.Roster.Shops(ctx)
		if err == nil {
			if done {
				pause = sweepEvery / time.Duration(max(len(shops), 1))
			}
			err = r.sweepShops(ctx, shops, pause, begin)
		}
		wait := sweepEvery
		switch {
		case err == nil && done && len(shops) > 0:
			wait = 0 // the pauses were the time
		case err == nil:
			done = true
		case ctx.Err() == nil:
			r.log.Warn("looking at the shops that rest failed", "err", err)
			wait = sweepAgain
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return nil
}

// sweepShops looks at shops with a pause after each; without one, at many at
// once. One that cannot be reached does not keep it from the others.
func (r *Router) sweepShops(ctx context.Context, shops []shop.ID, pause time.Duration, begin func(*shopRouter)) error {
	var g errgroup.Group
	g.SetLimit(sweepAtOnce)
	for _, id := range shops {
		if ctx.Err() != nil {
			break
		}
		if !r.follows(id) {
			g.Go(func() error {
				there, err := r.anybodyThere(ctx, id)
				if there {
					r.stir(id, begin)
				}
				return err
			})
		}
		if pause > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
	return g.Wait()
}

// anybodyThere reports whether a shop has agents who are there.
func (r *Router) anybodyThere(ctx context.Context, id shop.ID) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, sweepWait)
	defer cancel()
	for after := uint64(0); ; {
		agents, err := r.service.staff.Roster.AgentChanges(ctx, id, after, feedPage)
		if err != nil {
			return false, fmt.Errorf("dialog: reading the agents of a shop that rests: %w", err)
		}
		for _, a := range agents {
			if isThere(a) {
				return true, nil
			}
			after = a.Revision
		}
		if len(agents) < feedPage {
			return false, nil
		}
	}
}
