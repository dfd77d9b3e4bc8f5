package linear

import (
	"encoding/binary"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

// AppendTo appends the model in the form that ReadModel reads. Equal models give
// equal bytes. Classes and weights take two bytes each: packed more tightly they
// would be most of what it takes to load a release.
func (m *Model) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(m.class)))
	for f := range m.start[:len(m.start)-1] {
		b = binary.AppendUvarint(b, uint64(m.start[f+1]-m.start[f]))
	}
	b = slices.Grow(b, 4*len(m.class))
	for _, c := range m.class {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	for _, w := range m.weight {
		b = binary.LittleEndian.AppendUint16(b, uint16(w))
	}
	return b
}

// ReadModel reads what AppendTo wrote of a model with so many features and
// classes. Whether it could is said by r.
func ReadModel(r *wire.Reader, features, classes int) *Model {
	pairs := r.Count(4)
	m := &Model{start: make([]int32, features+1)}
	for f := range features {
		m.start[f+1] = m.start[f] + int32(r.Below(pairs-int(m.start[f])+1))
	}
	class, weight := r.Bytes(2*pairs), r.Bytes(2*pairs)
	if int(m.start[features]) != pairs {
		r.Fail("features do not cover the pairs of a model")
	}
	if r.Err() != nil {
		return m
	}
	m.class, m.weight = make([]uint16, pairs), make([]int16, pairs)
	for i := range m.class {
		m.class[i] = binary.LittleEndian.Uint16(class[2*i:])
		m.weight[i] = int16(binary.LittleEndian.Uint16(weight[2*i:]))
	}
	if !m.ascends(classes) {
		r.Fail("classes of a feature")
	}
	return m
}

// ascends reports whether the classes of each feature ascend and are below the
// given number: else Scores would find less than there is.
func (m *Model) ascends(classes int) bool {
	for f := range m.start[:len(m.start)-1] {
		last := -1
		for _, c := range m.class[m.start[f]:m.start[f+1]] {
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
