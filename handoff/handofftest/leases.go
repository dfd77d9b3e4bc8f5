package handofftest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// A LeaseHarness gives one subtest leases of which there are none yet.
type LeaseHarness struct {
	Leases handoff.Leases

	// Advance moves the clock of the store forward. Little real time passes.
	Advance func(time.Duration)
}

// TestLeases checks that the leases newHarness makes keep the contract of
// [handoff.Leases]. Every implementation calls it from its own tests.
func TestLeases(t *testing.T, newHarness func(*testing.T) LeaseHarness) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*testing.T, LeaseHarness)
	}{
		{"LapseInOrder", testLapseInOrder},
		{"RenewedDoesNotLapse", testRenewedDoesNotLapse},
		{"Drop", testDrop},
		{"DropKeepsWhatWasRenewed", testDropKeepsWhatWasRenewed},
		{"MalformedIsRefused", testMalformedLeaseIsRefused},
		{"ShopsAreIsolated", testLeaseShopsAreIsolated},
		{"LeadIsKept", testLeadIsKept},
		{"LeadIsTakenOver", testLeadIsTakenOver},
		{"OneOfManyLeads", testOneOfManyLeads},
		{"EndedContext", testLeaseEndedContext},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newHarness(t)) })
	}
}

func testLapseInOrder(t *testing.T, h LeaseHarness) {
	wantLapsed(t, h, "without a lease", nil)
	renew(t, h, "third", 3*time.Hour)
	renew(t, h, "a-second", 2*time.Hour)
	renew(t, h, "z-first", time.Hour)
	wantLapsed(t, h, "at once", nil)
	h.Advance(59 * time.Minute)
	wantLapsed(t, h, "before the first end", nil)
	h.Advance(2 * time.Minute)
	wantLapsed(t, h, "after the first end", []string{"z-first"})
	wantLapsed(t, h, "asked again", []string{"z-first"})
	h.Advance(3 * time.Hour)
	all := []string{"z-first", "a-second", "third"}
	wantLapsed(t, h, "after all ends", all)
	for _, limit := range []int{1, 2, 3, 4, 1 << 40} {
		wantIDs(t, fmt.Sprint("Lapsed with limit ", limit), lapsed(t, h, shopA, limit), all[:min(limit, len(all))])
	}
	wantIDs(t, "Lapsed with limit 0", lapsed(t, h, shopA, 0), nil)
	wantIDs(t, "Lapsed with a negative limit", lapsed(t, h, shopA, -1), nil)
}

func testRenewedDoesNotLapse(t *testing.T, h LeaseHarness) {
	for range 3 {
		renew(t, h, "agent", time.Hour)
		h.Advance(50 * time.Minute)
		wantLapsed(t, h, "while it is renewed", nil)
	}
	h.Advance(time.Hour)
	wantLapsed(t, h, "without renewal", []string{"agent"})
	renew(t, h, "agent", time.Hour)
	wantLapsed(t, h, "after it was renewed late", nil)
	h.Advance(61 * time.Minute)
	wantLapsed(t, h, "after the late renewal", []string{"agent"})

	renew(t, h, "agent", time.Hour)
	renew(t, h, "agent", time.Minute) // from now, and not the longer one
	h.Advance(2 * time.Minute)
	wantLapsed(t, h, "after a shorter renewal", []string{"agent"})
}

func testDrop(t *testing.T, h LeaseHarness) {
	drop(t, h, "nobody")
	renew(t, h, "a", time.Minute)
	renew(t, h, "b", time.Minute)
	h.Advance(time.Hour)
	drop(t, h, "a")
	wantLapsed(t, h, "after one was dropped", []string{"b"})
	drop(t, h, "a")
	drop(t, h, "b")
	wantLapsed(t, h, "after both were dropped", nil)
	renew(t, h, "a", time.Minute)
	h.Advance(time.Hour)
	wantLapsed(t, h, "when a dropped one came again", []string{"a"})
}

// testDropKeepsWhatWasRenewed has an agent come back between Lapsed and Drop.
func testDropKeepsWhatWasRenewed(t *testing.T, h LeaseHarness) {
	renew(t, h, "agent", time.Minute)
	h.Advance(time.Hour)
	wantLapsed(t, h, "at the end", []string{"agent"})
	renew(t, h, "agent", time.Minute)
	drop(t, h, "agent")
	wantLapsed(t, h, "while it runs again", nil)
	h.Advance(time.Hour)
	wantLapsed(t, h, "after it ended again: it was not dropped", []string{"agent"})
}

