package linear

import (
	"math"
	"math/rand/v2"
)

// DenseExample is one dense vector with its class and the classes it competes
// with.
type DenseExample struct {
	Vector []float32 // nil teaches nothing
	Class  int32
	Rivals []int32 // without Class; in any order
}

// Dense scores classes for dense vectors. It is immutable.
type Dense struct {
	dimensions int
	weight     []float32 // class by class
}

// TrainDense fits a classifier of dense vectors of one length to the examples
// that use allows, as Layout.Train does for sparse ones. Dropout is not used.
func TrainDense(examples []DenseExample, classes, dimensions int, use func(example int) bool, o Options) *Dense {
	d := &Dense{dimensions: dimensions, weight: make([]float32, classes*dimensions)}
	var order []int
	for i := range examples {
		if use(i) && examples[i].Vector != nil {
			order = append(order, i)
		}
	}
	shuffle := rand.New(rand.NewPCG(3, uint64(len(order))))
	squares := make([]float64, dimensions)
	rates := make([]float32, dimensions)
	var p []float64
	for range o.Epochs {
		shuffle.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			p = d.step(&examples[i], squares, rates, p, o)
		}
	}
	return d
}

// step moves the weights towards one example. It returns its scratch space.
func (d *Dense) step(e *DenseExample, squares []float64, rates []float32, p []float64, o Options) []float64 {
	p = append(p[:0], d.Score(e.Vector, e.Class))
	for _, c := range e.Rivals {
		p = append(p, d.Score(e.Vector, c))
	}
	softmax(p)
	p[0]-- // the example's own class comes first
	var sum float64
	for _, g := range p {
		sum += g * g
	}
	for i, x := range e.Vector {
		squares[i] += float64(x) * float64(x) * sum
		rates[i] = x * float32(o.Rate/(1e-6+math.Sqrt(squares[i])))
	}
	d.move(e.Class, float32(p[0]), rates, float32(1-o.Decay))
	for k, c := range e.Rivals {
		d.move(c, float32(p[k+1]), rates, float32(1-o.Decay))
	}
	return p
}

func (d *Dense) move(class int32, gradient float32, rates []float32, keep float32) {
	row := d.row(class)
	for i, r := range rates {
		row[i] = row[i]*keep - r*gradient
	}
}

func (d *Dense) row(class int32) []float32 {
	return d.weight[int(class)*d.dimensions : (int(class)+1)*d.dimensions]
}

// Score returns the score of one class: the logarithm of its probability among
// rivals, up to a constant.
func (d *Dense) Score(v []float32, class int32) float64 {
	var s float32
	for i, w := range d.row(class) {
		s += w * v[i]
	}
	return float64(s)
}
