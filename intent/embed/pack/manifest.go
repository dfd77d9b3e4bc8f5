package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// format is the number of the form of packs that this package makes and reads.
const format = 1

// The files of every pack besides its data.
const (
	manifestFile   = "pack.json"
	checkFile      = "check.json"
	noticeFile     = "NOTICE"
	licensesFolder = "LICENSES"
)

// Bounds of what is read from a pack before anything is known of it.
const (
	maxManifest = 1 << 20
	maxFiles    = 1000
)

// Manifest says what a pack is. It holds nothing of when or where the pack was
// built: two builds of one recipe have the same.
type Manifest struct {
	Format     int            `json:"format"` // 1
	Name       string         `json:"name"`
	Kind       string         `json:"kind"`
	Version    string         `json:"version"` // of the recipe
	ID         string         `json:"id"`      // of the embedder: see intent.Embedder
	Dimensions int            `json:"dimensions"`
	Languages  []string       `json:"languages"`
	License    string         `json:"license"` // SPDX expression
	Sources    []SourceRecord `json:"sources"`
	Files      []File         `json:"files"` // all but the manifest itself, by name
}

// SourceRecord is what a pack was made of.
type SourceRecord struct {
	Package     string `json:"package"`
	Version     string `json:"version"`
	Integrity   string `json:"integrity"` // sha512, as the registry publishes it
	SHA256      string `json:"sha256"`    // the same tarball's, in hexadecimal
	Size        int64  `json:"size"`
	License     string `json:"license"`
	Attribution string `json:"attribution"`
}

// File is a file of a pack.
type File struct {
	Name   string `json:"name"` // relative to the pack's folder, with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Size returns the bytes of all files.
func (m *Manifest) Size() int64 {
	sum := int64(0)
	for _, f := range m.Files {
		sum += f.Size
	}
	return sum
}

func (m *Manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(m)
	return b.Bytes(), err
}

// readManifest reads the manifest of the pack in dir.
func readManifest(dir string) (*Manifest, error) {
	data, err := readBounded(filepath.Join(dir, manifestFile), maxManifest)
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", manifestFile, err)
	}
	return m, nil
}

// parseManifest accepts members that it does not know, which a later version of
// this package may have added.
func parseManifest(data []byte) (*Manifest, error) {
	m := new(Manifest)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, err
	}
	return m, m.validate()
}

func (m *Manifest) validate() error {
	switch {
	case m.Format != format:
		return fmt.Errorf("it has format %d; this program reads %d", m.Format, format)
	case !packName.MatchString(m.Name):
		return fmt.Errorf("it has no proper name: %q", m.Name)
	case m.Dimensions < 1:
		return fmt.Errorf("it has %d dimensions", m.Dimensions)
	case len(m.Files) == 0 || len(m.Files) > maxFiles:
		return fmt.Errorf("it lists %d files, want 1 to %d", len(m.Files), maxFiles)
	}
	last := ""
	for _, f := range m.Files {
		local := filepath.IsLocal(filepath.FromSlash(f.Name)) && !strings.Contains(f.Name, `\`)
		if !local || f.Name == manifestFile || f.Size < 0 || f.Name <= last {
			return fmt.Errorf("it lists a file that cannot be one of a pack, or not in order: %q", f.Name)
		}
		last = f.Name
	}
	return nil
}

// checkSizes reports every file of the pack in dir that is missing or not as
// large as it should be.
func (m *Manifest) checkSizes(dir string) error {
	var errs []error
	for _, f := range m.Files {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.Name)))
		switch {
		case errors.Is(err, os.ErrNotExist):
			errs = append(errs, fmt.Errorf("%s is missing", f.Name))
		case err != nil:
			errs = append(errs, err)
		case !info.Mode().IsRegular():
			errs = append(errs, fmt.Errorf("%s is no ordinary file", f.Name))
		case info.Size() != f.Size:
			errs = append(errs, fmt.Errorf("%s has %d bytes, want %d", f.Name, info.Size(), f.Size))
		}
	}
	return errors.Join(errs...)
}
