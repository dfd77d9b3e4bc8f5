// Package knowledgetest checks implementations of the knowledge interfaces. It
// is for tests only.
package knowledgetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Harness gives one subtest an empty store.
type Harness struct {
	Store knowledge.Store

	// Open returns another store over the same data, as another process would
	// have it, or this one after a restart where there can be no other.
	Open func() knowledge.Store

	// DamageModel changes a byte of the model that is kept for a shop.
	DamageModel func(shop.ID)

	// Break makes Store unreachable for the rest of the subtest.
	Break func()
}

// TestStore checks that the stores newHarness makes keep the contract of
// [knowledge.Store]. Every implementation calls it from its own tests.
func TestStore(t *testing.T, newHarness func(*testing.T) Harness) {
	t.Helper()
	tests := []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"Empty", testEmpty},
		{"RoundTrip", testRoundTrip},
		{"LargeSource", testLargeSource},
		{"KeepsNothingOfTheCaller", testKeepsNothingOfTheCaller},
		{"NumbersHaveNoGaps", testNumbersHaveNoGaps},
		{"RepeatIsNoError", testRepeatIsNoError},
		{"ShopsAreIsolated", testShopsAreIsolated},
		{"ShopsAreSorted", testShopsAreSorted},
		{"BadShopID", testBadShopID},
		{"OpenedAgain", testOpenedAgain},
		{"OnePublisherWins", testOnePublisherWins},
		{"LiveIsWhole", testLiveIsWhole},
		{"ModelRoundTrip", testModelRoundTrip},
		{"ModelOfLiveRelease", testModelOfLiveRelease},
		{"ModelBounds", testModelBounds},
		{"ModelKeepsNothingOfTheCaller", testModelKeepsNothingOfTheCaller},
		{"ModelDamaged", testModelDamaged},
		{"ModelIsWhole", testModelIsWhole},
		{"EndedContext", testEndedContext},
		{"Unreachable", testUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newHarness(t)) })
	}
}

// Release returns a release that no other call with other arguments returns.
func Release(id shop.ID, number uint64, author string) knowledge.Release {
	source := fmt.Appendf(nil, "honeyguide: 1 # %s %d 由 %s\n", id, number, author)
	digest := sha256.Sum256(source)
	return knowledge.Release{
		Shop: id, Number: number, Author: author, Note: "双十一",
		Created: time.Date(2026, 11, 11, 0, 0, 0, 1, time.FixedZone("", 8*3600)).Add(time.Duration(number) * time.Minute),
		Source:  source, Digest: hex.EncodeToString(digest[:]), Nodes: 3, Questions: 17,
	}
}

func testEmpty(t *testing.T, h Harness) {
	if n, err := h.Store.Live(t.Context(), "shop-a"); !errors.Is(err, knowledge.ErrNoRelease) {
		t.Errorf("Live of an unknown shop = %d, %v, want ErrNoRelease", n, err)
	}
	if n, err := h.Store.Newest(t.Context(), "shop-a"); n != 0 || err != nil {
		t.Errorf("Newest of an unknown shop = %d, %v, want 0, nil", n, err)
	}
	for _, n := range []uint64{0, 1} {
		if _, err := h.Store.Get(t.Context(), "shop-a", n); !errors.Is(err, knowledge.ErrNoRelease) {
			t.Errorf("Get(%d) of an unknown shop: err = %v, want ErrNoRelease", n, err)
		}
	}
	wantShops(t, h.Store)
}

func testRoundTrip(t *testing.T, h Harness) {
	first := publish(t, h.Store, Release("shop-a", 1, "editor-1"))
	second := Release("shop-a", 2, "")
	second.Note, second.Source = "", []byte("\x00\xff\xfe no text, but bytes \r\n")
	publish(t, h.Store, second)
	wantLive(t, h.Store, "shop-a", 2)
	wantRelease(t, h.Store, first)
	wantRelease(t, h.Store, second)
	if _, err := h.Store.Get(t.Context(), "shop-a", 3); !errors.Is(err, knowledge.ErrNoRelease) {
		t.Errorf("Get of a number that comes next: err = %v, want ErrNoRelease", err)
	}
}

