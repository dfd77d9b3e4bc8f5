package knowledgetest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Model returns a model of size bytes that no other call with other arguments
// returns.
func Model(seed, size int) []byte {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	binary.LittleEndian.PutUint64(key[8:], uint64(size))
	model := make([]byte, size)
	_, _ = rand.NewChaCha8(key).Read(model) // never fails
	return model
}

func testModelRoundTrip(t *testing.T, h Harness) {
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	publish(t, h.Store, Release("shop-b", 1, "editor"))
	wantNoModel(t, h.Store, "shop-a", 1)
	for i, size := range []int{1, 100, 8 << 20, 8<<20 + 1, 4096, 0x100000, 2} { // each replaces the one before
		model := Model(i, size)
		setModel(t, h.Store, "shop-a", 1, model)
		wantModel(t, h.Store, "shop-a", 1, model)
		wantModel(t, h.Open(), "shop-a", 1, model)
	}
	for _, number := range []uint64{0, 2, 1<<64 - 1} {
		wantNoModel(t, h.Store, "shop-a", number)
	}
	for _, id := range []shop.ID{"shop-b", "shop", "nobody", "", "a}:live"} {
		wantNoModel(t, h.Store, id, 1)
	}
	setModel(t, h.Store, "shop-b", 1, Model(99, 100))
	wantModel(t, h.Store, "shop-b", 1, Model(99, 100))
	wantModel(t, h.Store, "shop-a", 1, Model(6, 2))
	wantRelease(t, h.Store, Release("shop-a", 1, "editor"))
	wantShops(t, h.Store, "shop-a", "shop-b")
}

// testModelOfLiveRelease checks that a model belongs to the live release alone:
// a process that is late must not replace the model of a newer one.
func testModelOfLiveRelease(t *testing.T, h Harness) {
	refuse := func(id shop.ID, number uint64) {
		t.Helper()
		if err := h.Store.SetModel(t.Context(), id, number, Model(1, 100)); !errors.Is(err, knowledge.ErrNoRelease) {
			t.Errorf("SetModel(%s, %d) = %v, want ErrNoRelease", id, number, err)
		}
	}
	for _, number := range []uint64{0, 1} {
		refuse("shop-a", number)
	}
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	setModel(t, h.Store, "shop-a", 1, Model(1, 100))
	publish(t, h.Store, Release("shop-a", 2, "editor"))
	wantNoModel(t, h.Store, "shop-a", 2)
	setModel(t, h.Store, "shop-a", 2, Model(2, 100))
	for _, number := range []uint64{0, 1, 3, 1<<64 - 1} {
		refuse("shop-a", number)
	}
	refuse("shop-b", 1)
	wantNoModel(t, h.Store, "shop-a", 1)
	wantModel(t, h.Store, "shop-a", 2, Model(2, 100))
}

func testModelBounds(t *testing.T, h Harness) {
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	setModel(t, h.Store, "shop-a", 1, Model(1, 100))
	for name, model := range map[string][]byte{"no": nil, "an empty": {}, "a too long": make([]byte, knowledge.MaxModel+1)} {
		err := h.Store.SetModel(t.Context(), "shop-a", 1, model)
		if err == nil || errors.Is(err, knowledge.ErrUnavailable) || errors.Is(err, knowledge.ErrNoRelease) {
			t.Errorf("SetModel with %s model = %v, want an error about the model", name, err)
		}
	}
	wantModel(t, h.Store, "shop-a", 1, Model(1, 100))
}

func testModelKeepsNothingOfTheCaller(t *testing.T, h Harness) {
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	model := Model(1, 100)
	setModel(t, h.Store, "shop-a", 1, model)
	model[0]++
	wantModel(t, h.Store, "shop-a", 1, Model(1, 100))
	got, err := h.Store.Model(t.Context(), "shop-a", 1)
	if err != nil {
		t.Fatal(err)
	}
	got[0]++
	wantModel(t, h.Store, "shop-a", 1, Model(1, 100))
}

func testModelDamaged(t *testing.T, h Harness) {
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	for _, size := range []int{1, 3 << 20} {
		setModel(t, h.Store, "shop-a", 1, Model(1, size))
		h.DamageModel("shop-a")
		model, err := h.Store.Model(t.Context(), "shop-a", 1)
		if err == nil || errors.Is(err, knowledge.ErrNoModel) || errors.Is(err, knowledge.ErrUnavailable) {
			t.Errorf("Model that is damaged = %d bytes, %v, want an error of its own", len(model), err)
		}
		// What is made anew is the same again.
		setModel(t, h.Store, "shop-a", 1, Model(1, size))
		wantModel(t, h.Store, "shop-a", 1, Model(1, size))
	}
}

// testModelIsWhole lets writers replace each other's models under readers: each
// reader has one of them, whole.
func testModelIsWhole(t *testing.T, h Harness) {
	const size, writers, rounds = 1<<20 + 1000, 3, 8
	publish(t, h.Store, Release("shop-a", 1, "editor"))
	var models [][]byte
	for w := range writers {
		models = append(models, Model(w, size+w))
	}
	setModel(t, h.Store, "shop-a", 1, models[0])
	var wg, readers sync.WaitGroup
	for w, model := range models {
		store := h.Store
		if w%2 == 1 {
			store = h.Open()
		}
		wg.Go(func() {
			for range rounds {
				if err := store.SetModel(t.Context(), "shop-a", 1, model); err != nil {
					t.Errorf("SetModel by writer %d = %v", w, err)
				}
			}
		})
	}
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for open := true; open; {
				select {
				case <-done:
					open = false
				default:
				}
				got, err := h.Store.Model(t.Context(), "shop-a", 1)
				if err != nil || !slices.ContainsFunc(models, func(m []byte) bool { return bytes.Equal(m, got) }) {
					t.Errorf("Model while others set it = %d bytes, %v, want one of theirs", len(got), err)
					return
				}
			}
		})
	}
	wg.Wait()
	close(done)
	readers.Wait()
}

func setModel(t *testing.T, s knowledge.Store, id shop.ID, number uint64, model []byte) {
	t.Helper()
	if err := s.SetModel(t.Context(), id, number, model); err != nil {
		t.Fatalf("SetModel(%s, %d, %d bytes) = %v", id, number, len(model), err)
	}
}

func wantModel(t *testing.T, s knowledge.Store, id shop.ID, number uint64, want []byte) {
	t.Helper()
	got, err := s.Model(t.Context(), id, number)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("Model(%s, %d) = %d bytes, %v, want the %d bytes that were set", id, number, len(got), err, len(want))
	}
}

func wantNoModel(t *testing.T, s knowledge.Store, id shop.ID, number uint64) {
	t.Helper()
	if got, err := s.Model(t.Context(), id, number); !errors.Is(err, knowledge.ErrNoModel) {
		t.Errorf("Model(%q, %d) = %d bytes, %v, want ErrNoModel", id, number, len(got), err)
	}
}
