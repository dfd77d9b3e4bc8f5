package index_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge/index"
)

func stored(t testing.TB, x *index.Index) []byte {
	t.Helper()
	b, err := x.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenGivesTheSameIndex(t *testing.T) {
	s := newShop(t, 500)
	built := build(t, s.docs...)
	b := stored(t, built)
	for range 20 { // bleve writes in a random order
		if again := stored(t, build(t, s.docs...)); !bytes.Equal(b, again) {
			t.Fatal("two indexes of the same documents have different bytes")
		}
	}
	opened, err := index.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range s.asked[:200] {
		want, err := built.Search(t.Context(), q, 20)
		if err != nil {
			t.Fatal(err)
		}
		got, err := opened.Search(t.Context(), q, 20)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Search(%v) (-built +opened):\n%s", q, diff)
		}
	}
	if !bytes.Equal(b, stored(t, opened)) {
		t.Error("what was opened has other bytes")
	}
}

func TestOpenOfNothing(t *testing.T) {
	for name, docs := range map[string][]index.Doc{"no documents": nil, "documents of no terms": {{}, {}}} {
		t.Run(name, func(t *testing.T) {
			x, err := index.Open(stored(t, build(t, docs...)))
			if err != nil {
				t.Fatal(err)
			}
			if hits, err := x.Search(t.Context(), index.Doc{1}, 5); len(hits) > 0 || err != nil {
				t.Errorf("Search = %v, %v, want nothing", hits, err)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	good := stored(f, build(f, doc("退款 多久"), doc("快递 丢 了")))
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := index.Open(b); err != nil && !errors.Is(err, index.ErrDamaged) {
			t.Errorf("Open = %v, want ErrDamaged", err)
		}
		bad := bytes.Clone(good)
		for i, x := range b {
			bad[i%len(bad)] ^= x
		}
		if _, err := index.Open(bad); !bytes.Equal(bad, good) && !errors.Is(err, index.ErrDamaged) {
			t.Errorf("Open of damaged bytes = %v, want ErrDamaged", err)
		}
	})
}