func testLargeSource(t *testing.T, h Harness) {
	large := Release("shop-a", 1, "editor")
	large.Source = bytes.Repeat([]byte("一个很大的知识树\n"), 200_000) // 5 MB
	wantRelease(t, h.Store, publish(t, h.Store, large))
}

func testKeepsNothingOfTheCaller(t *testing.T, h Harness) {
	r := Release("shop-a", 1, "editor")
	want := r
	want.Source = bytes.Clone(r.Source)
	publish(t, h.Store, r)
	r.Source[0] = '!'
	wantRelease(t, h.Store, want)

	got, err := h.Store.Get(t.Context(), "shop-a", 1)
	if err != nil {
		t.Fatal(err)
	}
	got.Source[0] = '!'
	wantRelease(t, h.Store, want)
}

func testNumbersHaveNoGaps(t *testing.T, h Harness) {
	refuse := func(number uint64) {
		t.Helper()
		err := h.Store.Publish(t.Context(), Release("shop-a", number, "somebody else"))
		if !errors.Is(err, knowledge.ErrReleaseExists) {
			t.Errorf("Publish(%d) = %v, want ErrReleaseExists", number, err)
		}
	}
	refuse(0)
	refuse(2)
	refuse(1<<64 - 1)
	wantShops(t, h.Store)
	first := publish(t, h.Store, Release("shop-a", 1, "editor"))
	refuse(1)
	refuse(3)
	second := publish(t, h.Store, Release("shop-a", 2, "editor"))
	refuse(0)
	refuse(1)
	refuse(2)
	refuse(4)
	wantLive(t, h.Store, "shop-a", 2)
	wantRelease(t, h.Store, first)
	wantRelease(t, h.Store, second)
	for _, n := range []uint64{0, 3, 4, 1<<64 - 1} {
		if _, err := h.Store.Get(t.Context(), "shop-a", n); !errors.Is(err, knowledge.ErrNoRelease) {
			t.Errorf("Get(%d), which was refused: err = %v, want ErrNoRelease", n, err)
		}
	}
}

func testRepeatIsNoError(t *testing.T, h Harness) {
	first := publish(t, h.Store, Release("shop-a", 1, "editor"))
	publish(t, h.Store, first)
	wantLive(t, h.Store, "shop-a", 1)
	publish(t, h.Store, Release("shop-a", 2, "editor"))
	publish(t, h.Store, first)
	wantLive(t, h.Store, "shop-a", 2)
	wantRelease(t, h.Store, first)
}

func testShopsAreIsolated(t *testing.T, h Harness) {
	// Ids of which one begins with the other, and one that looks like a key.
	ids := []shop.ID{"shop", "shop-1", "shop1", "shops", "release", "live"}
	for i, id := range ids {
		for n := range uint64(i + 1) {
			publish(t, h.Store, Release(id, n+1, "editor of "+string(id)))
		}
	}
	for i, id := range ids {
		wantLive(t, h.Store, id, uint64(i+1))
		wantRelease(t, h.Store, Release(id, 1, "editor of "+string(id)))
		if _, err := h.Store.Get(t.Context(), id, uint64(i+2)); !errors.Is(err, knowledge.ErrNoRelease) {
			t.Errorf("Get(%s, %d): err = %v, want ErrNoRelease", id, i+2, err)
		}
	}
}

func testShopsAreSorted(t *testing.T, h Harness) {
	for _, id := range []shop.ID{"m", "z-9", "a", "platform", "a-1", "a1"} {
		publish(t, h.Store, Release(id, 1, "editor"))
	}
	publish(t, h.Store, Release("m", 2, "editor"))
	wantShops(t, h.Store, "a", "a-1", "a1", "m", "platform", "z-9")
}

