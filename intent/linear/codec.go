package linear

import (
	"encoding/binary"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

// AppendTo appends the model in the form that ReadModel reads. Equal models give
// equal bytes. Numbers are as long as they are in memory: packed more tightly they
// would be most of what it takes to load a release.
func (m *Model) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(m.weight)-1))
	b = binary.AppendUvarint(b, uint64(m.width))
	for f := range len(m.rows) - 1 {
		b = binary.AppendUvarint(b, uint64(m.held(f)))
	}
	b = slices.Grow(b, 2*len(m.weight)+2*len(m.list)+8*len(m.bits))
	for _, w := range m.weight[:len(m.weight)-1] {
		b = binary.LittleEndian.AppendUint16(b, uint16(w))
	}
	for _, c := range m.list {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	for _, word := range m.bits {
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	return b
}

// ReadModel reads what AppendTo wrote of a model with so many features and
// classes. Whether it could is said by r.
func ReadModel(r *wire.Reader, features, classes int) *Model {
	pairs, width := r.Count(2), r.Below(wordsFor(classes)+1)
	held, rest := make([]int32, features), pairs
	for f := range held {
		held[f] = int32(r.Below(rest + 1))
		rest -= int(held[f])
	}
	if rest != 0 || width == 0 && pairs > 0 {
		r.Fail("features do not cover the pairs of a model")
	}
	m := shaped(held, width)
	weight, list, words := r.Bytes(2*pairs), r.Bytes(2*len(m.list)), r.Bytes(8*len(m.bits))
	if r.Err() != nil {
		return m
	}
	for i := range pairs {
		m.weight[i] = int16(binary.LittleEndian.Uint16(weight[2*i:]))
	}
	for i := range m.list {
		m.list[i] = binary.LittleEndian.Uint16(list[2*i:])
	}
	for i := range m.bits {
		m.bits[i] = binary.LittleEndian.Uint64(words[8*i:])
	}
	if !m.complete(min(classes, 64*width)) {
		r.Fail("classes of a feature")
	}
	return m
}

// complete counts the bits and reports whether each feature has as many classes
// as weights, all below the given number, and those of a list ascend: else
// Scores would find less than there is.
func (m *Model) complete(classes int) bool {
	for f := range len(m.rows) - 1 {
		r, n := m.rows[f], m.held(f)
		if m.dense(n) {
			last := m.bits[int(r.class)+m.width-1]
			if m.count(f) != n || last>>((classes-1)&63)>>1 != 0 {
				return false
			}
			continue
		}
		last := -1
		for _, c := range m.list[r.class:][:n] {
			if int(c) <= last {
				return false
			}
			last = int(c)
		}
		if last >= classes {
			return false
		}
	}
	return true
}

// AppendTo appends the model in the form that ReadDense reads. Equal models give
// equal bytes.
func (d *Dense) AppendTo(b []byte) []byte {
	for _, w := range d.weight {
		b = wire.AppendFloat32(b, w)
	}
	return b
}

// ReadDense reads what AppendTo wrote of a dense model of this shape. Whether it
// could is said by r.
func ReadDense(r *wire.Reader, classes, dimensions int) *Dense {
	b := wire.NewReader(r.Bytes(4 * classes * dimensions))
	d := &Dense{dimensions: dimensions}
	if r.Err() != nil {
		return d
	}
	d.weight = make([]float32, classes*dimensions)
	for i := range d.weight {
		d.weight[i] = b.Float32()
	}
	if b.Err() != nil {
		r.Fail("a weight is not finite")
	}
	return d
}
