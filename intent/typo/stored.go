package typo

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

// AppendTo appends what the reader knows of the knowledge in the form that
// Restore reads. Equal readers give equal bytes.
func (r *Reader) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(r.latin.words)))
	for _, w := range slices.Sorted(maps.Keys(r.latin.words)) {
		b = binary.AppendUvarint(wire.AppendSection(b, []byte(w)), uint64(r.latin.words[w]))
	}
	b = appendCounts(b, r.latin.pairs)
	if r.han == nil {
		return append(b, 0)
	}
	m := r.han.model
	b = appendCounts(appendCounts(append(b, 1), m.pairs), m.ones)
	b = binary.AppendUvarint(b, uint64(m.total))
	m.ones.each(func(s, _ uint32) { b = wire.AppendFloat32(b, m.backoff.get(s)) })
	return b
}

// Restore returns the reader that AppendTo wrote of, which fails as New does or
// because of what it reads.
func Restore(b []byte) (*Reader, error) {
	in := wire.NewReader(b)
	v := &vocabulary{words: make(map[string]uint32)}
	for range in.Count(2) {
		w := string(in.Section())
		v.words[w] = uint32(in.Below(math.MaxUint32))
	}
	v.pairs = readCounts(in)
	r := &Reader{latin: v}
	if in.Below(2) == 0 {
		return r, in.Err()
	}
	g, err := loadGeneral()
	if err != nil {
		return nil, err
	}
	m := &model{general: g, pairs: readCounts(in), ones: readCounts(in)}
	m.total = float64(in.Below(1 << 53))
	m.backoff = newCounts[float32](m.ones.used)
	m.ones.each(func(s, _ uint32) {
		if s >= uint32(symbols) {
			in.Fail("no symbol")
		}
		*m.backoff.at(s) = in.Float32()
	})
	if in.Err() != nil {
		return nil, in.Err()
	}
	r.han = hanReaderOf(m)
	return r, nil
}

// Digest stands for the tables that readers are built with: a program with
// other tables has another one.
func Digest() [sha256.Size]byte {
	h := sha256.New()
	for _, table := range [][]byte{pairsGz, []byte(soundsText), []byte(shapesText)} {
		_, _ = h.Write(wire.AppendSection(nil, table)) // a hash never fails to write
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// appendCounts appends a table as it stands in memory, so that it is walked in
// the same order when it is read again.
func appendCounts(b []byte, c *counts[uint32]) []byte {
	b = binary.AppendUvarint(b, uint64(len(c.keys)))
	b = binary.AppendUvarint(b, uint64(c.used))
	next := 0
	for i, k := range c.keys {
		if k != 0 {
			b = binary.AppendUvarint(b, uint64(i-next))
			b = binary.LittleEndian.AppendUint32(b, k)
			b = binary.AppendUvarint(b, uint64(c.values[i]))
			next = i + 1
		}
	}
	return b
}

// readCounts reads what appendCounts wrote. Whether it could is said by r.
func readCounts(r *wire.Reader) *counts[uint32] {
	room, used := r.Uvarint(), r.Count(6)
	if r.Err() != nil || room&(room-1) != 0 || room < 8 || uint64(used) >= room || room > max(8, 16*uint64(used)) {
		r.Fail("the size of a table")
		return newCounts[uint32](0)
	}
	c := &counts[uint32]{keys: make([]uint32, room), values: make([]uint32, room), used: used}
	next := 0
	for range used {
		if next >= int(room) {
			r.Fail("a table has too many entries")
			break
		}
		i := next + r.Below(int(room)-next)
		c.keys[i], c.values[i] = r.Uint32(), uint32(r.Below(math.MaxUint32))
		if c.keys[i] == 0 {
			r.Fail("an entry has no key")
		}
		next = i + 1
	}
	return c
}
