package dialogtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog"
)

func testOneCommitWinsAVersion(t *testing.T, h Harness) {
	const committers = 200
	s := newSession("s")
	first := change(s, "first")
	first.Ticket = newTicket(s, "t")
	commit(t, h, first)

	errs := make([]error, committers)
	var wg sync.WaitGroup
	for i := range committers {
		mine, ticket := *s, *first.Ticket
		c := change(&mine, fmt.Sprint("of committer ", i))
		c.Turn, c.Ticket = record(fmt.Sprint("turn-", i), "text"), &ticket
		wg.Go(func() { errs[i] = h.Store.Commit(t.Context(), c) })
	}
	wg.Wait()

	var winners []int
	for i, err := range errs {
		switch {
		case err == nil:
			winners = append(winners, i)
		case !errors.Is(err, dialog.ErrConflict):
			t.Errorf("Commit of committer %d = %v, want nil or ErrConflict", i, err)
		}
	}
	if len(winners) != 1 {
		t.Fatalf("committers who won version 2 = %v, want exactly one", winners)
	}
	got := read(t, h, "s")
	wantSame(t, "entries", []string{"1 first", fmt.Sprint("2 of committer ", winners[0])}, texts(got.Entries))
	if got.Session.Version != 2 || got.Tickets[0].Version != 2 {
		t.Errorf("session version %d, ticket version %d, want 2 and 2", got.Session.Version, got.Tickets[0].Version)
	}
	for i := range committers {
		_, rec := load(t, h, shopA, "s", fmt.Sprint("turn-", i))
		if (rec != nil) != (i == winners[0]) {
			t.Errorf("record of committer %d, when %d won = %v", i, winners[0], rec)
		}
	}
}

func testEveryCommitCounts(t *testing.T, h Harness) {
	const writers, steps = 8, 12
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range steps {
				if err := stepUntilDone(t, h, "s"); err != nil {
					t.Errorf("Step() = %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	if got := Verify(t, h, shopA, "s"); got != writers*steps {
		t.Errorf("version after %d commits without an error = %d", writers*steps, got)
	}
}

func stepUntilDone(t *testing.T, h Harness, session string) error {
	for {
		if _, err := Step(t.Context(), h, shopA, session); !errors.Is(err, dialog.ErrConflict) {
			return err
		}
	}
}

// testReadersSeeWholeCommits reads while a writer commits: no read shows a part
// of a commit.
func testReadersSeeWholeCommits(t *testing.T, h Harness) {
	const steps, readers = 60, 3
	if err := stepUntilDone(t, h, "s"); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := readWhole(t, h); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range steps {
		if err := stepUntilDone(t, h, "s"); err != nil {
			t.Errorf("Step() = %v", err)
		}
	}
	close(done)
	wg.Wait()
}

func readWhole(t *testing.T, h Harness) error {
	version := 1 + rand.Uint64N(60)
	s, rec, err := h.Store.Load(t.Context(), shopA, "s", witnessTurn(version))
	if err != nil {
		return err
	}
	if s.Seq != witnessEntries(s.Version) {
		return fmt.Errorf("session at version %d ends with entry %d, want %d", s.Version, s.Seq, witnessEntries(s.Version))
	}
	if (rec != nil) != (version <= s.Version) {
		return fmt.Errorf("session at version %d comes with record %v of turn %d", s.Version, rec, version)
	}
	found, err := h.Store.Entries(t.Context(), shopA, "s", 0, everything)
	if err != nil {
		return err
	}
	if n := uint64(len(found)); n < s.Seq || n%entriesPerStep != 0 {
		return fmt.Errorf("%d entries after a session that ended with entry %d was read", n, s.Seq)
	}
	return nil
}
