package handofftest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// TestRoster checks that the rosters newRoster makes, each empty, keep the
// contract of [handoff.Roster]. Every implementation calls it from its own
// tests.
func TestRoster(t *testing.T, newRoster func(*testing.T) handoff.Roster) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*testing.T, handoff.Roster)
	}{
		{"Empty", testRosterEmpty},
		{"RoundTrip", testAgentRoundTrip},
		{"NothingIsShared", testAgentNothingIsShared},
		{"StaleVersionConflicts", testStaleAgentConflicts},
		{"OneOfManyWins", testOnePutOfManyWins},
		{"MalformedIsRefused", testMalformedAgentIsRefused},
		{"AgentsByName", testAgentsByName},
		{"ShopsAreIsolated", testRosterShopsAreIsolated},
		{"ChangesInOrder", testAgentChangesInOrder},
		{"ChangesPages", testAgentChangesPages},
		{"FollowerMissesNothing", testAgentFollowerMissesNothing},
		{"EndedContext", testRosterEndedContext},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newRoster(t)) })
	}
}

func testRosterEmpty(t *testing.T, r handoff.Roster) {
	if _, err := r.Agent(t.Context(), shopA, "none"); !errors.Is(err, handoff.ErrNoAgent) {
		t.Errorf("Agent that does not exist: err = %v, want ErrNoAgent", err)
	}
	wantIDs(t, "Agents of an empty shop", names(agents(t, r, shopA, "", 10)), nil)
	wantIDs(t, "AgentChanges of an empty shop", names(agentChanges(t, r, shopA, 0, 10)), nil)
	wantShops(t, r, nil)
}

func testAgentRoundTrip(t *testing.T, r handoff.Roster) {
	want := fullAgent()
	putAgent(t, r, want)
	if want.Version != 1 || want.Revision != 1 {
		t.Errorf("first PutAgent sets version %d and revision %d, want 1 and 1", want.Version, want.Revision)
	}
	for range 2 {
		for call, got := range map[string]*handoff.Agent{
			"Agent":        agent(t, r, shopA, want.Name),
			"Agents":       agents(t, r, shopA, "", 1)[0],
			"AgentChanges": agentChanges(t, r, shopA, 0, 1)[0],
		} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s at version %d (-want +got):\n%s", call, want.Version, diff)
			}
		}
		want.Clear("t1", start.Add(time.Hour))
		putAgent(t, r, want)
	}
}

func testAgentNothingIsShared(t *testing.T, r handoff.Roster) {
	mine := fullAgent()
	putAgent(t, r, mine)
	mine.Skills["returns"], mine.Work[0].Ticket = 1, "changed by the writer"
	theirs := agent(t, r, shopA, mine.Name)
	theirs.Skills["returns"], theirs.Work[0].Ticket = 2, "changed by a reader"
	want := fullAgent()
	want.Version, want.Revision = 1, 1
	if diff := cmp.Diff(want, agent(t, r, shopA, mine.Name)); diff != "" {
		t.Errorf("agent after others changed their copies (-want +got):\n%s", diff)
	}
}

func testStaleAgentConflicts(t *testing.T, r handoff.Roster) {
	stored := atWork("agent")
	putAgent(t, r, stored)
	putAgent(t, r, stored)
	for _, tt := range []struct {
		name    string
		version uint64
	}{{"agent", 0}, {"agent", 1}, {"agent", 3}, {"missing", 1}} {
		stale := atWork(tt.name)
		stale.Version, stale.Revision, stale.Capacity = tt.version, 77, 9
		if err := r.PutAgent(t.Context(), stale); !errors.Is(err, handoff.ErrConflict) || errors.Is(err, handoff.ErrUnavailable) {
			t.Errorf("PutAgent(%s v%d) = %v, want ErrConflict alone", tt.name, tt.version, err)
		}
		if stale.Version != tt.version || stale.Revision != 77 {
			t.Errorf("refused agent has version %d and revision %d, want %d and 77", stale.Version, stale.Revision, tt.version)
		}
	}
	if diff := cmp.Diff([]*handoff.Agent{stored}, agentChanges(t, r, shopA, 0, 10)); diff != "" {
		t.Errorf("agents after refused puts (-want +got):\n%s", diff)
	}
}

func testOnePutOfManyWins(t *testing.T, r handoff.Roster) {
	const writers = 40
	stored := atWork("agent")
	putAgent(t, r, stored)
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		mine := *stored
		mine.Capacity = i + 1
		wg.Go(func() { errs[i] = r.PutAgent(t.Context(), &mine) })
	}
	wg.Wait()
	var winners []int
	for i, err := range errs {
		switch {
		case err == nil:
			winners = append(winners, i+1)
		case !errors.Is(err, handoff.ErrConflict):
			t.Errorf("PutAgent of writer %d = %v, want nil or ErrConflict", i, err)
		}
	}
	got := agent(t, r, shopA, "agent")
	if diff := cmp.Diff([]int{got.Capacity}, winners); diff != "" || got.Version != 2 || got.Revision != 2 {
		t.Errorf("stored version %d, revision %d and writers without an error (-stored +won):\n%s", got.Version, got.Revision, diff)
	}
}

