package linear_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/linear"
	"github.com/honeyguide-chat/honeyguide/intent/wire"
)

func TestReadModelGivesTheSameModel(t *testing.T) {
	m := linear.NewLayout(examples(1, 200), features).Train(everything, options)
	b := m.AppendTo(nil)
	r := wire.NewReader(b)
	got := linear.ReadModel(r, features, classes)
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	for _, e := range examples(3, 50) {
		if diff := cmp.Diff(m.Scores(e.Vector, all), got.Scores(e.Vector, all)); diff != "" {
			t.Fatalf("Scores (-trained +read):\n%s", diff)
		}
	}
	if !bytes.Equal(b, got.AppendTo(nil)) {
		t.Error("what was read has other bytes")
	}
}

func TestReadModelRefuses(t *testing.T) {
	good := linear.NewLayout(examples(1, 200), features).Train(everything, options).AppendTo(nil)
	read := func(b []byte, features, classes int) error {
		r := wire.NewReader(b)
		linear.ReadModel(r, features, classes)
		return r.Err()
	}
	for name, err := range map[string]error{
		"the beginning":         read(good[:len(good)-1], features, classes),
		"other features":        read(good, features+1, classes),
		"fewer classes":         read(good, features, classes-1),
		"classes that descend":  read([]byte{2, 1, 2, 9, 0, 9, 0, 1, 0, 0, 0}, 1, 2),
		"more bits than pairs":  read(slices.Concat([]byte{6, 1, 6}, make([]byte, 12), []byte{0x7f, 0, 0, 0, 0, 0, 0, 0}), 1, 8),
		"bits of no class":      read(slices.Concat([]byte{6, 1, 6}, make([]byte, 12), []byte{0x9f, 0, 0, 0, 0, 0, 0, 0}), 1, 7),
		"pairs of no class":     read([]byte{1, 0, 1, 9, 0, 0, 0}, 1, 1),
		"pairs of no feature":   read([]byte{1, 1, 0, 9, 0, 0, 0}, 1, 1),
		"more pairs than bytes": read(slices.Concat([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, good), features, classes),
	} {
		if err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func FuzzReadModel(f *testing.F) {
	good := linear.NewLayout(examples(1, 200), features).Train(everything, options).AppendTo(nil)
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte{6, 1, 6})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := wire.NewReader(b)
		m := linear.ReadModel(r, features, classes)
		if r.Err() != nil {
			return
		}
		m.Scores(examples(2, 1)[0].Vector, all)
		if again := wire.NewReader(m.AppendTo(nil)); linear.ReadModel(again, features, classes) == nil || again.Err() != nil {
			t.Errorf("a model that was read cannot be read again: %v", again.Err())
		}
	})
}
