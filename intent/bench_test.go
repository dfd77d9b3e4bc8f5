package intent_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
)

// BenchmarkMatchOfSizes matches utterances one after the other (warm), and with other
// work in between that leaves nothing of a match in the processor's caches
// (cold), as in a server that does more than matching. p50 and p90 are of
// single matches; ns/op includes the other work.
func BenchmarkMatchOfSizes(b *testing.B) {
	other := make([]uint64, 64<<20/8)
	for _, n := range []int{1_000, 10_000, 100_000} {
		s, err := synthetic.New(synthetic.Options{Seed: 1, Questions: n, PerNode: 20, Utterances: 2000})
		if err != nil {
			b.Fatal(err)
		}
		m, err := intent.Build(b.Context(), s.Tree, intent.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, cache := range []struct {
			name  string
			other []uint64
		}{{"warm", nil}, {"cold", other}} {
			b.Run(fmt.Sprintf("questions=%d/%s", n, cache.name), func(b *testing.B) {
				b.ReportAllocs()
				var took []time.Duration
				for i := 0; b.Loop(); i++ {
					for k := 0; k < len(cache.other); k += 8 {
						cache.other[k]++
					}
					start := time.Now()
					if _, err := m.Match(b.Context(), s.Utterances[i%len(s.Utterances)].Text, "", noon); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
				b.ReportMetric(float64(took[len(took)*9/10].Nanoseconds()), "p90-ns")
			})
		}
		if err := m.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
