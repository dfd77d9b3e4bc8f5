package intent

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent/typo"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Explanation says why a match came out as it did. Its Result is what Match
// returns for the same arguments, bit for bit: both take the same path.
type Explanation struct {
	Result
	Thresholds Thresholds
	Evidence   []Evidence // of Result.Candidates, in their order
	// Typos are what was read otherwise than it was typed. Result.Normalized is
	// what was matched, after these changes.
	Typos []typo.Change
	// Part is the part of the utterance that Candidates are about; "" is the whole.
	Part string
	// Doubt says what spoke for "none of them", by name.
	Doubt map[string]float64
}

// Evidence is what spoke for and against one candidate.
type Evidence struct {
	Node     knowledge.NodeID
	Signals  map[string]float64 // by name; see SignalNames
	Score    float64            // log-odds, up to a constant
	Negative float64            // cosine to its nearest negative question
}

// SignalNames are the signals of Evidence, in the order of their computation:
// log-probability by the model over pieces of words (divided by 4), the same by
// the model over words and pairs, cosine to the nearest question, mean cosine to the three nearest, cosine to the mean of all, share
// of the utterance found in the nearest question, share of that question found
// in the utterance, share of the utterance found in any of the node's
// questions, log-probability of the node's part of the tree (divided by 4); and
// with an embedder log-probability by the model over its vectors (divided by 4),
// cosine to the question that means most nearly the same, cosine to the mean.
var SignalNames = [signals]string{"model", "words", "best", "mean3", "centroid", "asked", "found", "node", "area", "meant", "closest", "meaning"}

var doubtNames = [doubts]string{"bias", "best", "known", "length", "model", "words", "covered", "node", "closest"}

// Explain matches utterance as Match does and says why.
func (m *Matcher) Explain(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (*Explanation, error) {
	return m.explain(ctx, utterance, topic, now, true)
}

// exactProbability is what a node gets whose own question the utterance is.
const exactProbability = 0.999

// fill turns ranked contenders into the result and, if somebody asks why, the
// evidence.
func (x *Explanation) fill(m *Matcher, j *judge, f *field, ps []float64, none float64, exact []int, why bool) {
	if len(exact) == 1 {
		ps, none = favour(f, ps, exact[0])
	}
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[b], ps[a]) })
	for _, i := range order[:min(len(order), MaxCandidates)] {
		c := &f.contenders[i]
		cand := Candidate{Node: m.corpus.nodes[c.node].ID, Probability: ps[i], Exact: slices.Contains(exact, c.node)}
		if c.nearest >= 0 {
			cand.Question = m.corpus.questions[c.nearest].text
		}
		x.Candidates = append(x.Candidates, cand)
		if why {
			x.Evidence = append(x.Evidence, evidence(cand.Node, c, j.Fusion.score(c)))
		}
	}
	x.None = none
	if why {
		x.Doubt = doubtsByName(&f.doubt)
	}
	if best, ok := x.Best(); ok {
		switch {
		case best.Probability >= x.Thresholds.Sure:
			x.Verdict = Sure
		case best.Probability >= x.Thresholds.Unsure:
			x.Verdict = Unsure
		}
	}
}

// favour gives the node that the utterance names exactly nearly all of the
// probability and shares the rest out as it was.
func favour(f *field, ps []float64, node int) ([]float64, float64) {
	at := slices.IndexFunc(f.contenders, func(c contender) bool { return c.node == node })
	if at < 0 {
		f.contenders = append(f.contenders, contender{node: node, nearest: -1})
		ps = append(ps, 0)
		at = len(ps) - 1
	}
	rest := (1 - exactProbability) / 2
	for i := range ps {
		ps[i] *= rest
	}
	ps[at] = exactProbability
	return ps, rest
}

func evidence(id knowledge.NodeID, c *contender, score float64) Evidence {
	e := Evidence{Node: id, Signals: make(map[string]float64, signals), Score: score, Negative: c.negative}
	for i, name := range SignalNames {
		e.Signals[name] = c.signal[i]
	}
	return e
}

func doubtsByName(d *[doubts]float64) map[string]float64 {
	out := make(map[string]float64, doubts)
	for i, name := range doubtNames {
		out[name] = d[i]
	}
	return out
}
