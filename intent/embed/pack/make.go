package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// make makes the whole pack in the folder dir and has it written to disk.
func (b *build) make(ctx context.Context, dir string, paths map[string]string, records []SourceRecord) (*Manifest, error) {
	b.step("convert")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	err := b.recipe.Convert(ctx, paths, dir, func(done, total int64) { b.progress("building "+b.recipe.Name, done, total) })
	if err != nil {
		return nil, err
	}
	b.step("licenses")
	if err := b.writeLicenses(ctx, dir, paths); err != nil {
		return nil, err
	}
	b.step("check")
	id, dimensions, err := b.try(ctx, dir)
	if err != nil {
		return nil, err
	}
	b.step("manifest")
	m := &Manifest{
		Format: format, Name: b.recipe.Name, Kind: b.recipe.Kind, Version: b.recipe.Version, ID: id, Dimensions: dimensions,
		Languages: b.recipe.Languages, License: b.recipe.License, Sources: records,
	}
	if m.Files, err = describe(ctx, dir); err != nil {
		return nil, err
	}
	data, err := m.encode()
	if err != nil {
		return nil, err
	}
	if _, err := parseManifest(data); err != nil {
		return nil, fmt.Errorf("%s: %w", manifestFile, err)
	}
	if err := os.WriteFile(filepath.Join(dir, manifestFile), data, 0o644); err != nil {
		return nil, err
	}
	b.step("sync")
	return m, syncTree(dir)
}

// try opens what was made and notes what texts come to.
func (b *build) try(ctx context.Context, dir string) (id string, dimensions int, err error) {
	e, closing, err := b.recipe.open(dir, 0)
	if err != nil {
		return "", 0, err
	}
	vectors, err := b.recipe.examine(ctx, e)
	if err == nil {
		err = writeNoted(dir, vectors)
	}
	id, dimensions = e.ID(), e.Dimensions()
	return id, dimensions, errors.Join(err, closing())
}

// describe returns all files of dir, by name.
func describe(ctx context.Context, dir string) ([]File, error) {
	names, err := filesIn(dir)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, name := range names {
		size := int64(0)
		sum, err := hashFile(ctx, filepath.Join(dir, filepath.FromSlash(name)), sha256.New(), func(n int64) { size = n })
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: name, Size: size, SHA256: hex.EncodeToString(sum)})
	}
	return files, nil
}

// put moves the pack made in dir to its place.
func (b *build) put(dir string) error {
	place, old := b.shelf.Dir(b.recipe.Name), b.shelf.Dir(replacedPrefix+b.recipe.Name)
	b.step("move away")
	if err := os.Rename(place, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	b.step("move in")
	if err := os.Rename(dir, place); err != nil {
		if back := os.Rename(old, place); !errors.Is(back, os.ErrNotExist) {
			err = errors.Join(err, back)
		}
		return err
	}
	b.step("remove the old")
	return errors.Join(syncFolder(b.shelf.Root), os.RemoveAll(old))
}

// syncTree has every file and folder of dir written to disk.
func syncTree(dir string) error {
	names, err := filesIn(dir)
	if err != nil {
		return err
	}
	folders := map[string]bool{dir: true}
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := syncFile(path); err != nil {
			return err
		}
		for folder := filepath.Dir(path); !folders[folder]; folder = filepath.Dir(folder) {
			folders[folder] = true
		}
	}
	for folder := range folders {
		if err := syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
