package boltqueue_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
)

func TestQueue(t *testing.T) {
	handofftest.TestQueue(t, func(t *testing.T) handofftest.Harness {
		h, _ := newHarness(t)
		return h
	})
}

// TestQueueWithSweeps runs the suite with a sweep after each step of the clock:
// tickets are gone from the file and not only from sight.
func TestQueueWithSweeps(t *testing.T) {
	handofftest.TestQueue(t, func(t *testing.T) handofftest.Harness {
		h, db := newHarness(t)
		var passed time.Duration
		advance := h.Advance
		h.Advance = func(d time.Duration) {
			advance(d)
			passed += d
			if _, err := sweep(db, start.Add(passed), 100); err != nil {
				t.Errorf("Sweep() = %v, want nil", err)
			}
		}
		return h
	})
}

func newHarness(t *testing.T) (handofftest.Harness, *bbolt.DB) {
	db, clock := openDB(t), &clock{now: start}
	q, err := boltqueue.New(db, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	return handofftest.Harness{
		Queue:    q,
		Put:      putter(db, clock),
		Conflict: boltqueue.ErrVersion,
		Advance:  clock.Advance,
	}, db
}

// putter puts each ticket in a transaction of its own.
func putter(db *bbolt.DB, clock *clock) func(context.Context, *handoff.Ticket, time.Duration) error {
	return func(ctx context.Context, t *handoff.Ticket, keep time.Duration) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		var revision uint64
		err := db.Update(func(tx *bbolt.Tx) (err error) {
			revision, err = boltqueue.Put(tx, t, clock.Now(), keep)
			return err
		})
		if err == nil {
			t.Version++
			t.Revision = revision
		}
		return err
	}
}

func sweep(db *bbolt.DB, now time.Time, limit int) (removed int, err error) {
	err = db.Update(func(tx *bbolt.Tx) (err error) {
		removed, err = boltqueue.Sweep(tx, now, limit)
		return err
	})
	return removed, err
}

// openDB opens a file that survives no power cut: the suite has none.
func openDB(t *testing.T) *bbolt.DB {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "test.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return db
}

type clock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

var start = time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)

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
