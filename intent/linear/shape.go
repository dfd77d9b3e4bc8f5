package linear

import "math/bits"

// shaped returns a model without weights. held has, for each feature, how many
// of the classes it weighs; all of them have a bit in so many words.
func shaped(held []int32, width int) *Model {
	m := &Model{rows: make([]row, len(held)+1), width: width}
	weights, list, words := 0, 0, 0
	for f, n := range held {
		m.rows[f].weight = uint32(weights)
		weights += int(n)
		if m.dense(int(n)) {
			m.rows[f].class = uint32(words)
			words += m.width
		} else {
			m.rows[f].class = uint32(list)
			list += int(n)
		}
	}
	m.rows[len(held)].weight = uint32(weights)
	m.weight, m.list = make([]int16, weights+1), make([]uint16, list)
	m.bits, m.before = make([]uint64, words), make([]uint16, words)
	return m
}

// wordsFor returns how many words have a bit for each of so many classes.
func wordsFor(classes int) int { return (classes + 63) / 64 }

// held returns how many classes a feature weighs.
func (m *Model) held(feature int) int {
	return int(m.rows[feature+1].weight - m.rows[feature].weight)
}

// put gives a feature the classes that it weighs, ascending, and their weights.
func (m *Model) put(feature int, classes []uint16, weights []int16) {
	r := m.rows[feature]
	copy(m.weight[r.weight:], weights)
	if !m.dense(len(classes)) {
		copy(m.list[r.class:], classes)
		return
	}
	for _, c := range classes {
		m.bits[int(r.class)+int(c>>6)] |= 1 << (c & 63)
	}
	m.count(feature)
}

// count counts the classes before each word of a feature's bits, and returns
// how many there are.
func (m *Model) count(feature int) int {
	from, n := int(m.rows[feature].class), 0
	for k, word := range m.bits[from : from+m.width] {
		m.before[from+k] = uint16(n)
		n += bits.OnesCount64(word)
	}
	return n
}

// compact keeps the weights of a training that matter.
func (l *Layout) compact(weight []float32) *Model {
	held, features := make([]int32, len(l.start)-1), len(l.start)-1
	for f := range features {
		for _, w := range weight[l.start[f]:l.start[f+1]] {
			if grains(w) != 0 {
				held[f]++
			}
		}
	}
	m := shaped(held, wordsFor(l.most))
	var classes []uint16
	var weights []int16
	for f := range features {
		classes, weights = classes[:0], weights[:0]
		for i := l.start[f]; i < l.start[f+1]; i++ {
			if w := grains(weight[i]); w != 0 {
				classes, weights = append(classes, l.class[i]), append(weights, w)
			}
		}
		m.put(f, classes, weights)
	}
	return m
}
