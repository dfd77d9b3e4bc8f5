package index

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// maxPostings bounds what a search reads: the sum, over the terms that it
// uses, of the documents that hold them. The rarest terms are taken first, as
// frequent ones cost the most and say the least. On development data of ten to
// fifteen thousand questions, twice as much brought up the right node in 0.15 %
// more of the cases at most.
const maxPostings = 8000

// block is how many documents are scored before the next ones are: their
// scores stay in the processor's nearest cache.
const block = 4096

// scratch is what one search needs besides its result. Between searches its
// scores are all 0.
type scratch struct {
	terms   []term
	scores  [block]float32    // of the documents of a block
	touched [block + 1]uint16 // where scores are not 0, and room to write one more down
	best    best
}

// term is a term that a search uses.
type term struct {
	id       uint32
	idf      float32
	postings []posting // those of documents not scored yet
}

// Search returns the n best questions for d by BM25 (a term counts once, in d
// and in a question), best first; equal scores in the order of the documents.
// Of the terms of d it uses the rarest that occur in the index, up to
// maxPostings, and at least one. What it returns depends on nothing but the
// documents and d.
func (x *Index) Search(ctx context.Context, d Doc, n int) ([]Hit, error) {
	return find(ctx, x, d, n, func(b *best) []Hit { return b.hits() })
}

// Places appends where the questions that Search finds stand in the documents,
// in any order, for callers who rank them otherwise.
func (x *Index) Places(ctx context.Context, out []int, d Doc, n int) ([]int, error) {
	found, err := find(ctx, x, d, n, func(b *best) []int { return b.places(out) })
	if err != nil || found == nil {
		return out, err
	}
	return found, nil
}

// find finds the n best questions and returns what result makes of them.
func find[R any](ctx context.Context, x *Index, d Doc, n int, result func(*best) []R) ([]R, error) {
	if n <= 0 || x.segment == nil {
		return nil, nil
	}
	s, ok := x.scratch.Get().(*scratch)
	if !ok {
		s = &scratch{}
	}
	defer x.scratch.Put(s)
	s.terms = x.choose(s.terms[:0], d)
	for i := range s.terms {
		warm(s.terms[i].postings)
	}
	s.best.reset(n)
	for at := 0; at < len(x.lengths); at += block {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("index: search: %w", err)
		}
		x.score(s, uint32(at))
	}
	return result(&s.best), nil
}

// warm reads a word of each line of memory that the postings are in, so that the
// processor fetches many at once. Scoring takes a few of one term, then of the
// next, and would wait for each. What it returns says nothing; it is there so
// that the reading is done.
//
//go:noinline
func warm(ps []posting) (sum posting) {
	const line = 16 // postings
	for at := 0; at < len(ps); at += line {
		sum += ps[at]
	}
	return sum
}

// choose appends the terms of d to use, rarest first.
func (x *Index) choose(terms []term, d Doc) []term {
	for _, t := range d {
		if int(t) < len(x.starts)-1 && x.frequency(t) > 0 {
			terms = append(terms, term{id: t, postings: x.of(t)})
		}
	}
	slices.SortFunc(terms, func(a, b term) int {
		return cmp.Or(cmp.Compare(len(a.postings), len(b.postings)), cmp.Compare(a.id, b.id))
	})
	terms = slices.CompactFunc(terms, func(a, b term) bool { return a.id == b.id })
	read := 0
	for i := range terms {
		t := &terms[i]
		if read += len(t.postings); i > 0 && read > maxPostings {
			return terms[:i]
		}
		t.idf = idf(len(t.postings), len(x.lengths))
	}
	return terms
}

// score offers the documents of a block to s.best with what they get for the
// chosen terms, in the terms' order. How often one holds a term is not asked: in
// texts as short as questions that changes nothing.
func (x *Index) score(s *scratch, from uint32) {
	n := 0
	for i := range s.terms {
		t := &s.terms[i]
		at := 0
		for ; at < len(t.postings); at++ {
			p := t.postings[at]
			number := p.number() - from
			if number >= block {
				break
			}
			share := x.share[p.length()]
			if p.length() == longest {
				share = x.shareOf(x.lengths[p.number()])
			}
			// Whether a document is new is a toss-up, so nothing jumps by it: every
			// number is written down, and counts if it is new.
			score := s.scores[number]
			s.touched[n] = uint16(number)
			if score == 0 {
				n++
			}
			s.scores[number] = score + t.idf*share
		}
		t.postings = t.postings[at:]
	}
	for _, number := range s.touched[:n] {
		if k := keyOf(s.scores[number], from+uint32(number)); k > s.best.bar {
			s.best.add(k)
		}
		s.scores[number] = 0
	}
}

// idf is the inverse document frequency of BM25, above 0 for every term.
func idf(frequency, documents int) float32 {
	return float32(math.Log1p((float64(documents-frequency) + 0.5) / (float64(frequency) + 0.5)))
}
