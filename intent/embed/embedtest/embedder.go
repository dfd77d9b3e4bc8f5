package embedtest

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/honeyguide-chat/honeyguide/intent"
)

// A Harness describes the embedder under test.
type Harness struct {
	// New returns a fresh embedder for one test and has it closed when the test
	// ends. All that it returns must be the same but for what they remember.
	New func(*testing.T) intent.Embedder
	// Known are at least four texts that mean different things and that the
	// embedder has vectors for.
	Known []string
	// Unknown are texts of which it knows nothing.
	Unknown []string
}

// TestEmbedder checks that the embedders of h keep the contract of
// [intent.Embedder].
func TestEmbedder(t *testing.T, h Harness) {
	t.Helper()
	if len(h.Known) < 4 {
		t.Fatalf("Harness.Known has %d texts, want at least 4", len(h.Known))
	}
	for _, tt := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"Identity", testIdentity},
		{"NoTexts", testNoTexts},
		{"KnownTexts", testKnownTexts},
		{"UnknownTexts", testUnknownTexts},
		{"AnyText", testAnyText},
		{"InOrder", testInOrder},
		{"ManyTexts", testManyTexts},
		{"AloneAndInCompany", testAloneAndInCompany},
		{"Repeatable", testRepeatable},

		{"TextsAreTheCallers", testTextsAreTheCallers},
		{"VectorsAreTheCallers", testVectorsAreTheCallers},
		{"Concurrent", testConcurrent},
		{"ConcurrentWriters", testConcurrentWriters},

		{"EndedContext", testEndedContext},
		{"ContextEndsMeanwhile", testContextEndsMeanwhile},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, h) })
	}
}

// embed returns the vectors of texts once it has checked what holds for all.
func embed(t *testing.T, e intent.Embedder, texts []string) [][]float32 {
	t.Helper()
	vectors, err := e.Embed(t.Context(), texts)
	if err != nil {
		t.Fatalf("Embed of %d texts = %v, want no error", len(texts), err)
	}
	if len(vectors) != len(texts) {
		t.Fatalf("Embed of %d texts = %d vectors, want one each", len(texts), len(vectors))
	}
	for i, v := range vectors {
		checkVector(t, e, texts[i], v)
	}
	return vectors
}

func checkVector(t *testing.T, e intent.Embedder, text string, v []float32) {
	t.Helper()
	if v == nil {
		return
	}
	if len(v) != e.Dimensions() {
		t.Fatalf("vector of %.40q has %d dimensions, want %d", text, len(v), e.Dimensions())
	}
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	// What is not finite is not near 1 either.
	if length := math.Sqrt(sum); !(math.Abs(length-1) < 1e-5) {
		t.Fatalf("vector of %.40q has length %v, want 1", text, length)
	}
}

// identical reports whether two lists of vectors are the same, bit for bit.
func identical(a, b [][]float32) bool {
	return slices.EqualFunc(a, b, func(v, w []float32) bool {
		return (v == nil) == (w == nil) && slices.EqualFunc(v, w, func(x, y float32) bool {
			return math.Float32bits(x) == math.Float32bits(y)
		})
	})
}

func clones(vectors [][]float32) [][]float32 {
	out := make([][]float32, len(vectors))
	for i, v := range vectors {
		out[i] = slices.Clone(v)
	}
	return out
}

func testIdentity(t *testing.T, h Harness) {
	e, other := h.New(t), h.New(t)
	id, dimensions := e.ID(), e.Dimensions()
	if id == "" || strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }) {
		t.Errorf("ID() = %q, want printable characters without spaces", id)
	}
	if dimensions < 1 {
		t.Errorf("Dimensions() = %d, want at least 1", dimensions)
	}
	embed(t, e, h.Known)
	if e.ID() != id || e.Dimensions() != dimensions {
		t.Errorf("after Embed: ID() = %q, Dimensions() = %d, want still %q, %d", e.ID(), e.Dimensions(), id, dimensions)
	}
	if other.ID() != id || other.Dimensions() != dimensions {
		t.Errorf("of another one: ID() = %q, Dimensions() = %d, want the same: %q, %d", other.ID(), other.Dimensions(), id, dimensions)
	}
}

func testNoTexts(t *testing.T, h Harness) {
	e := h.New(t)
	for _, texts := range [][]string{nil, {}} {
		embed(t, e, texts)
	}
}

func testKnownTexts(t *testing.T, h Harness) {
	vectors := embed(t, h.New(t), h.Known)
	for i, v := range vectors {
		if v == nil {
			t.Errorf("vector of %q = nil, want one", h.Known[i])
		}
		for j := range i {
			if slices.Equal(v, vectors[j]) {
				t.Errorf("%q and %q have the same vector, want two", h.Known[j], h.Known[i])
			}
		}
	}
}

func testUnknownTexts(t *testing.T, h Harness) {
	e := h.New(t)
	for i, v := range embed(t, e, h.Unknown) {
		if v != nil {
			t.Errorf("vector of %q is not nil", h.Unknown[i])
		}
	}
	// They take nothing away from those beside them.
	mixed := embed(t, e, slices.Concat(h.Unknown, h.Known))
	if !identical(mixed[len(h.Unknown):], embed(t, h.New(t), h.Known)) {
		t.Errorf("vectors beside unknown texts differ from those without")
	}
}

// testAnyText puts to it what customers type, and worse: a vector or nil is
// right, an error is not.
func testAnyText(t *testing.T, h Harness) {
	texts := []string{
		"", " ", "\n\t", "\u3000", "\u200b", "？！。", "...", "\x00", "\x00refund\x00",
		"\xff\xfe", "refund \xe9", "\xed\xa0\x80", "😀👍🏽👨‍👩‍👧", "null", "NaN", `"]}`, "<script>", "%s%n",
		"怎么退货", "怎麼退貨", "how do I return it", "我的order没到", "١٢٣", "Ünïcödé ﬁ", "e\u0301", "12345678901234567890",
		strings.Repeat("a", 100_000), strings.Repeat("退货", 20_000), strings.Repeat("refund please ", 5_000),
		strings.Repeat("\u0301", 1_000), strings.Repeat("\xff", 1_000),
	}
	e := h.New(t)
	for _, text := range texts {
		embed(t, e, []string{text})
	}
	embed(t, e, texts)
}
