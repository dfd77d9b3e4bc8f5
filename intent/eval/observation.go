package eval

import (
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// purpose is what a question is in the test set for.
type purpose uint8

const (
	inScope purpose = iota // to be answered
	none                   // not to be answered
	human                  // to be handed over
)

func purposeOf(q lint.Question) purpose {
	switch want(q) {
	case lint.ExpectNone:
		return none
	case lint.ExpectHuman:
		return human
	}
	return inScope
}

// want returns what a question is counted under: the first node it expects, or
// what it expects instead.
func want(q lint.Question) knowledge.NodeID {
	if len(q.Expect) == 0 {
		return lint.ExpectNone
	}
	return q.Expect[0]
}

// outcome is what happened to a question.
type outcome uint8

const (
	answeredRight outcome = iota
	answeredWrong
	askedWith    // a right node was on offer
	askedWithout // none was
	unknown      // the customer is asked for other words
	handedOver
	outcomes int = iota
)

// String returns the name of Tally's field.
func (o outcome) String() string {
	return [outcomes]string{"answeredRight", "answeredWrong", "askedWith", "askedWithout", "unknown", "handedOver"}[o]
}

// observation is one question and what happened to it.
type observation struct {
	question lint.Question
	purpose  purpose
	kind     string // see Options.Kinds
	wish     bool   // taken for one

	matched    bool
	candidates []intent.Candidate
	none       float64 // probability that no node is right
	away       bool    // the matcher had to do without its vectors
	verdict    intent.Verdict
	took       time.Duration
}

// expects reports whether node is right.
func (o *observation) expects(node knowledge.NodeID) bool {
	return o.purpose == inScope && slices.Contains(o.question.Expect, node)
}

// among reports whether a right node is among the candidates.
func (o *observation) among(candidates []intent.Candidate) bool {
	return slices.ContainsFunc(candidates, func(c intent.Candidate) bool { return o.expects(c.Node) })
}

// within reports whether a right node is among the best n candidates.
func (o *observation) within(n int) bool {
	return o.among(o.candidates[:min(n, len(o.candidates))])
}

// best returns the probability of the best candidate, or 0 where there is none.
func (o *observation) best() float64 {
	if len(o.candidates) == 0 {
		return 0
	}
	return o.candidates[0].Probability
}

// answerable reports whether some threshold would have it answered.
func (o *observation) answerable() bool { return !o.wish && len(o.candidates) > 0 }

func (o *observation) outcome() outcome {
	switch {
	case o.wish:
		return handedOver
	case o.verdict == intent.Sure && o.within(1):
		return answeredRight
	case o.verdict == intent.Sure:
		return answeredWrong
	case o.verdict == intent.Unsure && o.among(intent.Meant(o.candidates)):
		return askedWith
	case o.verdict == intent.Unsure:
		return askedWithout
	}
	return unknown
}

// right reports whether what happened is what should happen.
func (o *observation) right() bool {
	switch o.purpose {
	case none:
		return o.outcome() != answeredWrong
	case human:
		return o.outcome() == handedOver
	default:
		return o.outcome() == answeredRight
	}
}
