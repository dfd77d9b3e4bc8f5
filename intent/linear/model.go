package linear

import (
	"math"
	"math/bits"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

// Model scores classes. It is immutable.
//
// The classes that a feature has weights for are a list, or, where they are
// many, bits: those are smaller then, and whoever asks about a class need not
// search. See docs/decisions/0019-layout.md.
type Model struct {
	rows   []row    // of each feature; one more at the end
	weight []int16  // of each pair of a feature and a class, in grains, classes ascending; one more at the end
	list   []uint16 // of the features with few classes: their classes, ascending
	bits   []uint64 // of the others: the classes that they have, width words each
	before []uint16 // of each word of bits: how many classes its feature has before it
	width  int      // words that have a bit for each class
}

// row says where a feature's weights begin, and its classes: in list or in bits.
type row struct{ weight, class uint32 }

// dense reports whether so many classes of a feature are kept as bits. A word
// takes 10 bytes with its count, a class of a list 2.
func (m *Model) dense(classes int) bool { return classes > 5*m.width }

// Weights are kept in whole grains, which halves a model, and those of less
// than least are left out: they change no ranking.
const (
	grain = 1.0 / 1024
	least = 8
	most  = math.MaxInt16
)

// grains returns a weight in grains, 0 where it is too small to be kept.
func grains(weight float32) int16 {
	w := math.Round(float64(weight) / grain)
	if math.Abs(w) < least {
		return 0
	}
	return int16(max(-most, min(most, w)))
}

// Scores returns the score of each of classes, which must ascend: the logarithm
// of its probability among rivals, up to a constant. It is 0 for a class that
// shares nothing with v.
func (m *Model) Scores(v lexical.Vector, classes []int32) []float64 {
	out := make([]float64, len(classes))
	for len(classes) > 0 && int(classes[len(classes)-1]) >= 64*m.width {
		classes = classes[:len(classes)-1] // no feature has it
	}
	asked := make([]uint64, m.width)
	for _, c := range classes {
		asked[c>>6] |= 1 << (c & 63)
	}
	m.warm(v, asked)
	for _, t := range v {
		r, end := m.rows[t.ID], m.rows[t.ID+1]
		weight := m.weight[r.weight : end.weight+1]
		if n := len(weight) - 1; m.dense(n) {
			words, before := m.bits[r.class:][:m.width], m.before[r.class:][:m.width]
			addDense(out[:len(classes)], float64(t.Weight), classes, words, before, weight)
		} else if n > 0 {
			addSparse(out, float64(t.Weight), classes, asked, m.list[r.class:][:n], weight)
		}
	}
	for i := range out {
		out[i] *= grain
	}
	return out
}

// warm reads where the classes of v's features are, of all features before any of
// them is needed, so that the processor fetches many lines of memory at once:
// first where they begin, then the classes themselves. What it returns says
// nothing; it is there so that the reading is done.
//
//go:noinline
func (m *Model) warm(v lexical.Vector, asked []uint64) (sum uint64) {
	for _, t := range v {
		sum += uint64(m.rows[t.ID].class)
	}
	for _, t := range v {
		r, n := m.rows[t.ID], m.held(int(t.ID))
		if m.dense(n) {
			sum += uint64(m.before[r.class])
			for at := 0; at < len(asked); at += 8 { // words of a line
				sum += m.bits[int(r.class)+at]
			}
		} else if n > 0 {
			sum += uint64(m.list[r.class]) + uint64(m.weight[r.weight])
		}
	}
	return sum
}

// addDense adds to the sum of each class what a feature gives it. Nothing jumps
// by whether it has the class: a weight is read in any case, the one behind the
// last if need be, and 0 of it added where it is another class's.
func addDense(sums []float64, term float64, classes []int32, words []uint64, before []uint16, weight []int16) {
	for i, c := range classes {
		word, bit := words[c>>6], uint(c&63)
		at := int(before[c>>6]) + bits.OnesCount64(word&(1<<bit-1))
		has := -int32(word >> bit & 1)
		sums[i] += term * float64(int32(weight[at])&has)
	}
}

// addSparse does the same for a feature with a list. asked has the bits of
// classes.
func addSparse(sums []float64, term float64, classes []int32, asked []uint64, list []uint16, weight []int16) {
	i := 0
	for at, c := range list {
		if asked[c>>6]>>(c&63)&1 == 0 {
			continue
		}
		for classes[i] < int32(c) {
			i++
		}
		sums[i] += term * float64(weight[at])
	}
}

// AddTo adds the score of each class to scores, which has a place for each.
func (m *Model) AddTo(scores []float64, v lexical.Vector) {
	var classes []uint16
	for _, t := range v {
		w := float64(t.Weight) * grain
		weight := m.weight[m.rows[t.ID].weight:]
		classes = m.classesOf(classes[:0], t.ID)
		for at, c := range classes {
			scores[c] += w * float64(weight[at])
		}
	}
}

// classesOf appends the classes of a feature, ascending.
func (m *Model) classesOf(out []uint16, feature uint32) []uint16 {
	r := m.rows[feature]
	n := int(m.rows[feature+1].weight - r.weight)
	if !m.dense(n) {
		return append(out, m.list[r.class:][:n]...)
	}
	for k, word := range m.bits[r.class:][:m.width] {
		for ; word != 0; word &= word - 1 {
			out = append(out, uint16(64*k+bits.TrailingZeros64(word)))
		}
	}
	return out
}
