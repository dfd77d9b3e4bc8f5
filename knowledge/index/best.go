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

// best keeps the n best of many hits, and some that may turn out not to be:
// from time to time those are thrown away. Most hits are worse than the worst
// that was kept last time, and cost one comparison.
type best struct {
	n    int
	keys []key
	bar  key // no hit up to here is among the n best
}

func (b *best) reset(n int) { b.n, b.keys, b.bar = n, b.keys[:0], 0 }

// add takes in a hit above the bar.
func (b *best) add(k key) {
	b.keys = append(b.keys, k)
	if len(b.keys) >= 2*b.n {
		b.cut()
	}
}

// cut throws away all but the n best.
func (b *best) cut() {
	if len(b.keys) > b.n {
		part(b.keys, b.n)
		b.keys = b.keys[:b.n]
		b.bar = slices.Min(b.keys) - 1
	}
}

// part brings the n greatest of keys, which differ, to the front, in any order
// (Hoare 1961). n is above 0 and below their number.
func part(keys []key, n int) {
	for low, high := 0, len(keys)-1; low < high; {
		pivot := middle(keys[low], keys[int(uint(low+high)/2)], keys[high])
		i, j := low, high
		for i <= j {
			for keys[i] > pivot {
				i++
			}
			for keys[j] < pivot {
				j--
			}
			if i <= j {
				keys[i], keys[j] = keys[j], keys[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n-1 <= j:
			high = j
		case n-1 >= i:
			low = i
		default:
			return
		}
	}
}

func middle(a, b, c key) key { return max(min(a, b), min(max(a, b), c)) }

// places appends where the hits stand, in any order.
func (b *best) places(out []int) []int {
	b.cut()
	for _, k := range b.keys {
		out = append(out, int(^uint32(k)))
	}
	return out
}

// hits returns the hits, best first, or nil where there is none.
func (b *best) hits() []Hit {
	b.cut()
	if len(b.keys) == 0 {
		return nil
	}
	slices.Sort(b.keys)
	out := make([]Hit, len(b.keys))
	for i, k := range b.keys {
		out[len(out)-1-i] = k.hit()
	}
	return out
}
