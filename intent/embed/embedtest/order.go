package embedtest

import (
	"fmt"
	"slices"
	"testing"
)

// many returns n different texts, most of them around what is known.
func many(h Harness, n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("%s %d", h.Known[i%len(h.Known)], i)
	}
	return texts
}

func testInOrder(t *testing.T, h Harness) {
	want := embed(t, h.New(t), h.Known)
	backwards, wantBackwards := slices.Clone(h.Known), slices.Clone(want)
	slices.Reverse(backwards)
	slices.Reverse(wantBackwards)
	twice := slices.Concat(h.Known, []string{""}, h.Known)
	blank := embed(t, h.New(t), []string{""})
	for _, tc := range []struct {
		name  string
		texts []string
		want  [][]float32
	}{
		{"backwards", backwards, wantBackwards},
		{"each twice", twice, slices.Concat(want, blank, want)},
	} {
		if got := embed(t, h.New(t), tc.texts); !identical(got, tc.want) {
			t.Errorf("%s: vectors are not in the order of the texts", tc.name)
		}
	}
}

// testManyTexts asks for more than fits into any batch, some of them twice.
func testManyTexts(t *testing.T, h Harness) {
	const n = 150
	texts := many(h, n)
	texts = append(texts, texts[:n/3]...)
	e := h.New(t)
	vectors := embed(t, e, texts)
	if !identical(vectors[:n/3], vectors[n:]) {
		t.Errorf("a text that is there twice has two vectors")
	}
	for _, i := range []int{0, 1, n/2 + 1, n - 1} {
		if alone := embed(t, e, texts[i:i+1]); !identical(alone, vectors[i:i+1]) {
			t.Errorf("text %d of %d has another vector when asked for again", i, len(texts))
		}
	}
}

// testAloneAndInCompany uses two embedders, so that no cache helps.
func testAloneAndInCompany(t *testing.T, h Harness) {
	texts := slices.Concat(h.Known, many(h, 20))
	together := embed(t, h.New(t), texts)
	e := h.New(t)
	for i, text := range texts {
		if alone := embed(t, e, []string{text}); !identical(alone, together[i:i+1]) {
			t.Errorf("vector of %q alone differs from the one in company", text)
		}
	}
}

func testRepeatable(t *testing.T, h Harness) {
	e, other := h.New(t), h.New(t)
	want := embed(t, e, h.Known)
	if got := embed(t, e, h.Known); !identical(got, want) {
		t.Errorf("the same embedder gives other vectors the second time")
	}
	if got := embed(t, other, h.Known); !identical(got, want) {
		t.Errorf("another embedder gives other vectors")
	}
}
