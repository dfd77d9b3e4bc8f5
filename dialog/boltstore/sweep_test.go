package boltstore_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/boltstore"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestSweepRemovesWhatIsDueAndNothingElse(t *testing.T) {
	h, db := open(t, filepath.Join(t.TempDir(), "test.db"), &bbolt.Options{NoSync: true})
	sweep := h.Store.(*boltstore.Store).Sweep
	for _, s := range []struct {
		id     string
		keep   time.Duration
		ticket handoff.State
	}{
		{"due0", time.Hour, handoff.Closed},
		{"due1", time.Hour, ""},
		{"due2", time.Hour, ""},
		{"due1\x01", 3 * time.Hour, ""}, // an id that begins as another does
		{"open", 3 * time.Hour, handoff.Waiting},
		{"for-ever", 0, handoff.Waiting},
	} {
		c := &dialog.Change{
			Session: &dialog.Session{Shop: aShop, ID: s.id, Seq: 2},
			Entries: []dialog.Entry{{Seq: 1}, {Seq: 2}},
			Turn:    &dialog.TurnRecord{ID: "turn"},
			Keep:    s.keep,
		}
		if s.ticket != "" {
			c.Ticket = &handoff.Ticket{Shop: aShop, ID: "ticket-" + s.id, Session: s.id, State: s.ticket}
		}
		if err := h.Store.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		advance     time.Duration
		limit, want int
		left        map[string]int
	}{
		{59 * time.Minute, 100, 0, map[string]int{"sessions": 6, "entries": 12, "turns": 6, "expiry": 5}},
		{2 * time.Minute, 2, 2, map[string]int{"sessions": 4, "entries": 8, "turns": 4, "expiry": 3}},
		{0, 100, 2, map[string]int{"sessions": 3, "entries": 6, "turns": 3, "expiry": 2}}, // a session and a ticket
		{0, 100, 0, map[string]int{"sessions": 3, "entries": 6, "turns": 3, "expiry": 2}},
		{1e5 * time.Hour, 100, 2, map[string]int{"sessions": 1, "entries": 2, "turns": 1, "expiry": 0}},
	} {
		t.Run(fmt.Sprintf("%v later, at most %d", tt.advance, tt.limit), func(t *testing.T) {
			h.Advance(tt.advance)
			if got, err := sweep(t.Context(), tt.limit); err != nil || got != tt.want {
				t.Errorf("Sweep(%d) = %d, %v, want %d, nil", tt.limit, got, err, tt.want)
			}
			if diff := cmp.Diff(tt.left, keys(t, db)); diff != "" {
				t.Errorf("keys left in the buckets (-want +got):\n%s", diff)
			}
		})
	}
	for ticket, want := range map[string]error{"ticket-due0": handoff.ErrNotFound, "ticket-open": nil, "ticket-for-ever": nil} {
		if _, err := h.Queue.Get(t.Context(), aShop, ticket); !errors.Is(err, want) {
			t.Errorf("Get(%s) = %v, want %v", ticket, err, want)
		}
	}
}

// keys counts the keys in each bucket of the store.
func keys(t *testing.T, db *bbolt.DB) map[string]int {
	t.Helper()
	n := make(map[string]int)
	err := db.View(func(tx *bbolt.Tx) error {
		for _, name := range []string{"sessions", "entries", "turns", "expiry"} {
			n[name] = tx.Bucket([]byte("dialog." + name)).Stats().KeyN
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestClosedFileIsUnavailable(t *testing.T) {
	h, db := open(t, filepath.Join(t.TempDir(), "test.db"), nil)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, errLoad := h.Store.Load(t.Context(), aShop, "s", "")
	errCommit := h.Store.Commit(t.Context(), &dialog.Change{Session: &dialog.Session{Shop: aShop, ID: "s"}})
	_, errSweep := h.Store.(*boltstore.Store).Sweep(t.Context(), 1)
	for call, err := range map[string]error{"Load": errLoad, "Commit": errCommit, "Sweep": errSweep} {
		if !errors.Is(err, dialog.ErrUnavailable) {
			t.Errorf("%s in a closed file: err = %v, want ErrUnavailable", call, err)
		}
	}
}

func TestDamagedDataIsNoReasonToTryAgain(t *testing.T) {
	h, db := open(t, filepath.Join(t.TempDir(), "test.db"), nil)
	c := &dialog.Change{Session: &dialog.Session{Shop: aShop, ID: "s", Seq: 1}, Entries: []dialog.Entry{{Seq: 1}}}
	if err := h.Store.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, damage := range []string{"short", "12345678{"} {
		if err := db.Update(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("dialog.sessions")).Put([]byte("shop-a\x00s"), []byte(damage))
		}); err != nil {
			t.Fatal(err)
		}
		_, _, err := h.Store.Load(t.Context(), aShop, "s", "")
		if err == nil || errors.Is(err, dialog.ErrUnavailable) || errors.Is(err, dialog.ErrNotFound) {
			t.Errorf("Load of %q: err = %v, want one that nothing mends", damage, err)
		}
	}
}
