package rpc

import (
	"sync"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// quota bounds how many calls run at once for a caller, a shop and the node. It
// is safe for concurrent use.
type quota struct {
	bounds   Bounds
	throttle *throttle // bounds shops further while there is too much to do; nil does not. Guarded by mu

	mu      sync.Mutex
	node    int                   // guarded by mu, as what follows
	shops   map[shop.ID]int       // only those with calls
	callers map[auth.Identity]int // only those with calls
}

func newQuota(b Bounds) *quota {
	return &quota{bounds: b, shops: make(map[shop.ID]int), callers: make(map[auth.Identity]int)}
}

// enter takes room for one call, or reports false where there is none. Who got
// room must call leave once.
func (q *quota) enter(id auth.Identity) (leave func(), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if full(q.node, q.bounds.Node) || full(q.shops[id.Shop], q.bounds.Shop) || full(q.callers[id], q.bounds.Caller) {
		return nil, false
	}
	if q.throttle != nil && !q.throttle.admits(id.Shop, q.shops[id.Shop], q.node) {
		return nil, false
	}
	q.node++
	q.shops[id.Shop]++
	q.callers[id]++
	return func() { q.leave(id) }, true
}

func full(used, bound int) bool { return bound >= 0 && used >= bound }

func (q *quota) leave(id auth.Identity) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.node--
	if q.shops[id.Shop]--; q.shops[id.Shop] == 0 {
		delete(q.shops, id.Shop)
	}
	if q.callers[id]--; q.callers[id] == 0 {
		delete(q.callers, id)
	}
}
