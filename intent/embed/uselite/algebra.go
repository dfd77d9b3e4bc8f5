package uselite

import (
	"math"

	"github.com/viterin/vek"
	"github.com/viterin/vek/vek32"
)

// epsilon keeps the scale of a norm finite; so the published graph has it.
const epsilon = 1e-6

// dotFunc returns the inner product of two slices of one length above zero.
type dotFunc func(x, y []float32) float32

// fastestDot returns what runs fastest here. vek's own way without AVX2 adds
// up one product after the other, which takes several times as long as
// [portableDot].
func fastestDot() dotFunc {
	if vek.Info().Acceleration {
		return vek32.Dot
	}
	return portableDot
}

// portableDot adds up in four lanes, so that an addition need not wait for the
// one before.
func portableDot(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		p, q := x[i:i+4:i+4], y[i:i+4:i+4]
		a += p[0] * q[0]
		b += p[1] * q[1]
		c += p[2] * q[2]
		d += p[3] * q[3]
	}
	for ; i < len(x); i++ {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}

// apply writes l's outputs for each row of x to the rows of dst.
func (l linear) apply(dot dotFunc, dst, x []float32) {
	outputs := len(l.bias)
	inputs := len(l.weights) / outputs
	rows := len(x) / inputs
	// A few rows of weights stay in the nearest cache while all of x passes.
	const block = 4
	for first := 0; first < outputs; first += block {
		last := min(first+block, outputs)
		for r := range rows {
			in := x[r*inputs : (r+1)*inputs]
			out := dst[r*outputs : (r+1)*outputs]
			for o := first; o < last; o++ {
				out[o] = dot(in, l.weights[o*inputs:(o+1)*inputs]) + l.bias[o]
			}
		}
	}
}

// apply writes the rows of x to dst, each brought to mean 0 and variance 1,
// then scaled and shifted.
func (n layerNorm) apply(dst, x []float32) {
	width := len(n.scale)
	for at := 0; at < len(x); at += width {
		in, out := x[at:at+width], dst[at:at+width]
		var sum, squares float64
		for _, v := range in {
			sum += float64(v)
		}
		mean := sum / float64(width)
		for _, v := range in {
			d := float64(v) - mean
			squares += d * d
		}
		scale := 1 / math.Sqrt(squares/float64(width)+epsilon)
		for i, v := range in {
			out[i] = float32((float64(v)-mean)*scale)*n.scale[i] + n.bias[i]
		}
	}
}

// softmax turns scores into weights that add up to 1, in place.
func softmax(scores []float32) {
	most := scores[0]
	for _, s := range scores {
		most = max(most, s)
	}
	var sum float32
	for i, s := range scores {
		scores[i] = float32(math.Exp(float64(s - most)))
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}

// add adds y to x.
func add(x, y []float32) {
	for i, v := range y {
		x[i] += v
	}
}
