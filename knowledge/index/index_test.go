package index_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/knowledge/index"
)

// vocabulary numbers words in the order in which they are first seen.
var vocabulary = struct {
	sync.Mutex
	numbers map[string]uint32
}{numbers: make(map[string]uint32)}

func number(word string) uint32 {
	vocabulary.Lock()
	defer vocabulary.Unlock()
	n, ok := vocabulary.numbers[word]
	if !ok {
		n = uint32(len(vocabulary.numbers))
		vocabulary.numbers[word] = n
	}
	return n
}

func doc(words string) index.Doc {
	var d index.Doc
	for _, w := range strings.Fields(words) {
		d = append(d, number(w))
	}
	return d
}

// terms is above the number of any word in these tests.
const terms = 100_000

func build(t testing.TB, docs ...index.Doc) *index.Index {
	t.Helper()
	x, err := index.Build(docs, terms)
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
		doc("运费险 运费 费险"),
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
		{"a term that is too high", index.Doc{1 << 31, number("丢")}, 5, []int{1}},
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
			slices.Sort(got)
			places, err := x.Places(t.Context(), nil, tt.in, tt.n)
			slices.Sort(places)
			if diff := cmp.Diff(got, places); diff != "" || err != nil {
				t.Errorf("Places(%v), error %v (-Search +Places):\n%s", tt.in, err, diff)
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
	x := build(t, doc("退款"), doc("退款 多久"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, doc("退款"), 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Search with a cancelled context = %v, want %v", err, context.Canceled)
	}
	hits, err := x.Search(t.Context(), doc("多久"), 5)
	if err != nil || len(hits) != 1 {
		t.Errorf("Search after a cancelled one = %v, %v, want one hit", hits, err)
	}
}

// endingContext ends after its error was asked for a number of times.
type endingContext struct {
	context.Context
	left int
}

func (c *endingContext) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// TestSearchLeavesNothingBehind stops searches half-way: what they had added up
// must not count for the next one.
func TestSearchLeavesNothingBehind(t *testing.T) {
	docs := []index.Doc{doc("退款 多久 到账"), doc("快递 丢 了"), doc("退款 怎么 办")}
	for range 20_000 { // time is looked at now and then
		docs = append(docs, doc("快递"))
	}
	x := build(t, docs...)
	want, err := x.Search(t.Context(), doc("退款 怎么"), 5)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := x.Search(&endingContext{t.Context(), 2}, doc("快递 丢 了"), 5); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Search whose time ends = %v, want %v", err, context.DeadlineExceeded)
		}
		got, err := x.Search(t.Context(), doc("退款 怎么"), 5)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("Search after one that was stopped: %v (-want +got):\n%s", err, diff)
		}
	}
}

func TestSearchOfNothing(t *testing.T) {
	for name, x := range map[string]*index.Index{
		"no documents":          build(t),
		"documents of no terms": build(t, index.Doc{}, index.Doc{}),
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{-1, 0, 5} {
				if hits, err := x.Search(t.Context(), doc("退款"), n); len(hits) > 0 || err != nil {
					t.Errorf("Search(退款, %d) = %v, %v, want nothing", n, hits, err)
				}
			}
		})
	}
}

