package rpc

import (
	"sync"
	"time"
)

// shedLogEvery is how often a call that was shed is logged, at most: in a flood
// a line for each would cost more than the calls. The metrics count all.
const shedLogEvery = time.Second

// shedLog chooses the calls to log of those that were shed. It is safe for
// concurrent use. Its zero value is ready.
type shedLog struct {
	mu     sync.Mutex
	logged time.Time // guarded by mu
	silent int       // calls since that were not logged; guarded by mu
}

// next reports whether to log a call, and how many before it were not.
func (s *shedLog) next(now time.Time) (silent int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if since := now.Sub(s.logged); since >= 0 && since < shedLogEvery {
		s.silent++
		return 0, false
	}
	silent, s.silent, s.logged = s.silent, 0, now
	return silent, true
}
