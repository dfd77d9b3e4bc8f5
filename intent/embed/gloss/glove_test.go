package gloss

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadVectors(t *testing.T) {
	got := make(map[string][]float32)
	text := `{"precision":8,"size":2,"dimensions":2,"words":["the","a"],"vectors":{"the":[1,-0.5,9,0],"a":[ 2e-1 , 3 ]},"unkVector":[0,0,-1]}`
	err := readVectors(strings.NewReader(text), func(word string, v []float32) error {
		got[word] = slices.Clone(v)
		return nil
	})
	want := map[string][]float32{"the": {1, -0.5}, "a": {0.2, 3}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("readVectors: %v (-want +got):\n%s", err, diff)
	}
}

func TestReadVectorsRefuses(t *testing.T) {
	long := strings.Repeat("1,", 300_000) + "1"
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "", "EOF"},
		{"a list", "[]", "want {"},
		{"no vectors", `{"dimensions":2}`, "no vectors"},
		{"vectors before dimensions", `{"vectors":{"a":[1]}}`, "before the number of dimensions"},
		{"no dimensions", `{"dimensions":0,"vectors":{}}`, "0 is not from 1"},
		{"too many dimensions", `{"dimensions":1000000000,"vectors":{}}`, "is not from 1"},
		{"dimensions in words", `{"dimensions":"two","vectors":{}}`, "dimensions"},
		{"vectors in a list", `{"dimensions":2,"vectors":[1,2]}`, "want {"},
		{"too few numbers", `{"dimensions":2,"vectors":{"a":[1]}}`, `"a": there are 1 numbers, want 2`},
		{"none", `{"dimensions":1,"vectors":{"a":[]}}`, `"a"`},
		{"null", `{"dimensions":1,"vectors":{"a":null}}`, "no array"},
		{"null for a number", `{"dimensions":1,"vectors":{"a":[null]}}`, "no number"},
		{"too large a number", `{"dimensions":1,"vectors":{"a":[1e999]}}`, "no number"},
		{"cut short", `{"dimensions":1,"vectors":{"a":[1],`, "EOF"},
		{"a long vector", `{"dimensions":1,"vectors":{"a":[` + long + `]}}`, "longer than"},
		{"a long word", `{"dimensions":1,"vectors":{"` + strings.Repeat("a", 600_000) + `":[1]}}`, "longer than"},
		{"deep", `{"x":` + strings.Repeat("[", 1_000_000), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := readVectors(strings.NewReader(tc.text), func(string, []float32) error { return nil })
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("readVectors = %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestReadVectorsPassesErrorsOn(t *testing.T) {
	want := errors.New("enough")
	err := readVectors(strings.NewReader(testVectors()), func(string, []float32) error { return want })
	if !errors.Is(err, want) {
		t.Errorf("readVectors = %v, want %v", err, want)
	}
}

// TestReadVectorsSkipsWithoutHolding: members that are of no interest may be as
// long as they like.
func TestReadVectorsSkipsWithoutHolding(t *testing.T) {
	text := `{"words":["` + strings.Repeat(`word","`, 200_000) + `"],"dimensions":1,"vectors":{"a":[1]}}`
	if err := readVectors(strings.NewReader(text), func(string, []float32) error { return nil }); err != nil {
		t.Errorf("readVectors = %v, want no error", err)
	}
}

func TestEnglish(t *testing.T) {
	e := newEnglish()
	for _, w := range []struct {
		word string
		v    []float32
	}{{"the", []float32{3, 4}}, {"zero", []float32{0, 0}}, {"cat", []float32{0, 2}}, {"the", []float32{1, 0}}} {
		if err := e.append(w.word, w.v); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"the", "cat"}, e.words); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float32{0.6, 0.8, 0, 1}, e.vectors); diff != "" {
		t.Errorf("vectors (-want +got):\n%s", diff)
	}
	if the, cat := e.weight(0), e.weight(1); !(0 < the && the < cat && cat < 1) {
		t.Errorf("weights = %v, %v, want them to grow, between 0 and 1", the, cat)
	}
	if err := e.append("dog", []float32{1}); err == nil {
		t.Error("append of a vector of another length = no error, want one")
	}
}

func TestPrincipal(t *testing.T) {
	// Eigenvectors (1, 1) with 3 and (1, -1) with 1.
	got := principal([][]float64{{2, 1}, {1, 2}})
	for i, want := range []float64{math.Sqrt(0.5), math.Sqrt(0.5)} {
		if math.Abs(got[i]-want) > 1e-9 {
			t.Errorf("principal()[%d] = %v, want %v", i, got[i], want)
		}
	}
	if got := principal([][]float64{{0, 0}, {0, 0}}); got[0] != 0 || got[1] != 0 {
		t.Errorf("principal of nothing = %v, want nothing", got)
	}
}

// TestCentre: afterwards vectors have neither a mean nor one axis along which
// they differ most.
func TestCentre(t *testing.T) {
	e, n := newEnglish(), 0
	if err := readVectors(strings.NewReader(testVectors()), func(w string, v []float32) error {
		n++
		v[0] += 5
		v[1] += float32(8 * (n%2*2 - 1))
		return e.append(w, v)
	}); err != nil {
		t.Fatal(err)
	}
	figures := func() (mean, share float64) { // of the squares, along the axis
		c, all := e.covariance(), 0.0
		for i := range c {
			all += c[i][i]
		}
		return math.Abs(e.mean()[0]), c[1][1] / all
	}
	mean, share := figures()
	e.centre()
	meanAfter, shareAfter := figures()
	if mean < 0.4 || meanAfter > 0.1 {
		t.Errorf("mean of the first entry: %.2f before, %.2f after, want it large and then near 0", mean, meanAfter)
	}
	if share < 0.5 || shareAfter > 0.2 {
		t.Errorf("share of the second entry: %.2f before, %.2f after, want it large and then like others", share, shareAfter)
	}
}

func FuzzReadVectors(f *testing.F) {
	f.Add([]byte(testVectors()))
	f.Add([]byte(`{"dimensions":1,"vectors":{"a":[1],"a":[2,3]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e := newEnglish()
		err := readVectors(io.LimitReader(strings.NewReader(string(data)), 1<<20), e.append)
		e.centre()
		if err == nil && len(e.vectors) != len(e.words)*e.dimensions {
			t.Fatalf("%d words of %d dimensions have %d numbers", len(e.words), e.dimensions, len(e.vectors))
		}
		for _, x := range e.vectors {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				t.Fatalf("a vector has the entry %v", x)
			}
		}
	})
}
