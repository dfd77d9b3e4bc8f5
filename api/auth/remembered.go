package auth

import "sync"

// remembered holds the grants of tokens that were verified lately, so that a
// token is not verified anew in each call. It keeps at least the last max
// tokens that were used, and at most twice as many.
type remembered struct {
	max int

	mu  sync.Mutex
	now map[string]Grant // guarded by mu, as is old
	old map[string]Grant // what now was before it became full
}

func newRemembered(most int) *remembered {
	return &remembered{max: most, now: make(map[string]Grant)}
}

func (r *remembered) get(token string) (Grant, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g, ok := r.now[token]
	if ok {
		return g, true
	}
	if g, ok = r.old[token]; ok {
		r.keep(token, g)
	}
	return g, ok
}

func (r *remembered) put(token string, g Grant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(token, g)
}

// keep is put for those who hold mu.
func (r *remembered) keep(token string, g Grant) {
	if len(r.now) >= r.max {
		r.old, r.now = r.now, make(map[string]Grant)
	}
	r.now[token] = g
}
