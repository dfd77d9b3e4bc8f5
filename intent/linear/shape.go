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

// pack keeps the weights of a training that matter. row gives those of a feature
// and the classes that they are for, ascending; nil are all classes.
func pack(features, width int, row func(feature int) (weights []float32, classes []uint16)) *Model {
	held := make([]int32, features)
	for f := range held {
		weights, _ := row(f)
		for _, w := range weights {
			if grains(w) != 0 {
				held[f]++
			}
		}
	}
	m := shaped(held, width)
	var kept []int16
	var of []uint16
	for f := range held {
		kept, of = kept[:0], of[:0]
		weights, classes := row(f)
		for i, weight := range weights {
			w := grains(weight)
			if w == 0 {
				continue
			}
			class := uint16(i)
			if classes != nil {
				class = classes[i]
			}
			kept, of = append(kept, w), append(of, class)
		}
		m.put(f, of, kept)
	}
	return m
}

// compact keeps the weights of a training that matter.
func (l *Layout) compact(weight []float32) *Model {
	return pack(len(l.start)-1, wordsFor(l.most), func(f int) ([]float32, []uint16) {
		from, to := l.start[f], l.start[f+1]
		return weight[from:to], l.class[from:to]
	})
}
