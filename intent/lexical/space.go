package lexical

import (
	"math"
	"slices"
)

// Key stands for a piece: its hash, which is fixed, so that the same tree gives
// the same space in every process.
type Key uint64

// KeyOf returns the key of a text: FNV-1a of 64 bits.
func KeyOf(text string) Key { return Key(14695981039346656037).then(text) }

// then returns the key of k's text with more behind it.
func (k Key) then(more string) Key {
	for i := range len(more) {
		k = (k ^ Key(more[i])) * 1099511628211
	}
	return k
}

// Space weighs pieces by how rare they are in the texts that it was built
// from. It is immutable.
type Space struct {
	keys  []Key    // of each id
	held  []uint32 // of each id: the texts that hold it
	texts int
	// slots finds ids by their keys, by open addressing: id + 1, or 0 where
	// none is. It is as long as a power of two.
	slots  []uint32
	weight []float32 // of each id
	// strange is the weight of a piece that no text held.
	strange float32
}

// NewSpace builds the space of texts, each given by the keys of its pieces. Ids
// follow the order of first occurrence, so that equal texts give equal spaces.
func NewSpace(texts [][]Key) *Space {
	s := &Space{texts: len(texts), slots: make([]uint32, 64)}
	var last []int // of each id: the text that held it last
	for at, pieces := range texts {
		for _, p := range pieces {
			slot := s.slot(p)
			if s.slots[slot] == 0 {
				s.keys, s.held, last = append(s.keys, p), append(s.held, 0), append(last, -1)
				s.slots[slot] = uint32(len(s.keys))
				if 2*len(s.keys) > len(s.slots) {
					s.index(2 * len(s.slots))
					slot = s.slot(p)
				}
			}
			if id := s.slots[slot] - 1; last[id] < at {
				last[id] = at
				s.held[id]++
			}
		}
	}
	s.weigh()
	return s
}

// slot returns where a key's id is, or where it would be put.
func (s *Space) slot(k Key) int {
	mask := len(s.slots) - 1
	i := int(k) & mask
	for s.slots[i] != 0 && s.keys[s.slots[i]-1] != k {
		i = (i + 1) & mask
	}
	return i
}

// index makes the slots anew.
func (s *Space) index(slots int) {
	s.slots = make([]uint32, slots)
	for id, k := range s.keys {
		s.slots[s.slot(k)] = uint32(id + 1)
	}
}

func (s *Space) weigh() {
	s.keys, s.held = slices.Clip(s.keys), slices.Clip(s.held)
	s.weight = make([]float32, len(s.held))
	var common [64]float32 // most pieces are in a few texts
	for id, n := range s.held {
		if int(n) >= len(common) {
			s.weight[id] = rarity(s.texts, n)
			continue
		}
		if common[n] == 0 {
			common[n] = rarity(s.texts, n)
		}
		s.weight[id] = common[n]
	}
	s.strange = rarity(s.texts, 0)
}

// rarity returns the weight of a piece that held of all texts hold: its inverse
// document frequency, damped. On development data the plain frequency gave the
// rare pieces of short questions far too much.
func rarity(texts int, held uint32) float32 {
	return float32(math.Pow(math.Log((1+float64(texts))/(1+float64(held)))+1, damping))
}

const damping = 0.3

// Len returns the number of dimensions.
func (s *Space) Len() int { return len(s.weight) }

// Vector returns the vector of a text given by the keys of its pieces, weighted by
// (1 + ln count) x rarity, and the share of the text's squared length that lies on
// pieces of this space: 0 where it knows none of them. The vector has length 1
// over the known pieces.
func (s *Space) Vector(pieces []Key) (v Vector, known float64) {
	var room [128]uint32 // most texts have fewer pieces
	ids := room[:0]
	var strange float64
	for _, p := range pieces {
		if id := s.slots[s.slot(p)]; id > 0 {
			ids = append(ids, id-1)
		} else {
			strange += float64(s.strange) * float64(s.strange)
		}
	}
	slices.Sort(ids)
	different := 0
	for i, id := range ids {
		if i == 0 || id != ids[i-1] {
			different++
		}
	}
	if different == 0 {
		return nil, 0
	}
	v = make(Vector, 0, different)
	for len(ids) > 0 {
		n := 1
		for n < len(ids) && ids[n] == ids[0] {
			n++
		}
		w := float64(s.weight[ids[0]])
		if n > 1 {
			w *= 1 + math.Log(float64(n))
		}
		v = append(v, Term{ids[0], float32(w)})
		ids = ids[n:]
	}
	sum := v.squared()
	v.normalize(sum)
	return v, sum / (sum + strange)
}
