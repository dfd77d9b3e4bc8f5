package pack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/tgz"
)

// Bounds of what is copied out of a package as its licence.
const (
	maxLicense  = 256 << 10
	maxLicenses = 16
	maxInflated = 1 << 30
)

// writeLicenses writes the licence texts of all sources, and the notice.
func (b *build) writeLicenses(ctx context.Context, dir string, paths map[string]string) error {
	for _, s := range b.recipe.Sources {
		texts, err := licenseTexts(ctx, paths[s.Package])
		if err != nil {
			return fmt.Errorf("the licences of %s: %w", s, err)
		}
		folder := filepath.Join(dir, licensesFolder, s.folder())
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		for name, text := range texts {
			if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, noticeFile), b.recipe.notice(), 0o644)
}

// licenseTexts returns the texts at the top of a package that say on what terms
// it may be used, by name.
func licenseTexts(ctx context.Context, tarball string) (map[string][]byte, error) {
	f, err := os.Open(tarball)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	texts := make(map[string][]byte)
	err = tgz.Each(ctx, f, maxInflated, func(name string, size int64, r io.Reader) error {
		if path.Dir(name) != "package" || !licenseName(path.Base(name)) {
			return nil
		}
		if size > maxLicense || len(texts) == maxLicenses {
			return fmt.Errorf("%s has %d bytes, or is one too many", name, size)
		}
		text, err := io.ReadAll(io.LimitReader(r, maxLicense))
		texts[path.Base(name)] = text
		return err
	})
	if err == nil && len(texts) == 0 {
		err = fmt.Errorf("there are none in %s", filepath.Base(tarball))
	}
	return texts, err
}

// licenseName reports whether a file of this name is about terms of use. Only
// plain names pass, whatever system this runs on.
func licenseName(name string) bool {
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_", r)) {
			return false
		}
	}
	upper := strings.ToUpper(name)
	for _, begin := range []string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "ACKNOWLEDGEMENT", "ACKNOWLEDGMENT"} {
		if strings.HasPrefix(upper, begin) {
			return true
		}
	}
	return false
}

// notice says whose work a pack is made of.
func (r *Recipe) notice() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "The pack %q (%s)\n\nLicence of the pack as a whole: %s\n\n%s\n", r.Name, r.Kind, r.License, strings.TrimSpace(r.Notice))
	for _, s := range r.Sources {
		fmt.Fprintf(&b, "\n---\n\nFrom the npm package %s\n%s\nLicence: %s (texts in %s)\n\n%s\n",
			s, s.Integrity, s.License, path.Join(licensesFolder, s.folder()), strings.TrimSpace(s.Attribution))
	}
	return b.Bytes()
}
