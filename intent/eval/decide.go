package eval

import (
	"maps"
	"math"
	"slices"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// Rule is how it is decided whether a question is answered with the best
// candidate or not at all.
type Rule string

// The rules. Each is fixed before the measured questions are looked at.
const (
	// RuleSure answers from the matcher's own threshold on.
	RuleSure Rule = "sure"
	// RuleLikelier answers where the best candidate is at least as probable as
	// that no node is right.
	RuleLikelier Rule = "likelier"
	// RuleBalance answers from the threshold on at which, on other questions, the
	// share rightly answered in scope plus the share not answered out of scope is
	// greatest: after Youden (Index for Rating Diagnostic Tests, Cancer 3, 1950).
	RuleBalance Rule = "balance"
	// RuleAccuracy answers from the threshold on at which most of other questions
	// are decided rightly, those in scope and those out of scope together. It is
	// the one of Larson et al. (An Evaluation Dataset for Intent Classification and
	// Out-of-Scope Prediction, EMNLP 2019).
	RuleAccuracy Rule = "accuracy"
	// RuleKeep answers from the highest threshold on at which 95 % of other
	// questions in scope are answered.
	RuleKeep Rule = "keep95"
)

// Cut is a rule with its threshold.
type Cut struct {
	Rule Rule `json:"rule"`
	// Threshold is the lowest probability that is answered; nil where the rule
	// has none.
	Threshold *float64 `json:"threshold"`
}

// answers reports whether the question is answered with its best candidate.
func (c Cut) answers(o *observation) bool {
	switch {
	case !o.answerable():
		return false
	case c.Threshold == nil:
		return o.best() >= o.none
	}
	return o.best() >= *c.Threshold
}

// Decision is what a cut comes to. Questions of Human do not count.
type Decision struct {
	Cut
	// InScope is the questions of InScope that are answered with a right node.
	InScope Share `json:"inScope"`
	// OutOfScope is the questions of None that are not answered.
	OutOfScope Share `json:"outOfScope"`
	// MCC is the correlation between what was expected and what was decided,
	// where not to answer is a class like the nodes: 1 where all is right, about
	// 0 for guesses. It is R_K of Gorodkin (Comparing two K-category assignments
	// by a K-category correlation coefficient, Computational Biology and Chemistry
	// 28, 2004), which for two classes is Matthews' coefficient.
	MCC *float64 `json:"mcc"`
	// Kinds are the questions of each kind that are decided rightly, by name.
	Kinds []KindShare `json:"kinds,omitempty"`
}

// KindShare is the part of one kind's questions that is decided rightly.
type KindShare struct {
	Kind  string `json:"kind"`
	Right Share  `json:"right"`
}

// Sure returns the cut of the matcher itself, by RuleSure.
func (m *Measurement) Sure() Cut {
	t := m.thresholds.Sure
	return Cut{RuleSure, &t}
}

// decide returns what a cut comes to.
func decide(seen []observation, cut Cut) Decision {
	d := Decision{Cut: cut}
	var classes pairs
	kinds := make(map[string]*Share)
	for i := range seen {
		o := &seen[i]
		if o.purpose == human {
			continue
		}
		right := o.decidedRight(cut)
		if o.purpose == inScope {
			d.InScope.add(right)
		} else {
			d.OutOfScope.add(right)
		}
		if o.kind != "" {
			if kinds[o.kind] == nil {
				kinds[o.kind] = new(Share)
			}
			kinds[o.kind].add(right)
		}
		classes.add(o, cut.answers(o))
	}
	d.MCC = classes.correlation()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		d.Kinds = append(d.Kinds, KindShare{kind, *kinds[kind]})
	}
	return d
}

// decidedRight reports whether the question is answered rightly, or rightly not.
func (o *observation) decidedRight(cut Cut) bool {
	answered := cut.answers(o)
	return answered == (o.purpose == inScope) && (!answered || o.within(1))
}

// pairs counts what was expected and what was decided.
type pairs struct {
	all, right        int
	expected, decided map[knowledge.NodeID]int
}

func (p *pairs) add(o *observation, answered bool) {
	if p.expected == nil {
		p.expected, p.decided = make(map[knowledge.NodeID]int), make(map[knowledge.NodeID]int)
	}
	decided := lint.ExpectNone
	if answered {
		decided = o.candidates[0].Node
	}
	expected := want(o.question)
	if o.expects(decided) {
		expected = decided // of several right ones the one that was taken
	}
	p.all++
	p.expected[expected]++
	p.decided[decided]++
	if expected == decided {
		p.right++
	}
}

// correlation sums whole numbers only, so that their order does not matter.
func (p *pairs) correlation() *float64 {
	var both, expected, decided int
	for class, n := range p.expected {
		both += n * p.decided[class]
		expected += n * n
	}
	for _, n := range p.decided {
		decided += n * n
	}
	spread := float64(p.all*p.all-expected) * float64(p.all*p.all-decided)
	if spread == 0 {
		return nil
	}
	r := float64(p.right*p.all-both) / math.Sqrt(spread)
	return &r
}
