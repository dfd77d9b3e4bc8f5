package intent

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
	"github.com/honeyguide-chat/honeyguide/knowledge/segment"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// question is one standard or similar question as matching sees it.
type question struct {
	node   int // place in corpus.nodes
	text   string
	normal string // text in normal form; only while the release is built
	vector lexical.Vector
	pieces []string
}

// corpus is a tree's questions, brought into the form that matching needs.
type corpus struct {
	nodes     []*knowledge.Node // those that have a question
	questions []question
	negatives [][]lexical.Vector  // of each node
	exact     map[string][]int    // textnorm.Key -> nodes
	refused   map[string][]int    // the same of negative questions
	centroids []lexical.Vector    // of each node
	lengths   []float64           // of each node's sum of question vectors
	support   []map[uint32]uint16 // of each node: how many of its questions hold a piece
	space     *lexical.Space
	synonyms  *thesaurus
}

// pieces returns the pieces of a normalised text.
func (c *corpus) pieces(text string) []string {
	return append(lexical.Pieces(text), c.synonyms.pieces(text)...)
}

func newCorpus(tree *knowledge.Tree, workers int) *corpus {
	c := &corpus{
		exact:    make(map[string][]int),
		refused:  make(map[string][]int),
		synonyms: newThesaurus(tree.Document().Synonyms),
	}
	for n := range tree.Nodes() {
		if len(n.Questions()) == 0 {
			continue
		}
		for _, q := range n.Questions() {
			c.questions = append(c.questions, question{node: len(c.nodes), text: q})
		}
		c.nodes = append(c.nodes, n)
	}
	inParallel(workers, len(c.questions), func(i int) {
		q := &c.questions[i]
		q.normal = textnorm.Normalize(q.text)
		q.pieces = c.pieces(q.normal)
	})
	texts := make([][]string, len(c.questions))
	for i, q := range c.questions {
		texts[i] = q.pieces
		key := textnorm.KeyOf(q.normal)
		c.exact[key] = appendNew(c.exact[key], q.node)
	}
	c.space = lexical.NewSpace(texts)
	inParallel(workers, len(c.questions), func(i int) {
		q := &c.questions[i]
		q.vector, _ = c.space.Vector(q.pieces)
	})
	c.addNegatives()
	c.addCentroids()
	return c
}

// addCentroids computes what the questions of a node are together.
func (c *corpus) addCentroids() {
	sums := make([]map[uint32]float32, len(c.nodes))
	c.support = make([]map[uint32]uint16, len(c.nodes))
	for at := range c.nodes {
		sums[at] = make(map[uint32]float32)
		c.support[at] = make(map[uint32]uint16)
	}
	for _, q := range c.questions {
		for _, t := range q.vector {
			sums[q.node][t.ID] += t.Weight
			c.support[q.node][t.ID]++
		}
	}
	for _, sum := range sums {
		v, length := lexical.FromSums(sum)
		c.centroids, c.lengths = append(c.centroids, v), append(c.lengths, length)
	}
}

// inParallel calls f for 0 to n-1, dealt out to workers.
func inParallel(workers, n int, f func(i int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				f(i)
			}
		})
	}
	wg.Wait()
}

func (c *corpus) addNegatives() {
	c.negatives = make([][]lexical.Vector, len(c.nodes))
	for at, n := range c.nodes {
		for _, neg := range n.Negative {
			c.refused[textnorm.Key(neg)] = appendNew(c.refused[textnorm.Key(neg)], at)
			if v, _ := c.space.Vector(c.pieces(textnorm.Normalize(neg))); v != nil {
				c.negatives[at] = append(c.negatives[at], v)
			}
		}
	}
}

func appendNew(list []int, x int) []int {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// index builds the search index of the questions.
func (c *corpus) index(s *segment.Segmenter) (*index.Index, error) {
	docs := make([]index.Doc, len(c.questions))
	for i, q := range c.questions {
		docs[i] = index.Doc{Words: s.Cut(q.normal), Grams: q.pieces}
	}
	return index.Build(docs)
}

// forget frees what only building needs.
func (c *corpus) forget() {
	for i := range c.questions {
		c.questions[i].pieces, c.questions[i].normal = nil, ""
	}
}

// near is a question with its cosine to an utterance.
type near struct {
	question int
	cosine   float64
}

// postings finds near questions without the index: release building compares
// every question with all others, and knows the vectors already.
type postings struct {
	entries   [][]near // by term id: question and weight; none for common terms
	questions int
}

// common is the share of questions from which on a piece is too common to tell
// neighbours by: it costs most of the time and decides nothing.
const common = 0.02

func newPostings(qs []question, terms int) *postings {
	p := &postings{entries: make([][]near, terms), questions: len(qs)}
	for i := range qs {
		for _, t := range qs[i].vector {
			p.entries[t.ID] = append(p.entries[t.ID], near{i, float64(t.Weight)})
		}
	}
	most := max(50, int(common*float64(len(qs))))
	for id, e := range p.entries {
		if len(e) > most {
			p.entries[id] = nil
		}
	}
	return p
}

// seeker looks into postings. It is not safe for concurrent use.
type seeker struct {
	postings *postings
	sums     []float64
	touched  []int
}

func (p *postings) seeker() *seeker {
	return &seeker{postings: p, sums: make([]float64, p.questions)}
}

// nearest returns the n questions nearest to v, best first, without except.
// qs are the questions that the postings were made of.
func (s *seeker) nearest(qs []question, v lexical.Vector, n, except int) []near {
	out := s.roughly(v, n, except)
	for i := range out {
		out[i].cosine = v.Dot(qs[out[i].question].vector)
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
			s.sums[e.question] += e.cosine * float64(t.Weight)
		}
	}
	out := make([]near, 0, n+1)
	for _, q := range s.touched {
		x := near{q, s.sums[q]}
		s.sums[q] = 0
		if q == except || len(out) == n && x.cosine <= out[n-1].cosine {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, x, compareNear)
		out = slices.Insert(out, at, x)
		out = out[:min(n, len(out))]
	}
	return out
}

// compareNear orders by falling cosine, then by question.
func compareNear(a, b near) int {
	return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.question, b.question))
}

// recall returns the questions nearest to an utterance among those that the
// index brings up.
func (m *Matcher) recall(ctx context.Context, text string, pieces []string, v lexical.Vector) ([]near, error) {
	hits, err := m.index.Search(ctx, index.Doc{Words: m.segmenter.Cut(text), Grams: pieces}, recallQuestions)
	if err != nil {
		return nil, err
	}
	out := make([]near, 0, len(hits))
	for _, h := range hits {
		out = append(out, near{h.Doc, v.Dot(m.corpus.questions[h.Doc].vector)})
	}
	slices.SortFunc(out, compareNear)
	return out, nil
}

// area returns the part of the tree that a node belongs to: the first word of
// its id.
func area(id knowledge.NodeID) string {
	a, _, _ := strings.Cut(string(id), ".")
	return a
}
