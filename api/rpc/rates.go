package rpc

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rates limits how often each key may do something. It remembers the keys that
// came last; one that was forgotten begins anew. It is safe for concurrent use.
type rates[K comparable] struct {
	limit Rate
	max   int

	mu     sync.Mutex
	byKey  map[K]*list.Element // guarded by mu
	recent *list.List          // of *bucket[K], the latest first; guarded by mu
}

type bucket[K comparable] struct {
	key     K
	limiter *rate.Limiter
}

func newRates[K comparable](limit Rate, most int) *rates[K] {
	return &rates[K]{limit: limit, max: most, byKey: make(map[K]*list.Element), recent: list.New()}
}

// take returns 0 where the key may go on, else how long it must wait until then.
func (r *rates[K]) take(key K, now time.Time) time.Duration {
	if r.limit.PerSecond < 0 {
		return 0
	}
	reserved := r.limiter(key).ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now) // refused calls must not push the next one away
	}
	return wait
}

func (r *rates[K]) limiter(key K) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.byKey[key]; ok {
		r.recent.MoveToFront(e)
		return e.Value.(*bucket[K]).limiter
	}
	if r.recent.Len() >= r.max {
		oldest := r.recent.Back()
		delete(r.byKey, r.recent.Remove(oldest).(*bucket[K]).key)
	}
	b := &bucket[K]{key: key, limiter: rate.NewLimiter(rate.Limit(r.limit.PerSecond), r.limit.Burst)}
	r.byKey[key] = r.recent.PushFront(b)
	return b.limiter
}
