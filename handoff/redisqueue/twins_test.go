package redisqueue

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// TestTwinsAreFarApart: wherever at least two masters have equal parts of the
// slots, two keys that are half of all slots apart are on two of them.
func TestTwinsAreFarApart(t *testing.T) {
	const half = 16384 / 2
	rdb := redistest.StartCluster(t)
	for _, keys := range [][2]string{shopsKeys, stirsKeys} {
		var slots [2]int64
		for i, key := range keys {
			var err error
			if slots[i], err = rdb.ClusterKeySlot(t.Context(), key).Result(); err != nil {
				t.Fatal(err)
			}
		}
		if slots[1]-slots[0] < half {
			t.Errorf("%v are in the slots %v, want them %d apart", keys, slots, half)
		}
	}
}

// places are two keys, each with how long a call takes and what comes of it.
type places struct {
	*twins
	mu    sync.Mutex
	calls [2]int
	takes [2]time.Duration
	err   [2]error
}

func newPlaces() *places { return &places{twins: &twins{keys: [2]string{"a", "b"}}} }

// reply is an error that a server answers.
type reply string

func (r reply) Error() string { return string(r) }

// RedisError implements redis.Error.
func (reply) RedisError() {}

var errGone = errors.New("connection lost")

func (p *places) call(ctx context.Context, key string) error {
	i := map[string]int{"a": 0, "b": 1}[key]
	p.mu.Lock()
	p.calls[i]++
	takes, err := p.takes[i], p.err[i]
	p.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(takes):
		return err
	}
}

func TestTwinsWrite(t *testing.T) {
	const never = time.Hour
	for _, tt := range []struct {
		name   string
		takes  [2]time.Duration
		err    [2]error
		within time.Duration // of the caller

		both bool
		fail bool
		took time.Duration
	}{
		{name: "both there", both: true},
		{name: "both slow", takes: [2]time.Duration{time.Second, time.Second + patience/2}, both: true, took: time.Second + patience/2},
		{name: "one fails", err: [2]error{errGone, nil}},
		{name: "other fails", err: [2]error{nil, errGone}},
		{name: "one hangs", takes: [2]time.Duration{never, 0}, took: patience},
		{name: "other hangs", takes: [2]time.Duration{0, never}, took: patience},
		{name: "one hangs, other is slow", takes: [2]time.Duration{never, time.Second}, took: time.Second + patience},
		{name: "one fails, other is slow", err: [2]error{errGone, nil}, takes: [2]time.Duration{0, time.Second}, took: time.Second},
		{name: "both fail", err: [2]error{errGone, errGone}, fail: true},
		{name: "one starts", err: [2]error{reply("LOADING"), nil}},
		{name: "one is something else", err: [2]error{reply("WRONGTYPE"), nil}, fail: true},
		{name: "both hang", takes: [2]time.Duration{never, never}, within: 5 * time.Second, fail: true, took: 5 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPlaces()
				p.takes, p.err = tt.takes, tt.err
				ctx := t.Context()
				if tt.within > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.within)
					defer cancel()
				}
				began := time.Now()
				both, err := p.write(ctx, p.call)
				if took := time.Since(began); both != tt.both || (err != nil) != tt.fail || took != tt.took {
					t.Errorf("write = %t, %v after %v, want %t, an error: %t, after %v", both, err, took, tt.both, tt.fail, tt.took)
				}
			})
		})
	}
}

// TestTwinThatIsAwayIsLeftAlone has many callers write while one place hangs:
// one of them waits for it now and then.
func TestTwinThatIsAwayIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces()
		p.takes[1] = time.Hour
		if _, err := p.write(t.Context(), p.call); err != nil {
			t.Fatal(err)
		}
		var waited [2]int // callers who did, and did not
		for range 10 {
			time.Sleep(awayFor / 2)
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() {
					began := time.Now()
					_, err := p.write(t.Context(), p.call)
					if err != nil {
						t.Errorf("write = %v", err)
					}
					p.mu.Lock()
					defer p.mu.Unlock()
					if time.Since(began) > 0 {
						waited[0]++
					} else {
						waited[1]++
					}
				})
			}
			wg.Wait()
		}
		if diff := cmp.Diff([2]int{5, 495}, waited); diff != "" {
			t.Errorf("callers who waited, and who did not (-want +got):\n%s", diff)
		}
		p.takes[1] = 0
		time.Sleep(awayFor)
		if both, err := p.write(t.Context(), p.call); !both || err != nil {
			t.Errorf("write when the place is back = %t, %v, want true, nil", both, err)
		}
	})
}

// TestTwinIsAskedWhereTheOtherFails, although it has just failed itself.
func TestTwinIsAskedWhereTheOtherFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces()
		p.err[1] = errGone
		if both, err := p.write(t.Context(), p.call); both || err != nil {
			t.Fatalf("write = %t, %v, want false, nil", both, err)
		}
		p.err = [2]error{errGone, nil}
		if both, err := p.write(t.Context(), p.call); both || err != nil {
			t.Errorf("write when the other fails = %t, %v, want false, nil", both, err)
		}
		if diff := cmp.Diff([2]int{2, 2}, p.calls); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}