func testMalformedAgentIsRefused(t *testing.T, r handoff.Roster) {
	for what, spoil := range map[string]func(*handoff.Agent){
		"no shop":                 func(a *handoff.Agent) { a.Shop = "" },
		"an invalid shop":         func(a *handoff.Agent) { a.Shop = "{shop" },
		"no name":                 func(a *handoff.Agent) { a.Name = "" },
		"a zero byte in the name": func(a *handoff.Agent) { a.Name = "a\x00b" },
		"a name that is no text":  func(a *handoff.Agent) { a.Name = "\xff" },
		"a name without end":      func(a *handoff.Agent) { a.Name = strings.Repeat("a", 1025) },
		"skills beyond measure":   func(a *handoff.Agent) { a.Skills = map[string]int{strings.Repeat("a", 2<<20): 1} },
	} {
		a := atWork("agent")
		spoil(a)
		err := r.PutAgent(t.Context(), a)
		if err == nil || errors.Is(err, handoff.ErrConflict) || errors.Is(err, handoff.ErrUnavailable) {
			t.Errorf("PutAgent with %s = %v, want an error that no repetition mends", what, err)
		}
	}
	wantIDs(t, "agents after refused puts", names(agents(t, r, shopA, "", 10)), nil)
}

func testAgentsByName(t *testing.T, r handoff.Roster) {
	all := []string{"A", "a", "a b", "a:b", "ab", "agents", "names", "z", "客服-01", "客服-02", "😀"} // in byte order
	for _, i := range []int{3, 10, 0, 7, 5, 1, 9, 2, 8, 4, 6} {
		putAgent(t, r, atWork(all[i]))
	}
	putAgent(t, r, agent(t, r, shopA, "a")) // a change moves nobody
	for _, limit := range []int{1, 3, 11, 12, 1 << 40} {
		var got []string
		for after := ""; ; after = got[len(got)-1] {
			page := names(agents(t, r, shopA, after, limit))
			if len(page) == 0 || len(page) > limit {
				break
			}
			got = append(got, page...)
		}
		wantIDs(t, fmt.Sprintf("pages of %d", limit), got, all)
	}
	wantIDs(t, "Agents after a name that nobody has", names(agents(t, r, shopA, "a!", 2)), []string{"a:b", "ab"})
	wantIDs(t, "Agents after the last", names(agents(t, r, shopA, "😀", 2)), nil)
	wantIDs(t, "Agents with limit 0", names(agents(t, r, shopA, "", 0)), nil)
	wantIDs(t, "Agents with a negative limit", names(agents(t, r, shopA, "", -1)), nil)
	for _, name := range all {
		if got := agent(t, r, shopA, name); got.Name != name {
			t.Errorf("Agent(%q) returns %q", name, got.Name)
		}
	}
}

func testRosterShopsAreIsolated(t *testing.T, r handoff.Roster) {
	putAgent(t, r, atWork("agent"))
	putAgent(t, r, atWork("only-a"))
	other := handoff.NewAgent(shopB, "agent")
	putAgent(t, r, other)
	if other.Revision != 1 {
		t.Errorf("first revision of shop B = %d, want 1", other.Revision)
	}
	if diff := cmp.Diff(other, agent(t, r, shopB, "agent")); diff != "" {
		t.Errorf("Agent of shop B (-want +got):\n%s", diff)
	}
	if _, err := r.Agent(t.Context(), shopB, "only-a"); !errors.Is(err, handoff.ErrNoAgent) {
		t.Errorf("Agent of another shop: err = %v, want ErrNoAgent", err)
	}
	wantIDs(t, "Agents of shop B", names(agents(t, r, shopB, "", 10)), []string{"agent"})
	wantIDs(t, "AgentChanges of shop B", names(agentChanges(t, r, shopB, 0, 10)), []string{"agent"})
	wantIDs(t, "Agents of a shop whose id is a prefix", names(agents(t, r, "shop", "", 10)), nil)
	wantIDs(t, "AgentChanges of a shop whose id is a prefix", names(agentChanges(t, r, "shop", 0, 10)), nil)
	wantShops(t, r, []shop.ID{shopA, shopB})
}

