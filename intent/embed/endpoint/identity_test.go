package endpoint

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// noisy returns vectors that differ from those of m by noise of this length.
func noisy(t *testing.T, m testModel, rnd *rand.Rand, noise float64) [][]float32 {
	t.Helper()
	vectors := make([][]float32, len(sentences))
	for i, text := range sentences {
		v, sum := m.unit(text), 0.0
		off := make([]float64, len(v))
		for j := range off {
			off[j] = rnd.NormFloat64()
			sum += off[j] * off[j]
		}
		for j := range v {
			v[j] += float32(noise * off[j] / math.Sqrt(sum))
		}
		if err := normalize(v); err != nil {
			t.Fatal(err)
		}
		vectors[i] = v
	}
	return vectors
}

// TestFingerprint measures how often the fingerprint of a random model changes
// when its vectors change by a little, which it should not, and by much, which
// it must. 0.001 is a cosine of 0.9999995, and what half precision does; 0.01 is
// 0.99995, and what eight bits do; 0.45 is a cosine of about 0.9 between a model
// and its successor.
func TestFingerprint(t *testing.T) {
	const models = 300
	for _, tc := range []struct {
		noise    float64
		min, max int // of models whose fingerprint changes
	}{
		{0, 0, 0},
		{1e-6, 0, 0},
		{1e-3, 0, models * 3 / 100},
		{1e-2, 0, models * 15 / 100},
		{0.45, models * 97 / 100, models},
		{1.5, models, models},
	} {
		rnd := rand.New(rand.NewPCG(7, 7))
		changes := 0
		for seed := range uint64(models) {
			m := testModel{seed: seed, dimensions: 384}
			before, err := fingerprint(noisy(t, m, rnd, 0))
			if err != nil {
				t.Fatal(err)
			}
			after, err := fingerprint(noisy(t, m, rnd, tc.noise))
			if err != nil {
				t.Fatal(err)
			}
			if before != after {
				changes++
			}
		}
		t.Logf("noise %v: %d of %d fingerprints change", tc.noise, changes, models)
		if changes < tc.min || changes > tc.max {
			t.Errorf("noise %v: %d of %d fingerprints change, want %d to %d", tc.noise, changes, models, tc.min, tc.max)
		}
	}
}

// TestFingerprintStays keeps what releases were trained with valid.
func TestFingerprintStays(t *testing.T) {
	got, err := fingerprint(noisy(t, testModel{seed: 1, dimensions: 64}, rand.New(rand.NewPCG(0, 0)), 0))
	if want := "0cbfc1f3edda"; got != want || err != nil {
		t.Errorf("fingerprint = %q, %v, want %q: every release would have to be trained again", got, err, want)
	}
}

func TestFingerprintOfNothing(t *testing.T) {
	vectors := make([][]float32, len(sentences))
	for i := range vectors {
		vectors[i] = []float32{0.6, 0.8}
	}
	if got, err := fingerprint(vectors); !errors.Is(err, ErrAnswer) {
		t.Errorf("fingerprint of a model that says the same to everything = %q, %v, want %v", got, err, ErrAnswer)
	}
}

func TestResumeRefuses(t *testing.T) {
	c := Config{URL: "http://localhost/v1", Model: "a/b"}
	for _, tc := range []struct{ name, id, want string }{
		{"nothing", "", "no ID"},
		{"another kind", "uselite/1", "no ID"},
		{"no model", "endpoint//64/0123456789ab", "no ID"},
		{"no dimensions", "endpoint/a/b/0123456789ab", "no ID"},
		{"zero dimensions", "endpoint/a/b/0/0123456789ab", "no ID"},
		{"too many dimensions", "endpoint/a/b/9999/0123456789ab", "no ID"},
		{"dimensions with a sign", "endpoint/a/b/+64/0123456789ab", "no ID"},
		{"a short fingerprint", "endpoint/a/b/64/0123", "no ID"},
		{"a fingerprint of other letters", "endpoint/a/b/64/0123456789AB", "no ID"},
		{"another model", "endpoint/b/64/0123456789ab", "is not what is asked for"},
		{"a line end", "endpoint/a/b/64/0123456789ab\n", "no ID"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if e, err := Resume(c, tc.id); e != nil || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Resume(%q) = %v, %v, want an error that says %q", tc.id, e, err, tc.want)
			}
		})
	}
	c.Dimensions = 32
	if _, err := Resume(c, "endpoint/a/b/64/0123456789ab"); err == nil {
		t.Errorf("Resume of 64 dimensions where 32 are configured = no error, want one")
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("endpoint/BAAI/bge-m3/1024/0123456789ab")
	f.Add("endpoint/a/064/0123456789ab")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := parseID(s); err == nil && id.String() != s {
			t.Errorf("parseID(%q) = %+v, which is %q", s, id, id)
		}
	})
}
