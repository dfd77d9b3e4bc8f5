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
		"classes that descend":  read([]byte{2, 2, 1, 0, 0, 0, 9, 0, 9, 0}, 1, 2),
		"pairs of no feature":   read([]byte{1, 0, 0, 0, 9, 0}, 1, 1),
		"more pairs than bytes": read(slices.Concat([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, good), features, classes),
	} {
		if err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}
