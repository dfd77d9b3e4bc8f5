package linear

import (
	"math"
	"math/rand/v2"
)

// Table trains models in which every example competes against all classes,
// whatever its rivals are. Where there are few classes that is both better and
// faster than a [Layout]: the weights of a feature stand in a row. A training
// holds 4 bytes for each feature and class.
type Table struct {
	examples          []Example
	classes, features int
}

// NewTable prepares examples of so many classes and features.
func NewTable(examples []Example, classes, features int) *Table {
	return &Table{examples: examples, classes: classes, features: features}
}

// Train fits a model to the examples that use allows.
func (t *Table) Train(use func(example int) bool, o Options) *Model {
	r := &training{
		Table:   t,
		dropper: dropper{rand: rand.New(rand.NewPCG(1, uint64(len(t.examples)))), share: o.Dropout},
		options: o,
		weight:  make([]float32, t.features*t.classes),
		squares: make([]float32, t.features),
		p:       make([]float32, t.classes),
	}
	r.pass(use)
	return r.model()
}

// TrainTwice fits a model to the examples that use allows and one to all of
// them.
func (t *Table) TrainTwice(use func(example int) bool, o Options) (some, all *Model) {
	return t.Train(use, o), t.Train(func(int) bool { return true }, o)
}

// training is the state of a training.
type training struct {
	*Table
	dropper
	options Options
	weight  []float32 // feature by feature
	squares []float32 // of each feature: the sum of its squared gradients
	p       []float32 // scratch: a probability a class
}

// pass goes through the examples that use allows, again and again, by steps
// that shrink to nothing: so the last examples do not count more than others.
func (t *training) pass(use func(example int) bool) {
	var order []int
	for i := range t.examples {
		if use(i) {
			order = append(order, i)
		}
	}
	steps := float64(t.options.Epochs * len(order))
	done := 0.0
	for range t.options.Epochs {
		t.rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			t.step(&t.examples[i], t.options.Rate*(1-done/steps))
			done++
		}
	}
}

// step moves the weights towards one example.
func (t *training) step(e *Example, rate float64) {
	t.drop(e.Vector)
	p := t.p
	clear(p)
	for _, term := range t.vector {
		for c, w := range t.row(term.ID)[:len(p)] {
			p[c] += w * term.Weight
		}
	}
	softmax(p)
	p[e.Class]--
	var sum float32
	for _, g := range p {
		sum += g * g
	}
	keep := float32(1 - t.options.Decay)
	for _, term := range t.vector {
		t.squares[term.ID] += term.Weight * term.Weight * sum
		move := term.Weight * float32(rate/(1e-6+math.Sqrt(float64(t.squares[term.ID]))))
		row := t.row(term.ID)[:len(p)]
		for c, g := range p {
			row[c] = row[c]*keep - move*g
		}
	}
}

func (t *training) row(feature uint32) []float32 {
	return t.weight[int(feature)*t.classes:][:t.classes]
}

// model keeps the weights that matter.
func (t *training) model() *Model {
	return pack(t.features, wordsFor(t.classes), func(f int) ([]float32, []uint16) { return t.row(uint32(f)), nil })
}
