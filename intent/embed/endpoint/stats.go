package endpoint

import (
	"sync/atomic"
	"time"
)

// Stats are what has happened since the Embedder was opened: counters that only
// rise, and the state now. They are read one after the other, so that sums may
// be off by what happens meanwhile.
type Stats struct {
	Hits   uint64 // texts, each once a call, whose vectors were in the cache
	Misses uint64 // texts, each once a call, whose vectors were not
	Shared uint64 // calls that took the answer to a request that another call shared

	Requests uint64        // sent to the endpoint, repeated ones and those for the fixed sentences included
	Failures uint64        // of the requests: without an answer, refused, or with a wrong answer
	Waited   time.Duration // for the answers to all requests; by Requests: the mean
	Refused  uint64        // calls that failed at once, without a request, since the endpoint was away or has another model

	Open    bool // the breaker is open: the endpoint failed, and few texts are not asked for
	Changed bool // the endpoint has another model
	Cached  int  // vectors in the cache
}

type counters struct {
	hits, misses, shared, requests, failures, refused atomic.Uint64
	waited                                            atomic.Int64
}

// Stats returns a snapshot. It is cheap, and safe at any time.
func (e *Embedder) Stats() Stats {
	c := &e.stats
	return Stats{
		Hits: c.hits.Load(), Misses: c.misses.Load(), Shared: c.shared.Load(),
		Requests: c.requests.Load(), Failures: c.failures.Load(), Waited: time.Duration(c.waited.Load()), Refused: c.refused.Load(),
		Open: e.breakerOpen(), Changed: e.guard.trust() == changed, Cached: e.cache.Len(),
	}
}
