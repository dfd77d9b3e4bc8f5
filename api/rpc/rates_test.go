package rpc

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestRatesTellHowLongToWait(t *testing.T) {
	now := time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)
	r := newRates[string](Rate{PerSecond: 2, Burst: 3}, 10)
	for i := range 3 {
		if wait := r.take("a", now); wait != 0 {
			t.Fatalf("call %d of the burst waits %v, want 0", i, wait)
		}
	}
	for range 5 { // refused calls do not make the wait longer
		if wait := r.take("a", now); wait != 500*time.Millisecond {
			t.Errorf("after the burst: wait = %v, want 500ms", wait)
		}
	}
	if wait := r.take("b", now); wait != 0 {
		t.Errorf("another key waits %v, want 0", wait)
	}
	if wait := r.take("a", now.Add(500*time.Millisecond)); wait != 0 {
		t.Errorf("after the wait: wait = %v, want 0", wait)
	}
}

func TestRatesWithoutLimit(t *testing.T) {
	r := newRates[string](Rate{PerSecond: -1, Burst: 1}, 10)
	for range 100 {
		if wait := r.take("a", time.Time{}); wait != 0 {
			t.Fatalf("wait = %v, want 0", wait)
		}
	}
}

func TestRatesRememberTheLatest(t *testing.T) {
	now := time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)
	r := newRates[string](Rate{PerSecond: 1, Burst: 1}, 3)
	for _, key := range []string{"a", "b", "c", "a", "d"} { // b came longest ago
		r.take(key, now)
	}
	if n := len(r.byKey); n != 3 || r.recent.Len() != 3 {
		t.Errorf("%d keys, %d in order, want 3 of each", n, r.recent.Len())
	}
	if wait := r.take("a", now); wait == 0 {
		t.Errorf("a is forgotten, though it came after b")
	}
	if wait := r.take("b", now); wait != 0 {
		t.Errorf("b waits %v, want it forgotten", wait)
	}
}

func TestRatesAreBoundedByManyKeys(t *testing.T) {
	r := newRates[string](Rate{PerSecond: 1, Burst: 1}, 50)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 2000 {
				r.take(fmt.Sprint(g, i), time.Now())
			}
		})
	}
	wg.Wait()
	if len(r.byKey) != 50 || r.recent.Len() != 50 {
		t.Errorf("%d keys, %d in order, want 50 of each", len(r.byKey), r.recent.Len())
	}
}
