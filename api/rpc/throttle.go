package rpc

import (
	"runtime"
	"runtime/metrics"
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

const (
	// throttleEvery is how often the load is looked at, at most.
	throttleEvery = 5 * time.Millisecond
	// tooLong is how long one of ten goroutines may wait for a processor before
	// there is too much to do. A call comes to wait so about ten times.
	tooLong = 200 * time.Microsecond
	// leastBusy is how many calls for each processor the node takes under any load.
	leastBusy = 1
	// leastShare is what a shop may always have under way, as much as one caller,
	// unless it is loud.
	leastShare = 8
)

// throttle says how many calls should be under way on the node at once, by how
// long goroutines wait for a processor: where they wait, more calls at once only
// make each of them slower. It falls fast and rises slowly, while calls take up
// the room. Calls that wait for something else, such as a store, do not bring it
// down.
//
// It is not safe for concurrent use.
type throttle struct {
	least, most float64
	now         func() time.Time
	waited      func() time.Duration // by one of ten goroutines since the last call; 0 where hardly any ran

	limit  float64
	looked time.Time
	demand demand
}

func newThrottle(most int, now func() time.Time) *throttle {
	if most < 0 {
		return nil // no bound
	}
	least := float64(min(most, leastBusy*runtime.GOMAXPROCS(0)))
	return &throttle{least: least, most: float64(most), limit: float64(most), now: now, waited: new(schedWaits).since}
}

// admits says whether a shop may have one more call under way, beside own ones,
// of those busy on the node. Where there is room anybody may. Where there is
// none a shop may have its share, but for one that is loud: its calls are
// what there is too much of.
func (t *throttle) admits(id shop.ID, own, busy int) bool {
	now := t.now()
	t.look(now, float64(busy))
	shops, loud := t.demand.add(id, now)
	return busy < int(t.limit) || !loud && own < max(leastShare, int(t.limit)/shops)
}

// look takes the load into account.
func (t *throttle) look(now time.Time, busy float64) {
	if since := now.Sub(t.looked); since >= 0 && since < throttleEvery {
		return
	}
	t.looked = now
	switch {
	case t.waited() >= tooLong: // from what there is: the limit may never have been reached
		t.limit = max(t.least, 0.7*min(t.limit, busy))
	case busy >= t.limit/2:
		t.limit = min(t.most, t.limit+1)
	}
}

// schedWaits reads how long goroutines that could run had to wait for it.
type schedWaits struct {
	sample [1]metrics.Sample
	before []uint64
}

// fewWaits are too few to judge by.
const fewWaits = 20

// since returns how long one of ten goroutines waited at least since the last
// call, or 0 where that cannot be said.
func (s *schedWaits) since() time.Duration {
	s.sample[0].Name = "/sched/latencies:seconds"
	metrics.Read(s.sample[:])
	if s.sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return 0
	}
	h := s.sample[0].Value.Float64Histogram()
	before := s.before
	s.before = slices.Clone(h.Counts)
	if len(before) != len(h.Counts) {
		return 0
	}
	var total uint64
	for i, n := range h.Counts {
		total += n - before[i]
	}
	if total < fewWaits {
		return 0
	}
	longest := total / 10
	for i := len(h.Counts) - 1; i >= 0; i-- {
		if n := h.Counts[i] - before[i]; n <= longest {
			longest -= n
			continue
		}
		return time.Duration(max(0, h.Buckets[i]) * float64(time.Second)) // the lower end
	}
	return 0
}
