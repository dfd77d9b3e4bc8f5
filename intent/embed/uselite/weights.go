package uselite

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

const (
	magic      = "USELITE1"
	headerSize = len(magic) + 6*4
)

// write writes m in the layout of weights.bin.
func (m *model) write(w io.Writer) error {
	b := bufio.NewWriter(w)
	header, err := binary.Append([]byte(magic), binary.LittleEndian, m.shape)
	if err != nil {
		return err
	}
	if _, err := b.Write(header); err != nil {
		return err
	}
	var word [4]byte
	for _, t := range m.tensors() {
		for _, v := range *t.data {
			binary.LittleEndian.PutUint32(word[:], math.Float32bits(v))
			if _, err := b.Write(word[:]); err != nil {
				return err
			}
		}
	}
	return b.Flush()
}

// readModel reads weights.bin, which has size bytes. It allocates no more than
// size says, and that only if the header promises the same.
func readModel(r io.Reader, size int64) (*model, error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if string(header[:len(magic)]) != magic {
		return nil, fmt.Errorf("begins with %q, want %q", header[:len(magic)], magic)
	}
	var s shape
	if _, err := binary.Decode(header[len(magic):], binary.LittleEndian, &s); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if want := int64(headerSize) + 4*int64(s.floats()); size != want {
		return nil, fmt.Errorf("%d bytes, want %d by its header", size, want)
	}
	m := newModel(s)
	for _, t := range m.tensors() {
		data, err := readFloats(r, t.size())
		if err != nil {
			return nil, fmt.Errorf("tensor %s: %w", t.name, err)
		}
		*t.data = data
	}
	return m, nil
}

// readFloats reads n numbers, which must be finite.
func readFloats(r io.Reader, n int) ([]float32, error) {
	floats := make([]float32, 0, n)
	chunk := make([]byte, 1<<16)
	for len(floats) < n {
		part := chunk[:min(len(chunk), 4*(n-len(floats)))]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, err
		}
		for ; len(part) > 0; part = part[4:] {
			v := math.Float32frombits(binary.LittleEndian.Uint32(part))
			if !finite(v) {
				return nil, fmt.Errorf("number %d is %v", len(floats), v)
			}
			floats = append(floats, v)
		}
	}
	return floats, nil
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }
