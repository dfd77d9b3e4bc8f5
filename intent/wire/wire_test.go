package wire_test

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

func TestReaderReturnsWhatWasWritten(t *testing.T) {
	b := binary.AppendUvarint(nil, 5)
	b = binary.AppendUvarint(b, math.MaxUint64)
	b = binary.LittleEndian.AppendUint64(b, 1<<63+7)
	b = wire.AppendFloat32(b, -0.25)
	b = wire.AppendSection(b, []byte("退款"))
	b = append(b, "end"...)
	r := wire.NewReader(b)
	if got := r.Uvarint(); got != 5 {
		t.Errorf("Uvarint() = %d, want 5", got)
	}
	if got := r.Uvarint(); got != math.MaxUint64 {
		t.Errorf("Uvarint() = %d, want %d", got, uint64(math.MaxUint64))
	}
	if got := r.Uint64(); got != 1<<63+7 {
		t.Errorf("Uint64() = %d, want %d", got, uint64(1<<63+7))
	}
	if got := r.Float32(); got != -0.25 {
		t.Errorf("Float32() = %v, want -0.25", got)
	}
	if got := string(r.Section()); got != "退款" {
		t.Errorf("Section() = %q, want 退款", got)
	}
	if got := string(r.Rest()); got != "end" || r.Err() != nil {
		t.Errorf("Rest() = %q, %v, want end", got, r.Err())
	}
}

func TestReaderRefuses(t *testing.T) {
	tests := []struct {
		name string
		in   []byte
		read func(*wire.Reader)
	}{
		{"nothing to read", nil, func(r *wire.Reader) { r.Uvarint() }},
		{"half a number", []byte{0x80}, func(r *wire.Reader) { r.Uvarint() }},
		{"a number out of its range", []byte{7}, func(r *wire.Reader) { r.Below(7) }},
		{"more values than bytes", []byte{3, 0, 0, 0, 0}, func(r *wire.Reader) { r.Count(2) }},
		{"half a hash", make([]byte, 7), func(r *wire.Reader) { r.Uint64() }},
		{"half a section", []byte{2, 'a'}, func(r *wire.Reader) { r.Section() }},
		{"no number", wire.AppendFloat32(nil, float32(math.NaN())), func(r *wire.Reader) { r.Float32() }},
		{"no end", wire.AppendFloat32(nil, float32(math.Inf(-1))), func(r *wire.Reader) { r.Float32() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := wire.NewReader(tt.in)
			tt.read(r)
			if !errors.Is(r.Err(), wire.ErrDamaged) {
				t.Errorf("Err() = %v, want ErrDamaged", r.Err())
			}
			if got := r.Uvarint() + r.Uint64(); got != 0 {
				t.Errorf("what is read after an error = %d, want 0", got)
			}
		})
	}
}
