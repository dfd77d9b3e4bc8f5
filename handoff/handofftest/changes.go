package handofftest

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func testChangesInOrder(t *testing.T, h Harness) {
	a, b := waiting("a"), waiting("b")
	put(t, h, b)
	put(t, h, a)
	must(t, b.Claim(atWork("agent"), start))
	put(t, h, b)
	if diff := cmp.Diff([]*handoff.Ticket{a, b}, changes(t, h, shopA, 0, 10)); diff != "" {
		t.Errorf("Changes (-want +got):\n%s", diff)
	}
	wantIDs(t, "Changes after a's", ids(changes(t, h, shopA, a.Revision, 10)), []string{"b"})
	wantIDs(t, "Changes after the last", ids(changes(t, h, shopA, b.Revision, 10)), nil)
	wantIDs(t, "Changes after one yet to come", ids(changes(t, h, shopA, b.Revision+100, 10)), nil)
	for _, far := range []uint64{1<<53 + 1, math.MaxInt64, math.MaxUint64} {
		wantIDs(t, "Changes in the far future", ids(changes(t, h, shopA, far, 10)), nil)
	}
}

func testChangesCoalesce(t *testing.T, h Harness) {
	a := waiting("a")
	for range 5 {
		put(t, h, a)
	}
	for _, after := range []uint64{0, 1, a.Revision - 1} {
		if diff := cmp.Diff([]*handoff.Ticket{a}, changes(t, h, shopA, after, 10)); diff != "" {
			t.Errorf("Changes after %d (-want +got):\n%s", after, diff)
		}
	}
}

func testChangesPages(t *testing.T, h Harness) {
	want := []string{"e", "d", "c", "b", "a"}
	for _, id := range want {
		put(t, h, waiting(id))
	}
	for _, limit := range []int{1, 2, 3, 5, 6, 1 << 40} {
		var got []string
		for after := uint64(0); ; {
			page := changes(t, h, shopA, after, limit)
			if len(page) == 0 {
				break
			}
			if len(page) > limit {
				t.Fatalf("Changes with limit %d returns %d tickets", limit, len(page))
			}
			got = append(got, ids(page)...)
			after = page[len(page)-1].Revision
		}
		wantIDs(t, fmt.Sprintf("pages of %d", limit), got, want)
	}
	wantIDs(t, "Changes with limit 0", ids(changes(t, h, shopA, 0, 0)), nil)
	wantIDs(t, "Changes with a negative limit", ids(changes(t, h, shopA, 0, -1)), nil)
}

