package intent

import (
	"math"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/linear"
)

// Signals say from different sides how well a node fits an utterance. Their
// weights are fitted for each release (fusion).
const (
	signalModel    = iota // log-probability by the linear model, divided by 4
	signalBest            // cosine to the nearest question of the node
	signalMean            // mean cosine to its three nearest questions
	signalCentroid        // cosine to the mean of its questions
	signalAsked           // share of the utterance found in the nearest question
	signalFound           // share of the nearest question found in the utterance
	signalNode            // share of the utterance found in any of the node's questions
	signalArea            // log-probability of the node's whole part of the tree, divided by 4
	signals
)

// Doubts say that no node at all may fit.
const (
	doubtBias    = iota // 1
	doubtBest           // cosine to the nearest question of any node
	doubtKnown          // share of the utterance that the questions' pieces cover
	doubtLength         // logarithm of the number of pieces
	doubtModel          // score of the best node by the linear model, divided by 4
	doubtCovered        // share of the utterance found in the nearest question
	doubtNode           // share of the utterance found in the questions of one node
	doubts
)

// Limits of one match.
const (
	recallQuestions = 64  // questions taken from the index
	recallNodes     = 32  // nodes ranked
	floorLog        = -12 // least log-probability
)

// contender is a node in the running, with what speaks for it.
type contender struct {
	node     int     // place in corpus.nodes
	nearest  int     // its nearest question
	area     string  // the part of the tree that it belongs to
	raw      float64 // score by the linear model
	signal   [signals]float64
	negative float64 // cosine to the nearest negative question
}

// field is everything that ranking knows about one utterance.
type field struct {
	contenders []contender
	length     int     // pieces of the utterance
	known      float64 // see doubtKnown
	doubt      [doubts]float64
}

// view is one utterance before ranking.
type view struct {
	vector lexical.Vector
	known  float64 // see doubtKnown
	nears  []near  // the nearest questions, best first
	// own is the question that the utterance is, while a release learns from
	// its own questions, and -1 otherwise: it does not speak for itself.
	own int
}

// newField gathers the contenders for an utterance. keep says which nodes may run.
func (c *corpus) newField(u view, model *linear.Model, keep func(node int) bool) field {
	f := field{length: len(u.vector), known: u.known}
	at := make(map[int]int)
	var cosines [][]float64
	for _, n := range u.nears {
		node := c.questions[n.question].node
		i, ok := at[node]
		if !ok {
			if len(f.contenders) == recallNodes || !keep(node) {
				continue
			}
			i = len(f.contenders)
			at[node] = i
			f.contenders = append(f.contenders, contender{node: node, nearest: n.question, area: area(c.nodes[node].ID)})
			cosines = append(cosines, nil)
		}
		cosines[i] = append(cosines[i], n.cosine)
	}
	for i := range f.contenders {
		c.fill(&f.contenders[i], u, cosines[i], model)
	}
	f.finish()
	return f
}

// fill computes what one contender has by itself. cosines are those of its
// recalled questions, best first.
func (c *corpus) fill(x *contender, u view, cosines []float64, model *linear.Model) {
	x.raw = model.Score(u.vector, int32(x.node))
	x.signal[signalBest] = cosines[0]
	for _, cos := range cosines[:min(3, len(cosines))] {
		x.signal[signalMean] += cos / 3
	}
	x.signal[signalCentroid] = c.centroidCosine(u.vector, x.node, u.own)
	q := c.questions[x.nearest].vector
	x.signal[signalAsked] = u.vector.Covered(q)
	x.signal[signalFound] = q.Covered(u.vector)
	x.signal[signalNode] = c.nodeCovers(u.vector, x.node, u.own)
	for _, neg := range c.negatives[x.node] {
		x.negative = max(x.negative, u.vector.Dot(neg))
	}
}

// centroidCosine returns the cosine of v to the mean of a node's questions,
// without the question own.
func (c *corpus) centroidCosine(v lexical.Vector, node, own int) float64 {
	cos := v.Dot(c.centroids[node])
	if own < 0 || c.questions[own].node != node {
		return cos
	}
	dot := cos * c.lengths[node]
	rest := c.lengths[node]*c.lengths[node] - 2*dot + 1
	if rest < 1e-6 {
		return 0 // it was the only one
	}
	return (dot - 1) / math.Sqrt(rest)
}

// nodeCovers returns the share of v that a node's questions hold, the question
// own left out.
func (c *corpus) nodeCovers(v lexical.Vector, node, own int) float64 {
	var mine lexical.Vector
	if own >= 0 && c.questions[own].node == node {
		mine = c.questions[own].vector
	}
	var sum float64
	for _, t := range v {
		n := int(c.support[node][t.ID])
		if n > 0 && mine != nil && mine.Has(t.ID) {
			n--
		}
		if n > 0 {
			sum += float64(t.Weight) * float64(t.Weight)
		}
	}
	return sum
}

// finish computes what depends on all contenders together.
func (f *field) finish() {
	f.doubt = [doubts]float64{doubtBias: 1, doubtKnown: f.known, doubtLength: math.Log1p(float64(f.length)) / 4}
	if len(f.contenders) == 0 {
		return
	}
	top := math.Inf(-1)
	for _, c := range f.contenders {
		top = max(top, c.raw)
		f.doubt[doubtBest] = max(f.doubt[doubtBest], c.signal[signalBest])
		f.doubt[doubtCovered] = max(f.doubt[doubtCovered], c.signal[signalAsked])
		f.doubt[doubtNode] = max(f.doubt[doubtNode], c.signal[signalNode])
	}
	f.doubt[doubtModel] = top / 4
	var sum float64
	for _, c := range f.contenders {
		sum += math.Exp(c.raw - top)
	}
	areas := make(map[string]float64)
	for _, c := range f.contenders {
		areas[c.area] += math.Exp(c.raw - top)
	}
	for i := range f.contenders {
		c := &f.contenders[i]
		c.signal[signalModel] = max(c.raw-top-math.Log(sum), floorLog) / 4
		c.signal[signalArea] = max(math.Log(areas[c.area]/sum), floorLog) / 4
	}
}

// without returns the field as it would be if the release had no such node:
// what an utterance that is "not ours" looks like.
func (f *field) without(node int) field {
	out := field{length: f.length, known: f.known, contenders: make([]contender, 0, len(f.contenders))}
	for _, c := range f.contenders {
		if c.node != node {
			out.contenders = append(out.contenders, c)
		}
	}
	out.finish()
	return out
}
