package gloss

import (
	"fmt"
	"math"
	"slices"
)

// smoothing is the a of a word's weight a/(a+p).
const smoothing = 1e-3

func weight(probability float64) float64 { return smoothing / (smoothing + probability) }

// english holds English words from frequent to rare.
type english struct {
	dimensions int
	words      []string
	index      map[string]int
	vectors    []float32 // dimensions for each word
}

func newEnglish() *english { return &english{index: make(map[string]int)} }

// append adds the next most frequent word. A second vector of a word, or one
// without length, is left out.
func (e *english) append(word string, vector []float32) error {
	if e.dimensions == 0 {
		e.dimensions = len(vector)
	}
	if len(vector) != e.dimensions {
		return fmt.Errorf("%q has %d dimensions, want %d", word, len(vector), e.dimensions)
	}
	if _, ok := e.index[word]; ok {
		return nil
	}
	from := len(e.vectors)
	e.vectors = append(e.vectors, vector...)
	if !scaleToUnit(e.vectors[from:]) {
		e.vectors = e.vectors[:from]
		return nil
	}
	e.index[word] = len(e.words)
	e.words = append(e.words, word)
	return nil
}

func (e *english) vector(word int) []float32 {
	return e.vectors[word*e.dimensions:][:e.dimensions]
}

// add adds the vector of a word, times its weight, to sum.
func (e *english) add(sum []float32, word int) {
	w := float32(e.weight(word))
	for i, x := range e.vector(word) {
		sum[i] += float32(w * x)
	}
}

// weight takes the frequency of a word to be proportional to 1/rank, which is
// Zipf's law.
func (e *english) weight(word int) float64 {
	all := math.Log(float64(len(e.words))) + 0.5772 // of 1/1 + 1/2 + ..., Euler's constant being the limit of the difference
	return weight(1 / (float64(word+1) * max(all, 1)))
}

// centre removes what all vectors have in common, which is not meaning: their
// mean and their first principal component, as Mu and Viswanath found
// ("All-but-the-Top", 2018). They have unit length again afterwards.
func (e *english) centre() {
	if len(e.words) < 2 {
		return
	}
	mean := e.mean()
	for w := range e.words {
		v := e.vector(w)
		for i := range v {
			v[i] = float32(float64(v[i]) - mean[i])
		}
	}
	axis := principal(e.covariance())
	for w := range e.words {
		v := e.vector(w)
		along := 0.0
		for i, x := range v {
			along += float64(float64(x) * axis[i])
		}
		for i, x := range v {
			v[i] = float32(float64(x) - float64(along*axis[i]))
		}
		scaleToUnit(v)
	}
}

func (e *english) mean() []float64 {
	mean := make([]float64, e.dimensions)
	for w := range e.words {
		for i, x := range e.vector(w) {
			mean[i] += float64(x)
		}
	}
	for i := range mean {
		mean[i] /= float64(len(e.words))
	}
	return mean
}

// covariance returns sums, which have the same principal component.
func (e *english) covariance() [][]float64 {
	c := make([][]float64, e.dimensions)
	for i := range c {
		c[i] = make([]float64, e.dimensions)
	}
	for w := range e.words {
		v := e.vector(w)
		for i, x := range v {
			for j, y := range v[:i+1] {
				c[i][j] += float64(float64(x) * float64(y))
			}
		}
	}
	for i := range c {
		for j := range i {
			c[j][i] = c[i][j]
		}
	}
	return c
}

// principal returns the eigenvector of unit length with the largest eigenvalue
// of a symmetric matrix, by power iteration.
func principal(matrix [][]float64) []float64 {
	v := make([]float64, len(matrix))
	for i := range v {
		v[i] = 1 / float64(i+1) // not at a right angle to anything by design
	}
	for range 200 {
		next := make([]float64, len(v))
		length := 0.0
		for i, row := range matrix {
			for j, x := range row {
				next[i] += float64(x * v[j])
			}
			length += float64(next[i] * next[i])
		}
		if length == 0 {
			return slices.Clip(next)
		}
		for i := range next {
			next[i] /= math.Sqrt(length)
		}
		v = next
	}
	return v
}
