package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Report is what a run found. Shares and probabilities are between 0 and 1. A
// figure that nothing could be computed for is nil, and null in JSON.
type Report struct {
	// Thresholds are those of the matcher.
	Thresholds intent.Thresholds `json:"thresholds"`

	All     Tally `json:"all"`
	InScope Tally `json:"inScope"` // questions that expect a node
	None    Tally `json:"none"`    // questions that nothing may answer
	Human   Tally `json:"human"`   // wishes for a human

	// Top1 and Top3 are the questions in scope with a right node first, or among
	// the first three candidates, whatever their probability.
	Top1 Share `json:"top1"`
	Top3 Share `json:"top3"`
	// MacroRecall is the mean over the nodes of each one's share of Top1, so that
	// a node with few questions counts as much as one with many. A question with
	// several right nodes belongs to the first of them.
	MacroRecall *float64 `json:"macroRecall"`
	// SelectiveAccuracy is the share of the given answers that were right:
	// one minus the selective risk of El-Yaniv and Wiener (On the Foundations of
	// Noise-free Selective Classification, JMLR 11, 2010). An answer to a
	// question that must not be answered is wrong.
	SelectiveAccuracy Share `json:"selectiveAccuracy"`
	// AUROC is how well the best candidate's probability tells what may be
	// answered from what may not: the probability that a question in scope, with
	// a right node first, has a higher one than a question of None, where a tie
	// counts half (Hanley and McNeil, The Meaning and Use of the Area under a ROC
	// Curve, Radiology 143, 1982).
	AUROC *float64 `json:"auroc"`
	// ScopeAUROC is the same with every question in scope, right or wrong: how
	// well the best candidate's probability tells them from those of None.
	ScopeAUROC *float64 `json:"scopeAuroc"`
	// AnyAUROC is ScopeAUROC by the probability that any node at all is right.
	AnyAUROC *float64 `json:"anyAuroc"`
	// CalibrationError is the expected calibration error: the mean distance, over
	// the Bins and weighted by their size, between the probability of the best
	// candidate and how often it is right (Naeini, Cooper and Hauskrecht,
	// Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015;
	// Guo et al., On Calibration of Modern Neural Networks, ICML 2017). It is
	// taken over the questions of InScope and None; for None the best candidate
	// is never right.
	CalibrationError *float64 `json:"calibrationError"`
	// Bins are the ten parts of equal width that CalibrationError is taken over.
	Bins []Bin `json:"bins"`

	// Decisions are what to answer or not by one cut each comes to: by RuleSure,
	// RuleLikelier, and the cuts that were given.
	Decisions []Decision `json:"decisions"`

	// Chosen is what the matcher's own threshold comes to.
	Chosen Point `json:"chosen"`
	// Curve is what other thresholds would come to, from the highest to the
	// lowest: the risk-coverage curve of Geifman and El-Yaniv (Selective
	// Classification for Deep Neural Networks, NIPS 2017). It has a point for
	// about every hundredth part of the questions.
	Curve []Point `json:"curve"`

	// Nodes are the nodes that questions expect, the worst first: those with the
	// smallest share of right answers, then those with more questions.
	Nodes []NodeTally `json:"nodes"`
	// Confusions are the nodes that were taken for others, the worst first:
	// those most often answered, then the most frequent.
	Confusions []Confusion `json:"confusions"`

	// Away is the questions whose match had to go on without the embedder that
	// the release was trained with.
	Away int `json:"away"`

	// Latency is how long a match took.
	Latency Latency `json:"latency"`
}

// Share is a part of something that is counted.
type Share struct {
	Count, Of int
}

// Value returns the share between 0 and 1; 0 of nothing is 0.
func (s Share) Value() float64 {
	if s.Of == 0 {
		return 0
	}
	return float64(s.Count) / float64(s.Of)
}

// MarshalJSON writes the two numbers and their ratio, which is null where there
// is nothing to have a share of.
func (s Share) MarshalJSON() ([]byte, error) {
	out := struct {
		Count int      `json:"count"`
		Of    int      `json:"of"`
		Share *float64 `json:"share"`
	}{Count: s.Count, Of: s.Of}
	if s.Of > 0 {
		v := s.Value()
		out.Share = &v
	}
	return json.Marshal(out)
}

// add counts one more of the whole, and of the part if it belongs to it.
func (s *Share) add(belongs bool) {
	s.Of++
	if belongs {
		s.Count++
	}
}

