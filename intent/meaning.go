package intent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// nodesByMeaning is how many nodes run because their questions mean nearly
// the same, whatever words they share with the utterance.
const nodesByMeaning = 8

// embedAtOnce is how many texts are embedded in one call while a release is
// built.
const embedAtOnce = 256

// meanings are the vectors of a corpus's questions by an embedder.
type meanings struct {
	embedder  Embedder
	common    []float32   // the direction that all questions share, length 1; it says nothing
	questions [][]float32 // of each question; nil where the embedder knows nothing
	centroids [][]float32 // of each node, length 1 or nil
	lengths   []float64   // of each node's sum of question vectors
	members   [][]int     // of each node: its questions that have a vector
}

// newMeanings embeds a corpus's questions.
func newMeanings(ctx context.Context, c *corpus, e Embedder) (*meanings, error) {
	m := &meanings{embedder: e}
	for start := 0; start < len(c.questions); start += embedAtOnce {
		var texts []string
		for _, q := range c.questions[start:min(start+embedAtOnce, len(c.questions))] {
			texts = append(texts, q.normal)
		}
		vs, err := embed(ctx, e, texts)
		if err != nil {
			return nil, err
		}
		m.questions = append(m.questions, vs...)
	}
	m.common = sharedDirection(m.questions, e.Dimensions())
	for i, v := range m.questions {
		m.questions[i] = without(v, m.common)
	}
	m.gather(c)
	return m, nil
}

// ErrEmbedder is what Build fails with, and Result.Away says, where the embedder
// fails or breaks its promise.
var ErrEmbedder = errors.New("intent: no vectors")

// embed asks for the vectors of texts, nil for those that are empty. It checks
// what the embedder promises: a wrong vector must not become a confident answer.
func embed(ctx context.Context, e Embedder, texts []string) ([][]float32, error) {
	asked := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return text == "" })
	if len(asked) == 0 {
		return make([][]float32, len(texts)), nil
	}
	vs, err := e.Embed(ctx, asked)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrEmbedder, e.ID(), err)
	}
	if len(vs) != len(asked) {
		return nil, fmt.Errorf("%w: %s: %d vectors for %d texts", ErrEmbedder, e.ID(), len(vs), len(asked))
	}
	for i, text := range texts {
		if text == "" {
			vs = slices.Insert(vs, i, nil)
		}
	}
	for _, v := range vs {
		if v == nil {
			continue
		}
		if len(v) != e.Dimensions() {
			return nil, fmt.Errorf("%w: %s: a vector of %d entries, want %d", ErrEmbedder, e.ID(), len(v), e.Dimensions())
		}
		if n := dot(v, v); !(n > 0.98 && n < 1.02) {
			return nil, fmt.Errorf("%w: %s: a vector of length %v, want 1", ErrEmbedder, e.ID(), math.Sqrt(n))
		}
	}
	return vs, nil
}

// gather computes what the questions of each node are together.
func (m *meanings) gather(c *corpus) {
	m.centroids = make([][]float32, len(c.nodes))
	m.lengths = make([]float64, len(c.nodes))
	m.members = make([][]int, len(c.nodes))
	for i, v := range m.questions {
		node := c.questions[i].node
		if v == nil {
			continue
		}
		m.members[node] = append(m.members[node], i)
		if m.centroids[node] == nil {
			m.centroids[node] = make([]float32, len(v))
		}
		for k, x := range v {
			m.centroids[node][k] += x
		}
	}
	for node, sum := range m.centroids {
		m.lengths[node] = math.Sqrt(dot(sum, sum))
		m.centroids[node] = unit(sum)
	}
}

// look returns the vectors of texts in normal form, by one call of the
// embedder; nil for a text of which it knows nothing.
func (m *meanings) look(ctx context.Context, texts []string) ([][]float32, error) {
	vs, err := embed(ctx, m.embedder, texts)
	for i, v := range vs {
		vs[i] = without(v, m.common)
	}
	return vs, err
}

