package lexical

import (
	"encoding/binary"

	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

// AppendTo appends the space in the form that ReadSpace reads.
func (s *Space) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(s.texts))
	b = binary.AppendUvarint(b, uint64(len(s.keys)))
	for id, k := range s.keys {
		b = binary.LittleEndian.AppendUint64(b, uint64(k))
		b = binary.AppendUvarint(b, uint64(s.held[id]))
	}
	return b
}

// ReadSpace reads what AppendTo wrote. Whether it could is said by r.
func ReadSpace(r *wire.Reader) *Space {
	s := &Space{texts: r.Below(1 << 31)}
	n := r.Count(9)
	s.keys, s.held = make([]Key, n), make([]uint32, n)
	for id := range n {
		s.keys[id], s.held[id] = Key(r.Uint64()), uint32(r.Below(s.texts+1))
	}
	slots := 64
	for slots < 2*n {
		slots *= 2
	}
	s.index(slots)
	s.weigh()
	return s
}

// AppendTo appends the vector in the form that ReadVector reads.
func (v Vector) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(v)))
	next := uint32(0)
	for _, t := range v {
		b = wire.AppendFloat32(binary.AppendUvarint(b, uint64(t.ID-next)), t.Weight)
		next = t.ID + 1
	}
	return b
}

// ReadVector reads what AppendTo wrote of a vector of so many dimensions.
// Whether it could is said by r.
func ReadVector(r *wire.Reader, dimensions int) Vector {
	n := r.Count(5)
	if n == 0 {
		return nil
	}
	v := make(Vector, n)
	next := 0
	for i := range v {
		if next >= dimensions {
			r.Fail("a vector has too many dimensions")
			return nil
		}
		id := next + r.Below(dimensions-next)
		v[i] = Term{uint32(id), r.Float32()}
		next = id + 1
	}
	return v
}
