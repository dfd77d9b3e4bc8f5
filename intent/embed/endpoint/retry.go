package endpoint

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// The pause before the second attempt, and before any further one at most,
// where the endpoint does not say how long to wait. Half of it is random, so
// that those who failed together do not come back together.
const (
	firstPause  = 100 * time.Millisecond
	longestWait = 10 * time.Second
)

// repeat calls try until it works, fails for good, or patience is at an end,
// and returns its last error, classified. A pause that would end later than
// ctx is not begun.
func repeat[T any](ctx context.Context, p Patience, try func(context.Context) (T, error)) (T, error) {
	pause := firstPause
	for n := 1; ; n++ {
		result, err := once(ctx, p.Attempt, try)
		if err == nil || n == p.Attempts || errors.Is(err, ErrAnswer) {
			return result, classify(err)
		}
		wait := pause/2 + rand.N(pause/2)
		if status, ok := errors.AsType[*statusError](err); ok {
			if !status.passing() {
				return result, classify(err)
			}
			wait = max(wait, status.after)
		}
		deadline, limited := ctx.Deadline()
		if limited && time.Until(deadline) <= wait || !sleep(ctx, wait) {
			return result, classify(err)
		}
		pause = min(2*pause, longestWait)
	}
}

func once[T any](ctx context.Context, d time.Duration, try func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return try(ctx)
}

// sleep reports whether it was not cut short.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
