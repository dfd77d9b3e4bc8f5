package eval

import (
	"cmp"
	"math"
	"slices"
)

// Fix returns the cuts that these questions suggest for others: by RuleBalance,
// RuleAccuracy and RuleKeep, in this order, where some are in scope and some are
// not; by RuleKeep alone where none is out of scope; and none at all where none
// is in scope.
func (m *Measurement) Fix() []Cut {
	var in, out []*observation
	for i := range m.seen {
		switch o := &m.seen[i]; o.purpose {
		case inScope:
			in = append(in, o)
		case none:
			out = append(out, o)
		}
	}
	if len(in) == 0 {
		return nil
	}
	keep := Cut{RuleKeep, new(keeping(in))}
	if len(out) == 0 {
		return []Cut{keep}
	}
	balance := best(in, out, func(right, silent int) float64 {
		return float64(right)/float64(len(in)) + float64(silent)/float64(len(out))
	})
	accuracy := best(in, out, func(right, silent int) float64 { return float64(right + silent) })
	return []Cut{{RuleBalance, &balance}, {RuleAccuracy, &accuracy}, keep}
}

// falling sorts questions by falling probability of what they may be answered
// with.
func falling(list []*observation) {
	slices.SortStableFunc(list, func(a, b *observation) int { return cmp.Compare(b.offered(), a.offered()) })
}

// offered is the highest threshold at which the question is answered; 0 where
// none has it answered.
func (o *observation) offered() float64 {
	if !o.answerable() {
		return 0
	}
	return o.best()
}

// keepPercent is how many of the questions in scope RuleKeep answers.
const keepPercent = 95

func keeping(in []*observation) float64 {
	falling(in)
	return in[(keepPercent*len(in)+99)/100-1].offered()
}

// best tries every probability that occurs, and one above 1, which answers
// nothing. It returns the one at which worth is greatest, of several the lowest.
// worth gets how many in scope are answered rightly, and how many out of scope
// are not answered.
func best(in, out []*observation, worth func(right, silent int) float64) float64 {
	all := slices.Concat(in, out)
	falling(all)
	right, silent := 0, len(out)
	most, threshold := worth(right, silent), math.Nextafter(1, 2)
	for i, o := range all {
		switch {
		case !o.answerable():
		case o.purpose == none:
			silent--
		case o.within(1):
			right++
		}
		if i+1 < len(all) && all[i+1].offered() == o.offered() {
			continue // the same threshold answers both
		}
		if w := worth(right, silent); w >= most && o.answerable() {
			most, threshold = w, o.offered()
		}
	}
	return threshold
}