func testAgentChangesInOrder(t *testing.T, r handoff.Roster) {
	a, b, c := atWork("a"), atWork("b"), atWork("c")
	for _, agent := range []*handoff.Agent{c, b, a, b, b} {
		putAgent(t, r, agent)
	}
	if diff := cmp.Diff([]*handoff.Agent{c, a, b}, agentChanges(t, r, shopA, 0, 10)); diff != "" {
		t.Errorf("AgentChanges (-want +got):\n%s", diff)
	}
	wantIDs(t, "AgentChanges after a's", names(agentChanges(t, r, shopA, a.Revision, 10)), []string{"b"})
	for _, far := range []uint64{b.Revision, b.Revision + 100, 1<<53 + 1, math.MaxInt64, math.MaxUint64} {
		wantIDs(t, fmt.Sprint("AgentChanges after ", far), names(agentChanges(t, r, shopA, far, 10)), nil)
	}
}

func testAgentChangesPages(t *testing.T, r handoff.Roster) {
	want := []string{"e", "d", "c", "b", "a"}
	for _, name := range want {
		putAgent(t, r, atWork(name))
	}
	for _, limit := range []int{1, 2, 5, 6, 1 << 40} {
		var got []string
		for after := uint64(0); ; {
			page := agentChanges(t, r, shopA, after, limit)
			if len(page) == 0 || len(page) > limit {
				break
			}
			got = append(got, names(page)...)
			after = page[len(page)-1].Revision
		}
		wantIDs(t, fmt.Sprintf("pages of %d", limit), got, want)
	}
	wantIDs(t, "AgentChanges with limit 0", names(agentChanges(t, r, shopA, 0, 0)), nil)
	wantIDs(t, "AgentChanges with a negative limit", names(agentChanges(t, r, shopA, 0, -1)), nil)
}

// testAgentFollowerMissesNothing is testFollowerMissesNothing for agents.
func testAgentFollowerMissesNothing(t *testing.T, r handoff.Roster) {
	const desks, writers, writes = 8, 4, 50
	done := make(chan struct{}) // closed when all writers have ended
	var wg sync.WaitGroup
	defer wg.Wait()
	for w := range writers {
		wg.Go(func() {
			for i := range writes {
				if err := touchAgent(t, r, fmt.Sprint("agent-", (w*7+i*5)%desks)); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	go func() { wg.Wait(); close(done) }()

	seen := make(map[string]*handoff.Agent)
	var after uint64
	for finished := false; ; {
		page := agentChanges(t, r, shopA, after, 3)
		for _, a := range page {
			if a.Revision <= after {
				t.Fatalf("AgentChanges(%d) returns %s with revision %d, or out of order", after, a.Name, a.Revision)
			}
			after, seen[a.Name] = a.Revision, a
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
	if after != writers*writes {
		t.Errorf("last revision after %d puts = %d", writers*writes, after)
	}
	for _, a := range agents(t, r, shopA, "", desks) {
		if diff := cmp.Diff(a, seen[a.Name]); diff != "" {
			t.Errorf("last state of %s that the follower saw (-want +got):\n%s", a.Name, diff)
		}
	}
}

// touchAgent makes a new version of an agent, however many others do so too.
func touchAgent(t *testing.T, r handoff.Roster, name string) error {
	for {
		a, err := r.Agent(t.Context(), shopA, name)
		if errors.Is(err, handoff.ErrNoAgent) {
			a, err = atWork(name), nil
		}
		if err != nil {
			return err
		}
		if err := r.PutAgent(t.Context(), a); !errors.Is(err, handoff.ErrConflict) {
			return err
		}
	}
}

func testRosterEndedContext(t *testing.T, r handoff.Roster) {
	putAgent(t, r, atWork("agent"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := map[string]error{"PutAgent": r.PutAgent(ctx, atWork("other"))}
	_, errs["Agent"] = r.Agent(ctx, shopA, "agent")
	_, errs["Agents"] = r.Agents(ctx, shopA, "", 1)
	_, errs["AgentChanges"] = r.AgentChanges(ctx, shopA, 0, 1)
	_, errs["Shops"] = r.Shops(ctx)
	wantEnded(t, errs)
	wantIDs(t, "agents after a put that failed", names(agents(t, r, shopA, "", 10)), []string{"agent"})
}

// wantEnded checks what calls with an ended context returned.
func wantEnded(t testing.TB, errs map[string]error) {
	t.Helper()
	for call, err := range errs {
		if !errors.Is(err, context.Canceled) || !errors.Is(err, handoff.ErrUnavailable) {
			t.Errorf("%s with an ended context: err = %v, want ErrUnavailable and context.Canceled", call, err)
		}
	}
}

func wantShops(t testing.TB, r handoff.Roster, want []shop.ID) {
	t.Helper()
	got, err := r.Shops(t.Context())
	if err != nil {
		t.Fatalf("Shops() = %v", err)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("Shops() = %v, want %v", got, want)
	}
}
