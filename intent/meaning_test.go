package intent_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// subjects is an embedder that knows what a text is about from words of two
// languages: what a bridge between them looks like.
type subjects struct {
	calls int
	err   error
	make  func(v []float32) []float32 // spoils a vector; nil leaves it
}

func (s *subjects) ID() string      { return "subjects/1" }
func (s *subjects) Dimensions() int { return 6 }

func (s *subjects) Embed(_ context.Context, texts []string) ([][]float32, error) {
	s.calls++
	if s.err != nil {
		return nil, s.err
	}
	if slices.Contains(texts, "") {
		return nil, errors.New("an empty text")
	}
	out := make([][]float32, len(texts))
	for i, text := range texts {
		for k, words := range []string{"退款 退 钱 money", "运费 邮费 postage", "发票 票 receipt", "发货 不发 sent", "假 正品 genuine", "七天 签收 week"} {
			if slices.ContainsFunc(strings.Fields(words), func(w string) bool { return strings.Contains(text, w) }) {
				if out[i] == nil {
					out[i] = make([]float32, 6)
				}
				out[i][k]++
			}
		}
		var n float64
		for _, x := range out[i] {
			n += float64(x * x)
		}
		for k := range out[i] {
			out[i][k] /= float32(math.Sqrt(n))
		}
		if s.make != nil && out[i] != nil {
			out[i] = s.make(out[i])
		}
	}
	return out, nil
}

func buildWith(t *testing.T, e intent.Embedder) *intent.Matcher {
	t.Helper()
	m, err := intent.Build(t.Context(), knowledge.NewTree(small()), intent.Options{Embedder: e})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return m
}

func TestEmbedderBringsUpWhatSharesNoWord(t *testing.T) {
	plain, meant := buildWith(t, nil), buildWith(t, &subjects{})
	for utterance, want := range map[string]knowledge.NodeID{"who is paying the postage": "freight.who", "receipt please": "invoice.how"} {
		if best, ok := first(match(t, plain, utterance)); ok {
			t.Errorf("without an embedder Match(%q) = %s, want nothing", utterance, best.Node)
		}
		if best, _ := first(match(t, meant, utterance)); best.Node != want {
			t.Errorf("with an embedder Match(%q) = %q, want %s", utterance, best.Node, want)
		}
	}
}

func first(r intent.Result) (intent.Candidate, bool) { return r.Best() }

func TestMatchGoesOnWithoutItsEmbedder(t *testing.T) {
	e := &subjects{}
	meant, plain := buildWith(t, e), buildWith(t, nil)
	e.err = errors.New("connection refused")
	got, want := match(t, meant, "退款的钱几天到账"), match(t, plain, "退款的钱几天到账")
	if got.Away == nil || !errors.Is(got.Away, e.err) {
		t.Errorf("Away = %v, want it to say %v", got.Away, e.err)
	}
	if g, w := got.Candidates[0], want.Candidates[0]; g != w {
		t.Errorf("best = %+v, want what a matcher without an embedder finds: %+v", g, w)
	}
}

func TestMatchDoesNotTrustAnEmbedder(t *testing.T) {
	tests := []struct {
		name string
		make func(v []float32) []float32
	}{
		{"not a number", func(v []float32) []float32 { v[0] = float32(math.NaN()); return v }},
		{"infinite", func(v []float32) []float32 { v[0] = float32(math.Inf(1)); return v }},
		{"too long", func(v []float32) []float32 { return append(v, 0) }},
		{"too short", func(v []float32) []float32 { return v[:3] }},
		{"zero", func(v []float32) []float32 { return make([]float32, len(v)) }},
		{"not of length 1", func(v []float32) []float32 { v[0] += 3; return v }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := &subjects{}
			m := buildWith(t, e)
			e.make = tt.make
			r := match(t, m, "退款的钱几天到账")
			if r.Away == nil {
				t.Error("Away = nil, want why the vector was refused")
			}
			if best, _ := r.Best(); best.Node != "refund.when" {
				t.Errorf("best = %q, want refund.when by the other signals", best.Node)
			}
			if _, err := intent.Build(t.Context(), knowledge.NewTree(small()), intent.Options{Embedder: e}); err == nil {
				t.Error("Build = nil error, want it refused: a release must not be trained on such vectors")
			}
		})
	}
}

// A turn may wait for an endpoint once, not once a clause.
func TestTurnAsksItsEmbedderOnce(t *testing.T) {
	e := &subjects{}
	m := buildWith(t, e)
	for _, utterance := range []string{"退款多久到账", "退款多久到账？还有，退货运费谁出？怎么开发票？"} {
		e.calls = 0
		if match(t, m, utterance); e.calls != 1 {
			t.Errorf("Match(%q) asks %d times, want once", utterance, e.calls)
		}
	}
	e.calls = 0
	if match(t, m, "👍👍"); e.calls != 0 {
		t.Errorf("Match of no word at all asks %d times, want never", e.calls)
	}
}
