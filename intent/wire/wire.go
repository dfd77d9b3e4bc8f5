// Package wire reads the numbers that stored models are made of. They are
// written with the append functions of encoding/binary: whole numbers as
// varints, hashes and weights in little-endian order.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrDamaged is what reading fails with.
var ErrDamaged = errors.New("wire: damaged")

// Reader reads one value after the other. After the first error it returns
// zeros only: who reads many values may check Err at the end, as long as no
// value is used to count or to look something up before.
type Reader struct {
	rest []byte
	err  error
}

// NewReader returns a reader of b. What Bytes returns is part of b.
func NewReader(b []byte) *Reader { return &Reader{rest: b} }

// Err returns the first error, an ErrDamaged.
func (r *Reader) Err() error { return r.err }

// Fail makes the reader fail, unless it has already.
func (r *Reader) Fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrDamaged, what)
	}
	r.rest = nil
}

// Rest returns what is left, and ends the reading.
func (r *Reader) Rest() []byte {
	b := r.rest
	r.rest = nil
	return b
}

// Uvarint reads a whole number.
func (r *Reader) Uvarint() uint64 {
	if len(r.rest) > 0 && r.rest[0] < 0x80 { // most are small
		x := uint64(r.rest[0])
		r.rest = r.rest[1:]
		return x
	}
	x, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.Fail("a number")
		return 0
	}
	r.rest = r.rest[n:]
	return x
}

// Below reads a whole number below limit, which is above 0.
func (r *Reader) Below(limit int) int {
	x := r.Uvarint()
	if x >= uint64(limit) {
		r.Fail("a number is too large")
		return 0
	}
	return int(x)
}

// Count reads how many values follow, each of at least so many bytes, above 0.
// There are no more than the bytes that are left can hold, so that as many may
// be allocated.
func (r *Reader) Count(each int) int {
	x := r.Uvarint()
	if x > uint64(len(r.rest)/each) {
		r.Fail("more values than bytes")
		return 0
	}
	return int(x)
}

// Bytes reads n bytes.
func (r *Reader) Bytes(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.Fail("bytes")
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// Section reads bytes that AppendSection wrote.
func (r *Reader) Section() []byte { return r.Bytes(r.Count(1)) }

// AppendSection appends bytes with their length.
func AppendSection(b, section []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(section))), section...)
}

// Uint64 reads eight bytes.
func (r *Reader) Uint64() uint64 {
	if b := r.Bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Uint32 reads four bytes.
func (r *Reader) Uint32() uint32 {
	if b := r.Bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// Float32 reads a finite number of four bytes.
func (r *Reader) Float32() float32 {
	x := math.Float32frombits(r.Uint32())
	if x-x != 0 { // infinite, or none
		r.Fail("a weight is not finite")
		return 0
	}
	return x
}

// AppendFloat32 appends a number of four bytes.
func AppendFloat32(b []byte, x float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
}
