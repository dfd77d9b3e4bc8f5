package load

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// How the time is spent.
const (
	roundCount = 10
	aloneShare = 0.3 // of the time with one call at a time; the rest with all workers
)

// side is one side of a comparison, with what was measured of it.
type side struct {
	// call makes one call for a worker, of which there are not two at once, and
	// returns how long the part took that counts.
	call func(ctx context.Context, worker int) (time.Duration, error)

	alone    []time.Duration // of calls with nothing beside them
	together []time.Duration // of calls with all workers at work
	rates    []float64       // calls a second with all workers, of each round
	work     []float64       // microseconds of processors for a call with all workers, of each round
}

// rounds has two sides take turns in many short rounds, so that what else the
// machine does strikes both.
type rounds struct {
	sides   []*side
	workers int
	work    func() time.Duration // of the processors, for all that takes part
}

func (r *rounds) run(ctx context.Context, budget time.Duration, progress func(percent int)) error {
	part := func(share float64) time.Duration {
		return time.Duration(share * float64(budget) / roundCount / float64(len(r.sides)))
	}
	if err := r.round(ctx, -1, part(aloneShare), part(1-aloneShare)); err != nil {
		return err
	}
	for _, s := range r.sides { // what came first only warmed up
		s.alone, s.together, s.rates, s.work = nil, nil, nil, nil
	}
	for i := range roundCount {
		if err := r.round(ctx, i, part(aloneShare), part(1-aloneShare)); err != nil {
			return err
		}
		progress(100 * (i + 1) / roundCount)
	}
	return ctx.Err()
}

// round gives each side its time. Who comes first changes from round to round.
func (r *rounds) round(ctx context.Context, number int, alone, together time.Duration) error {
	for i := range r.sides {
		s := r.sides[(i+number+len(r.sides))%len(r.sides)]
		calls, _, err := s.loop(ctx, 1, alone)
		if err != nil {
			return err
		}
		s.alone = append(s.alone, calls...)
		before := r.work()
		calls, took, err := s.loop(ctx, r.workers, together)
		if err != nil {
			return err
		}
		s.together = append(s.together, calls...)
		s.rates = append(s.rates, float64(len(calls))/took.Seconds())
		s.work = append(s.work, float64((r.work()-before).Microseconds())/float64(max(1, len(calls))))
	}
	return nil
}

// loop has workers call one time after the other for a while, and returns how
// long each call and all of it took.
func (s *side) loop(ctx context.Context, workers int, budget time.Duration) (calls []time.Duration, took time.Duration, err error) {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	begun := time.Now()
	for w := range workers {
		g.Go(func() error {
			var own []time.Duration
			for time.Since(begun) < budget {
				d, err := s.call(ctx, w)
				if err != nil {
					return err
				}
				own = append(own, d)
			}
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, own...)
			return nil
		})
	}
	err = g.Wait()
	return calls, time.Since(begun), err
}
