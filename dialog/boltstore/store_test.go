package boltstore_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/boltstore"
	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
)

func TestStore(t *testing.T) { dialogtest.TestStore(t, newHarness) }

func TestQueue(t *testing.T) { dialogtest.TestQueue(t, newHarness) }

func TestStirs(t *testing.T) { dialogtest.TestStirs(t, newHarness) }

func TestDeskRetries(t *testing.T) {
	dialogtest.TestDeskRetries(t, func(t *testing.T) dialog.Stores {
		_, db := open(t, filepath.Join(t.TempDir(), "test.db"), &bbolt.Options{NoSync: true})
		sessions, err := boltstore.New(db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		stores, err := sessions.Stores()
		if err != nil {
			t.Fatal(err)
		}
		return stores
	})
}

// TestStoreWithSweeps runs the suite with a sweep after each step of the clock:
// what has ended is gone from the file and not only from sight.
func TestStoreWithSweeps(t *testing.T) {
	dialogtest.TestStore(t, func(t *testing.T) dialogtest.Harness {
		h := newHarness(t)
		advance := h.Advance
		h.Advance = func(d time.Duration) {
			advance(d)
			if _, err := h.Store.(*boltstore.Store).Sweep(t.Context(), 100); err != nil {
				t.Errorf("Sweep() = %v, want nil", err)
			}
		}
		return h
	})
}

func newHarness(t *testing.T) dialogtest.Harness {
	// Without sync: these tests cut no power.
	h, _ := open(t, filepath.Join(t.TempDir(), "test.db"), &bbolt.Options{NoSync: true})
	return h
}

func open(t *testing.T, path string, opts *bbolt.Options) (dialogtest.Harness, *bbolt.DB) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	clock := &clock{now: time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)}
	store, err := boltstore.New(db, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	queue, err := boltqueue.New(db, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	return dialogtest.Harness{Store: store, Queue: queue, Roster: queue, Stirs: queue, Advance: clock.Advance}, db
}

type clock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
