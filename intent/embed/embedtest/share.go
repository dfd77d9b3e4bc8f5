package embedtest

import (
	"math"
	"slices"
	"sync"
	"testing"
)

// testTextsAreTheCallers changes the list after the call.
func testTextsAreTheCallers(t *testing.T, h Harness) {
	e := h.New(t)
	texts := slices.Clone(h.Known)
	vectors := embed(t, e, texts)
	if !slices.Equal(texts, h.Known) {
		t.Errorf("Embed changed the caller's texts")
	}
	before := clones(vectors)
	for i := range texts {
		texts[i] = "something else"
	}
	if !identical(vectors, before) {
		t.Errorf("vectors change with the caller's texts")
	}
	if got := embed(t, e, h.Known); !identical(got, before) {
		t.Errorf("what is remembered changes with the caller's texts")
	}
}

// testVectorsAreTheCallers writes into what Embed returned.
func testVectorsAreTheCallers(t *testing.T, h Harness) {
	e := h.New(t)
	texts := slices.Concat(h.Known, h.Known)
	vectors := embed(t, e, texts)
	want := clones(vectors)
	for i := range vectors {
		// Neither another vector of the same call, nor what lies behind one.
		spoil(vectors[i])
		_ = append(vectors[i], float32(math.NaN()))
		if !identical(vectors[i+1:], want[i+1:]) {
			t.Fatalf("writing into vector %d changes a later one", i)
		}
	}
	if got := embed(t, e, texts); !identical(got, want) {
		t.Errorf("writing into vectors changes what is returned later")
	}
}

func spoil(v []float32) {
	for i := range v {
		v[i] = float32(math.NaN())
	}
}

// concurrently runs f a few times at once.
func concurrently(f func(worker int)) {
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() { f(worker) })
	}
	wg.Wait()
}

// testConcurrent asks for the same and for different texts at the same time.
func testConcurrent(t *testing.T, h Harness) {
	texts := slices.Concat(h.Known, many(h, 12))
	want := embed(t, h.New(t), texts)
	e := h.New(t)
	concurrently(func(worker int) {
		for i := range texts {
			i = (i + worker*7) % len(texts)
			n := min(1+worker%3*4, len(texts)-i)
			got, err := e.Embed(t.Context(), texts[i:i+n])
			if err != nil {
				t.Errorf("Embed of %d texts = %v, want no error", n, err)
				return
			}
			if !identical(got, want[i:i+n]) {
				t.Errorf("vectors of texts %d to %d differ from those without company", i, i+n-1)
				return
			}
			_, _ = e.ID(), e.Dimensions()
		}
	})
}

// testConcurrentWriters has each caller spoil its own vectors.
func testConcurrentWriters(t *testing.T, h Harness) {
	e := h.New(t)
	want := embed(t, h.New(t), h.Known)
	concurrently(func(int) {
		for range 20 {
			got, err := e.Embed(t.Context(), h.Known)
			if err != nil || !identical(got, want) {
				t.Errorf("Embed = %v, or vectors that another caller wrote into", err)
				return
			}
			for _, v := range got {
				spoil(v)
			}
		}
	})
}
