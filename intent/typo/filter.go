package typo

import "math/bits"

// filter tells quickly of most keys that counts has none of them. It is so much
// smaller than counts that it stays near the processor.
type filter struct {
	bits  []uint64
	shift uint8
}

// filterRoom is how many bits there are for each place of the counts: one key in
// twelve or fewer is looked up in vain.
const filterRoom = 8

func newFilter(c *counts[uint32]) filter {
	room := filterRoom * len(c.keys)
	f := filter{bits: make([]uint64, room/64), shift: uint8(32 - bits.Len(uint(room-1)))}
	c.each(func(key, _ uint32) {
		at := f.place(key)
		f.bits[at/64] |= 1 << (at % 64)
	})
	return f
}

func (f *filter) place(key uint32) uint32 { return key * 0x9E3779B1 >> f.shift }

// may reports whether a key may have a value.
func (f *filter) may(key uint32) bool {
	at := f.place(key)
	return f.bits[at/64]>>(at%64)&1 != 0
}
