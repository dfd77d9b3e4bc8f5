package handofftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// A StirHarness gives one subtest stirs of which there are none yet.
type StirHarness struct {
	Stirs handoff.Stirs

	// Change makes one change of a shop, the first of its kind there. Other
	// kinds, and other shops, may change at the same moment.
	Change map[string]func(testing.TB, shop.ID)

	// Parts are the places in which the store keeps stirs, if there is more
	// than one: each takes one away, until back is called.
	Parts []func() (back func())
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
		{"PartAway", testStirsPartAway},
		{"EndedContext", testStirsEndedContext},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newHarness(t)) })
	}
}

func testEveryChangeStirs(t *testing.T, h StirHarness) {
	mark := wantStirred(t, h, handoff.Mark{})
	for _, kind := range kinds(h) {
		id := shop.ID(kind)
		h.Change[kind](t, id)
		next := wantStirred(t, h, mark, id)
		if next == mark {
			t.Errorf("mark after a change of %s = %d as before, want another", kind, next)
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
	mark := wantStirred(t, h, handoff.Mark{}, ids...)
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
	var mark handoff.Mark
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

// testStirsPartAway: while a part of the stirs is away all changes are made, and
// found in the rest; when it is back nothing is missing, whichever is away then.
func testStirsPartAway(t *testing.T, h StirHarness) {
	mark := wantStirred(t, h, handoff.Mark{})
	for i, away := range h.Parts {
		back := away()
		var ids []shop.ID
		for _, kind := range kinds(h) {
			id := shop.ID(fmt.Sprintf("%s-%d", kind, i))
			h.Change[kind](t, id)
			ids = append(ids, id)
		}
		got, next, err := h.Stirs.Stirred(t.Context(), mark)
		slices.Sort(got)
		if !slices.Equal(got, ids) || !errors.Is(err, handoff.ErrIncomplete) {
			t.Errorf("Stirred(%d) without part %d = %v, %v, want %v, %v", mark, i, got, err, ids, handoff.ErrIncomplete)
		}
		back()
		wantNothingMissing(t, h, mark, ids)
		mark = wantNothingMissing(t, h, next, nil)
	}
}

// wantNothingMissing waits until all parts can be read, and returns the mark
// after that.
func wantNothingMissing(t *testing.T, h StirHarness, after handoff.Mark, want []shop.ID) handoff.Mark {
	t.Helper()
	var all []shop.ID
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		got, mark, err := h.Stirs.Stirred(t.Context(), after)
		all, after = append(all, got...), mark
		if err != nil && time.Now().Before(deadline) {
			continue
		}
		slices.Sort(all)
		if all = slices.Compact(all); err != nil || !slices.Equal(all, want) {
			t.Errorf("Stirred when all parts are back = %v, %v, want %v, nil", all, err, want)
		}
		return after
	}
}

func testStirsEndedContext(t *testing.T, h StirHarness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := make(map[string]error)
	_, _, errs["Stirred from 0"] = h.Stirs.Stirred(ctx, handoff.Mark{})
	_, _, errs["Stirred"] = h.Stirs.Stirred(ctx, handoff.Mark{1, 1})
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
func wantStirred(t testing.TB, h StirHarness, after handoff.Mark, want ...shop.ID) handoff.Mark {
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