// testFollowerMissesNothing reads the feed in small pages while many writers
// change the same tickets: in the end the follower has seen the last state of
// each, and has never gone back.
func testFollowerMissesNothing(t *testing.T, h Harness) {
	const tickets, writers, writes = 12, 4, 60
	done := make(chan struct{}) // closed when all writers have ended
	var wg sync.WaitGroup
	defer wg.Wait()
	for w := range writers {
		wg.Go(func() {
			for i := range writes {
				if err := touch(t, h, fmt.Sprint("t", (w*7+i*5)%tickets)); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	go func() { wg.Wait(); close(done) }()

	seen := make(map[string]*handoff.Ticket)
	var after uint64
	for finished := false; ; {
		page := changes(t, h, shopA, after, 3)
		for _, ticket := range page {
			if ticket.Revision <= after {
				t.Fatalf("Changes(%d) returns %s with revision %d, or out of order", after, ticket.ID, ticket.Revision)
			}
			after = ticket.Revision
			seen[ticket.ID] = ticket
		}
		if finished && len(page) == 0 {
			break
		}
		select {
		case <-done:
			finished = true
		default:
		}
	}
	for i := range tickets {
		id := fmt.Sprint("t", i)
		if diff := cmp.Diff(get(t, h, shopA, id), seen[id]); diff != "" {
			t.Errorf("last state of %s that the follower saw (-want +got):\n%s", id, diff)
		}
	}
}

// touch makes a new version of a ticket, however many others do so too.
func touch(t *testing.T, h Harness, id string) error {
	for {
		ticket, err := h.Queue.Get(t.Context(), shopA, id)
		if errors.Is(err, handoff.ErrNotFound) {
			ticket, err = waiting(id), nil
		}
		if err != nil {
			return err
		}
		if err := h.Put(t.Context(), ticket, 0); !errors.Is(err, h.Conflict) {
			return err
		}
	}
}

func testClosedVanishAfterKeep(t *testing.T, h Harness) {
	ticket := closed(t, h, "t", time.Hour)
	h.Advance(59 * time.Minute)
	if diff := cmp.Diff(ticket, get(t, h, shopA, "t")); diff != "" {
		t.Errorf("closed ticket before its time is over (-want +got):\n%s", diff)
	}
	wantIDs(t, "Changes before the time is over", ids(changes(t, h, shopA, 0, 10)), []string{"t"})
	h.Advance(2 * time.Minute)
	if _, err := h.Queue.Get(t.Context(), shopA, "t"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Get of a closed ticket after its time: err = %v, want ErrNotFound", err)
	}
	wantIDs(t, "Changes after the time is over", ids(changes(t, h, shopA, 0, 10)), nil)
}

// testClosedKeepsItsEnd has a closed ticket change once more, without a word on
// how long to keep it: a note, while its session goes on.
func testClosedKeepsItsEnd(t *testing.T, h Harness) {
	ticket := closed(t, h, "t", time.Hour)
	ticket.Outcome = "noted"
	put(t, h, ticket)
	h.Advance(59 * time.Minute)
	if got := get(t, h, shopA, "t"); got.Outcome != "noted" {
		t.Errorf("outcome = %q, want the new one", got.Outcome)
	}
	h.Advance(2 * time.Minute)
	if _, err := h.Queue.Get(t.Context(), shopA, "t"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Get after the end that the ticket had: err = %v, want ErrNotFound", err)
	}
}

// testVanishedAreSkippedInChanges has a page's worth of tickets vanish: the
// page is filled with what comes after them, or a follower would believe that
// it has seen everything.
func testVanishedAreSkippedInChanges(t *testing.T, h Harness) {
	for i := range 7 {
		closed(t, h, fmt.Sprint("gone", i), time.Hour)
	}
	put(t, h, waiting("a"))
	closed(t, h, "gone", time.Hour)
	put(t, h, waiting("b"))
	h.Advance(2 * time.Hour)
	for range 2 { // the second time after whatever the first one tidied up
		wantIDs(t, "Changes", ids(changes(t, h, shopA, 0, 2)), []string{"a", "b"})
	}
	put(t, h, waiting("c"))
	wantIDs(t, "Changes", ids(changes(t, h, shopA, 0, 3)), []string{"a", "b", "c"})
}

func testOpenNeverVanish(t *testing.T, h Harness) {
	a, b := waiting("a"), waiting("b")
	for _, ticket := range []*handoff.Ticket{a, b} {
		must(t, h.Put(t.Context(), ticket, time.Hour)) // the session may go, its open ticket stays
	}
	must(t, b.Claim(atWork("agent"), start))
	must(t, h.Put(t.Context(), b, time.Hour))
	h.Advance(100 * 365 * 24 * time.Hour)
	wantIDs(t, "waiting after a century", list(t, h, shopA, handoff.Waiting, 0, 10), []string{"a"})
	wantIDs(t, "held after a century", list(t, h, shopA, handoff.Held, 0, 10), []string{"b"})
}

func testIDFreeAgainAfterKeep(t *testing.T, h Harness) {
	old := closed(t, h, "t", time.Hour)
	h.Advance(2 * time.Hour)
	if err := h.Put(t.Context(), old, 0); !errors.Is(err, h.Conflict) {
		t.Errorf("Put over a ticket that vanished since it was read = %v, want a conflict", err)
	}
	again := waiting("t")
	put(t, h, again)
	if again.Revision <= old.Revision {
		t.Errorf("revision of the new ticket = %d, want above %d", again.Revision, old.Revision)
	}
	h.Advance(2 * time.Hour)
	if diff := cmp.Diff([]*handoff.Ticket{again}, changes(t, h, shopA, 0, 10)); diff != "" {
		t.Errorf("Changes (-want +got):\n%s", diff)
	}
}

// closed stores a ticket and closes it, to be kept for keep.
func closed(t testing.TB, h Harness, id string, keep time.Duration) *handoff.Ticket {
	t.Helper()
	ticket := waiting(id)
	put(t, h, ticket)
	must(t, ticket.Close(nil, "left", start, 0))
	if err := h.Put(t.Context(), ticket, keep); err != nil {
		t.Fatalf("Put(%s, closed) = %v", id, err)
	}
	return ticket
}
