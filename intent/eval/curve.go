package eval

import (
	"cmp"
	"slices"
)

// curvePoints is about how many points a curve has.
const curvePoints = 100

// Point is what a threshold for answering comes to.
type Point struct {
	Threshold float64 `json:"threshold"`
	Answered  Share   `json:"answered"` // of all questions: the coverage
	Wrong     Share   `json:"wrong"`    // of the answers: the risk
	Right     Share   `json:"right"`    // answered rightly, of the questions in scope
}

// tradeOff returns what the chosen threshold comes to, and the others.
func tradeOff(seen []observation, chosen float64) (Point, []Point) {
	scope := 0
	var order []*observation
	for i := range seen {
		o := &seen[i]
		if o.purpose == inScope {
			scope++
		}
		if o.answerable() {
			order = append(order, o)
		}
	}
	slices.SortStableFunc(order, func(a, b *observation) int { return cmp.Compare(b.best(), a.best()) })

	at := Point{Threshold: 1, Answered: Share{Of: len(seen)}, Right: Share{Of: scope}}
	here := at
	here.Threshold = chosen
	curve := []Point{} // in JSON a list even where it is empty
	kept := 0
	for i, o := range order {
		at.answer(o)
		at.Threshold = o.best()
		if o.best() >= chosen {
			here.Answered, here.Wrong, here.Right = at.Answered, at.Wrong, at.Right
		}
		last := i == len(order)-1
		if !last && order[i+1].best() == o.best() {
			continue // the same threshold answers both
		}
		if last || (at.Answered.Count-kept)*curvePoints >= len(seen) {
			curve = append(curve, at)
			kept = at.Answered.Count
		}
	}
	return here, curve
}

func (p *Point) answer(o *observation) {
	p.Answered.Count++
	p.Wrong.add(!o.within(1))
	if o.within(1) {
		p.Right.Count++
	}
}
