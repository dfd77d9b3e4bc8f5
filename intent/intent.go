// Package intent finds out which node of a shop's knowledge an utterance is
// about, and how probable that is.
//
// A [Matcher] is built from one tree when a release is built: an index of the
// tree's questions, a linear model trained on them, and a calibration that
// turns scores into the probability that reaching the node is right. It is
// immutable and safe for concurrent use.
package intent

import (
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Verdict is what a match is good for.
type Verdict uint8

// The verdicts.
const (
	Unknown Verdict = iota // nothing fits well enough even to ask about
	Unsure                 // worth asking "did you mean …"
	Sure                   // answer
)

func (v Verdict) String() string { return [...]string{"unknown", "unsure", "sure"}[v] }

// Candidate is one node that an utterance may be about.
type Candidate struct {
	Node knowledge.NodeID
	// Probability that reaching this node is right, calibrated, 0 to 1. The
	// candidates' probabilities and Result.None add up to at most 1.
	Probability float64
	// Question is the node's own question that is nearest to the utterance.
	Question string
	// Exact means that the utterance is one of the node's questions.
	Exact bool
}

// Result is what an utterance may be about.
type Result struct {
	Normalized string      // what was matched
	Candidates []Candidate // best first, at most MaxCandidates
	None       float64     // probability that no node is right
	Verdict    Verdict
	// Others are the nodes that other parts of the utterance ask about surely,
	// in the order of the text, each once and never the best candidate: of
	// "退款多久到账，还有运费谁出" the node of the freight. At most MaxOthers, and
	// none unless the result is for sure. Their probabilities are those of the
	// parts, and do not add up with the candidates'.
	Others []Candidate
	// Away is why the release's embedder could not be asked. The match went
	// on without it: less well, and by thresholds of its own.
	Away error
}

// MaxCandidates bounds the candidates of a result, and MaxOthers its others.
const (
	MaxCandidates = 5
	MaxOthers     = 3
)

// Best returns the best candidate, or false when there is none.
func (r *Result) Best() (Candidate, bool) {
	if len(r.Candidates) == 0 {
		return Candidate{}, false
	}
	return r.Candidates[0], true
}
