package rpc

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// rigThrottle returns a throttle of which a test moves clock and load.
func rigThrottle(most int) (t *throttle, now *time.Time, waited *time.Duration) {
	now, waited = new(time.Time), new(time.Duration)
	*now = time.Unix(1_800_000_000, 0)
	t = newThrottle(most, func() time.Time { return *now })
	t.least = 4
	t.waited = func() time.Duration { return *waited }
	return t, now, waited
}

// TestThrottleFollowsTheLoad looks once a line, with so many calls under way.
func TestThrottleFollowsTheLoad(t *testing.T) {
	x, now, waited := rigThrottle(256)
	for _, tt := range []struct {
		name   string
		waited time.Duration
		busy   int
		looks  int
		want   int
	}{
		{"nothing to do", 0, 0, 1, 256},
		{"short waits", tooLong - 1, 100, 1, 256},
		{"too long ones: from what there is, not from what was allowed", tooLong, 100, 1, 70},
		{"again", time.Second, 70, 1, 49},
		{"for long", time.Second, 10, 10, 4},
		{"under any load some get in", time.Hour, 0, 100, 4},
		{"it rises where it is in the way", 0, 8, 6, 10},
		{"it stays where it is not", 0, 4, 100, 10},
		{"to the most", 0, 256, 1000, 256},
	} {
		*waited = tt.waited
		for range tt.looks {
			*now = now.Add(throttleEvery)
			x.look(*now, float64(tt.busy))
		}
		if got := int(x.limit); got != tt.want {
			t.Fatalf("%s: limit = %d, want %d", tt.name, got, tt.want)
		}
	}
	*waited = time.Hour
	x.look(now.Add(throttleEvery-1), 200)
	if got := int(x.limit); got != 256 {
		t.Errorf("limit before the next look = %d, want 256", got)
	}
	x.look(now.Add(-time.Hour), 200) // a clock that was set back
	if got := int(x.limit); got != 140 {
		t.Errorf("limit after the clock was set back = %d, want 140", got)
	}
}

// flood has a shop call so often, and returns how many get in. None ends.
func flood(q *quota, id shop.ID, calls int) (in int) {
	for i := range calls {
		if _, ok := q.enter(auth.Identity{Shop: id, Subject: fmt.Sprint(i)}); ok {
			in++
		}
	}
	return in
}

// TestQuotaUnderLoad has shops call one after the other, on a node with
// room for four.
func TestQuotaUnderLoad(t *testing.T) {
	type calls struct {
		shop  shop.ID
		calls int
		want  int // that get in
	}
	for _, tt := range []struct {
		name  string
		calls []calls
	}{
		{"a shop alone has its share", []calls{{"loud", 100, leastShare}}},
		{"one that floods gets no more beside another", []calls{{"calm", 1, 1}, {"loud", 100, 3}, {"calm", 7, 7}, {"calm", 1, 0}}},
		{"others get in where it came first", []calls{{"loud", 100, leastShare}, {"calm", 5, 5}, {"still", 8, 8}}},
		{"shops that call as often have the same", []calls{{"a", 8, 8}, {"b", 8, 8}, {"c", 8, 8}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := newQuota(Bounds{Caller: -1, Shop: 256, Node: 4096})
			x, _, _ := rigThrottle(256)
			q.throttle, x.limit, x.looked = x, 4, x.now()
			for i, c := range tt.calls {
				if got := flood(q, c.shop, c.calls); got != c.want {
					t.Errorf("step %d: %d of %d calls of %s get in, want %d", i, got, c.calls, c.shop, c.want)
				}
			}
		})
	}
}

func TestQuotaWithRoomRefusesNobody(t *testing.T) {
	q := newQuota(Bounds{Caller: -1, Shop: 256, Node: 4096})
	x, _, _ := rigThrottle(256)
	q.throttle = x
	if calm, loud := flood(q, "calm", 1), flood(q, "loud", 200); calm != 1 || loud != 200 {
		t.Errorf("%d and %d calls get in, want 1 and 200", calm, loud)
	}
}

// TestDemand compares with a count of every call by itself.
func TestDemand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d demand
		type call struct {
			id   shop.ID
			turn int
		}
		var all []call
		now, began, turn := time.Unix(1_800_000_000, 0), time.Time{}, 0
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 300, 999, 1000, 2500, -5}).Draw(t, "ms")) * time.Millisecond)
			if since := now.Sub(began); since >= demandFor || since < 0 {
				turn++
				if since >= 2*demandFor || since < 0 {
					turn++
				}
				began = now
			}
			id := rapid.SampledFrom([]shop.ID{"a", "b", "c"}).Draw(t, "shop")
			all = append(all, call{id, turn})
			of := make(map[shop.ID]int)
			sum := 0
			for _, c := range all {
				if c.turn >= turn-1 {
					of[c.id]++
					sum++
				}
			}
			shops, loud := d.add(id, now)
			if want := of[id]*len(of) > sum; shops != len(of) || loud != want {
				t.Fatalf("add(%s) = %d shops, loud %t, want %d, %t", id, shops, loud, len(of), want)
			}
		}
	})
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
