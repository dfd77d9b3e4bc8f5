package linear

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// maxPairs bounds the pairs of a feature and a class that a model may hold.
const maxPairs = 1 << 28

// ErrDamaged is what reading fails with where the bytes are no model of the
// size asked for.
var ErrDamaged = errors.New("linear: damaged model")

// Write writes the model. Equal models give equal bytes.
func (m *Model) Write(w io.Writer) error {
	for _, part := range []any{uint32(len(m.class)), m.start, m.class, m.weight} {
		if err := binary.Write(w, binary.LittleEndian, part); err != nil {
			return fmt.Errorf("linear: writing a model: %w", err)
		}
	}
	return nil
}

// Read reads what Write wrote of a model with so many features and classes.
func Read(r io.Reader, features, classes int) (*Model, error) {
	var pairs uint32
	if err := binary.Read(r, binary.LittleEndian, &pairs); err != nil {
		return nil, fmt.Errorf("linear: reading a model: %w", err)
	}
	if pairs > maxPairs {
		return nil, fmt.Errorf("%w: %d pairs", ErrDamaged, pairs)
	}
	m := &Model{}
	var err error
	if m.start, err = readMany[int32](r, features+1); err == nil {
		if m.class, err = readMany[uint16](r, int(pairs)); err == nil {
			m.weight, err = readMany[int16](r, int(pairs))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("linear: reading a model: %w", err)
	}
	return m, m.check(classes)
}

// check reports what would make Score look outside of the model, or find less
// than there is.
func (m *Model) check(classes int) error {
	if m.start[0] != 0 || int(m.start[len(m.start)-1]) != len(m.class) {
		return fmt.Errorf("%w: features do not cover its pairs", ErrDamaged)
	}
	for f := range m.start[:len(m.start)-1] {
		from, to := m.start[f], m.start[f+1]
		if from > to || int(to) > len(m.class) {
			return fmt.Errorf("%w: feature %d ends before it begins", ErrDamaged, f)
		}
		last := -1
		for _, c := range m.class[from:to] {
			if int(c) <= last || int(c) >= classes {
				return fmt.Errorf("%w: class %d of feature %d", ErrDamaged, c, f)
			}
			last = int(c)
		}
	}
	return nil
}

// Write writes the model. Equal models give equal bytes.
func (d *Dense) Write(w io.Writer) error {
	if err := binary.Write(w, binary.LittleEndian, d.weight); err != nil {
		return fmt.Errorf("linear: writing a dense model: %w", err)
	}
	return nil
}

// ReadDense reads what Write wrote of a dense model of this shape.
func ReadDense(r io.Reader, classes, dimensions int) (*Dense, error) {
	w, err := readMany[float32](r, classes*dimensions)
	if err != nil {
		return nil, fmt.Errorf("linear: reading a dense model: %w", err)
	}
	for _, x := range w {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return nil, fmt.Errorf("%w: a weight is not finite", ErrDamaged)
		}
	}
	return &Dense{dimensions: dimensions, weight: w}, nil
}

// readMany reads n numbers piece by piece, so that a damaged length costs no
// more memory than there are bytes.
func readMany[T int16 | uint16 | int32 | float32](r io.Reader, n int) ([]T, error) {
	const piece = 1 << 18
	out := make([]T, 0, min(n, piece))
	for len(out) < n {
		next := make([]T, min(piece, n-len(out)))
		if err := binary.Read(r, binary.LittleEndian, next); err != nil {
			return nil, err
		}
		out = append(out, next...)
	}
	return out, nil
}