func testMalformedLeaseIsRefused(t *testing.T, h LeaseHarness) {
	for _, tt := range []struct {
		id    shop.ID
		agent string
	}{{"", "agent"}, {"{shop", "agent"}, {shopA, ""}, {shopA, "a\x00b"}} {
		err := h.Leases.Renew(t.Context(), tt.id, tt.agent, time.Minute)
		if err == nil || errors.Is(err, handoff.ErrUnavailable) {
			t.Errorf("Renew(%q, %q) = %v, want an error that no repetition mends", tt.id, tt.agent, err)
		}
	}
}

func testLeaseShopsAreIsolated(t *testing.T, h LeaseHarness) {
	renew(t, h, "agent", time.Minute)
	h.Advance(time.Hour)
	if err := h.Leases.Drop(t.Context(), shopB, "agent"); err != nil {
		t.Errorf("Drop in another shop = %v, want nil", err)
	}
	wantIDs(t, "Lapsed in another shop", lapsed(t, h, shopB, 10), nil)
	wantIDs(t, "Lapsed in a shop whose id is a prefix", lapsed(t, h, "shop", 10), nil)
	wantLapsed(t, h, "in its own shop", []string{"agent"})

	wantLead(t, h, shopA, "one", true)
	wantLead(t, h, shopB, "other", true)
	wantLead(t, h, shopA, "other", false)
}

func testLeadIsKept(t *testing.T, h LeaseHarness) {
	for range 3 {
		wantLead(t, h, shopA, "one", true)
		h.Advance(50 * time.Minute) // of the hour that wantLead asks for
		wantLead(t, h, shopA, "other", false)
	}
	wantLead(t, h, shopA, "one", true)
}

func testLeadIsTakenOver(t *testing.T, h LeaseHarness) {
	wantLead(t, h, shopA, "one", true)
	h.Advance(61 * time.Minute)
	wantLead(t, h, shopA, "other", true)
	wantLead(t, h, shopA, "one", false)
	h.Advance(61 * time.Minute)
	wantLead(t, h, shopA, "one", true)
}

func testOneOfManyLeads(t *testing.T, h LeaseHarness) {
	for round := range 5 {
		const nodes = 20
		leads := make([]bool, nodes)
		errs := make([]error, nodes)
		var wg sync.WaitGroup
		for i := range nodes {
			wg.Go(func() { leads[i], errs[i] = h.Leases.Lead(t.Context(), shopA, fmt.Sprint("node-", i), time.Hour) })
		}
		wg.Wait()
		leaders := 0
		for i := range nodes {
			if errs[i] != nil {
				t.Errorf("Lead of node %d = %v", i, errs[i])
			}
			if leads[i] {
				leaders++
			}
		}
		if leaders != 1 {
			t.Errorf("round %d: %d nodes lead, want 1", round, leaders)
		}
		h.Advance(61 * time.Minute)
	}
}

func testLeaseEndedContext(t *testing.T, h LeaseHarness) {
	renew(t, h, "agent", time.Minute)
	h.Advance(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := map[string]error{
		"Renew": h.Leases.Renew(ctx, shopA, "other", time.Minute),
		"Drop":  h.Leases.Drop(ctx, shopA, "agent"),
	}
	_, errs["Lapsed"] = h.Leases.Lapsed(ctx, shopA, 1)
	_, errs["Lead"] = h.Leases.Lead(ctx, shopA, "node", time.Minute)
	wantEnded(t, errs)
	h.Advance(time.Hour)
	wantLapsed(t, h, "after calls that failed", []string{"agent"})
}

func renew(t testing.TB, h LeaseHarness, agent string, ttl time.Duration) {
	t.Helper()
	if err := h.Leases.Renew(t.Context(), shopA, agent, ttl); err != nil {
		t.Fatalf("Renew(%s, %v) = %v", agent, ttl, err)
	}
}

func drop(t testing.TB, h LeaseHarness, agent string) {
	t.Helper()
	if err := h.Leases.Drop(t.Context(), shopA, agent); err != nil {
		t.Errorf("Drop(%s) = %v, want nil", agent, err)
	}
}

func lapsed(t testing.TB, h LeaseHarness, id shop.ID, limit int) []string {
	t.Helper()
	got, err := h.Leases.Lapsed(t.Context(), id, limit)
	if err != nil {
		t.Fatalf("Lapsed(%s, %d) = %v", id, limit, err)
	}
	if len(got) == 0 {
		return nil
	}
	return got
}

func wantLapsed(t testing.TB, h LeaseHarness, when string, want []string) {
	t.Helper()
	wantIDs(t, "Lapsed "+when, lapsed(t, h, shopA, 10), want)
}

// wantLead asks for an hour.
func wantLead(t testing.TB, h LeaseHarness, id shop.ID, node string, want bool) {
	t.Helper()
	if got, err := h.Leases.Lead(t.Context(), id, node, time.Hour); err != nil || got != want {
		t.Errorf("Lead(%s, %s) = %t, %v, want %t, nil", id, node, got, err, want)
	}
}
