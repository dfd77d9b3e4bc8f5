package boltqueue_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
)

func TestSweepRemovesWhatIsDueAndNothingElse(t *testing.T) {
	h, db := newHarness(t)
	open := &handoff.Ticket{Shop: "shop", ID: "open", State: handoff.Waiting}
	late := &handoff.Ticket{Shop: "shop", ID: "late", State: handoff.Closed}
	forEver := &handoff.Ticket{Shop: "shop", ID: "for-ever", State: handoff.Closed}
	puts := map[*handoff.Ticket]time.Duration{open: time.Hour, late: 3 * time.Hour, forEver: 0}
	for i := range 5 {
		due := &handoff.Ticket{Shop: "other", ID: fmt.Sprint("due", i), State: handoff.Closed}
		puts[due] = time.Hour + time.Duration(i)
	}
	for ticket, keep := range puts {
		if err := h.Put(t.Context(), ticket, keep); err != nil {
			t.Fatal(err)
		}
	}
	q := h.Queue.(*boltqueue.Queue)
	for what, err := range map[string]error{
		"PutAgent": q.PutAgent(t.Context(), handoff.NewAgent("shop", "agent")),
		"PutRules": q.PutRules(t.Context(), handoff.DefaultRules("shop")),
		"Renew":    q.Renew(t.Context(), "shop", "agent", time.Minute),
	} {
		if err != nil {
			t.Fatalf("%s = %v", what, err)
		}
	}

	for _, tt := range []struct {
		after       time.Duration
		limit, want int
	}{
		{59 * time.Minute, 100, 0},
		{2 * time.Hour, 2, 2}, // no more than asked for
		{2 * time.Hour, 100, 3},
		{2 * time.Hour, 100, 0},
		{4 * time.Hour, 100, 1},
		{1e6 * time.Hour, 100, 0},
	} {
		if got, err := sweep(db, start.Add(tt.after), tt.limit); err != nil || got != tt.want {
			t.Errorf("Sweep(after %v, %d) = %d, %v, want %d, nil", tt.after, tt.limit, got, err, tt.want)
		}
	}
	want := map[string]int{
		"handoff.tickets": 2, "handoff.visitors": 1, "handoff.line": 1, "handoff.feed": 2, "handoff.expiry": 0,
		"handoff.revisions": 2, // a shop's counter stays: a revision never comes again
		"handoff.agents":    1, "handoff.agentfeed": 1, "handoff.agentrevisions": 1, "handoff.leases": 1, "handoff.rules": 1,
		"handoff.stirs": 2, "handoff.stirmarks": 2,
	}
	if diff := cmp.Diff(want, keys(t, db)); diff != "" {
		t.Errorf("keys left in the buckets (-want +got):\n%s", diff)
	}
}

// keys counts the keys in each bucket of the file.
func keys(t *testing.T, db *bbolt.DB) map[string]int {
	t.Helper()
	n := make(map[string]int)
	err := db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			n[string(name)] = b.Stats().KeyN
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestClosedFileIsUnavailable(t *testing.T) {
	h, db := newHarness(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Queue.Get(t.Context(), "shop", "t"); !errors.Is(err, handoff.ErrUnavailable) {
		t.Errorf("Get from a closed file: err = %v, want ErrUnavailable", err)
	}
}

func TestPutRefusesAnInvalidShop(t *testing.T) {
	_, db := newHarness(t)
	err := db.Update(func(tx *bbolt.Tx) error {
		_, err := boltqueue.Put(tx, &handoff.Ticket{Shop: "no\x00shop", ID: "t"}, start, 0)
		return err
	})
	if err == nil {
		t.Error("Put(shop with a zero byte) = nil, want an error")
	}
}
