package wake_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/dialog/wake"
)

func TestSigns(t *testing.T) {
	dialogtest.TestSigns(t, func(*testing.T) dialogtest.SignsHarness {
		now := time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)
		return dialogtest.SignsHarness{
			Board: wake.NewSigns(func() time.Time { return now }),
			Wait:  func(d time.Duration) { now = now.Add(d) },
		}
	})
}

// TestSignsOfManySessions has those that are over make room for others.
func TestSignsOfManySessions(t *testing.T) {
	now := time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)
	board := wake.NewSigns(func() time.Time { return now })
	for i := range 10_000 {
		now = now.Add(time.Second)
		err := board.Put(t.Context(), "demo", fmt.Sprint(i), dialog.AuthorVisitor, dialog.Sign{Read: 1}, time.Second, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := board.Len(); got > 2000 {
		t.Errorf("sessions known after 10,000 of a minute each = %d, want at most 2,000", got)
	}
}
