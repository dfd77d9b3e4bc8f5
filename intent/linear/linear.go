// Package linear trains a softmax classifier on sparse vectors: multinomial
// logistic regression by stochastic gradient descent with one adaptive rate a
// feature (after AdaGrad: Duchi, Hazan and Singer, JMLR 12, 2011).
//
// An example competes only against its rivals, the classes that a search
// would bring up beside its own. That keeps thousands of classes cheap, and
// only weights that some example can touch exist. Training is deterministic:
// the same examples give the same model, bit for bit.
package linear

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

// Example is one vector with its class and the classes it competes with.
type Example struct {
	Vector lexical.Vector
	Class  int32
	Rivals []int32 // without Class; in any order
}

// Options tune training. They were chosen on development data.
type Options struct {
	Epochs int     // passes over the examples
	Rate   float64 // step size
	Decay  float64 // share of a touched weight that each step takes away
}

// DefaultOptions are those that releases are built with.
var DefaultOptions = Options{Epochs: 8, Rate: 1.5, Decay: 1e-5}

// Layout says which weights exist: one for each pair of a feature and a class
// that meet in an example. Models trained on parts of the same examples share it.
type Layout struct {
	examples []Example
	classes  [][]int32 // of each example: its own, then its rivals
	start    []int32   // of each feature: where its pairs begin; one more at the end
	class    []int32   // of each pair, ascending within a feature
	weights  [][]int32 // of each example: the pair of each term and class, term by term
}

// place is where a feature stands: in which example, as which term.
type place struct{ example, term int32 }

// NewLayout prepares examples whose features are below the given number. It
// goes feature by feature, which needs no search and no copy of all pairs.
func NewLayout(examples []Example, features int) *Layout {
	l := &Layout{
		examples: examples,
		classes:  make([][]int32, len(examples)),
		start:    make([]int32, features+1),
		weights:  make([][]int32, len(examples)),
	}
	places := make([][]place, features)
	most := int32(0)
	for i, e := range examples {
		l.classes[i] = append([]int32{e.Class}, e.Rivals...)
		l.weights[i] = make([]int32, len(e.Vector)*len(l.classes[i]))
		most = max(most, slices.Max(l.classes[i]))
		for k, t := range e.Vector {
			places[t.ID] = append(places[t.ID], place{int32(i), int32(k)})
		}
	}
	at := make([]int32, most+1) // of each class: its pair with the feature in hand
	for f, ps := range places {
		l.addFeature(ps, at)
		l.start[f+1] = int32(len(l.class))
	}
	return l
}

// addFeature gives the next feature, which stands in places, a pair for each
// class that it meets there. at is scratch space.
func (l *Layout) addFeature(places []place, at []int32) {
	from := int32(len(l.class))
	for _, p := range places {
		for _, c := range l.classes[p.example] {
			at[c] = -1
		}
	}
	for _, p := range places {
		for _, c := range l.classes[p.example] {
			if at[c] < 0 {
				at[c] = 0
				l.class = append(l.class, c)
			}
		}
	}
	slices.Sort(l.class[from:])
	for i, c := range l.class[from:] {
		at[c] = from + int32(i)
	}
	for _, p := range places {
		classes := l.classes[p.example]
		row := l.weights[p.example][int(p.term)*len(classes):]
		for k, c := range classes {
			row[k] = at[c]
		}
	}
}

// Model scores classes. It is immutable.
type Model struct {
	start  []int32
	class  []int32
	weight []float32
}

// Train fits a model to the examples that use allows.
func (l *Layout) Train(use func(example int) bool, o Options) *Model {
	m := &Model{start: l.start, class: l.class, weight: make([]float32, len(l.class))}
	var order []int
	for i := range l.examples {
		if use(i) {
			order = append(order, i)
		}
	}
	shuffle := rand.New(rand.NewPCG(1, uint64(len(order))))
	squares := make([]float64, len(l.start)-1)
	var p []float64
	for range o.Epochs {
		shuffle.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			p = l.step(m.weight, i, squares, p, o)
		}
	}
	return m
}

// step moves the weights towards one example. It returns its scratch space.
func (l *Layout) step(weight []float32, i int, squares, p []float64, o Options) []float64 {
	e, at, n := &l.examples[i], l.weights[i], len(l.classes[i])
	p = append(p[:0], make([]float64, n)...)
	for k, t := range e.Vector {
		x := float64(t.Weight)
		for c, w := range at[k*n : (k+1)*n] {
			p[c] += x * float64(weight[w])
		}
	}
	softmax(p)
	p[0]-- // the example's own class comes first
	var sum float64
	for _, g := range p {
		sum += g * g
	}
	keep := 1 - o.Decay
	for k, t := range e.Vector {
		x := float64(t.Weight)
		squares[t.ID] += x * x * sum
		rate := x * o.Rate / (1e-6 + math.Sqrt(squares[t.ID]))
		for c, w := range at[k*n : (k+1)*n] {
			weight[w] = float32(float64(weight[w])*keep - rate*p[c])
		}
	}
	return p
}

// Score returns the score of one class: the logarithm of its probability among
// rivals, up to a constant. It is 0 for a class that shares nothing with v.
func (m *Model) Score(v lexical.Vector, class int32) float64 {
	var s float64
	for _, t := range v {
		from, to := m.start[t.ID], m.start[t.ID+1]
		if at, ok := slices.BinarySearch(m.class[from:to], class); ok {
			s += float64(t.Weight) * float64(m.weight[from+int32(at)])
		}
	}
	return s
}

func softmax(s []float64) {
	top := slices.Max(s)
	var sum float64
	for i, x := range s {
		s[i] = math.Exp(x - top)
		sum += s[i]
	}
	for i := range s {
		s[i] /= sum
	}
}
