package index

import (
	"math"
	"slices"
)

// key is a hit in one number that is the greater the better the hit is: its
// score, above 0, then its place, lower places first.
type key uint64

// keyOf relies on the bits of floats above 0 being in the floats' order.
func keyOf(score float32, place uint32) key {
	return key(math.Float32bits(score))<<32 | key(^place)
}

func (k key) hit() Hit {
	return Hit{Doc: int(^uint32(k)), Score: float64(math.Float32frombits(uint32(k >> 32)))}
}

// best keeps the n best of many hits: a heap with the worst of them on top.
type best struct {
	n    int
	heap []key
}

func (b *best) reset(n int) { b.n, b.heap = n, b.heap[:0] }

// hopeless reports whether no hit with that score can get in.
func (b *best) hopeless(score float32) bool {
	return len(b.heap) == b.n && keyOf(score, 0) < b.heap[0]
}

func (b *best) add(k key) {
	switch {
	case len(b.heap) < b.n:
		b.heap = append(b.heap, k)
		b.up(len(b.heap) - 1)
	case k > b.heap[0]:
		b.heap[0] = k
		b.down()
	}
}

func (b *best) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if b.heap[parent] <= b.heap[i] {
			return
		}
		b.heap[i], b.heap[parent] = b.heap[parent], b.heap[i]
		i = parent
	}
}

func (b *best) down() {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(b.heap) {
			return
		}
		if child+1 < len(b.heap) && b.heap[child+1] < b.heap[child] {
			child++
		}
		if b.heap[i] <= b.heap[child] {
			return
		}
		b.heap[i], b.heap[child] = b.heap[child], b.heap[i]
		i = child
	}
}

// places returns where the hits stand, ascending, or nil where there is none.
func (b *best) places() []int {
	if len(b.heap) == 0 {
		return nil
	}
	out := make([]int, len(b.heap))
	for i, k := range b.heap {
		out[i] = int(^uint32(k))
	}
	slices.Sort(out)
	return out
}

// hits returns the hits, best first, or nil where there is none.
func (b *best) hits() []Hit {
	if len(b.heap) == 0 {
		return nil
	}
	slices.Sort(b.heap)
	out := make([]Hit, len(b.heap))
	for i, k := range b.heap {
		out[len(out)-1-i] = k.hit()
	}
	return out
}
