package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// ErrDamaged is what Open fails with where its bytes are no index.
var ErrDamaged = errors.New("index: damaged")

var checksum = crc32.MakeTable(crc32.Castagnoli)

// Bytes returns the index in the form that Open reads. Equal indexes give equal
// bytes: a checksum of all that follows, the numbers of terms and documents,
// the frequency of each term, the length of each document, and bleve's segment
// as it would be in a file.
func (x *Index) Bytes() ([]byte, error) {
	b := make([]byte, 4)
	terms := len(x.starts) - 1
	b = binary.AppendUvarint(b, uint64(terms))
	b = binary.AppendUvarint(b, uint64(len(x.lengths)))
	for t := range terms {
		b = binary.AppendUvarint(b, uint64(x.frequency(uint32(t))))
	}
	for _, n := range x.lengths {
		b = binary.AppendUvarint(b, uint64(n))
	}
	if x.segment != nil {
		var segment bytes.Buffer
		if _, err := x.segment.WriteTo(&segment); err != nil {
			return nil, fmt.Errorf("index: storing: %w", err)
		}
		sortSections(segment.Bytes())
		b = append(b, segment.Bytes()...)
	}
	binary.LittleEndian.PutUint32(b, crc32.Checksum(b[4:], checksum))
	return b, nil
}

// sortSections brings what bleve just wrote of a segment into the one form that
// all equal segments have. bleve lists what it keeps of a field, in entries of
// a kind (2 bytes) and an address (8 bytes), in a random order.
func sortSections(segment []byte) {
	at := len(segment) - zap.FooterSize
	fields := segment[binary.BigEndian.Uint64(segment[at+20:]):at]
	count, n := binary.Uvarint(fields)
	for i := range count {
		field := segment[binary.BigEndian.Uint64(fields[n+8*int(i):]):at]
		name, size := binary.Uvarint(field)
		field = field[size+int(name):]
		_, size = binary.Uvarint(field) // options
		field = field[size:]
		sections, size := binary.Uvarint(field)
		entries := make([][10]byte, sections)
		for k := range entries {
			entries[k] = [10]byte(field[size+10*k:])
		}
		slices.SortFunc(entries, func(a, b [10]byte) int { return bytes.Compare(a[:], b[:]) })
		for k, entry := range entries {
			copy(field[size+10*k:], entry[:])
		}
	}
	end := len(segment) - 4
	binary.BigEndian.PutUint32(segment[end:], crc32.ChecksumIEEE(segment[:end]))
}

// Open returns the index that Bytes gave b of. It keeps b, which must not be
// changed as long as the index is in use. The caller must Close the index.
func Open(b []byte) (*Index, error) {
	if len(b) < 4 || binary.LittleEndian.Uint32(b) != crc32.Checksum(b[4:], checksum) {
		return nil, fmt.Errorf("%w: checksum", ErrDamaged)
	}
	b = b[4:]
	var sizes [2]uint64
	for i := range sizes {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)) {
			return nil, fmt.Errorf("%w: sizes", ErrDamaged)
		}
		sizes[i], b = n, b[size:]
	}
	if sizes[1] > maxDocuments {
		return nil, fmt.Errorf("%w: sizes", ErrDamaged)
	}
	x, frequency := &Index{lengths: make([]uint32, sizes[1])}, make([]uint32, sizes[0])
	for _, list := range [][]uint32{frequency, x.lengths} {
		for i := range list {
			n, size := binary.Uvarint(b)
			if size <= 0 {
				return nil, fmt.Errorf("%w: numbers", ErrDamaged)
			}
			list[i], b = uint32(n), b[size:]
		}
	}
	x.weigh()
	if len(b) > 0 {
		var err error
		if x.segment, err = openSegment(b, len(x.lengths)); err != nil {
			return nil, err
		}
	}
	if err := x.lay(frequency); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, errors.Join(err, x.Close()))
	}
	return x, nil
}

// openSegment reads what is at the end of a file of bleve's format zap:
// documents (8 bytes), where two tables stand (8 bytes each), a mode, the
// version and a checksum (4 bytes each). Before it is the name of who wrote the
// file, which is empty here, with its length (4 bytes).
func openSegment(b []byte, documents int) (*zap.SegmentBase, error) {
	at := len(b) - zap.FooterSize
	if at < 0 {
		return nil, fmt.Errorf("%w: segment of %d bytes", ErrDamaged, len(b))
	}
	f := b[at:]
	name, docs := binary.BigEndian.Uint32(f), binary.BigEndian.Uint64(f[4:])
	mode, version := binary.BigEndian.Uint32(f[28:]), binary.BigEndian.Uint32(f[32:])
	if name != 0 || docs != uint64(documents) || version != zap.Version {
		return nil, fmt.Errorf("%w: segment of version %d with %d documents", ErrDamaged, version, docs)
	}
	b = b[:at:at]
	s, err := zap.InitSegmentBase(b, crc32.ChecksumIEEE(b), mode, docs,
		binary.BigEndian.Uint64(f[12:]), binary.BigEndian.Uint64(f[20:]), nil, new(segment.Stats))
	if err != nil {
		return nil, fmt.Errorf("%w: segment: %w", ErrDamaged, err)
	}
	return s, nil
}
