package linear

import (
	"math"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
)

// Model scores classes. It is immutable.
type Model struct {
	start  []int32  // of each feature: where its pairs begin; one more at the end
	class  []uint16 // of each pair, ascending within a feature
	weight []int16  // of each pair, in grains
}

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

// compact keeps the weights of a training that matter.
func (l *Layout) compact(weight []float32) *Model {
	kept := 0
	for _, w := range weight {
		if grains(w) != 0 {
			kept++
		}
	}
	m := &Model{start: make([]int32, len(l.start)), class: make([]uint16, 0, kept), weight: make([]int16, 0, kept)}
	for f := range l.start[:len(l.start)-1] {
		for i := l.start[f]; i < l.start[f+1]; i++ {
			if w := grains(weight[i]); w != 0 {
				m.class, m.weight = append(m.class, l.class[i]), append(m.weight, w)
			}
		}
		m.start[f+1] = int32(len(m.class))
	}
	return m
}

// Scores returns the score of each of classes, which must ascend: the logarithm
// of its probability among rivals, up to a constant. It is 0 for a class that
// shares nothing with v.
func (m *Model) Scores(v lexical.Vector, classes []int32) []float64 {
	out := make([]float64, len(classes))
	for _, t := range v {
		from, to := m.start[t.ID], m.start[t.ID+1]
		if from == to {
			continue
		}
		row, weight, term := m.class[from:to], m.weight[from:to], float64(t.Weight)
		weight = weight[:len(row)]
		// How far a class stands in the row, on the average, in parts of 1<<16.
		pace := uint64(len(row)) << 16 / (uint64(row[len(row)-1]) + 1)
		at, last := 0, uint16(0)
		for i, class := range classes {
			c := uint16(class)
			at = seek(row, at, at+int(uint64(c-last)*pace>>16), c)
			if at == len(row) {
				break
			}
			if last = c; row[at] == c {
				out[i] += term * float64(weight[at])
			}
		}
	}
	for i := range out {
		out[i] *= grain
	}
	return out
}

// seek returns where class stands in row, which ascends, or the first that is
// above it; it is not before from. From guess, which is not below from, it looks
// further and further away: few steps, and near each other, where the guess is
// good.
func seek(row []uint16, from, guess int, class uint16) int {
	low, high := from, len(row) // what is sought is in low to high
	guess = min(guess, len(row)-1)
	if row[guess] < class {
		low = guess + 1
		for step := 1; low < high; step *= 2 {
			next := min(low+step, high) - 1
			if row[next] >= class {
				high = next
				break
			}
			low = next + 1
		}
	} else {
		high = guess
		for step := 1; low < high; step *= 2 {
			next := max(high-step, low)
			if row[next] < class {
				low = next + 1
				break
			}
			high = next
		}
	}
	for low < high {
		middle := int(uint(low+high) >> 1)
		if row[middle] < class {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// AddTo adds the score of each class to scores, which has a place for each.
func (m *Model) AddTo(scores []float64, v lexical.Vector) {
	for _, t := range v {
		w := float64(t.Weight) * grain
		for i := m.start[t.ID]; i < m.start[t.ID+1]; i++ {
			scores[m.class[i]] += w * float64(m.weight[i])
		}
	}
}
