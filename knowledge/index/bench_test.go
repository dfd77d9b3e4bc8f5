package index_test

import (
	"fmt"
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge/index"
	"github.com/honeyguide-chat/honeyguide/knowledge/segment"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// shop is a synthetic shop as the index sees it.
type shop struct{ docs, asked []index.Doc }

func newShop(tb testing.TB, questions int) shop {
	tb.Helper()
	s, err := synthetic.New(synthetic.Options{Seed: 1, Questions: questions, PerNode: 20, Utterances: 1000})
	if err != nil {
		tb.Fatal(err)
	}
	cutter, err := segment.New(s.Tree.Document().Dictionary)
	if err != nil {
		tb.Fatal(err)
	}
	cut := func(text string) index.Doc {
		text = textnorm.Normalize(text)
		return index.Doc{Words: cutter.Cut(text), Grams: grams(text)}
	}
	var out shop
	for n := range s.Tree.Nodes() {
		for _, q := range n.Questions() {
			out.docs = append(out.docs, cut(q))
		}
	}
	for _, u := range s.Utterances {
		out.asked = append(out.asked, cut(u.Text))
	}
	return out
}

// grams returns the runs of one and of two characters.
func grams(text string) []string {
	var out []string
	rs := []rune(text)
	for i := range rs {
		out = append(out, string(rs[i]))
		if i > 0 {
			out = append(out, string(rs[i-1:i+1]))
		}
	}
	return out
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		s := newShop(b, n)
		x := build(b, s.docs...)
		b.Run(fmt.Sprintf("ours/questions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := x.Search(b.Context(), s.asked[i%len(s.asked)], 64); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("plain/questions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := x.Plain(b.Context(), s.asked[i%len(s.asked)].Words, 64); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		s := newShop(b, n)
		b.Run(fmt.Sprintf("questions=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x, err := index.Build(s.docs)
				if err != nil {
					b.Fatal(err)
				}
				if err := x.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
