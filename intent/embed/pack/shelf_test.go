package pack

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
)

func TestList(t *testing.T) {
	s := builtShelf(t)
	if err := os.MkdirAll(s.Dir("empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(s.Dir("renamed"), os.DirFS(s.Dir("letters"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.Dir("a-file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(s.Dir(buildingPrefix+"letters"), 0o755); err != nil {
		t.Fatal(err)
	}
	packs, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, p := range packs {
		switch {
		case errors.Is(p.Err, ErrNotBuilt):
			got[p.Name] = "not built"
		case p.Err != nil:
			got[p.Name] = p.Err.Error()[strings.LastIndex(p.Err.Error(), "holds"):]
		default:
			got[p.Name] = p.Manifest.License
		}
	}
	want := map[string]string{"letters": "CC0-1.0", "empty": "not built", "renamed": `holds the pack "letters"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
}

func TestListWithoutFolder(t *testing.T) {
	s := &Shelf{Root: filepath.Join(t.TempDir(), "none")}
	if packs, err := s.List(); packs != nil || err != nil {
		t.Errorf("List = %v, %v, want nothing", packs, err)
	}
}

func TestNoRecipe(t *testing.T) {
	s, fetch := testShelf(t)
	_, buildErr := s.Build(t.Context(), "bogus", BuildOptions{Fetch: fetch})
	_, _, openErr := s.Open("bogus")
	for what, err := range map[string]error{"Build": buildErr, "Open": openErr, "Verify": s.Verify(t.Context(), "bogus", nil)} {
		if !errors.Is(err, ErrNoRecipe) || !strings.Contains(err.Error(), "the packs are: letters") {
			t.Errorf("%s = %v, want %v and the names", what, err, ErrNoRecipe)
		}
	}
}

func TestNotBuilt(t *testing.T) {
	s, _ := testShelf(t)
	_, _, openErr := s.Open("letters")
	for what, err := range map[string]error{"Open": openErr, "Verify": s.Verify(t.Context(), "letters", nil)} {
		if !errors.Is(err, ErrNotBuilt) {
			t.Errorf("%s = %v, want %v", what, err, ErrNotBuilt)
		}
	}
}

// TestDamage: what is wrong with a pack, and who notices.
func TestDamage(t *testing.T) {
	path := func(s *Shelf, name string) string { return filepath.Join(s.Dir("letters"), name) }
	write := func(t *testing.T, path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edit := func(t *testing.T, path, old, new string) {
		t.Helper()
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), old) {
			t.Fatalf("%s does not hold %q", path, old)
		}
		write(t, path, strings.Replace(string(data), old, new, 1))
	}
	for _, tc := range []struct {
		name   string
		damage func(t *testing.T, s *Shelf)
		want   string // of Verify
		opens  bool   // Open does not notice
	}{
		{"a file is missing", func(t *testing.T, s *Shelf) {
			if err := os.Remove(path(s, "NOTICE")); err != nil {
				t.Fatal(err)
			}
		}, "NOTICE is missing", false},
		{"a file is short", func(t *testing.T, s *Shelf) { write(t, path(s, "data.txt"), "abc") }, "data.txt has 3 bytes, want 26", false},
		{"a file is a link", func(t *testing.T, s *Shelf) {
			if err := errors.Join(os.Rename(path(s, "data.txt"), s.Dir("d")), os.Symlink(s.Dir("d"), path(s, "data.txt"))); err != nil {
				t.Fatal(err)
			}
		}, "data.txt is no ordinary file", false},
		{"a byte is another", func(t *testing.T, s *Shelf) { edit(t, path(s, "data.txt"), "z", "!") }, "data.txt has the checksum", true},
		{"a file too many", func(t *testing.T, s *Shelf) { write(t, path(s, "LICENSES/x"), "x") }, "LICENSES/x does not belong", true},
		{"another recipe made it", func(t *testing.T, s *Shelf) { s.Recipes[0].Version = "2" }, "of version 1, and this program uses 2", false},
		{"a later format", func(t *testing.T, s *Shelf) { edit(t, path(s, manifestFile), `"format": 1`, `"format": 2`) }, "this program reads 1", false},
		{"other dimensions", func(t *testing.T, s *Shelf) {
			edit(t, path(s, manifestFile), `"dimensions": 26`, `"dimensions": 25`)
		}, "of 26 dimensions, and pack.json says 25", false},
		{"another ID", func(t *testing.T, s *Shelf) { edit(t, path(s, manifestFile), "letters-a", "letters-b") }, "calls itself letters-a", true},
		{"other vectors", func(t *testing.T, s *Shelf) {
			s.Recipes[0].Open = func(dir string) (intent.Embedder, error) {
				e, err := openLetters(dir)
				return moved{e}, err
			}
		}, "differs by", true},
		{"no manifest to read", func(t *testing.T, s *Shelf) { write(t, path(s, manifestFile), "{") }, "unexpected end", false},
		{"a manifest that leads out", func(t *testing.T, s *Shelf) {
			edit(t, path(s, manifestFile), `"name": "NOTICE"`, `"name": "../NOTICE"`)
		}, "cannot be one of a pack", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := builtShelf(t)
			checkGood(t, s)
			tc.damage(t, s)
			if err := s.Verify(t.Context(), "letters", nil); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Verify = %v, want it to say %q", err, tc.want)
			}
			if _, _, err := s.Open("letters"); (err == nil) != tc.opens {
				t.Errorf("Open = %v, want it to notice: %v", err, !tc.opens)
			}
		})
	}
}

// moved is an embedder whose vectors are slightly off.
type moved struct{ intent.Embedder }

func (m moved) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors, err := m.Embedder.Embed(ctx, texts)
	for _, v := range vectors {
		v[0] += 2 * tolerance
	}
	return vectors, err
}

func TestVerifyReportsAll(t *testing.T) {
	s := builtShelf(t)
	for _, name := range []string{"NOTICE", "data.txt"} {
		if err := os.Remove(filepath.Join(s.Dir("letters"), name)); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Verify(t.Context(), "letters", nil)
	for _, want := range []string{"NOTICE is missing", "data.txt is missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Verify = %v, want it to say %q", err, want)
		}
	}
}

func TestVerifyIsCancelled(t *testing.T) {
	s := builtShelf(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Verify(ctx, "letters", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify = %v, want %v", err, context.Canceled)
	}
}

// closer is an embedder that must be closed.
type closer struct {
	intent.Embedder
	closed *int
}

func (c closer) Close() error {
	*c.closed++
	return nil
}

func TestEmbeddersAreClosed(t *testing.T) {
	s, fetch := testShelf(t)
	opened, closed := 0, 0
	s.Recipes[0].Open = func(dir string) (intent.Embedder, error) {
		opened++
		e, err := openLetters(dir)
		return closer{e, &closed}, err
	}
	if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch}); err != nil {
		t.Fatal(err)
	}
	checkGood(t, s)
	if opened < 3 || opened != closed {
		t.Errorf("opened %d times, closed %d times, want the same", opened, closed)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"name":"a","dimensions":1,"files":[{"name":"LICENSES/x","size":1,"sha256":"00"}]}`))
	f.Add([]byte(`{"format":1,"name":"a","dimensions":1,"files":[{"name":"../x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err != nil {
			return
		}
		dir := t.TempDir()
		for _, file := range m.Files {
			rel, err := filepath.Rel(dir, filepath.Join(dir, filepath.FromSlash(file.Name)))
			if err != nil || rel == "." || strings.HasPrefix(rel, "..") {
				t.Fatalf("parseManifest let the file %q pass", file.Name)
			}
		}
		if err := m.checkSizes(dir); err == nil {
			t.Fatalf("checkSizes of an empty folder = no error, want %d missing files", len(m.Files))
		}
	})
}
