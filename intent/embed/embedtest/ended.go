package embedtest

import (
	"context"
	"errors"
	"testing"
	"time"
)

// promptly is how long a call may take once its context has ended, on a busy
// machine with the race detector.
const promptly = 2 * time.Second

func testEndedContext(t *testing.T, h Harness) {
	e := h.New(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancelLate()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		want error
	}{
		{"cancelled", cancelled, context.Canceled},
		{"too late", late, context.DeadlineExceeded},
	} {
		start := time.Now()
		got, err := e.Embed(tc.ctx, many(h, 1000))
		if took := time.Since(start); took > promptly {
			t.Errorf("%s: Embed took %v, want it at once", tc.name, took)
		}
		if got != nil || !errors.Is(err, tc.want) {
			t.Errorf("%s: Embed = %d vectors, %v, want none, %v", tc.name, len(got), err, tc.want)
		}
	}
	embed(t, e, h.Known) // no harm is done
}

// testContextEndsMeanwhile asks for so much that the context ends before it is
// done, unless the embedder is very fast.
func testContextEndsMeanwhile(t *testing.T, h Harness) {
	e := h.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan time.Time, 1)
	timer := time.AfterFunc(20*time.Millisecond, func() {
		ended <- time.Now()
		cancel()
	})
	defer timer.Stop()
	texts := many(h, 20_000)
	got, err := e.Embed(ctx, texts)
	switch {
	case err == nil && len(got) != len(texts):
		t.Errorf("Embed = %d vectors, want %d or an error", len(got), len(texts))
	case err == nil:
		return
	case got != nil || !errors.Is(err, context.Canceled):
		t.Errorf("Embed = %d vectors, %v, want none, %v", len(got), err, context.Canceled)
	}
	if took := time.Since(<-ended); took > promptly {
		t.Errorf("Embed returned %v after its context ended, want at once", took)
	}
	embed(t, e, h.Known)
}
