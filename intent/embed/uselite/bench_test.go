package uselite

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkEmbed embeds one sentence with random weights of the published
// model's sizes, which takes as long as with the true ones. 13 tokens are the
// mean of a customer's question in BANKING77.
func BenchmarkEmbed(b *testing.B) {
	e := randomEncoder(b, shape{Rows: 8002, Embedding: 256, Hidden: 512, Filter: 1536, Heads: 4, Tokens: 128})
	for _, test := range []struct {
		name   string
		tokens int
	}{{"tokens=4", 4}, {"tokens=13", 13}, {"tokens=40", 40}, {"tokens=128", 128}} {
		text := []string{strings.TrimSpace(strings.Repeat("a ", test.tokens))}
		for _, way := range []struct {
			name string
			dot  dotFunc
		}{{"fastest", fastestDot()}, {"portable", portableDot}} {
			b.Run(test.name+"/"+way.name, func(b *testing.B) {
				e.dot = way.dot
				var took []time.Duration
				b.ReportAllocs()
				for b.Loop() {
					start := time.Now()
					if _, err := e.Embed(b.Context(), text); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			})
		}
	}
}

// randomEncoder has a vocabulary of which "a" is one word.
func randomEncoder(b *testing.B, s shape) *Encoder {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	m := newModel(s)
	for _, t := range m.tensors() {
		data := make([]float32, t.size())
		for i := range data {
			data[i] = float32(random.NormFloat64() / 20)
		}
		*t.data = data
	}
	return newEncoder(m, vocabularyOf(b, "▁a -1", "a -2", "▁ -3"), "random")
}
