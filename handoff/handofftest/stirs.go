package handofftest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// A StirHarness gives one subtest stirs of which there are none yet.
type StirHarness struct {
	Stirs handoff.Stirs

	// Change makes one change of a shop, the first of its kind there. Other
	// kinds, and other shops, may change at the same moment.
	Change map[string]func(testing.TB, shop.ID)
}

// TestStirs checks that the stirs newHarness makes keep the contract of
// [handoff.Stirs]. Every implementation calls it from its own tests, and so does
// every store that changes tickets.
func TestStirs(t *testing.T, newHarness func(*testing.T) StirHarness) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*testing.T, StirHarness)
	}{
		{"EveryChangeStirs", testEveryChangeStirs},
		{"FromZero", testStirsFromZero},
		{"FollowerMissesNoShop", testStirFollowerMissesNoShop},
		{"EndedContext", testStirsEndedContext},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newHarness(t)) })
	}
}

func testEveryChangeStirs(t *testing.T, h StirHarness) {
	mark := wantStirred(t, h, 0)
	for _, kind := range kinds(h) {
		id := shop.ID(kind)
		h.Change[kind](t, id)
		next := wantStirred(t, h, mark, id)
		if next <= mark {
			t.Errorf("mark after a change of %s = %d, want above %d", kind, next, mark)
		}
		wantStirred(t, h, mark, id)
		if again := wantStirred(t, h, next); again != next {
			t.Errorf("mark where nothing happened = %d, want %d as before", again, next)
		}
		mark = next
	}
}

// testStirsFromZero: who starts knows of the stirs that may still stand for
// something.
func testStirsFromZero(t *testing.T, h StirHarness) {
	var ids []shop.ID
	for _, kind := range kinds(h) {
		h.Change[kind](t, shop.ID(kind))
		ids = append(ids, shop.ID(kind))
	}
	mark := wantStirred(t, h, 0, ids...)
	wantStirred(t, h, mark)
}

func testStirFollowerMissesNoShop(t *testing.T, h StirHarness) {
	const writers, each = 4, 25
	list := kinds(h)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				h.Change[list[i%len(list)]](t, shop.ID(fmt.Sprintf("shop-%d-%d", w, i)))
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	seen := make(map[shop.ID]bool)
	var mark uint64
	for last := false; ; {
		shops, next, err := h.Stirs.Stirred(t.Context(), mark)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range shops {
			seen[id] = true
		}
		mark = next
		if last {
			break
		}
		select {
		case <-done:
			last = true
		default:
		}
	}
	if len(seen) != writers*each {
		t.Errorf("the follower has seen stirs of %d shops, want %d", len(seen), writers*each)
	}
}

func testStirsEndedContext(t *testing.T, h StirHarness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := make(map[string]error)
	_, _, errs["Stirred from 0"] = h.Stirs.Stirred(ctx, 0)
	_, _, errs["Stirred"] = h.Stirs.Stirred(ctx, 1)
	wantEnded(t, errs)
}

func kinds(h StirHarness) []string {
	var list []string
	for kind := range h.Change {
		list = append(list, kind)
	}
	slices.Sort(list)
	return list
}

// wantStirred returns the next mark.
func wantStirred(t testing.TB, h StirHarness, after uint64, want ...shop.ID) uint64 {
	t.Helper()
	got, mark, err := h.Stirs.Stirred(t.Context(), after)
	if err != nil {
		t.Fatalf("Stirred(%d) = %v", after, err)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("Stirred(%d) = %v, want %v", after, got, want)
	}
	return mark
}

// StaffChanges are the changes that a roster and a store of rules make.
func StaffChanges(r handoff.Roster, rules handoff.RuleStore) map[string]func(testing.TB, shop.ID) {
	return map[string]func(testing.TB, shop.ID){
		"agent": func(t testing.TB, id shop.ID) {
			if err := r.PutAgent(t.Context(), handoff.NewAgent(id, "agent")); err != nil {
				t.Errorf("PutAgent = %v", err)
			}
		},
		"rules": func(t testing.TB, id shop.ID) {
			if err := rules.PutRules(t.Context(), handoff.DefaultRules(id)); err != nil {
				t.Errorf("PutRules = %v", err)
			}
		},
	}
}
