package dialog

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func TestKeyLockIsExclusivePerKey(t *testing.T) {
	var l keyLock
	const workers, rounds = 8, 200
	counts := map[string]*int{"a": new(int), "b": new(int)}
	inside := map[string]*atomic.Int32{"a": {}, "b": {}}
	var wg sync.WaitGroup
	for i := range workers {
		key := []string{"a", "b"}[i%2]
		wg.Go(func() {
			for range rounds {
				unlock, err := l.lock(context.Background(), key)
				if err != nil {
					t.Errorf("lock = %v", err)
					return
				}
				if n := inside[key].Add(1); n != 1 {
					t.Errorf("%d hold key %s", n, key)
				}
				runtime.Gosched() // let the others try
				*counts[key]++
				inside[key].Add(-1)
				unlock()
			}
		})
	}
	wg.Wait()
	for key, n := range counts {
		if *n != workers/2*rounds {
			t.Errorf("count under key %s = %d, want %d", key, *n, workers/2*rounds)
		}
	}
	if len(l.keys) != 0 {
		t.Errorf("%d keys are left", len(l.keys))
	}
}

func TestKeyLockKeysDoNotWaitForEachOther(t *testing.T) {
	var l keyLock
	unlockA, err := l.lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	unlockB, err := l.lock(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	unlockB()
	unlockA()
}

func TestKeyLockGivesUpWithItsContext(t *testing.T) {
	var l keyLock
	unlock, err := l.lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	late := errors.New("late")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(late)
	if _, err := l.lock(ctx, "a"); !errors.Is(err, late) {
		t.Errorf("lock of a held key = %v, want the cause", err)
	}
	unlock()
	if len(l.keys) != 0 {
		t.Errorf("%d keys are left", len(l.keys))
	}
	if unlock, err = l.lock(t.Context(), "a"); err != nil {
		t.Errorf("lock after all that = %v", err)
	}
	unlock()
}
