package redisstore

import (
	"fmt"
	"log/slog"
	"testing"
)

func TestPendingWakeUpsAreBoundedAndMerged(t *testing.T) {
	for _, tt := range []struct{ wakes, topics, want int }{
		{1000, 1, 1},
		{1000, 10, 10},
		{maxPending + 1000, maxPending + 1000, maxPending},
	} {
		w := NewWaker(nil, slog.New(slog.DiscardHandler)) // never sends
		for i := range tt.wakes {
			w.Wake(t.Context(), fmt.Sprint("topic-", i%tt.topics))
		}
		if got := len(w.take()); got != tt.want {
			t.Errorf("pending after %d wake-ups of %d topics = %d, want %d", tt.wakes, tt.topics, got, tt.want)
		}
	}
}
