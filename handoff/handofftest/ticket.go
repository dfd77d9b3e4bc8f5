package handofftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func testGetMissing(t *testing.T, h Harness) {
	if _, err := h.Queue.Get(t.Context(), shopA, "none"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Get of a missing ticket: err = %v, want ErrNotFound", err)
	}
	if _, err := h.Queue.Position(t.Context(), shopA, "none"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Position of a missing ticket: err = %v, want ErrNotFound", err)
	}
	wantIDs(t, "List of an empty shop", list(t, h, shopA, handoff.Waiting, 0, 10), nil)
	wantIDs(t, "Changes of an empty shop", ids(changes(t, h, shopA, 0, 10)), nil)
}

func testRoundTrip(t *testing.T, h Harness) {
	want := fullTicket()
	put(t, h, want)
	for call, got := range map[string]*handoff.Ticket{
		"Get":     get(t, h, shopA, "t1"),
		"Changes": changes(t, h, shopA, 0, 1)[0],
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s after Put (-want +got):\n%s", call, diff)
		}
	}
	listed, err := h.Queue.List(t.Context(), shopA, handoff.Held, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*handoff.Ticket{want}, listed); diff != "" {
		t.Errorf("List after Put (-want +got):\n%s", diff)
	}
}

func testNothingIsShared(t *testing.T, h Harness) {
	mine := fullTicket()
	put(t, h, mine)
	mine.Packet.Slots[0].Value = "changed by the writer"
	first := get(t, h, shopA, "t1")
	first.Packet.Slots[0].Value = "changed by a reader"
	if got := get(t, h, shopA, "t1").Packet.Slots[0].Value; got != "8" {
		t.Errorf("slot after others changed their copies = %q, want 8", got)
	}
}

func testVersionsAndRevisions(t *testing.T, h Harness) {
	a, b := waiting("a"), waiting("b")
	var revisions []uint64
	for _, ticket := range []*handoff.Ticket{a, b, a, a, b} {
		before := ticket.Version
		put(t, h, ticket)
		if ticket.Version != before+1 {
			t.Errorf("Version after Put of version %d = %d, want one more", before, ticket.Version)
		}
		if diff := cmp.Diff(ticket, get(t, h, shopA, ticket.ID)); diff != "" {
			t.Errorf("stored ticket (-put +got):\n%s", diff)
		}
		revisions = append(revisions, ticket.Revision)
	}
	if revisions[0] != 1 {
		t.Errorf("first revision = %d, want 1", revisions[0])
	}
	if !slices.IsSorted(revisions) || len(slices.Compact(slices.Clone(revisions))) != len(revisions) {
		t.Errorf("revisions = %v, want rising ones", revisions)
	}
}

func testStaleVersionConflicts(t *testing.T, h Harness) {
	stored := waiting("t")
	put(t, h, stored)
	put(t, h, stored)
	for _, tt := range []struct {
		id      string
		version uint64
	}{{"t", 0}, {"t", 1}, {"t", 3}, {"missing", 1}} {
		stale := waiting(tt.id, func(t *handoff.Ticket) { t.Version, t.Needs.Skill = tt.version, "stale" })
		if err := h.Put(t.Context(), stale, 0); !errors.Is(err, h.Conflict) {
			t.Errorf("Put(%s v%d) = %v, want a conflict", tt.id, tt.version, err)
		}
		if stale.Version != tt.version || stale.Revision != 0 {
			t.Errorf("refused ticket has version %d and revision %d, want %d and 0", stale.Version, stale.Revision, tt.version)
		}
	}
	if diff := cmp.Diff([]*handoff.Ticket{stored}, changes(t, h, shopA, 0, 10)); diff != "" {
		t.Errorf("tickets after refused puts (-want +got):\n%s", diff)
	}
}

func testOneClaimWins(t *testing.T, h Harness) {
	put(t, h, waiting("t"))
	const agents = 40
	errs := make([]error, agents)
	var wg sync.WaitGroup
	for i := range agents {
		wg.Go(func() {
			ticket, err := h.Queue.Get(t.Context(), shopA, "t")
			if err == nil {
				err = ticket.Claim(atWork(fmt.Sprint("agent-", i)), start)
			}
			if err == nil {
				err = h.Put(t.Context(), ticket, 0)
			}
			errs[i] = err
		})
	}
	wg.Wait()
	var winners []string
	for i, err := range errs {
		switch {
		case err == nil:
			winners = append(winners, fmt.Sprint("agent-", i))
		case !errors.Is(err, h.Conflict) && !errors.Is(err, handoff.ErrTaken):
			t.Errorf("claim of agent-%d = %v, want nil, a conflict or ErrTaken", i, err)
		}
	}
	wantIDs(t, "agents who claimed the ticket", winners, []string{get(t, h, shopA, "t").Agent})
}

func testShopsAreIsolated(t *testing.T, h Harness) {
	put(t, h, waiting("t", after(0)))
	other := waiting("t", after(1), ofShop(shopB))
	put(t, h, other)
	put(t, h, waiting("only-a"))

	if diff := cmp.Diff(other, get(t, h, shopB, "t")); diff != "" {
		t.Errorf("Get of shop B's ticket (-want +got):\n%s", diff)
	}
	if _, err := h.Queue.Get(t.Context(), shopB, "only-a"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Get of another shop's ticket: err = %v, want ErrNotFound", err)
	}
	if _, err := h.Queue.Position(t.Context(), shopB, "only-a"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Position of another shop's ticket: err = %v, want ErrNotFound", err)
	}
	wantIDs(t, "List of shop B", list(t, h, shopB, handoff.Waiting, 0, 10), []string{"t"})
	wantIDs(t, "Changes of shop B", ids(changes(t, h, shopB, 0, 10)), []string{"t"})
	wantIDs(t, "List of a shop whose id is a prefix", list(t, h, "shop", handoff.Waiting, 0, 10), nil)
	wantIDs(t, "Changes of a shop whose id is a prefix", ids(changes(t, h, "shop", 0, 10)), nil)
}

func testEndedContext(t *testing.T, h Harness) {
	put(t, h, waiting("t"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := map[string]error{"Put": h.Put(ctx, waiting("other"), 0)}
	_, errs["Get"] = h.Queue.Get(ctx, shopA, "t")
	_, errs["List"] = h.Queue.List(ctx, shopA, handoff.Waiting, 0, 1)
	_, errs["Position"] = h.Queue.Position(ctx, shopA, "t")
	_, errs["Changes"] = h.Queue.Changes(ctx, shopA, 0, 1)
	for call, err := range errs {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: err = %v, want context.Canceled", call, err)
		}
		if call != "Put" && !errors.Is(err, handoff.ErrUnavailable) {
			t.Errorf("%s with an ended context: err = %v, want ErrUnavailable", call, err)
		}
	}
}