// TestSearchIsBM25 holds a search to the formula, computed here from nothing
// but the documents, for the terms that the search says it takes.
func TestSearchIsBM25(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.Custom(func(t *rapid.T) index.Doc {
			return rapid.SliceOfN(rapid.Uint32Range(0, 11), 0, 20).Draw(t, "terms")
		})
		docs := rapid.SliceOfN(some, 1, 40).Draw(t, "docs")
		q := some.Draw(t, "asked")
		n := rapid.IntRange(1, 50).Draw(t, "n")
		x, err := index.Build(docs, 12)
		if err != nil {
			t.Fatal(err)
		}
		got, err := x.Search(context.Background(), q, n)
		if err := errors.Join(err, x.Close()); err != nil {
			t.Fatal(err)
		}
		scores := bm25(docs, q)
		if want := min(n, len(scores)); len(got) != want {
			t.Fatalf("Search(%v, %d) brought up %d documents, want %d", q, n, len(got), want)
		}
		for i, h := range got {
			if math.Abs(h.Score-scores[h.Doc]) > 1e-4 {
				t.Fatalf("Search(%v): document %d has score %v, want %v", q, h.Doc, h.Score, scores[h.Doc])
			}
			if i > 0 && (h.Score > got[i-1].Score || h.Score == got[i-1].Score && h.Doc < got[i-1].Doc) {
				t.Fatalf("Search(%v): %v stands after %v", q, h, got[i-1])
			}
			delete(scores, h.Doc)
		}
		for d, score := range scores {
			if last := got[len(got)-1]; score > last.Score+1e-4 {
				t.Fatalf("Search(%v) left out document %d with score %v, and took %v", q, d, score, last)
			}
		}
	})
}

// bm25 scores the documents that share a term with q, all terms counted once.
func bm25(docs []index.Doc, q index.Doc) map[int]float64 {
	sets, total := make([]map[uint32]bool, len(docs)), 0
	for i, d := range docs {
		sets[i] = make(map[uint32]bool)
		for _, term := range d {
			sets[i][term] = true
		}
		total += len(sets[i])
	}
	mean := float64(total) / float64(len(docs))
	scores := make(map[int]float64)
	asked := slices.Clone(q)
	slices.Sort(asked)
	for _, term := range slices.Compact(asked) {
		holders := 0
		for _, set := range sets {
			if set[term] {
				holders++
			}
		}
		idf := math.Log(1 + (float64(len(docs)-holders)+0.5)/(float64(holders)+0.5))
		for i, set := range sets {
			if set[term] {
				scores[i] += idf / (1 + 1.2*(1-0.75+0.75*float64(len(set))/mean))
			}
		}
	}
	return scores
}

// TestSearchReadsTheRarest fills an index with more of a frequent term than a
// search may read.
func TestSearchReadsTheRarest(t *testing.T) {
	docs := make([]index.Doc, 20_000)
	for i := range docs {
		docs[i] = doc("怎么 办")
	}
	docs[4321] = doc("快递 没 到 怎么 办")
	x := build(t, docs...)
	for _, tt := range []struct {
		asked string
		want  int // hits
	}{
		{"怎么 快递 办", 1}, // the two frequent ones are too many to read
		{"怎么 办", 10},   // one term is always read
	} {
		hits, err := x.Search(t.Context(), doc(tt.asked), 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) != tt.want {
			t.Errorf("Search(%s) = %v, want %d hits", tt.asked, hits, tt.want)
		}
	}
}

func TestPlain(t *testing.T) {
	x, err := index.BuildPlain([][]string{{"退款", "多久", "到账"}, {"快递", "丢", "了"}, {"退款", "怎么", "办"}})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	hits, err := x.Search(t.Context(), strings.Fields("快递 丢"), 5)
	if err != nil || len(hits) != 1 || hits[0].Doc != 1 {
		t.Errorf("Search(快递 丢) = %v, %v, want document 1", hits, err)
	}
}

func TestSearchAtTheSameTime(t *testing.T) {
	s := newShop(t, 2000)
	x := build(t, s.docs...)
	var g errgroup.Group
	for w := range 4 {
		g.Go(func() error {
			for i := range 50 {
				q := s.asked[(w*7+i)%len(s.asked)]
				hits, err := x.Search(t.Context(), q, 32)
				if err != nil {
					return err
				}
				again, err := x.Search(t.Context(), q, 32)
				if diff := cmp.Diff(hits, again); diff != "" || err != nil {
					return fmt.Errorf("Search(%v) differs from one call to the next: %v (-first +second):\n%s", q, err, diff)
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
