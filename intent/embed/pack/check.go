package pack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/honeyguide-chat/honeyguide/intent"
)

// tolerance is how far an entry of a vector may be from the one noted when the
// pack was built: processors round sums in different ways.
const tolerance = 1e-4

// maxChecks bounds the file of noted vectors.
const maxChecks = 16 << 20

// noted is a text and what it came to when the pack was built.
type noted struct {
	Text   string    `json:"text"`
	Vector []float32 `json:"vector"`
}

// texts returns those of the checks, each once.
func (r *Recipe) texts() []string {
	var texts []string
	seen := make(map[string]bool)
	for _, c := range r.Checks {
		for _, t := range []string{c.Text, c.Alike, c.Other} {
			if !seen[t] {
				texts = append(texts, t)
			}
			seen[t] = true
		}
	}
	return texts
}

// examine returns the vectors of the checks' texts, unless one has none or a
// check does not hold.
func (r *Recipe) examine(ctx context.Context, e intent.Embedder) ([]noted, error) {
	texts := r.texts()
	vectors, err := e.Embed(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("making vectors: %w", err)
	}
	found := make([]noted, len(texts))
	byText := make(map[string][]float32)
	for i, t := range texts {
		if len(vectors) != len(texts) || len(vectors[i]) != e.Dimensions() {
			return nil, fmt.Errorf("there is no vector for %q", t)
		}
		found[i], byText[t] = noted{Text: t, Vector: vectors[i]}, vectors[i]
	}
	for _, c := range r.Checks {
		near, far := cosine(byText[c.Text], byText[c.Alike]), cosine(byText[c.Text], byText[c.Other])
		if !(near > far) {
			return nil, fmt.Errorf("%q is as near to %q (%.3f) as to %q (%.3f)", c.Text, c.Other, far, c.Alike, near)
		}
	}
	return found, nil
}

// cosine is that of vectors of length 1.
func cosine(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func writeNoted(dir string, vectors []noted) error {
	data, err := json.Marshal(vectors)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, checkFile), append(data, '\n'), 0o644)
}

// compareNoted reports every text whose vector is not the one that was noted.
func compareNoted(dir string, vectors []noted) error {
	data, err := readBounded(filepath.Join(dir, checkFile), maxChecks)
	if err != nil {
		return err
	}
	var before []noted
	if err := json.Unmarshal(data, &before); err != nil {
		return fmt.Errorf("%s: %w", checkFile, err)
	}
	then := make(map[string][]float32)
	for _, n := range before {
		then[n.Text] = n.Vector
	}
	var errs []error
	for _, n := range vectors {
		if d := distance(n.Vector, then[n.Text]); !(d <= tolerance) {
			errs = append(errs, fmt.Errorf("the vector of %q differs by %.2g from the one at the time of building", n.Text, d))
		}
	}
	return errors.Join(errs...)
}

// distance returns the largest difference of two entries; infinity where there
// is no telling.
func distance(a, b []float32) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	largest := 0.0
	for i := range a {
		d := math.Abs(float64(a[i]) - float64(b[i]))
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		largest = max(largest, d)
	}
	return largest
}
