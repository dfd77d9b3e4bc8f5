package pack

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/tgz"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/tgz/tgztest"
)

// testPackage is the tarball of the recipe in these tests.
func testPackage(t testing.TB) []byte {
	return tgztest.Make(t,
		tgztest.File{Name: "package/index.js", Text: "x"},
		tgztest.File{Name: "package/LICENSE.md", Text: "Free for tests."},
		tgztest.File{Name: "package/lib/LICENSE", Text: "of something below"},
		tgztest.File{Name: "package/data.txt", Text: "abcdefghijklmnopqrstuvwxyz"},
	)
}

// testRecipe makes a pack from a tarball: vectors count letters.
func testRecipe(tarball []byte) Recipe {
	sum := sha512.Sum512(tarball)
	return Recipe{
		Name: "letters", Kind: "counts of letters", Version: "1", Languages: []string{"en"},
		License: "CC0-1.0", Notice: "Made for tests.",
		Sources: []Source{{
			Package: "@test/letters", Version: "1.2.3", Size: int64(len(tarball)),
			Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
			License:   "CC0-1.0", Attribution: "By the authors of these tests.",
		}},
		Convert: convertLetters,
		Open:    openLetters,
		Checks:  []Check{{Text: "lost parcel", Alike: "parcel lost", Other: "invoice"}},
	}
}

func convertLetters(ctx context.Context, tarballs map[string]string, dir string, progress func(done, total int64)) error {
	f, err := os.Open(tarballs["@test/letters"])
	if err != nil {
		return err
	}
	defer f.Close()
	progress(0, 1)
	err = tgz.Each(ctx, f, 1<<20, func(name string, _ int64, r io.Reader) error {
		if name != "package/data.txt" {
			return nil
		}
		data, err := io.ReadAll(r)
		return errors.Join(err, os.WriteFile(filepath.Join(dir, "data.txt"), data, 0o644))
	})
	progress(1, 1)
	return err
}

// letters is an embedder whose data is an alphabet.
type letters struct{ alphabet string }

func openLetters(dir string) (intent.Embedder, error) {
	data, err := os.ReadFile(filepath.Join(dir, "data.txt"))
	return letters{string(data)}, err
}

func (l letters) ID() string      { return "letters-" + l.alphabet[:1] }
func (l letters) Dimensions() int { return len(l.alphabet) }

func (l letters) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		counts, squares := make([]float64, len(l.alphabet)), 0.0
		for j, r := range l.alphabet {
			counts[j] = float64(strings.Count(text, string(r)))
			squares += counts[j] * counts[j]
		}
		if squares == 0 {
			continue
		}
		for _, c := range counts {
			vectors[i] = append(vectors[i], float32(c/math.Sqrt(squares)))
		}
	}
	return vectors, nil
}

// testShelf returns a shelf with the recipe, and a Fetch for it.
func testShelf(t *testing.T) (*Shelf, Fetch) {
	t.Helper()
	tarball := testPackage(t)
	folder := t.TempDir()
	r := testRecipe(tarball)
	if err := os.WriteFile(filepath.Join(folder, r.Sources[0].FileName()), tarball, 0o644); err != nil {
		t.Fatal(err)
	}
	return &Shelf{Root: filepath.Join(t.TempDir(), "packs"), Recipes: []Recipe{r}}, FromFolder(folder)
}

// builtShelf returns one on which the pack stands.
func builtShelf(t *testing.T) *Shelf {
	t.Helper()
	s, fetch := testShelf(t)
	if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch}); err != nil {
		t.Fatal(err)
	}
	return s
}

// names returns what is on a shelf, but the lock.
func names(t *testing.T, s *Shelf) []string {
	t.Helper()
	entries, err := os.ReadDir(s.Root)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		if e.Name() != lockFile {
			list = append(list, e.Name())
		}
	}
	return list
}

// checkGood checks that the pack is whole and opens.
func checkGood(t *testing.T, s *Shelf) {
	t.Helper()
	if err := s.Verify(t.Context(), "letters", nil); err != nil {
		t.Errorf("Verify = %v, want no error", err)
	}
	e, closing, err := s.Open("letters")
	if err != nil {
		t.Fatalf("Open = %v, want no error", err)
	}
	if e.ID() != "letters-a" || e.Dimensions() != 26 {
		t.Errorf("Open gave %s of %d dimensions, want letters-a of 26", e.ID(), e.Dimensions())
	}
	if err := closing(); err != nil {
		t.Errorf("closing = %v, want no error", err)
	}
}
