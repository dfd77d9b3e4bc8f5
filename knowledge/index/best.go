package index

import (
	"cmp"
	"slices"
)

// best keeps the n best of many hits: a heap with the worst of them on top.
type best struct {
	n    int
	hits []Hit
}

func (b *best) reset(n int) {
	b.n, b.hits = n, b.hits[:0]
}

// hopeless reports whether no hit with that score can get in.
func (b *best) hopeless(score float32) bool {
	return len(b.hits) == b.n && float64(score) < b.hits[0].Score
}

// compareHits orders better hits first: by falling score, then by document.
func compareHits(a, b Hit) int {
	if a.Score != b.Score {
		return cmp.Compare(b.Score, a.Score)
	}
	return cmp.Compare(a.Doc, b.Doc)
}

func (b *best) add(h Hit) {
	switch {
	case len(b.hits) < b.n:
		b.hits = append(b.hits, h)
		b.up(len(b.hits) - 1)
	case compareHits(h, b.hits[0]) < 0:
		b.hits[0] = h
		b.down(0)
	}
}

func (b *best) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if compareHits(b.hits[i], b.hits[parent]) < 0 {
			return
		}
		b.hits[i], b.hits[parent] = b.hits[parent], b.hits[i]
		i = parent
	}
}

func (b *best) down(i int) {
	for {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(b.hits); child++ {
			if compareHits(b.hits[child], b.hits[worst]) > 0 {
				worst = child
			}
		}
		if worst == i {
			return
		}
		b.hits[i], b.hits[worst] = b.hits[worst], b.hits[i]
		i = worst
	}
}

// sorted returns a copy of the hits, best first, or nil where there is none.
func (b *best) sorted() []Hit {
	if len(b.hits) == 0 {
		return nil
	}
	out := slices.Clone(b.hits)
	slices.SortFunc(out, compareHits)
	return out
}
