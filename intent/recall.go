package intent

import (
	"context"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

// near is a question with its cosine to an utterance.
type near struct {
	question int
	cosine   float64
}

// postings finds near questions without the index: release building compares
// every question with all others, and knows the vectors already.
type postings struct {
	entries   [][]posting // by term id; none for common terms
	questions int
}

// posting is a term's weight in a question.
type posting struct {
	question int32
	weight   float32
}

// A piece that this share of the questions hold, or that many of them, is too
// common to tell neighbours by: it costs most of the time and decides nothing.
const (
	common     = 0.02
	commonMost = 500
)

func newPostings(qs []question, terms int) *postings {
	p := &postings{entries: make([][]posting, terms), questions: len(qs)}
	held := make([]int, terms)
	for i := range qs {
		for _, t := range qs[i].vector {
			held[t.ID]++
		}
	}
	most := min(commonMost, max(50, int(common*float64(len(qs)))))
	for i := range qs {
		for _, t := range qs[i].vector {
			if n := held[t.ID]; n <= most {
				if p.entries[t.ID] == nil {
					p.entries[t.ID] = make([]posting, 0, n)
				}
				p.entries[t.ID] = append(p.entries[t.ID], posting{int32(i), t.Weight})
			}
		}
	}
	return p
}

// seeker looks into postings. It is not safe for concurrent use.
type seeker struct {
	postings *postings
	sums     []float32
	touched  []int32
}

func (p *postings) seeker() *seeker {
	return &seeker{postings: p, sums: make([]float32, p.questions)}
}

// nearest returns the n questions nearest to v, best first, without except.
// qs are the questions that the postings were made of.
func (s *seeker) nearest(qs []question, v lexical.Vector, n, except int) []near {
	out := s.roughly(v, n, except)
	probe := lexical.NewProbe(v)
	for i := range out {
		out[i].cosine = probe.Dot(qs[out[i].question].vector)
	}
	slices.SortFunc(out, compareNear)
	return out
}

// roughly is nearest by the terms that are not common.
func (s *seeker) roughly(v lexical.Vector, n, except int) []near {
	s.touched = s.touched[:0]
	for _, t := range v {
		for _, e := range s.postings.entries[t.ID] {
			if s.sums[e.question] == 0 {
				s.touched = append(s.touched, e.question)
			}
			s.sums[e.question] += e.weight * t.Weight
		}
	}
	out := make([]near, 0, n+1)
	for _, q := range s.touched {
		x := near{int(q), float64(s.sums[q])}
		s.sums[q] = 0
		if int(q) == except || len(out) == n && x.cosine <= out[n-1].cosine {
			continue
		}
		out = insertNear(out, x, n)
	}
	return out
}

// insertNear puts x in its place among the n best so far.
func insertNear(best []near, x near, n int) []near {
	at, _ := slices.BinarySearchFunc(best, x, compareNear)
	best = slices.Insert(best, at, x)
	return best[:min(n, len(best))]
}

// compareNear orders by falling cosine, then by question.
func compareNear(a, b near) int {
	switch {
	case a.cosine > b.cosine:
		return -1
	case a.cosine < b.cosine:
		return 1
	}
	return a.question - b.question
}

// recall returns the questions nearest to an utterance among those that the
// index brings up. It needs the view to have a scratch.
func (m *Matcher) recall(ctx context.Context, u *view) ([]near, error) {
	d := u.scratch
	d.asked = appendDocument(d.asked[:0], u.vector)
	var err error
	if d.found, err = m.index.Places(ctx, d.found[:0], d.asked, recallCandidates); err != nil {
		return nil, err
	}
	m.corpus.warm(d.found)
	probe := u.probe()
	out := make([]near, 0, recallQuestions+1)
	for _, q := range d.found {
		x := near{q, probe.Dot(m.corpus.vectorOf(q))}
		if len(out) < recallQuestions || compareNear(x, out[recallQuestions-1]) < 0 {
			out = insertNear(out, x, recallQuestions)
		}
	}
	return out, nil
}

// line is how many terms of a vector there are in a line of memory.
const line = 8

// warm reads a word of each line of memory that the questions' vectors are in,
// so that the processor fetches many of them at once: comparisons, which take
// long, would fetch one after the other. What it returns says nothing; it is
// there so that the reading is done.
//
//go:noinline
func (c *corpus) warm(questions []int) (sum uint32) {
	for _, q := range questions {
		for at := c.begins[q]; at < c.begins[q+1]; at += line {
			sum += c.vectors[at].ID
		}
	}
	return sum
}
