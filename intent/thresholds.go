package intent

import (
	"cmp"
	"slices"
	"sync"
)

// Thresholds cut probabilities into verdicts.
type Thresholds struct {
	Sure   float64 `json:"sure"`   // at or above: answer
	Unsure float64 `json:"unsure"` // at or above: ask "did you mean"
}

// Limits of thresholds.
const (
	// leastSure is the lowest probability that may ever count as sure: below
	// it something else is more likely to be right.
	leastSure = 0.5
	// never is the threshold where no lower one keeps to the tolerance.
	never = 0.99
	// leastUnsure is from where on asking "did you mean" is worth a customer's
	// time.
	leastUnsure = 0.15
)

// guess is what a lesson's best contender came to.
type guess struct {
	p      float64
	right  bool
	weight float64
}

// guesses scores every lesson by a fusion that has not seen it, so that the
// thresholds do not trust what was learned by heart.
func guesses(lessons []lesson) []guess {
	out := make([][]guess, folds)
	var wg sync.WaitGroup
	for k := range folds {
		wg.Go(func() {
			var seen, unseen []lesson
			for _, l := range lessons {
				if l.source%folds == k {
					unseen = append(unseen, l)
				} else {
					seen = append(seen, l)
				}
			}
			if len(unseen) == 0 {
				return
			}
			u := fit(seen)
			for i := range unseen {
				if g, ok := u.guess(&unseen[i]); ok {
					out[k] = append(out[k], g)
				}
			}
		})
	}
	wg.Wait()
	return slices.Concat(out...)
}

// guess returns what answering a lesson with its best contender would be.
func (u *fusion) guess(l *lesson) (guess, bool) {
	ps, _ := u.probabilities(&l.field, noBonus)
	if len(ps) == 0 {
		return guess{}, false
	}
	best := 0
	for c := range ps {
		if ps[c] > ps[best] {
			best = c
		}
	}
	return guess{p: ps[best], right: slices.Contains(l.right, best), weight: l.weight}, true
}

// thresholdsFor returns the lowest threshold at which the wrong share among
// the answered is at most tolerance. The share is the mean of two estimates:
// what was counted, of which one case more is reckoned with (the correction of
// conformal risk control, Angelopoulos et al., ICLR 2024), and what the
// probabilities themselves promise, which wavers less where guesses are few.
func thresholdsFor(gs []guess, tolerance float64) Thresholds {
	gs = slices.Clone(gs)
	slices.SortStableFunc(gs, func(a, b guess) int { return cmp.Compare(b.p, a.p) })
	t := Thresholds{Sure: never, Unsure: leastUnsure}
	counted, promised, all := 1.0, 0.0, 1.0
	for i, g := range gs {
		all += g.weight
		promised += g.weight * (1 - g.p)
		if !g.right {
			counted += g.weight
		}
		if g.p < leastSure {
			break
		}
		tied := i+1 < len(gs) && gs[i+1].p == g.p
		if !tied && (counted+promised)/2 <= tolerance*all {
			t.Sure = g.p
		}
	}
	return t
}