func testBadShopID(t *testing.T, h Harness) {
	for _, id := range []shop.ID{"", "a b", "a}:live", "店铺"} {
		err := h.Store.Publish(t.Context(), Release(id, 1, "editor"))
		if err == nil || errors.Is(err, knowledge.ErrUnavailable) || errors.Is(err, knowledge.ErrReleaseExists) {
			t.Errorf("Publish for shop %q = %v, want an error about the id", id, err)
		}
	}
	wantShops(t, h.Store)
}

func testOpenedAgain(t *testing.T, h Harness) {
	r := publish(t, h.Store, Release("shop-a", 1, "editor"))
	again := h.Open()
	wantLive(t, again, "shop-a", 1)
	wantRelease(t, again, r)
	wantShops(t, again, "shop-a")
}

func testEndedContext(t *testing.T, h Harness) {
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for call, err := range everyCall(ctx, h.Store) {
		if !errors.Is(err, knowledge.ErrUnavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: err = %v, want ErrUnavailable and context.Canceled", call, err)
		}
	}
	wantLive(t, h.Store, "shop-a", 1)
}

func testUnreachable(t *testing.T, h Harness) {
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	h.Break()
	for call, err := range everyCall(t.Context(), h.Store) {
		if !errors.Is(err, knowledge.ErrUnavailable) || errors.Is(err, knowledge.ErrNoRelease) || errors.Is(err, knowledge.ErrNoModel) {
			t.Errorf("%s of a store that cannot be reached: err = %v, want ErrUnavailable", call, err)
		}
	}
}

// everyCall returns the error of each method, for a shop with one release.
func everyCall(ctx context.Context, s knowledge.Store) map[string]error {
	errs := map[string]error{"Publish": s.Publish(ctx, Release("shop-a", 2, "editor"))}
	_, errs["Live"] = s.Live(ctx, "shop-a")
	_, errs["Newest"] = s.Newest(ctx, "shop-a")
	_, errs["Get"] = s.Get(ctx, "shop-a", 1)
	_, errs["Shops"] = s.Shops(ctx)
	errs["SetModel"] = s.SetModel(ctx, "shop-a", 1, Model(1, 100))
	_, errs["Model"] = s.Model(ctx, "shop-a", 1)
	return errs
}

func publish(t *testing.T, s knowledge.Store, r knowledge.Release) knowledge.Release {
	t.Helper()
	if err := s.Publish(t.Context(), r); err != nil {
		t.Fatalf("Publish(%s %d) = %v", r.Shop, r.Number, err)
	}
	return r
}

func wantLive(t *testing.T, s knowledge.Store, id shop.ID, want uint64) {
	t.Helper()
	if got, err := s.Live(t.Context(), id); got != want || err != nil {
		t.Errorf("Live(%s) = %d, %v, want %d", id, got, err, want)
	}
	if got, err := s.Newest(t.Context(), id); got != want || err != nil {
		t.Errorf("Newest(%s) = %d, %v, want %d", id, got, err, want)
	}
}

func wantRelease(t *testing.T, s knowledge.Store, want knowledge.Release) {
	t.Helper()
	got, err := s.Get(t.Context(), want.Shop, want.Number)
	if err != nil {
		t.Errorf("Get(%s, %d) = %v", want.Shop, want.Number, err)
	} else if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal)); diff != "" {
		t.Errorf("Get(%s, %d) (-want +got):\n%s", want.Shop, want.Number, diff)
	}
}

func wantShops(t *testing.T, s knowledge.Store, want ...shop.ID) {
	t.Helper()
	got, err := s.Shops(t.Context())
	if err != nil {
		t.Errorf("Shops() = %v", err)
	} else if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
		t.Errorf("Shops() (-want +got):\n%s", diff)
	}
}