// Tally counts what happened to questions. The shares but Right add up to all.
type Tally struct {
	N int `json:"n"`
	// Right is what should happen: see the package comment.
	Right         Share `json:"right"`
	AnsweredRight Share `json:"answeredRight"`
	AnsweredWrong Share `json:"answeredWrong"`
	AskedWith     Share `json:"askedWith"`    // asked, with a right node on offer
	AskedWithout  Share `json:"askedWithout"` // asked, with none
	Unknown       Share `json:"unknown"`      // not understood: asked for other words
	HandedOver    Share `json:"handedOver"`   // taken for a wish for a human
}

// NodeTally is what happened to the questions of one node. A question with
// several right nodes belongs to the first of them.
type NodeTally struct {
	Node  knowledge.NodeID `json:"node"`
	N     int              `json:"n"`
	Right int              `json:"right"` // answered, with a right node
	Wrong int              `json:"wrong"` // answered, with another node
	Asked int              `json:"asked"` // asked, with a right node on offer
	Other int              `json:"other"` // the rest
}

// Confusion is one node taken for another.
type Confusion struct {
	Want knowledge.NodeID `json:"want"` // the first expected node, or what was expected instead
	Got  knowledge.NodeID `json:"got"`
	// Count is the questions in scope of which Got was the best candidate,
	// or the others that it answered.
	Count    int `json:"count"`
	Answered int `json:"answered"` // so many of them were answered
	// Example is the one that Got was most probable for.
	Example     string  `json:"example"`
	Probability float64 `json:"probability"`
}

// Latency is how long single matches took, by the nearest rank.
type Latency struct {
	P50 time.Duration
	P99 time.Duration
}

// MarshalJSON writes microseconds.
func (l Latency) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		P50 float64 `json:"p50Micros"`
		P99 float64 `json:"p99Micros"`
	}{micros(l.P50), micros(l.P99)})
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("eval: writing JSON: %w", err)
	}
	return nil
}

// Report computes the figures. Beside the matcher's own cuts it looks at those
// of cuts, which were fixed elsewhere.
func (m *Measurement) Report(cuts ...Cut) *Report {
	seen, t := m.seen, m.thresholds
	r := &Report{
		Thresholds: t,
		All:        tally(seen, func(purpose) bool { return true }),
		InScope:    tally(seen, func(p purpose) bool { return p == inScope }),
		None:       tally(seen, func(p purpose) bool { return p == none }),
		Human:      tally(seen, func(p purpose) bool { return p == human }),
		Nodes:      nodes(seen),
		Confusions: confusions(seen),
		Latency:    latency(seen),
	}
	for i := range seen {
		if seen[i].purpose == inScope {
			r.Top1.add(seen[i].within(1))
			r.Top3.add(seen[i].within(3))
		}
		if seen[i].away {
			r.Away++
		}
	}
	r.MacroRecall = macroRecall(seen)
	r.AUROC, r.ScopeAUROC, r.AnyAUROC = auroc(seen), scopeAUROC(seen), anyAUROC(seen)
	answered := r.All.AnsweredRight.Count
	r.SelectiveAccuracy = Share{answered, answered + r.All.AnsweredWrong.Count}
	r.Bins, r.CalibrationError = calibration(seen)
	for _, c := range append([]Cut{m.Sure(), {Rule: RuleLikelier}}, cuts...) {
		r.Decisions = append(r.Decisions, decide(seen, c))
	}
	r.Chosen, r.Curve = tradeOff(seen, t.Sure)
	return r
}

func tally(seen []observation, of func(purpose) bool) Tally {
	var counts [outcomes]int
	n, right := 0, 0
	for i := range seen {
		if o := &seen[i]; of(o.purpose) {
			n++
			counts[o.outcome()]++
			if o.right() {
				right++
			}
		}
	}
	share := func(o outcome) Share { return Share{counts[o], n} }
	return Tally{
		N: n, Right: Share{right, n},
		AnsweredRight: share(answeredRight), AnsweredWrong: share(answeredWrong),
		AskedWith: share(askedWith), AskedWithout: share(askedWithout),
		Unknown: share(unknown), HandedOver: share(handedOver),
	}
}

// Latency returns how long the matches took.
func (m *Measurement) Latency() Latency { return latency(m.seen) }

// latency returns nearest-rank percentiles of the matches.
func latency(seen []observation) Latency {
	var took []time.Duration
	for i := range seen {
		if seen[i].matched {
			took = append(took, seen[i].took)
		}
	}
	if len(took) == 0 {
		return Latency{}
	}
	slices.Sort(took)
	rank := func(percent int) time.Duration { return took[(percent*len(took)+99)/100-1] }
	return Latency{P50: rank(50), P99: rank(99)}
}
