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
	drawn := make([][]float64, len(defs))
	if len(before) == 0 {
		return out
	}
	draw := rand.New(rand.NewPCG(1, uint64(len(before))))
	a, b := make([]observation, len(before)), make([]observation, len(before))
	for range resamples {
		for i := range a {
			at := draw.IntN(len(before))
			a[i], b[i] = before[at], after[at]
		}
		x, y := figuresOf(defs, a, beforeCut), figuresOf(defs, b, afterCut)
		for i := range defs {
			if d := minus(y[i].Value, x[i].Value); d != nil {
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
