package index_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge/index"
)

func doc(words string) index.Doc { return index.Doc{Words: strings.Fields(words)} }

func build(t testing.TB, docs ...index.Doc) *index.Index {
	t.Helper()
	x, err := index.Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return x
}

func TestSearch(t *testing.T) {
	x := build(t,
		doc("退款 多久 到账"),
		doc("快递 丢 了 怎么 办"),
		doc("退款 怎么 办"),
		index.Doc{Words: []string{"运费险"}, Grams: []string{"运费", "费险"}},
	)
	tests := []struct {
		name string
		in   index.Doc
		n    int
		want []int
	}{
		{"nothing asked", index.Doc{}, 5, nil},
		{"nothing known", doc("天气"), 5, nil},
		{"rare word decides", doc("快递 怎么"), 5, []int{1, 2}},
		{"limit", doc("退款 怎么"), 1, []int{2}},
		{"grams reach what words miss", index.Doc{Words: []string{"云费险"}, Grams: []string{"云费", "费险"}}, 5, []int{3}},
		{"repeated term", doc("快递 快递 快递"), 5, []int{1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hits, err := x.Search(t.Context(), tt.in, tt.n)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, h := range hits {
				got = append(got, h.Doc)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Search(%v) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestSearchIsTheSameInEveryBuild(t *testing.T) {
	docs := make([]index.Doc, 200)
	for i := range docs {
		docs[i] = doc(fmt.Sprintf("w%d w%d w%d", i%7, i%5, i%3))
	}
	a, b := build(t, docs...), build(t, docs...)
	for i := range 20 {
		q := doc(fmt.Sprintf("w%d w%d", i%7, i%4))
		ha, err := a.Search(t.Context(), q, 50)
		if err != nil {
			t.Fatal(err)
		}
		hb, err := b.Search(t.Context(), q, 50)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ha, hb); diff != "" {
			t.Fatalf("Search(%v) differs between builds (-a +b):\n%s", q, diff)
		}
	}
}

func TestSearchStopsWithItsContext(t *testing.T) {
	x := build(t, doc("退款"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, doc("退款"), 1); err == nil {
		t.Error("Search with a cancelled context = nil error, want one")
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("questions=%d", n), func(b *testing.B) {
			docs := make([]index.Doc, n)
			for i := range docs {
				docs[i] = doc(fmt.Sprintf("a%d b%d c%d d%d", i%3, i%50, i%700, i))
			}
			x := build(b, docs...)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := x.Search(b.Context(), doc(fmt.Sprintf("a%d b%d c%d", i%3, i%50, i%700)), 32); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
