package eval

import (
	"math"
	"math/rand/v2"
	"slices"
)

// resamples is how often the questions are drawn again.
const resamples = 400

// interval is where the middle 95 % of drawn differences lie; nil where most of
// the draws have no difference.
type interval struct{ low, high *float64 }

// resample draws as many questions as there are, again and again, always the
// same ones, and returns for each figure how its difference spreads.
func resample(defs []definition, before, after []observation, beforeCut, afterCut Cut) []interval {
	out := make([]interval, len(defs))
	if len(before) == 0 {
		return out
	}
	a, b := newUrn(defs, before, beforeCut), newUrn(defs, after, afterCut)
	random := rand.New(rand.NewPCG(1, uint64(len(before))))
	places := make([]int, len(before))
	drawn := make([][]float64, len(defs))
	for range resamples {
		for i := range places {
			places[i] = random.IntN(len(places))
		}
		a.draw(places)
		b.draw(places)
		for i := range defs {
			if d := minus(b.value(i), a.value(i)); d != nil {
				drawn[i] = append(drawn[i], *d)
			}
		}
	}
	for i, d := range drawn {
		if len(d) > resamples/2 {
			slices.Sort(d)
			out[i] = interval{&d[len(d)*25/1000], &d[len(d)-1-len(d)*25/1000]}
		}
	}
	return out
}

// urn is one side of the questions, to draw from.
type urn struct {
	defs []definition
	cut  Cut
	all  []observation
	// of and counts are what the shares of defs say of each question: asked once,
	// as most figures are shares.
	of, counts [][]bool

	places []int         // what was drawn last
	drawn  []observation // the same
}

func newUrn(defs []definition, all []observation, cut Cut) *urn {
	u := &urn{defs: defs, cut: cut, all: all, drawn: make([]observation, len(all))}
	u.of, u.counts = make([][]bool, len(defs)), make([][]bool, len(defs))
	for d := range defs {
		if defs[d].share == nil {
			continue
		}
		u.of[d], u.counts[d] = make([]bool, len(all)), make([]bool, len(all))
		for i := range all {
			u.of[d][i], u.counts[d][i] = defs[d].share(&all[i], cut)
		}
	}
	return u
}

func (u *urn) draw(places []int) {
	u.places = places
	for i, at := range places {
		u.drawn[i] = u.all[at]
	}
}

// value returns a figure of what was drawn last.
func (u *urn) value(d int) *float64 {
	if u.defs[d].share == nil {
		return u.defs[d].value(u.drawn, u.cut)
	}
	var s Share
	for _, at := range u.places {
		if u.of[d][at] {
			s.add(u.counts[d][at])
		}
	}
	if s.Of == 0 {
		return nil
	}
	v := s.Value()
	return &v
}

// mcnemar is Difference.P.
func mcnemar(d *definition, before, after []observation, beforeCut, afterCut Cut) *float64 {
	if d.share == nil {
		return nil
	}
	gained, lost, any := 0, 0, false
	for i := range before {
		of, counts := d.share(&before[i], beforeCut)
		alsoOf, alsoCounts := d.share(&after[i], afterCut)
		switch {
		case of != alsoOf:
			return nil
		case !of:
			continue
		case alsoCounts && !counts:
			gained++
		case counts && !alsoCounts:
			lost++
		}
		any = true
	}
	if !any {
		return nil
	}
	p := signTest(gained, lost)
	return &p
}

// signTest returns how probable it is that of so many fair coins so few, or
// fewer, fall on either side.
func signTest(a, b int) float64 {
	n, few := a+b, min(a, b)
	sum := 0.0
	all, _ := math.Lgamma(float64(n + 1))
	for k := range few + 1 {
		in, _ := math.Lgamma(float64(k + 1))
		out, _ := math.Lgamma(float64(n - k + 1))
		sum += math.Exp(all - in - out - float64(n)*math.Ln2)
	}
	return min(1, 2*sum)
}
