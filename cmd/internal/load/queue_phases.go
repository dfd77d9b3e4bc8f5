package load

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// closing has agents close their tickets at the rate, those first who have
// theirs for longest, and returns how long each waited for the next.
func (q *Queue) closing(ctx context.Context, budget time.Duration) ([]time.Duration, error) {
	g, ctx := errgroup.WithContext(ctx)
	n, err := atRate(ctx, q.o.Rate, budget, func() error {
		held, err := q.watch.next(ctx, q.line)
		if err != nil {
			return err
		}
		g.Go(func() error { return q.close(ctx, q.line, held) })
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return q.watch.settled(context.WithoutCancel(ctx), q.line, q.o.Agents+n)
}

func (q *Queue) close(ctx context.Context, id shop.ID, held holding) error {
	_, err := q.desk.Close(ctx, id, held.agent, dialog.CloseRequest{Ticket: held.ticket, Outcome: "solved"})
	if err != nil {
		return fmt.Errorf("load: closing a ticket: %w", err)
	}
	return nil
}

// coming has customers come at the rate to a shop whose agents have room.
func (q *Queue) coming(ctx context.Context, budget time.Duration) (Times, error) {
	if err := q.fill(ctx, q.calm, 0); err != nil {
		return Times{}, err
	}
	if err := q.staff(ctx, q.calm, 100); err != nil {
		return Times{}, err
	}
	// The router looks for new shops every few seconds: one comes to wake it.
	if err := q.customer(ctx, q.calm, 0); err != nil {
		return Times{}, err
	}
	if _, err := q.watch.settled(ctx, q.calm, 1); err != nil {
		return Times{}, err
	}
	g, ctx := errgroup.WithContext(ctx)
	came := 1
	n, err := atRate(ctx, q.o.Rate, budget, func() error {
		i := came
		came++
		g.Go(func() error { return q.customer(ctx, q.calm, i) })
		return nil
	})
	if err := g.Wait(); err != nil {
		return Times{}, err
	}
	if err != nil {
		return Times{}, err
	}
	waits, err := q.watch.settled(context.WithoutCancel(ctx), q.calm, 1+n)
	return timesOf(waits), err
}

// busy has agents close what they hold as soon as they have it, many at once,
// and returns how many tickets a second were assigned.
func (q *Queue) busy(ctx context.Context, budget time.Duration) (float64, error) {
	before := q.watch.count(q.line)
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	began := time.Now()
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for {
				held, err := q.watch.next(ctx, q.line)
				if err != nil || q.close(ctx, q.line, held) != nil {
					return // the time is over
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	if took < budget*9/10 {
		return 0, fmt.Errorf("load: agents stopped after %v", took)
	}
	return float64(q.watch.count(q.line)-before) / took.Seconds(), nil
}

// atRate calls do so often a second for a while, and returns how often.
func atRate(ctx context.Context, rate float64, budget time.Duration, do func() error) (int, error) {
	began := time.Now()
	n := 0
	for {
		at := time.Duration(float64(n) / rate * float64(time.Second))
		if at >= budget {
			return n, nil
		}
		select {
		case <-ctx.Done():
			return n, context.Cause(ctx)
		case <-time.After(time.Until(began.Add(at))):
		}
		if err := do(); err != nil {
			return n, err
		}
		n++
	}
}
