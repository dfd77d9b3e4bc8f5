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
type shop struct {
	docs, asked   []index.Doc
	words, wanted [][]string // of the documents and of what is asked
}

func newShop(tb testing.TB, questions int) shop {
	tb.Helper()
	s, err := synthetic.New(synthetic.Options{Seed: 1, Questions: questions, PerNode: 20, Utterances: 1000})
	if err != nil {
		tb.Fatal(err)
	}
	cutter := segment.New(s.Tree.Document().Dictionary)
	numbers := make(map[string]uint32)
	cut := func(text string) (index.Doc, []string) {
		text = textnorm.Normalize(text)
		return grams(text, numbers), cutter.Cut(text)
	}
	var out shop
	for n := range s.Tree.Nodes() {
		for _, q := range n.Questions() {
			d, words := cut(q)
			out.docs, out.words = append(out.docs, d), append(out.words, words)
		}
	}
	for _, u := range s.Utterances {
		d, words := cut(u.Text)
		out.asked, out.wanted = append(out.asked, d), append(out.wanted, words)
	}
	return out
}

// grams returns the runs of one and of two characters, numbered as they come.
func grams(text string, numbers map[string]uint32) index.Doc {
	var out index.Doc
	add := func(rs []rune) {
		n, ok := numbers[string(rs)]
		if !ok {
			n = uint32(len(numbers))
			numbers[string(rs)] = n
		}
		out = append(out, n)
	}
	rs := []rune(text)
	for i := range rs {
		add(rs[i : i+1])
		if i > 0 {
			add(rs[i-1 : i+1])
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
			plain, err := index.BuildPlain(s.words)
			if err != nil {
				b.Fatal(err)
			}
			defer plain.Close()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := plain.Search(b.Context(), s.wanted[i%len(s.wanted)], 64); err != nil {
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
				if _, err := index.Build(s.docs, terms); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
