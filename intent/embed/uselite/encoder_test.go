package uselite

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/embed/uselite/uselitetest"
)

func open(t testing.TB, m *uselitetest.Model) *Encoder {
	t.Helper()
	e, err := Open(convert(t, m))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// embed1 embeds one text.
func embed1(t testing.TB, e *Encoder, text string) []float32 {
	t.Helper()
	vectors, err := e.Embed(t.Context(), []string{text})
	if err != nil || len(vectors) != 1 {
		t.Fatalf("Embed(%q) = %d vectors, %v; want one", text, len(vectors), err)
	}
	return vectors[0]
}

var sentences = []string{
	"where is my parcel?",
	"how do i get the money back",
	"a",
	"card card card card",
	"refund 1234 not ordered",
	"  is\tmy order\n ",
	"my 卡 is 丢了 where",
	strings.Repeat("the card is not back ", 10),
}

func TestEmbedComputesThePublishedGraph(t *testing.T) {
	m := uselitetest.New(1)
	for name, dot := range map[string]dotFunc{"fastest": fastestDot(), "portable": portableDot} {
		t.Run(name, func(t *testing.T) {
			e := open(t, m)
			e.dot = dot
			for _, text := range sentences {
				ids := e.vocabulary.tokenize(text, uselitetest.Tokens)
				want := reference{t, m}.vector(ids)
				got := embed1(t, e, text)
				if d := distance(got, want); d > 2e-6 {
					t.Errorf("Embed(%q) is up to %.2g from the reference in an entry, want at most 2e-6", text, d)
				}
			}
		})
	}
}

func distance(got []float32, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	most := 0.0
	for i := range got {
		most = max(most, math.Abs(float64(got[i])-want[i]))
	}
	return most
}

func TestEmbedIsTheSameWhateverRunsBesideIt(t *testing.T) {
	e := open(t, uselitetest.New(2))
	var texts []string
	for range 5 {
		texts = append(texts, sentences...)
	}
	want := make([][]float32, len(texts))
	for i, text := range texts {
		want[i] = embed1(t, e, text)
	}
	for _, processors := range []int{1, 4} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		var callers sync.WaitGroup
		for range 3 {
			callers.Go(func() {
				got, err := e.Embed(t.Context(), texts)
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("Embed of %d texts on %d processors: %v, -one by one +together:\n%s", len(texts), processors, err, diff)
				}
			})
		}
		callers.Wait()
	}
}

func TestEmbedHasUnitLength(t *testing.T) {
	e := open(t, uselitetest.New(3))
	for _, text := range sentences {
		v := embed1(t, e, text)
		squares := 0.0
		for _, x := range v {
			squares += float64(x) * float64(x)
		}
		if len(v) != e.Dimensions() || math.Abs(squares-1) > 1e-6 {
			t.Errorf("Embed(%q) has %d entries and length %g, want %d and 1", text, len(v), math.Sqrt(squares), e.Dimensions())
		}
	}
}

func TestEmbedKnowsNothing(t *testing.T) {
	e := open(t, uselitetest.New(4))
	for name, text := range map[string]string{
		"empty":            "",
		"space":            " \t\u200b\n",
		"marks":            "?! ...",
		"emoji":            "😀👍",
		"Chinese":          "我的包裹在哪里？",
		"control":          "\x00\x01\x7f",
		"not valid UTF-8":  "\xff\xfe\x80",
		"capitals unknown": "ÄÖÜ",
	} {
		t.Run(name, func(t *testing.T) {
			if v := embed1(t, e, text); v != nil {
				t.Errorf("Embed(%q) = %v, want nil", text, v)
			}
		})
	}
}

func TestEmbedOfNoTexts(t *testing.T) {
	e := open(t, uselitetest.New(4))
	if got, err := e.Embed(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("Embed(nil) = %v, %v; want no vectors", got, err)
	}
}

func TestEmbedReadsTheHeadOfALongText(t *testing.T) {
	e := open(t, uselitetest.New(5))
	head := strings.Repeat("card ", uselitetest.Tokens)
	want := embed1(t, e, head)
	if got := embed1(t, e, head+strings.Repeat("money ", 1<<20)); !cmp.Equal(want, got) {
		t.Error("Embed of a text of 6 MB differs from that of its first tokens")
	}
	if got := embed1(t, e, head[5:]+"money"); cmp.Equal(want, got) {
		t.Error("the last token that counts does not count")
	}
}

func TestEmbedStopsBetweenTexts(t *testing.T) {
	e := open(t, uselitetest.New(6))
	dot, calls := e.dot, atomic.Int64{}
	e.dot = func(x, y []float32) float32 { calls.Add(1); return dot(x, y) }
	embed1(t, e, "card")
	one := calls.Swap(0)

	ctx, cancel := context.WithCancel(t.Context())
	e.dot = func(x, y []float32) float32 { calls.Add(1); cancel(); return dot(x, y) }
	texts := make([]string, 100)
	for i := range texts {
		texts[i] = "card"
	}
	got, err := e.Embed(ctx, texts)
	if !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("Embed, cancelled on the way = %v, %v; want nothing, context.Canceled", got, err)
	}
	if most := one * int64(runtime.GOMAXPROCS(0)); calls.Load() > most {
		t.Errorf("%d products after it was cancelled, want at most %d, one text a processor", calls.Load(), most)
	}
	if _, err := e.Embed(ctx, texts[:1]); !errors.Is(err, context.Canceled) {
		t.Errorf("Embed, already cancelled: %v, want context.Canceled", err)
	}
}

func TestEmbedReportsOverflow(t *testing.T) {
	m := uselitetest.New(7)
	for _, name := range []string{"Embeddings_en", "Layer_0/TransformerLayer/dense/kernel/ConcatPartitions/concat"} {
		data := m.Tensor(t, name).Data
		for i := range data {
			data[i] *= 1e37
		}
	}
	e := open(t, m)
	if got, err := e.Embed(t.Context(), []string{"", "card"}); err == nil || got != nil {
		t.Errorf("Embed with weights that overflow = %v, %v; want an error", got, err)
	}
}

func TestEmbedWithoutDirectionIsNil(t *testing.T) {
	m := uselitetest.New(8)
	clear(m.Tensor(t, "tanh_layer_0/weights").Data)
	clear(m.Tensor(t, "tanh_layer_0/bias").Data)
	if v := embed1(t, open(t, m), "card"); v != nil {
		t.Errorf("Embed = %v, want nil: it has no direction", v)
	}
}

func TestIDFollowsTheFiles(t *testing.T) {
	first := open(t, uselitetest.New(9)).ID()
	if again := open(t, uselitetest.New(9)).ID(); again != first {
		t.Errorf("ID of the same files = %q, then %q", first, again)
	}
	if !strings.HasPrefix(first, "use-lite/") || len(first) != len("use-lite/")+12 {
		t.Errorf("ID = %q, want use-lite/ and 12 digits", first)
	}
	weights := uselitetest.New(9)
	weights.Tensor(t, "tanh_layer_0/bias").Data[3] += 0.25
	vocabulary := uselitetest.New(9)
	vocabulary.Pieces[20].Text += "x"
	for name, m := range map[string]*uselitetest.Model{"weights": weights, "vocabulary": vocabulary} {
		if got := open(t, m).ID(); got == first {
			t.Errorf("ID with other %s = %q, the same", name, got)
		}
	}
}
