package pack

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/honeyguide-chat/honeyguide/intent"
)

// Errors that callers tell apart.
var (
	ErrNotBuilt = errors.New("pack: the pack has not been built")
	ErrNoRecipe = errors.New("pack: there is no recipe of that name")
)

// Shelf is a folder of packs. It keeps nothing in memory: several may be used at
// once, in several processes.
type Shelf struct {
	Root    string   // need not exist before a build
	Recipes []Recipe // of the packs that can be built, opened and verified
}

// Recipe returns the recipe of a name, or ErrNoRecipe with the names there are.
func (s *Shelf) Recipe(name string) (*Recipe, error) {
	var names []string
	for i := range s.Recipes {
		if s.Recipes[i].Name == name {
			return &s.Recipes[i], s.Recipes[i].validate()
		}
		names = append(names, s.Recipes[i].Name)
	}
	return nil, fmt.Errorf("%w: %q; the packs are: %s", ErrNoRecipe, name, strings.Join(names, ", "))
}

// Dir returns the folder of the pack of a name, whether it is there or not.
func (s *Shelf) Dir(name string) string { return filepath.Join(s.Root, name) }

// Info is what List says of one pack.
type Info struct {
	Name     string
	Manifest *Manifest // nil where it cannot be read
	Err      error     // why the pack is not whole; nil where all files are there in their size
}

// List returns the packs of the shelf by name; none where its folder does not
// exist. It does not read their data: see Verify.
func (s *Shelf) List() ([]Info, error) {
	entries, err := os.ReadDir(s.Root)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	var packs []Info
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			packs = append(packs, s.info(e.Name()))
		}
	}
	return packs, nil
}

func (s *Shelf) info(name string) Info {
	m, err := s.manifest(name)
	if err != nil {
		return Info{Name: name, Err: err}
	}
	return Info{Name: name, Manifest: m, Err: m.checkSizes(s.Dir(name))}
}

// manifest reads the manifest of a pack.
func (s *Shelf) manifest(name string) (*Manifest, error) {
	m, err := readManifest(s.Dir(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%w: there is no %s", ErrNotBuilt, filepath.Join(s.Dir(name), manifestFile))
	case err != nil:
		return nil, fmt.Errorf("pack: %s: %w", name, err)
	case m.Name != name:
		return nil, fmt.Errorf("pack: the folder %s holds the pack %q", s.Dir(name), m.Name)
	}
	return m, nil
}

// Open opens a pack. The second result closes it again. Where it is not there
// the error is ErrNotBuilt; a pack of another version of its recipe is refused.
// Files are not checked beyond their sizes and what reading them shows.
func (s *Shelf) Open(name string) (intent.Embedder, func() error, error) {
	r, err := s.Recipe(name)
	if err != nil {
		return nil, nil, err
	}
	m, err := s.manifest(name)
	if err != nil {
		return nil, nil, err
	}
	if m.Version != r.Version {
		return nil, nil, fmt.Errorf("pack: %s is of version %s, and this program uses %s: build it again", name, m.Version, r.Version)
	}
	if err := m.checkSizes(s.Dir(name)); err != nil {
		return nil, nil, fmt.Errorf("pack: %s is not whole: %w", name, err)
	}
	return r.open(s.Dir(name), m.Dimensions)
}

// open opens what is in dir.
func (r *Recipe) open(dir string, dimensions int) (intent.Embedder, func() error, error) {
	e, err := r.Open(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("pack: opening %s: %w", r.Name, err)
	}
	closing := func() error { return nil }
	if c, ok := e.(io.Closer); ok {
		closing = c.Close
	}
	if dimensions != 0 && e.Dimensions() != dimensions {
		err := fmt.Errorf("pack: %s has vectors of %d dimensions, and %s says %d", r.Name, e.Dimensions(), manifestFile, dimensions)
		return nil, nil, errors.Join(err, closing())
	}
	return e, closing, nil
}
