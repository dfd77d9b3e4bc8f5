package intent

import (
	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

// Signals say from different sides how well a node fits an utterance. Their
// weights are fitted for each release (fusion).
const (
	signalModel    = iota // log-probability by the linear model over pieces of words, divided by 4
	signalWords           // log-probability by the linear model over words and pairs of words, divided by 4
	signalBest            // cosine to the nearest question of the node
	signalMean            // mean cosine to its three nearest questions
	signalCentroid        // cosine to the mean of its questions
	signalAsked           // share of the utterance found in the nearest question
	signalFound           // share of the nearest question found in the utterance
	signalNode            // share of the utterance found in any of the node's questions
	signalArea            // log-probability of the node's whole part of the tree by both models, divided by 4
	signalMeant           // log-probability by the linear model over the embedder's vectors, divided by 4
	signalClosest         // cosine by the embedder to the question that means nearly the same
	signalMeaning         // cosine by the embedder to the mean of the node's questions
	signals
)

// Doubts say that no node at all may fit.
const (
	doubtBias    = iota // 1
	doubtBest           // cosine to the nearest question of any node
	doubtKnown          // share of the utterance that the questions' pieces cover
	doubtLength         // logarithm of the number of pieces
	doubtModel          // score of the best node by the linear model over pieces of words, divided by 4
	doubtWords          // the same over words and pairs of words
	doubtCovered        // share of the utterance found in the nearest question
	doubtNode           // share of the utterance found in the questions of one node
	doubtClosest        // cosine by the embedder to the question of any node that means nearly the same
	doubts
)

// Limits of one match.
const (
	recallCandidates = 256 // questions taken from the index
	recallQuestions  = 64  // of those, the nearest ones, which count
	recallNodes      = 32  // nodes ranked
	floorLog         = -12 // least log-probability
)

// contender is a node in the running, with what speaks for it.
type contender struct {
	node     int        // place in corpus.nodes
	nearest  int        // its nearest question
	area     int32      // the part of the tree that it belongs to
	raw      [3]float64 // scores by the linear models: pieces, words, vectors
	signal   [signals]float64
	negative float64 // cosine to the nearest negative question
	heard    uint8   // how many cosines made up signalMean
}

// view is one utterance before ranking.
type view struct {
	vector lexical.Vector // over pieces of words
	words  lexical.Vector // over words and pairs of words
	dense  []float32      // by the embedder; nil where there is none or it is away
	known  float64        // see doubtKnown
	nears  []near         // the nearest questions, best first
	// own is the question that the utterance is, while a release learns from
	// its own questions, and -1 otherwise: it does not speak for itself.
	own int

	probing *lexical.Probe // of vector, once somebody asked for it
	scratch *scratch       // nil where what is made of the view is kept

	text string // in normal form
	most int    // nodes that may run; 0 means recallNodes
}

// probe returns the vector over pieces in the form that is compared with many
// others.
func (u *view) probe() *lexical.Probe {
	if u.probing == nil {
		u.probing = lexical.NewProbe(u.vector)
	}
	return u.probing
}

// look turns a normalised text into a view that has recalled nothing yet.
func (c *corpus) look(text string) view {
	u := view{own: -1, text: text}
	var room [2][256]lexical.Key // most texts have fewer
	pieces, words := c.keys(room[0][:0], room[1][:0], text)
	u.vector, u.known = c.space.Vector(pieces)
	u.words, _ = c.words.Vector(words)
	return u
}

// contender returns a node in the running, with its nearest question.
func (c *corpus) contender(node, nearest int) contender {
	return contender{node: node, nearest: nearest, area: c.areas[node]}
}

// hear takes in the cosine to one more question of the node; the best come first.
func (x *contender) hear(cosine float64) {
	if x.heard == 0 {
		x.signal[signalBest] = cosine
	}
	if x.heard < 3 {
		x.heard++
		x.signal[signalMean] += cosine / 3
	}
}

// fill computes what one contender has by itself, beside what it heard.
func (c *corpus) fill(x *contender, u *view, m *models) {
	x.signal[signalCentroid], x.signal[signalNode] = c.together(u, x.node)
	_, x.signal[signalAsked], x.signal[signalFound] = u.probe().Compare(c.vectorOf(x.nearest))
	if u.dense != nil {
		x.raw[2] = m.vectors.Score(u.dense, int32(x.node))
		_, x.signal[signalClosest] = c.meanings.closest(u.dense, x.node, u.own)
		x.signal[signalMeaning] = c.meanings.centroid(u.dense, x.node, u.own)
	}
	for _, neg := range c.negatives[x.node] {
		x.negative = max(x.negative, u.probe().Dot(neg))
	}
}

// together compares an utterance with what a node's questions are together,
// without the question that it is: the cosine to their mean, and the share of
// the utterance that they hold.
func (c *corpus) together(u *view, node int) (cosine, covered float64) {
	cosine, covered, _ = u.probe().Compare(c.centroids[node])
	if u.own < 0 || int(c.owners[u.own]) != node {
		return cosine, covered
	}
	mine, support := c.vectorOf(u.own), c.support[node]
	covered = 0
	for k, t := range c.centroids[node] {
		if w := u.probe().Weight(t.ID); w > 0 && (support[k] > 1 || !mine.Has(t.ID)) {
			covered += w * w
		}
	}
	return withoutOne(cosine, c.lengths[node], u.known), covered
}
