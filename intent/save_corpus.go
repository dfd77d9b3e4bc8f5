package intent

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

// appendTo appends what compute computed: the space of pieces, the vectors of
// questions and negative questions, and which questions are the same.
func (c *corpus) appendTo(b []byte) []byte {
	b = c.space.AppendTo(b)
	for i := range c.questions {
		b = c.questions[i].vector.AppendTo(b)
	}
	for _, vs := range c.negatives {
		b = binary.AppendUvarint(b, uint64(len(vs)))
		for _, v := range vs {
			b = v.AppendTo(b)
		}
	}
	return appendKeys(appendKeys(b, c.exact), c.refused)
}

func (c *corpus) read(r *wire.Reader) {
	c.space = lexical.ReadSpace(r)
	for i := range c.questions {
		c.questions[i].vector = lexical.ReadVector(r, c.space.Len())
	}
	c.layOut()
	c.negatives = make([][]lexical.Vector, len(c.nodes))
	for node := range c.negatives {
		for range r.Count(1) {
			c.negatives[node] = append(c.negatives[node], lexical.ReadVector(r, c.space.Len()))
		}
	}
	c.exact, c.refused = readKeys(r, len(c.nodes)), readKeys(r, len(c.nodes))
	if r.Err() == nil {
		c.addCentroids()
	}
}

func appendKeys(b []byte, nodes map[lexical.Key][]int) []byte {
	b = binary.AppendUvarint(b, uint64(len(nodes)))
	for _, k := range slices.Sorted(maps.Keys(nodes)) {
		b = binary.LittleEndian.AppendUint64(b, uint64(k))
		b = binary.AppendUvarint(b, uint64(len(nodes[k])))
		for _, n := range nodes[k] {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	return b
}

func readKeys(r *wire.Reader, nodes int) map[lexical.Key][]int {
	n := r.Count(10)
	out := make(map[lexical.Key][]int, n)
	for range n {
		k := lexical.Key(r.Uint64())
		list := make([]int, r.Count(1))
		for i := range list {
			list[i] = r.Below(max(1, nodes))
		}
		out[k] = list
	}
	return out
}

func (j *judge) read(r *wire.Reader) {
	b := r.Bytes(binary.Size(j))
	if r.Err() != nil {
		return
	}
	if _, err := binary.Decode(b, binary.LittleEndian, j); err != nil {
		r.Fail(err.Error())
	}
	for _, x := range append(append(j.Fusion.Weights[:], j.Fusion.Doubts[:]...), j.Thresholds.Sure, j.Thresholds.Unsure) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			r.Fail("a weight is not finite")
		}
	}
}

// appendTo appends the vectors of the questions, which are dear to make.
func (m *meanings) appendTo(b []byte) []byte {
	for _, x := range m.common {
		b = wire.AppendFloat32(b, x)
	}
	for _, v := range m.questions {
		b = binary.AppendUvarint(b, uint64(len(v)))
		for _, x := range v {
			b = wire.AppendFloat32(b, x)
		}
	}
	return b
}

func (c *corpus) readMeanings(r *wire.Reader, e Embedder) *meanings {
	m := &meanings{embedder: e, questions: make([][]float32, len(c.questions))}
	read := func(n int) []float32 {
		b := wire.NewReader(r.Bytes(4 * n))
		if r.Err() != nil {
			return nil
		}
		v := make([]float32, n)
		for i := range v {
			v[i] = b.Float32()
		}
		if b.Err() != nil {
			r.Fail("a vector is not finite")
		}
		return v
	}
	m.common = read(e.Dimensions())
	for i := range m.questions {
		switch n := r.Below(e.Dimensions() + 1); n {
		case 0:
		case e.Dimensions():
			m.questions[i] = read(n)
			if square := dot(m.questions[i], m.questions[i]); !(square > 0.98 && square < 1.02) {
				r.Fail("a vector is not of length 1")
			}
		default:
			r.Fail("a vector is not of the embedder's length")
		}
	}
	if r.Err() == nil {
		m.gather(c)
	}
	return m
}