// nearest returns the nodes whose questions together mean what v does.
func (m *meanings) nearest(v []float32) []int {
	type scored struct {
		node   int
		cosine float64
	}
	var best []scored
	for node, c := range m.centroids {
		if c == nil {
			continue
		}
		x := scored{node, dot(v, c)}
		if len(best) == nodesByMeaning && x.cosine <= best[nodesByMeaning-1].cosine {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, x, func(a, b scored) int { return cmp.Or(cmp.Compare(b.cosine, a.cosine), a.node-b.node) })
		best = slices.Insert(best, at, x)
		best = best[:min(len(best), nodesByMeaning)]
	}
	nodes := make([]int, len(best))
	for i, b := range best {
		nodes[i] = b.node
	}
	return nodes
}

// closest returns the node's question that means nearly what v does, and its
// cosine; -1 where there is none. The question own is left out.
func (m *meanings) closest(v []float32, node, own int) (question int, cosine float64) {
	question = -1
	for _, q := range m.members[node] {
		if q == own {
			continue
		}
		if cos := dot(v, m.questions[q]); question < 0 || cos > cosine {
			question, cosine = q, cos
		}
	}
	return question, cosine
}

// centroid returns the cosine of v to the mean of a node's questions, without
// the question own.
func (m *meanings) centroid(v []float32, node, own int) float64 {
	if m.centroids[node] == nil {
		return 0
	}
	cos := dot(v, m.centroids[node])
	if own < 0 || !slices.Contains(m.members[node], own) {
		return cos
	}
	return withoutOne(cos, m.lengths[node], 1)
}

// withoutOne returns the cosine of a vector of length 1 to a sum of such
// vectors, of the given length, after that was taken out of the sum which the
// vector is what remains of: known is the share of its squared length that it
// has in common with others. cos is the cosine before. 0 where nothing remains.
func withoutOne(cos, length, known float64) float64 {
	part := math.Sqrt(known)
	d := cos * length
	rest := length*length - 2*(part*d+1-known) + 1
	if rest < 1e-6 {
		return 0
	}
	return (d - part) / math.Sqrt(rest)
}

// sharedDirection returns the first principal direction of vectors, by power
// iteration from their mean: Arora, Liang and Ma (A Simple but Tough-to-Beat
// Baseline for Sentence Embeddings, ICLR 2017).
func sharedDirection(vs [][]float32, dimensions int) []float32 {
	const sample, rounds = 2000, 20
	at := make([]float32, dimensions)
	stride := max(1, len(vs)/sample)
	for i := 0; i < len(vs); i += stride {
		for k, x := range vs[i] {
			at[k] += x
		}
	}
	for range rounds {
		at = unit(at)
		if at == nil {
			return make([]float32, dimensions)
		}
		next := make([]float32, dimensions)
		for i := 0; i < len(vs); i += stride {
			if vs[i] == nil {
				continue
			}
			d := float32(dot(vs[i], at))
			for k, x := range vs[i] {
				next[k] += d * x
			}
		}
		at = next
	}
	return unit(at)
}

// without returns v without its part along direction, at length 1; nil where
// nothing remains.
func without(v, direction []float32) []float32 {
	if v == nil {
		return nil
	}
	d := float32(dot(v, direction))
	out := make([]float32, len(v))
	for i := range v {
		out[i] = v[i] - d*direction[i]
	}
	return unit(out)
}

// unit scales v, in place, to length 1; nil where it has none.
func unit(v []float32) []float32 {
	n := math.Sqrt(dot(v, v))
	if n < 1e-6 {
		return nil
	}
	for i := range v {
		v[i] /= float32(n)
	}
	return v
}

func dot(a, b []float32) float64 {
	var s float32
	for i := range min(len(a), len(b)) {
		s += a[i] * b[i]
	}
	return float64(s)
}
