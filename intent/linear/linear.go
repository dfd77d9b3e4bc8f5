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
	Class  int32   // 0 to MaxClasses-1, as all classes
	Rivals []int32 // without Class; each once, in any order
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

// Train fits a model to the examples that use allows.
func (l *Layout) Train(use func(example int) bool, o Options) *Model {
	t := l.trainer(o)
	t.pass(use, o.Epochs)
	return l.compact(t.weight)
}

// TrainTwice fits a model to the examples that use allows, and then goes on
// with all of them for a quarter of the epochs more: for much less than two
// trainings, one model that has not seen the others and one that has.
func (l *Layout) TrainTwice(use func(example int) bool, o Options) (some, all *Model) {
	t := l.trainer(o)
	t.pass(use, o.Epochs)
	some = l.compact(t.weight)
	t.pass(func(int) bool { return true }, max(1, o.Epochs/4))
	return some, l.compact(t.weight)
}

func (l *Layout) trainer(o Options) *trainer {
	return &trainer{
		Layout: l, Options: o,
		weight:  make([]float32, len(l.class)),
		squares: make([]float32, len(l.start)-1),
		dropper: dropper{rand: rand.New(rand.NewPCG(1, uint64(len(l.examples)))), share: o.Dropout},
	}
}

// trainer is the state of a training.
type trainer struct {
	*Layout
	Options
	weight  []float32
	squares []float32 // of each feature: the sum of its squared gradients
	p       []float32 // scratch: a probability a class
	dropper
}

// dropper chooses the terms that a step uses.
type dropper struct {
	share  float64
	rand   *rand.Rand
	vector lexical.Vector // the terms in use
	terms  []int          // their places in the example
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
		t.shuffle(order)
		for _, i := range order {
			t.step(i)
		}
	}
}

// Of more examples than are shuffled whole, blocks of examples that stand in a
// row are shuffled, and the examples of each block. Neighbours share features
// and rivals, whose weights then stay in the processor's cache.
const (
	wholeShuffle = 16_384
	block        = 1024
)

// shuffle brings examples into another order.
func (t *trainer) shuffle(order []int) {
	whole := func(part []int) {
		t.rand.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	if len(order) <= wholeShuffle {
		whole(order)
		return
	}
	slices.Sort(order)
	old := slices.Clone(order)
	at := 0
	for _, b := range t.rand.Perm((len(old) + block - 1) / block) {
		n := copy(order[at:], old[b*block:min(len(old), (b+1)*block)])
		whole(order[at : at+n])
		at += n
	}
}

// step moves the weights towards one example.
func (t *trainer) step(i int) {
	n := len(t.classes[i])
	rows := t.rows[i]
	t.drop(t.examples[i].Vector)
	if cap(t.p) < n {
		t.p = make([]float32, n)
	}
	p := t.p[:n]
	clear(p)
	for k, term := range t.vector {
		weight := t.weight[t.start[term.ID]:t.start[term.ID+1]]
		for c, at := range rows[t.terms[k]*n : (t.terms[k]+1)*n] {
			p[c] += term.Weight * weight[at]
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
		weight := t.weight[t.start[term.ID]:t.start[term.ID+1]]
		for c, at := range rows[t.terms[k]*n : (t.terms[k]+1)*n] {
			weight[at] = weight[at]*keep - rate*p[c]
		}
	}
}

// drop chooses the terms that the next step uses, scaled so that they weigh
// what all of them do.
func (d *dropper) drop(v lexical.Vector) {
	d.vector, d.terms = d.vector[:0], d.terms[:0]
	scale := float32(1 / (1 - d.share))
	for k, term := range v {
		if d.share > 0 && d.rand.Float64() < d.share {
			continue
		}
		d.vector = append(d.vector, lexical.Term{ID: term.ID, Weight: term.Weight * scale})
		d.terms = append(d.terms, k)
	}
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
