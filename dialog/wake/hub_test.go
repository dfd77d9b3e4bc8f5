package wake_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog/wake"
)

// taken returns how many wake-ups wait to be read.
func taken(wakes <-chan struct{}) (n int) {
	for {
		select {
		case <-wakes:
			n++
		default:
			return n
		}
	}
}

func TestHub(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(h *wake.Hub, leave func())
		want int // wake-ups of a watcher of topic "a"
	}{
		{"nothing happens", func(*wake.Hub, func()) {}, 0},
		{"one change", func(h *wake.Hub, _ func()) { h.Wake(t.Context(), "a") }, 1},
		{"changes merge", func(h *wake.Hub, _ func()) {
			for range 5 {
				h.Wake(t.Context(), "a")
			}
		}, 1},
		{"another topic", func(h *wake.Hub, _ func()) { h.Wake(t.Context(), "b") }, 0},
		{"all topics", func(h *wake.Hub, _ func()) { h.WakeAll() }, 1},
		{"after the end", func(h *wake.Hub, leave func()) {
			leave()
			h.Wake(t.Context(), "a")
			h.WakeAll()
		}, 0},
		{"ended twice", func(h *wake.Hub, leave func()) {
			leave()
			leave()
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := wake.NewHub()
			wakes, leave := h.Subscribe("a")
			tt.do(h, leave)
			if got := taken(wakes); got != tt.want {
				t.Errorf("wake-ups = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestHubWakesAgainAfterARead(t *testing.T) {
	h := wake.NewHub()
	wakes, leave := h.Subscribe("a")
	defer leave()
	for range 3 {
		h.Wake(t.Context(), "a")
		if got := taken(wakes); got != 1 {
			t.Fatalf("wake-ups = %d, want 1", got)
		}
	}
}

func TestHubWakesEveryWatcherOfATopic(t *testing.T) {
	h := wake.NewHub()
	first, leaveFirst := h.Subscribe("a")
	second, leaveSecond := h.Subscribe("a")
	defer leaveSecond()
	h.Wake(t.Context(), "a")
	if a, b := taken(first), taken(second); a != 1 || b != 1 {
		t.Errorf("wake-ups = %d and %d, want 1 and 1", a, b)
	}
	leaveFirst()
	h.Wake(t.Context(), "a")
	if a, b := taken(first), taken(second); a != 0 || b != 1 {
		t.Errorf("wake-ups after the first left = %d and %d, want 0 and 1", a, b)
	}
}

// TestHubForgetsTopics has watchers come and go while others wake them: no
// change is missed, and nothing is left behind.
func TestHubForgetsTopics(t *testing.T) {
	h := wake.NewHub()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 500 {
				topic := fmt.Sprint("topic-", (i+j)%5)
				wakes, leave := h.Subscribe(topic)
				h.Wake(t.Context(), topic)
				select {
				case <-wakes:
				default:
					t.Errorf("no wake-up for a change of %s after Subscribe", topic)
				}
				leave()
			}
		})
	}
	wg.Wait()
	if got := h.Len(); got != 0 {
		t.Errorf("topics with a watcher after all left = %d, want 0", got)
	}
}
