package typo

// counts maps keys that are not zero to small values, by open addressing: a
// reader of a hundred thousand questions holds a few hundred thousand pairs,
// and looks several of them up for every character that it reads.
type counts[V uint32 | float32] struct {
	keys   []uint32
	values []V
	used   int
}

func newCounts[V uint32 | float32](size int) *counts[V] {
	room := 8
	for room*2 < size*3 {
		room *= 2
	}
	return &counts[V]{keys: make([]uint32, room), values: make([]V, room)}
}

// place returns where key is, or where it would be put.
func (c *counts[V]) place(key uint32) int {
	mask := uint32(len(c.keys) - 1)
	i := (key * 0x9E3779B1) >> 8 & mask
	for c.keys[i] != 0 && c.keys[i] != key {
		i = (i + 1) & mask
	}
	return int(i)
}

// get returns the value of key, 0 where there is none.
func (c *counts[V]) get(key uint32) V { return c.values[c.place(key)] }

// at returns the value of key to change it, and makes one of 0 where there is
// none. It stays good until the next call.
func (c *counts[V]) at(key uint32) *V {
	if c.used*3 >= len(c.keys)*2 {
		old := *c
		*c = *newCounts[V](len(old.keys))
		for i, k := range old.keys {
			if k != 0 {
				*c.at(k) = old.values[i]
			}
		}
	}
	i := c.place(key)
	if c.keys[i] == 0 {
		c.keys[i] = key
		c.used++
	}
	return &c.values[i]
}

// each calls f for every key, in an order that depends on nothing but what
// was put in and when.
func (c *counts[V]) each(f func(key uint32, value V)) {
	for i, k := range c.keys {
		if k != 0 {
			f(k, c.values[i])
		}
	}
}

// pair is the key of two symbols beside each other.
func pair(left, right symbol) uint32 { return uint32(left)<<16 | uint32(right) }
