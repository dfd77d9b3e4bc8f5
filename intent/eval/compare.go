package eval

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Comparison is two measurements of the same questions, one beside the other.
type Comparison struct {
	Questions int          `json:"questions"`
	Figures   []Difference `json:"figures"`
	// Better and Worse are the questions that ended otherwise, those with the
	// greatest change first, then in their order.
	Better []Change `json:"better"`
	Worse  []Change `json:"worse"`
}

// Difference is one figure before and after. A number is nil where it could not
// be computed.
type Difference struct {
	Name   string   `json:"name"` // see Figures
	Before *float64 `json:"before"`
	After  *float64 `json:"after"`
	// Difference is After minus Before.
	Difference *float64 `json:"difference"`
	// Low and High are where the middle 95 % of the differences lie when the
	// questions are drawn again and again, each with both of its outcomes (Efron
	// and Tibshirani, An Introduction to the Bootstrap, 1993, the percentile
	// interval). A range with 0 in it may be luck.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
	// P is how probable so uneven a change, or a more uneven one, would be if
	// each question that changed had been as likely to change the other way:
	// the exact test of McNemar (Note on the sampling error of the difference
	// between correlated proportions or percentages, Psychometrika 12, 1947). It
	// is nil where the figure is no share, or not of the same questions.
	P *float64 `json:"p"`

	definition *definition
}

// Change is a question that ended otherwise.
type Change struct {
	File   string           `json:"file"`
	Line   int              `json:"line"`
	Want   knowledge.NodeID `json:"want"` // the first expected node, or what is expected instead
	Before Ending           `json:"before"`
	After  Ending           `json:"after"`

	gain int // of worth
}

// Ending is what happened to a question.
type Ending struct {
	Text    string `json:"text"`
	Outcome string `json:"outcome"` // as in Tally
	// Node is the best candidate, if there is one, and Probability its own.
	Node        knowledge.NodeID `json:"node"`
	Probability float64          `json:"probability"`
}

// Compare sets two measurements of the same questions side by side; the texts
// may differ, what is expected may not. The figures of a side that are by a cut
// are by its own. It fails where the questions are not the same.
func Compare(before, after *Measurement, beforeCut, afterCut Cut) (*Comparison, error) {
	if len(before.seen) != len(after.seen) {
		return nil, fmt.Errorf("eval: comparing %d questions with %d", len(before.seen), len(after.seen))
	}
	c := &Comparison{Questions: len(before.seen), Better: []Change{}, Worse: []Change{}}
	for i := range before.seen {
		a, b := &before.seen[i], &after.seen[i]
		if !slices.Equal(a.question.Expect, b.question.Expect) {
			return nil, fmt.Errorf("eval: question %d expects %v on one side and %v on the other", i+1, a.question.Expect, b.question.Expect)
		}
		change := Change{
			File: a.question.File, Line: a.question.Line, Want: want(a.question),
			Before: a.ending(), After: b.ending(), gain: b.worth() - a.worth(),
		}
		switch {
		case change.gain > 0:
			c.Better = append(c.Better, change)
		case change.gain < 0:
			c.Worse = append(c.Worse, change)
		}
	}
	slices.SortStableFunc(c.Better, func(a, b Change) int { return cmp.Compare(b.gain, a.gain) })
	slices.SortStableFunc(c.Worse, func(a, b Change) int { return cmp.Compare(a.gain, b.gain) })
	c.Figures = differences(before.seen, after.seen, beforeCut, afterCut)
	return c, nil
}

// worth orders what happens by how good it is for the customer.
func (o *observation) worth() int {
	switch got := o.outcome(); {
	case o.right():
		return 3
	case got == askedWith:
		return 2
	case got == answeredWrong:
		return 0
	}
	return 1
}

func (o *observation) ending() Ending {
	e := Ending{Text: o.question.Text, Outcome: o.outcome().String(), Probability: o.best()}
	if len(o.candidates) > 0 {
		e.Node = o.candidates[0].Node
	}
	return e
}

func differences(before, after []observation, beforeCut, afterCut Cut) []Difference {
	defs := definitions()
	a, b := figuresOf(defs, before, beforeCut), figuresOf(defs, after, afterCut)
	out := make([]Difference, len(defs))
	for i := range defs {
		d := &out[i]
		*d = Difference{Name: defs[i].name, Before: a[i].Value, After: b[i].Value, definition: &defs[i]}
		d.Difference = minus(b[i].Value, a[i].Value)
		d.P = mcnemar(&defs[i], before, after, beforeCut, afterCut)
	}
	for i, r := range resample(defs, before, after, beforeCut, afterCut) {
		out[i].Low, out[i].High = r.low, r.high
	}
	return out
}

func minus(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	d := *a - *b
	return &d
}
