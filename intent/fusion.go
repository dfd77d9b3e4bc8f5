package intent

import (
	"math"
	"math/rand/v2"
	"slices"
)

// fusion turns signals and doubts into probabilities: a conditional logit
// (McFadden 1974) over the contenders and one more choice, "none of them".
type fusion struct {
	Weights [signals]float64 `json:"weights"`
	Doubts  [doubts]float64  `json:"doubts"`
}

// refusal is what a negative question costs, per unit by which it is nearer
// than the node's own questions. It is no fitted weight: an editor's "not this
// one" must hold even where a release has few negative questions.
const refusal = 10

// score returns the log-odds of a contender, up to a constant.
func (u *fusion) score(c *contender) float64 {
	s := -refusal * max(0, c.negative-c.signal[signalBest])
	for i, w := range u.Weights {
		s += w * c.signal[i]
	}
	return s
}

func (u *fusion) scoreNone(d *[doubts]float64) float64 {
	s := 0.0
	for i, w := range u.Doubts {
		s += w * d[i]
	}
	return s
}

// probabilities returns one probability a contender, and that of none.
func (u *fusion) probabilities(f *field, bonus func(node int) float64) (ps []float64, none float64) {
	ps = make([]float64, len(f.contenders)+1)
	last := len(f.contenders)
	for i := range f.contenders {
		ps[i] = u.score(&f.contenders[i]) + bonus(f.contenders[i].node)
	}
	ps[last] = u.scoreNone(&f.doubt)
	top := math.Inf(-1)
	for _, p := range ps {
		top = max(top, p)
	}
	sum := 0.0
	for i := range ps {
		ps[i] = math.Exp(ps[i] - top)
		sum += ps[i]
	}
	for i := range ps {
		ps[i] /= sum
	}
	return ps[:last], ps[last]
}

func noBonus(int) float64 { return 0 }

// lesson is one utterance whose right node is known.
type lesson struct {
	field  field
	right  []int // places in field.contenders; none of them where empty
	weight float64
	made   bool // by taking its node away, not heard from anybody
	source int  // lessons of one utterance have one number
}

// commonWeights are what the signals usually weigh: the mean of what fitting
// found on the development questions of the project's own trees. A release is
// pulled towards them by ridge, so that a small test set moves them little.
var commonWeights = [signals]float64{3.0, 3.0, 3.6, 4.1, 8.1, -3.3, -1.0, 4.0, 1.1, 3.0, 2.0, 4.0}

const ridge = 0.003

// fit finds the parameters that make the lessons most probable, by Adam
// (Kingma and Ba 2015) over small batches in a fixed order.
func fit(lessons []lesson) fusion {
	const (
		epochs, batch      = 40, 32
		rate, beta1, beta2 = 0.03, 0.9, 0.999
		decay              = 1e-4
	)
	u := fusion{Weights: commonWeights, Doubts: [doubts]float64{doubtBias: 5, doubtCovered: 3}}
	order := make([]int, len(lessons))
	for i := range order {
		order[i] = i
	}
	shuffle := rand.New(rand.NewPCG(2, uint64(len(lessons))))
	var m, v [signals + doubts]float64
	step := 0
	for epoch := range epochs {
		shuffle.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		pace := rate * (1 - float64(epoch)/epochs)
		for start := 0; start < len(order); start += batch {
			g := u.gradient(lessons, order[start:min(start+batch, len(order))])
			step++
			for k := range g {
				p := u.parameter(k)
				d := g[k] + decay**p
				if k < signals {
					d += ridge * (*p - commonWeights[k])
				}
				m[k] = beta1*m[k] + (1-beta1)*d
				v[k] = beta2*v[k] + (1-beta2)*d*d
				mh, vh := m[k]/(1-math.Pow(beta1, float64(step))), v[k]/(1-math.Pow(beta2, float64(step)))
				*p -= pace * mh / (math.Sqrt(vh) + 1e-8)
			}
		}
	}
	return u
}

func (u *fusion) parameter(k int) *float64 {
	if k < signals {
		return &u.Weights[k]
	}
	return &u.Doubts[k-signals]
}

// gradient returns the mean gradient of the lessons' negative log-likelihood.
func (u *fusion) gradient(lessons []lesson, which []int) [signals + doubts]float64 {
	var g [signals + doubts]float64
	total := 0.0
	for _, i := range which {
		l := &lessons[i]
		total += l.weight
		ps, none := u.probabilities(&l.field, noBonus)
		all := 0.0
		for _, c := range l.right {
			all += ps[c]
		}
		for c, p := range ps {
			if slices.Contains(l.right, c) {
				p -= p / max(all, 1e-12)
			}
			for k, x := range l.field.contenders[c].signal {
				g[k] += l.weight * p * x
			}
		}
		if len(l.right) == 0 {
			none--
		}
		for k, x := range l.field.doubt {
			g[signals+k] += l.weight * none * x
		}
	}
	for k := range g {
		g[k] /= max(total, 1e-9)
	}
	return g
}
