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

// scratch is what one search needs besides its result. Between searches its
// scores are all 0.
type scratch struct {
	terms    []uint32
	postings *postings
	scores   []float32 // of each document
	touched  []uint32  // where scores are not 0
	best     best
}

// Search returns the n best questions for d by BM25 (a term counts once, in d
// and in a question), best first; equal scores in the order of the documents.
// Of the terms of d it uses the rarest that occur in the index, up to
// maxPostings, and at least one. What it returns depends on nothing but the
// documents and d.
func (x *Index) Search(ctx context.Context, d Doc, n int) ([]Hit, error) {
	return find(ctx, x, d, n, (*best).hits)
}

// Places returns where the questions that Search finds stand in the documents,
// ascending, for callers who rank them otherwise.
func (x *Index) Places(ctx context.Context, d Doc, n int) ([]int, error) {
	return find(ctx, x, d, n, (*best).places)
}

// find finds the n best questions and returns what result makes of them.
func find[R any](ctx context.Context, x *Index, d Doc, n int, result func(*best) []R) ([]R, error) {
	if n <= 0 || x.segment == nil {
		return nil, nil
	}
	s, ok := x.scratch.Get().(*scratch)
	if !ok {
		dictionary, err := x.segment.Dictionary(fieldName)
		if err != nil {
			return nil, fmt.Errorf("index: search: %w", err)
		}
		s = &scratch{postings: &postings{dictionary: dictionary}, scores: make([]float32, len(x.share))}
	}
	defer x.scratch.Put(s)
	s.terms = x.choose(s.terms[:0], d)
	err := x.addAll(ctx, s)
	s.best.reset(n)
	for _, number := range s.touched {
		score := s.scores[number]
		s.scores[number] = 0
		if !s.best.hopeless(score) {
			s.best.add(keyOf(score, number))
		}
	}
	s.touched = s.touched[:0]
	if err != nil {
		return nil, fmt.Errorf("index: search: %w", err)
	}
	return result(&s.best), nil
}

// choose appends the terms of d to use, rarest first.
func (x *Index) choose(terms []uint32, d Doc) []uint32 {
	for _, t := range d {
		if int(t) < len(x.frequency) && x.frequency[t] > 0 {
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(x.frequency[a], x.frequency[b]), cmp.Compare(a, b))
	})
	terms = slices.Compact(terms)
	read := 0
	for i, t := range terms {
		if read += int(x.frequency[t]); i > 0 && read > maxPostings {
			return terms[:i]
		}
	}
	return terms
}

// addAll adds up what the documents get for the chosen terms, until ctx ends.
// How often one holds a term is not asked: in texts as short as questions that
// changes nothing.
func (x *Index) addAll(ctx context.Context, s *scratch) error {
	for _, t := range s.terms {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.postings.open(t); err != nil {
			return err
		}
		idf := idf(int(x.frequency[t]), len(x.share))
		for numbers := s.postings.next(); len(numbers) > 0; numbers = s.postings.next() {
			// Whether a document is new is a toss-up, so nothing jumps by it: every
			// number is written down, and counts if it is new.
			touched := slices.Grow(s.touched, len(numbers))
			at := len(touched)
			touched = touched[:at+len(numbers)]
			for _, number := range numbers {
				score := s.scores[number]
				touched[at] = number
				if score == 0 {
					at++
				}
				s.scores[number] = score + idf*x.share[number]
			}
			s.touched = touched[:at]
		}
	}
	return nil
}

// idf is the inverse document frequency of BM25, above 0 for every term.
func idf(frequency, documents int) float32 {
	return float32(math.Log1p((float64(documents-frequency) + 0.5) / (float64(frequency) + 0.5)))
}
