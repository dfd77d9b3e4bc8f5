package redisqueue

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Times of twins.
const (
	patience = 200 * time.Millisecond // that a key has longer than its twin
	awayFor  = time.Second            // one that has failed is not asked, unless its twin fails, too
)

var (
	errAway = errors.New("the key was not asked for: it could not be reached a moment ago")
	errLate = errors.New("the key could not be reached in time")
)

// twins are two keys for one thing, which lie on two masters of a cluster, so
// that no shop needs a master that is not its own. Whatever is written is in one
// of them at the least; whoever reads both has all.
type twins struct {
	keys [2]string

	mu   sync.Mutex
	away [2]time.Time // until when the key is not asked; guarded by mu
}

// answer is what came of asking for one key.
type answer[T any] struct {
	i   int
	got T
	err error
}

// ask calls f for both keys side by side. It waits for the first that succeeds,
// and then for the other, but only for patience, and not where that has just
// failed. Where neither succeeds it has waited for both, as long as ctx lets it.
func ask[T any](ctx context.Context, tw *twins, f func(ctx context.Context, i int) (T, error)) [2]answer[T] {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := [2]answer[T]{{err: errAway}, {err: errAway}}
	done := make(chan answer[T], len(answers)) // who is late is not held up
	succeeds := func(some []int) (any bool) {
		for _, i := range some {
			answers[i].err = errLate
			go func() {
				got, err := f(ctx, i)
				done <- answer[T]{i, got, err}
			}()
		}
		var late <-chan time.Time
		for range some {
			select {
			case a := <-done:
				answers[a.i] = a
				if a.err == nil {
					any, late = true, time.After(patience)
				}
			case <-late:
				return any
			}
		}
		return any
	}
	there, away := tw.sort()
	if succeeds(there) || succeeds(away) {
		for i, a := range answers {
			if a.err != errAway {
				tw.note(i, a.err == nil)
			}
		}
	}
	return answers
}

// sort tells the keys that are to be asked for from those that are away. Of many
// callers at the moment when one that failed may be tried again, one tries.
func (tw *twins) sort() (there, away []int) {
	tw.mu.Lock()
	defer tw.mu.Unlock()
	now := time.Now()
	for i, until := range tw.away {
		if until.After(now) {
			away = append(away, i)
			continue
		}
		there = append(there, i)
		if !until.IsZero() {
			tw.away[i] = now.Add(awayFor)
		}
	}
	return there, away
}

// note keeps whether a key could be reached when its twin could, or it itself.
func (tw *twins) note(i int, there bool) {
	tw.mu.Lock()
	defer tw.mu.Unlock()
	if tw.away[i] = (time.Time{}); !there {
		tw.away[i] = time.Now().Add(awayFor)
	}
}

// write calls f for both keys, and reports whether both have it. It fails where
// neither has, or where the server says what no other try would change.
func (tw *twins) write(ctx context.Context, f func(ctx context.Context, key string) error) (both bool, err error) {
	answers := ask(ctx, tw, func(ctx context.Context, i int) (struct{}, error) {
		return struct{}{}, f(ctx, tw.keys[i])
	})
	return answers[0].err == nil && answers[1].err == nil, failure(answers)
}

// failure returns nil where one of twins that is away does no harm.
func failure[T any](answers [2]answer[T]) error {
	one, other := answers[0].err, answers[1].err
	for _, err := range []error{one, other} {
		if err != nil && !Unavailable(err) {
			return err
		}
	}
	if one == nil || other == nil {
		return nil
	}
	return errors.Join(one, other)
}
