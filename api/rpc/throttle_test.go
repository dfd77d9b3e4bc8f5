package rpc

import (
	"fmt"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// rigThrottle returns a throttle of which a test moves clock and load.
func rigThrottle(most int) (t *throttle, now *time.Time, waited *time.Duration) {
	now, waited = new(time.Time), new(time.Duration)
	*now = time.Unix(1_800_000_000, 0)
	t = newThrottle(most, func() time.Time { return *now })
	t.least = 40
	t.waited = func() time.Duration { return *waited }
	return t, now, waited
}

func TestThrottle(t *testing.T) {
	x, now, waited := rigThrottle(256)
	if got := x.share(1); got != 256 {
		t.Errorf("share without load = %d, want 256", got)
	}
	*waited = 5 * time.Millisecond
	if got := x.share(1); got != 256 {
		t.Errorf("share before the next look = %d, want 256", got)
	}
	for range 40 {
		*now = now.Add(throttleEvery)
		x.share(1)
	}
	for shops, want := range map[int]int{1: 40, 2: 20, 4: 10, 100: leastShare} {
		if got := x.share(shops); got != want {
			t.Errorf("share of %d shops under load = %d, want %d", shops, got, want)
		}
	}
	*waited = time.Millisecond
	for range 10 {
		*now = now.Add(throttleEvery)
		x.share(1)
	}
	if got := x.share(1); got != 50 {
		t.Errorf("share after ten looks without load = %d, want 50: one more each", got)
	}
	for range 1000 {
		*now = now.Add(throttleEvery)
		x.share(1)
	}
	if got := x.share(1); got != 256 {
		t.Errorf("share long after the load = %d, want all 256", got)
	}
}

// Under load a shop that floods the node is bounded, and others get in.
func TestQuotaUnderLoad(t *testing.T) {
	q := newQuota(Bounds{Caller: -1, Shop: 256, Node: 4096})
	x, now, waited := rigThrottle(256)
	q.throttle = x
	*waited = time.Second
	for range 40 {
		*now = now.Add(throttleEvery)
		x.share(1)
	}
	enter := func(id shop.ID, i int) bool {
		_, ok := q.enter(auth.Identity{Shop: id, Subject: fmt.Sprint(i)})
		return ok
	}
	in := 0
	for i := range 100 {
		if enter("loud", i) {
			in++
		}
	}
	if in != 40 {
		t.Errorf("%d calls of a shop that floods get in, want 40", in)
	}
	for i := range 20 {
		if !enter("calm", i) {
			t.Errorf("call %d of another shop does not get in", i)
		}
	}
	if enter("calm", 20) {
		t.Error("another shop gets more than its share")
	}
}

func TestSchedWaits(t *testing.T) {
	s := new(schedWaits)
	if got := s.since(); got != 0 {
		t.Errorf("since() for the first time = %v, want 0", got)
	}
	if got := s.since(); got < 0 || got > time.Minute {
		t.Errorf("since() = %v, want a short time", got)
	}
	if s.before == nil {
		t.Error("this version of Go does not tell how long goroutines wait")
	}
}
