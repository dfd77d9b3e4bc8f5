package endpoint

import (
	"fmt"
	"net/http"
	"testing"
)

// BenchmarkEmbed measures a turn's text that the cache knows, one that goes to
// an endpoint on the same machine, and one while the endpoint is away.
func BenchmarkEmbed(b *testing.B) {
	for _, bm := range []struct {
		name string
		text func(i int) string
		away bool
	}{
		{"cached", func(int) string { return "签收第8天了还能退吗" }, false},
		{"asked for", func(i int) string { return fmt.Sprint("签收第8天了还能退吗", i) }, false},
		{"away", func(i int) string { return fmt.Sprint("签收第8天了还能退吗", i) }, true},
	} {
		b.Run(bm.name, func(b *testing.B) {
			s := newServer(b)
			s.load(testModel{seed: 1, dimensions: 1024})
			e := open(b, s.config())
			if bm.away {
				s.misbehave(func(w http.ResponseWriter, _ *http.Request, _ []string) bool {
					w.WriteHeader(http.StatusBadGateway)
					return true
				})
				for i := range tripAfter {
					_, _ = e.Embed(b.Context(), []string{fmt.Sprint(i)})
				}
			}
			i := 0
			for b.Loop() {
				if _, err := e.Embed(b.Context(), []string{bm.text(i)}); (err != nil) != bm.away {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
