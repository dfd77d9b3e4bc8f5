package lexical

import "math/bits"

// Probe is a vector laid out to be compared with many others: each comparison
// walks over the other vector alone, without a branch that depends on what the
// two share. It gives what the methods of [Vector] give, bit for bit: the same
// terms add to a sum in the same order, and of the others each adds 0. It is
// not safe for use while it is Set.
type Probe struct {
	slots []slot // open addressing by hash; as long as a power of two
	shift uint8  // below 32
}

// slot is a place of a probe's table. A free one has an empty mask, which every
// id fits, and adds 0 to any sum.
type slot struct {
	id, mask uint32
	weight   float32
	held     float32 // 1, or 0 of a free slot
}

// roomy is how many slots there are for each term at least: a search seldom
// meets another term, which is what makes it fast.
const roomy = 16

// NewProbe lays out v, whose ids differ.
func NewProbe(v Vector) *Probe {
	p := &Probe{}
	p.Set(v)
	return p
}

// Set lays out v, whose ids differ, in place of what the probe was made of, and
// in its memory where that is large enough. It must not be called while the
// probe is in use.
func (p *Probe) Set(v Vector) {
	width := bits.Len(uint(roomy * max(1, len(v))))
	if n := 1 << width; n <= cap(p.slots) {
		p.slots = p.slots[:n]
		clear(p.slots)
	} else {
		p.slots = make([]slot, n)
	}
	p.shift = uint8(32 - width)
	for _, t := range v {
		*p.at(t.ID) = slot{t.ID, ^uint32(0), t.Weight, 1}
	}
}

// at returns the slot of a term, or a free one where the vector has it not.
func (p *Probe) at(id uint32) *slot {
	i := int(id * 0x9E3779B1 >> (p.shift & 31))
	for (p.slots[i].id^id)&p.slots[i].mask != 0 {
		i = (i + 1) & (len(p.slots) - 1)
	}
	return &p.slots[i]
}

// Dot returns what Vector.Dot gives for the probe's vector and w.
func (p *Probe) Dot(w Vector) float64 {
	var sum float64
	for _, t := range w {
		sum += float64(p.at(t.ID).weight) * float64(t.Weight)
	}
	return sum
}

// Compare returns, in one walk over w, what Vector.Dot gives for the probe's
// vector and w, what Vector.Covered gives of the probe's vector by w, and of w
// by the probe's vector.
func (p *Probe) Compare(w Vector) (dot, covered, covers float64) {
	for _, t := range w {
		s := p.at(t.ID)
		mine, its := float64(s.weight), float64(t.Weight)
		dot += mine * its
		covered += mine * mine
		covers += its * its * float64(s.held)
	}
	return dot, covered, covers
}

// Weight returns the weight of a term, 0 of one that the vector has not.
func (p *Probe) Weight(id uint32) float64 { return float64(p.at(id).weight) }
