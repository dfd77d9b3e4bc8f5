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
	// Dropout is the share of an example's terms that each step leaves out, in
	// turn, so that no term relies on others (Srivastava et al., JMLR 15, 2014).
	Dropout float64
}

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
	places, held := make([][]place, features), make([]int, features)
	for _, e := range examples {
		for _, t := range e.Vector {
			held[t.ID]++
		}
	}
	top := int32(0)
	for i, e := range examples {
		l.classes[i] = append([]int32{e.Class}, e.Rivals...)
		l.weights[i] = make([]int32, len(e.Vector)*len(l.classes[i]))
		top = max(top, slices.Max(l.classes[i]))
		for k, t := range e.Vector {
			if places[t.ID] == nil {
				places[t.ID] = make([]place, 0, held[t.ID])
			}
			places[t.ID] = append(places[t.ID], place{int32(i), int32(k)})
		}
	}
	at := make([]int32, top+1) // of each class: its pair with the feature in hand
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
	start  []int32 // of each feature: where its pairs begin; one more at the end
	class  []int32 // of each pair, ascending within a feature
	weight []int16 // of each pair, in grains
}

// Weights are kept in whole grains, which halves a model, and those of less
// than least are left out: they change no ranking.
const (
	grain = 1.0 / 1024
	least = 8
	most  = math.MaxInt16
)

// compact keeps the weights of a training that matter.
func compact(start, class []int32, weight []float32) *Model {
	m := &Model{start: make([]int32, len(start))}
	for f := range start[:len(start)-1] {
		for i := start[f]; i < start[f+1]; i++ {
			if w := math.Round(float64(weight[i]) / grain); math.Abs(w) >= least {
				m.class = append(m.class, class[i])
				m.weight = append(m.weight, int16(max(-most, min(most, w))))
			}
		}
		m.start[f+1] = int32(len(m.class))
	}
	m.class, m.weight = slices.Clip(m.class), slices.Clip(m.weight)
	return m
}

// Train fits a model to the examples that use allows.
func (l *Layout) Train(use func(example int) bool, o Options) *Model {
	t := l.trainer(o)
	t.pass(use, o.Epochs)
	return compact(l.start, l.class, t.weight)
}

// TrainTwice fits a model to the examples that use allows, and then goes on
// with all of them for a quarter of the epochs more: for much less than two
// trainings, one model that has not seen the others and one that has.
func (l *Layout) TrainTwice(use func(example int) bool, o Options) (some, all *Model) {
	t := l.trainer(o)
	t.pass(use, o.Epochs)
	some = compact(l.start, l.class, t.weight)
	t.pass(func(int) bool { return true }, max(1, o.Epochs/4))
	return some, compact(l.start, l.class, t.weight)
}

func (l *Layout) trainer(o Options) *trainer {
	return &trainer{
		Layout: l, Options: o,
		weight:  make([]float32, len(l.class)),
		squares: make([]float32, len(l.start)-1),
		rand:    rand.New(rand.NewPCG(1, uint64(len(l.examples)))),
	}
}

// trainer is the state of a training.
type trainer struct {
	*Layout
	Options
	weight  []float32
	squares []float32 // of each feature: the sum of its squared gradients
	rand    *rand.Rand
	p       []float32      // scratch: a probability a class
	vector  lexical.Vector // scratch: the terms in use
	terms   []int          // their places in the example
}

// pass goes through the examples that use allows.
func (t *trainer) pass(use func(example int) bool, epochs int) {
	var order []int
	for i := range t.examples {
		if use(i) {
			order = append(order, i)
		}
	}
	for range epochs {
		t.rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			t.step(i)
		}
	}
}

// step moves the weights towards one example.
func (t *trainer) step(i int) {
	n := len(t.classes[i])
	at := t.weights[i]
	t.drop(t.examples[i].Vector)
	if cap(t.p) < n {
		t.p = make([]float32, n)
	}
	p := t.p[:n]
	clear(p)
	for k, term := range t.vector {
		for c, w := range at[t.terms[k]*n : (t.terms[k]+1)*n] {
			p[c] += term.Weight * t.weight[w]
		}
	}
	softmax(p)
	p[0]-- // the example's own class comes first
	var sum float32
	for _, g := range p {
		sum += g * g
	}
	keep := float32(1 - t.Decay)
	for k, term := range t.vector {
		t.squares[term.ID] += term.Weight * term.Weight * sum
		rate := term.Weight * float32(t.Rate/(1e-6+math.Sqrt(float64(t.squares[term.ID]))))
		for c, w := range at[t.terms[k]*n : (t.terms[k]+1)*n] {
			t.weight[w] = t.weight[w]*keep - rate*p[c]
		}
	}
}

// drop chooses the terms that the next step uses, scaled so that they weigh
// what all of them do.
func (t *trainer) drop(v lexical.Vector) {
	t.vector, t.terms = t.vector[:0], t.terms[:0]
	scale := float32(1 / (1 - t.Dropout))
	for k, term := range v {
		if t.Dropout > 0 && t.rand.Float64() < t.Dropout {
			continue
		}
		t.vector = append(t.vector, lexical.Term{ID: term.ID, Weight: term.Weight * scale})
		t.terms = append(t.terms, k)
	}
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
	return s * grain
}

func softmax[F float32 | float64](s []F) {
	top := slices.Max(s)
	var sum F
	for i, x := range s {
		s[i] = F(math.Exp(float64(x - top)))
		sum += s[i]
	}
	for i := range s {
		s[i] /= sum
	}
}
