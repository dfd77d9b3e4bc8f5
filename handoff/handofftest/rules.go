package handofftest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// TestRules checks that the stores newStore makes, each empty, keep the
// contract of [handoff.RuleStore]. Every implementation calls it from its own
// tests.
func TestRules(t *testing.T, newStore func(*testing.T) handoff.RuleStore) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*testing.T, handoff.RuleStore)
	}{
		{"Defaults", testDefaultRules},
		{"RoundTrip", testRulesRoundTrip},
		{"StaleVersionConflicts", testStaleRulesConflict},
		{"OneOfManyWins", testOneOfManyRulesWins},
		{"MalformedIsRefused", testMalformedRulesAreRefused},
		{"EndedContext", testRulesEndedContext},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newStore(t)) })
	}
}

func testDefaultRules(t *testing.T, s handoff.RuleStore) {
	wantRules(t, s, handoff.DefaultRules(shopA))
	putRules(t, s, fullRules())
	wantRules(t, s, handoff.DefaultRules(shopB))
	wantRules(t, s, handoff.DefaultRules("shop"))
}

func testRulesRoundTrip(t *testing.T, s handoff.RuleStore) {
	for _, r := range []*handoff.Rules{fullRules(), handoff.DefaultRules(shopB), {Shop: "shop-zero"}} {
		for version := range uint64(3) {
			putRules(t, s, r)
			if r.Version != version+1 {
				t.Errorf("Version after PutRules of version %d = %d, want one more", version, r.Version)
			}
			wantRules(t, s, r)
			r.MaxOpen++
		}
	}
}

func testStaleRulesConflict(t *testing.T, s handoff.RuleStore) {
	stored := fullRules()
	putRules(t, s, stored)
	putRules(t, s, stored)
	for id, versions := range map[shop.ID][]uint64{shopA: {0, 1, 3}, shopB: {1}} {
		for _, version := range versions {
			stale := handoff.DefaultRules(id)
			stale.Version = version
			if err := s.PutRules(t.Context(), stale); !errors.Is(err, handoff.ErrConflict) || errors.Is(err, handoff.ErrUnavailable) {
				t.Errorf("PutRules(%s v%d) = %v, want ErrConflict alone", id, version, err)
			}
			if stale.Version != version {
				t.Errorf("refused rules have version %d, want %d", stale.Version, version)
			}
		}
	}
	wantRules(t, s, stored)
	wantRules(t, s, handoff.DefaultRules(shopB))
}

func testOneOfManyRulesWins(t *testing.T, s handoff.RuleStore) {
	const writers = 20
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		r := handoff.DefaultRules(shopA)
		r.MaxOpen = i
		wg.Go(func() { errs[i] = s.PutRules(t.Context(), r) })
	}
	wg.Wait()
	var winners []int
	for i, err := range errs {
		switch {
		case err == nil:
			winners = append(winners, i)
		case !errors.Is(err, handoff.ErrConflict):
			t.Errorf("PutRules of writer %d = %v, want nil or ErrConflict", i, err)
		}
	}
	got, err := s.Rules(t.Context(), shopA)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{got.MaxOpen}, winners); diff != "" || got.Version != 1 {
		t.Errorf("stored version %d and writers without an error (-stored +won):\n%s", got.Version, diff)
	}
}

func testMalformedRulesAreRefused(t *testing.T, s handoff.RuleStore) {
	for what, spoil := range map[string]func(*handoff.Rules){
		"no shop":                func(r *handoff.Rules) { r.Shop = "" },
		"an invalid shop":        func(r *handoff.Rules) { r.Shop = "{shop" },
		"a reply beyond measure": func(r *handoff.Rules) { r.Canned[0].Text = strings.Repeat("x", 2<<20) },
	} {
		r := fullRules()
		spoil(r)
		err := s.PutRules(t.Context(), r)
		if err == nil || errors.Is(err, handoff.ErrConflict) || errors.Is(err, handoff.ErrUnavailable) {
			t.Errorf("PutRules with %s = %v, want an error that no repetition mends", what, err)
		}
	}
	wantRules(t, s, handoff.DefaultRules(shopA))
}

func testRulesEndedContext(t *testing.T, s handoff.RuleStore) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, errGet := s.Rules(ctx, shopA)
	wantEnded(t, map[string]error{"Rules": errGet, "PutRules": s.PutRules(ctx, fullRules())})
	wantRules(t, s, handoff.DefaultRules(shopA))
}

// fullRules have every field set, with text that encodings break on.
func fullRules() *handoff.Rules {
	return &handoff.Rules{
		Shop: shopA, Mode: handoff.Assign, Ring: 20*time.Second + 1, Misses: 1, Lease: time.Minute,
		WrapUp: 30 * time.Second, Prefer: 15 * time.Second,
		Relax: []handoff.Relax{
			{After: 30 * time.Second, Proficiency: 1}, {After: time.Minute, AnySkill: true}, {After: 1 << 62, AnyLanguage: true},
		},
		Routes: []handoff.Route{
			{Node: "returns.late", Slot: "days", Is: "8", Skill: "returns", Proficiency: 3, Priority: 9, Weight: 2, Tags: []string{"急"}},
			{Skill: "anything"},
		},
		Target: handoff.Target{Within: 30 * time.Second, Share: 1.0 / 3},
		Skills: map[string]handoff.Target{"returns": {Within: time.Minute, Share: 0.8}},
		Calendar: calendar.Calendar{
			Zone:       "Asia/Shanghai",
			Hours:      []calendar.Hours{{Days: []string{"mon", "sun"}, Periods: []calendar.Period{{From: "09:00", To: "24:00"}}}},
			Exceptions: []calendar.Exception{{Title: "国庆节", First: "2026-10-01", Last: "2026-10-07"}},
		},
		Canned: []handoff.Canned{{ID: "hello", Title: "问候", Text: "您好，我是 {{agent}} 😀 \u2028 \x00 \"quoted\" <b>&amp;"}},
		Survey: true, MaxOpen: 5,
	}
}

func putRules(t testing.TB, s handoff.RuleStore, r *handoff.Rules) {
	t.Helper()
	version := r.Version
	if err := s.PutRules(t.Context(), r); err != nil {
		t.Fatalf("PutRules(%s v%d) = %v", r.Shop, version, err)
	}
}

func wantRules(t testing.TB, s handoff.RuleStore, want *handoff.Rules) {
	t.Helper()
	got, err := s.Rules(t.Context(), want.Shop)
	if err != nil {
		t.Fatalf("Rules(%s) = %v", want.Shop, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Rules(%s) (-want +got):\n%s", want.Shop, diff)
	}
}
