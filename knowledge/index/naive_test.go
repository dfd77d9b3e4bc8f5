package index

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// naively is what Search returns, from nothing but the documents: every one is
// scored by itself, in the order of the terms, and all are sorted.
func naively(docs []Doc, d Doc, n int) []Hit {
	holders := make(map[uint32]int)
	total := 0
	for _, d := range docs {
		total += len(distinct(d))
		for _, t := range distinct(d) {
			holders[t]++
		}
	}
	terms := slices.DeleteFunc(slices.Clone(distinct(d)), func(t uint32) bool { return holders[t] == 0 })
	slices.SortStableFunc(terms, func(a, b uint32) int { return holders[a] - holders[b] })
	read := 0
	for i, t := range terms {
		if read += holders[t]; i > 0 && read > maxPostings {
			terms = terms[:i]
			break
		}
	}
	var hits []Hit
	for number, d := range docs {
		d = distinct(d)
		mean := float64(total) / float64(len(docs))
		share := float32(1 / (1 + 1.2*(1-0.75+0.75*float64(len(d))/mean)))
		var score float32
		for _, t := range terms {
			if _, ok := slices.BinarySearch(d, t); ok {
				f, n := float64(holders[t]), float64(len(docs))
				score += float32(math.Log1p((n-f+0.5)/(f+0.5))) * share
			}
		}
		if score > 0 {
			hits = append(hits, Hit{number, float64(score)})
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits[:min(n, len(hits))]
}

func TestSearchIsNaiveSearchBitForBit(t *testing.T) {
	tests := []struct {
		name               string
		docs, terms, words int // words of a document, at most
	}{
		{"one", 1, 5, 3},
		{"few", 50, 20, 8},
		{"equal scores", 3000, 3, 2},
		{"a whole block of one term", block, 2, 3},
		{"blocks", 3*block + 17, 300, 12},
		{"more than may be read", 2*maxPostings + 5, 6, 5},
		{"long documents", 60, 2000, 900},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(tt.docs), 1))
			some := func(most int) Doc {
				d := make(Doc, r.IntN(most+1))
				for i := range d {
					d[i] = uint32(float64(tt.terms) * r.Float64() * r.Float64()) // some are frequent
				}
				return d
			}
			docs := make([]Doc, tt.docs)
			for i := range docs {
				docs[i] = some(tt.words)
			}
			x, err := Build(docs, tt.terms)
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			for range 12 {
				q, n := some(2*tt.words), 1+r.IntN(300)
				got, err := x.Search(t.Context(), q, n)
				if diff := gocmp.Diff(naively(docs, q, n), got); diff != "" || err != nil {
					t.Fatalf("Search(%v, %d), error %v (-naive +got):\n%s", q, n, err, diff)
				}
			}
		})
	}
}

// TestSearchOfAFullBlock has every document of a block written down before the
// last term comes.
func TestSearchOfAFullBlock(t *testing.T) {
	docs := make([]Doc, block+10)
	for i := range docs {
		if docs[i] = (Doc{uint32(2 * i / block % 2), 2}); i%16 == 0 {
			docs[i] = docs[i][:1]
		}
	}
	x, err := Build(docs, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	q := Doc{0, 1, 2}
	got, err := x.Search(t.Context(), q, len(docs))
	if diff := gocmp.Diff(naively(docs, q, len(docs)), got); diff != "" || err != nil {
		t.Fatalf("Search(%v), error %v (-naive +got):\n%s", q, err, diff)
	}
}

func TestPart(t *testing.T) {
	for n := range 60 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(n), 1))
			keys := make([]key, n+1+r.IntN(100))
			for i := range keys {
				keys[i] = key(3*i + 1)
			}
			r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
			want := slices.Clone(keys)
			slices.Sort(want)
			slices.Reverse(want)
			part(keys, n+1)
			slices.SortFunc(keys[:n+1], func(a, b key) int { return cmp.Compare(b, a) })
			if diff := gocmp.Diff(want[:n+1], keys[:n+1]); diff != "" {
				t.Errorf("part(%d of %d) (-want +got):\n%s", n+1, len(keys), diff)
			}
		})
	}
}
