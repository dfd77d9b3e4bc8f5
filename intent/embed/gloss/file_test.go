package gloss

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newTable has words with vectors along one axis each.
func newTable(words ...string) *table {
	t := &table{dimensions: 4, words: words, factors: make([]float32, len(words)), rows: make([]byte, 4*len(words))}
	for i := range words {
		v := make([]float32, 4)
		v[i%4] = 1
		t.quantise(i, v, 1)
	}
	return t
}

func TestDecode(t *testing.T) {
	want := newTable("a", "bb", "退款")
	got, err := decode(want.encode())
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(table{})); diff != "" || err != nil {
		t.Errorf("decode of what encode gave: %v (-want +got):\n%s", err, diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := newTable("a", "b").encode()
	put := func(at int, x uint32) []byte {
		b := slices.Clone(good)
		binary.LittleEndian.PutUint32(b[at:], x)
		return b
	}
	factor := 8 + 2 + 2 // of "a"
	for _, tc := range []struct {
		name string
		body []byte
		want string
	}{
		{"nothing", nil, "length"},
		{"no dimensions", put(0, 0), "dimensions"},
		{"too many dimensions", put(0, maxDimensions+1), "dimensions"},
		{"no words", put(4, 0), "length"},
		{"more words than bytes", put(4, math.MaxUint32), "length"},
		{"a byte too few", good[:len(good)-1], "length"},
		{"a byte too many", append(slices.Clone(good), 0), "length"},
		{"words twice", newTable("a", "a").encode(), "not in order"},
		{"words not in order", newTable("b", "a").encode(), "not in order"},
		{"a word without letters", newTable("", "a").encode(), "not in order"},
		{"a factor that is not a number", put(factor, math.Float32bits(float32(math.NaN()))), `factor of "a"`},
		{"an infinite factor", put(factor, math.Float32bits(float32(math.Inf(1)))), `factor of "a"`},
		{"a factor of 0", put(factor, 0), `factor of "a"`},
		{"a factor below 0", put(factor, math.Float32bits(-1)), `factor of "a"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := decode(tc.body); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("decode = %v, want it to say %q", err, tc.want)
			}
		})
	}
}

// TestQuantise: a row is within half a step of the vector.
func TestQuantise(t *testing.T) {
	v := []float32{0.5, -0.25, 0.8, -0.2}
	tab := newTable("a")
	tab.quantise(0, v, 0.5)
	got := make([]float32, 4)
	tab.add(got, 0)
	for i := range v {
		if want := v[i] * 0.5; math.Abs(float64(got[i]-want)) > 0.5*0.8/127/2+1e-7 {
			t.Errorf("entry %d = %v, want about %v", i, got[i], want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(newTable("a", "退款").encode(), "退款 a")
	f.Add([]byte("nonsense"), "")
	f.Fuzz(func(t *testing.T, body []byte, text string) {
		tab, err := decode(body)
		if err != nil {
			return
		}
		if again := tab.encode(); !bytes.Equal(again, body) {
			t.Fatalf("encode of what decode gave = %x, want %x", again, body)
		}
		checkVector(t, newWords(tab, "x"), text)
	})
}

// checkVector checks what holds for the vector of any text.
func checkVector(t *testing.T, w *Words, text string) {
	t.Helper()
	v := vector(t, w, text)
	if v == nil {
		return
	}
	squares := 0.0
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	if len(v) != w.Dimensions() || !(math.Abs(squares-1) < 1e-5) {
		t.Fatalf("vector of %q has %d entries and the square %v, want %d and 1", text, len(v), squares, w.Dimensions())
	}
}
