package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Progress is told how far a step has come: what is being done, how much of it
// is done and how much there is in all, in bytes or what the step counts in.
// It is called from one goroutine at a time.
type Progress func(what string, done, total int64)

// or returns p, or one that does nothing where it is nil.
func (p Progress) or() Progress {
	if p == nil {
		return func(string, int64, int64) {}
	}
	return p
}

// Verify reads a pack whole and tries it: every file has the checksum of its
// manifest, there are no other files, the pack opens, fixed texts give the
// vectors that they gave when it was built, and what means the same is nearer
// than what does not. The error joins all that is wrong. progress may be nil.
func (s *Shelf) Verify(ctx context.Context, name string, progress Progress) error {
	r, err := s.Recipe(name)
	if err != nil {
		return err
	}
	m, err := s.manifest(name)
	if err != nil {
		return err
	}
	dir := s.Dir(name)
	if err := m.verifyFiles(ctx, dir, progress.or()); err != nil {
		return fmt.Errorf("pack: %s: %w", name, err)
	}
	e, closing, err := s.Open(name)
	if err != nil {
		return err
	}
	if e.ID() != m.ID {
		err = fmt.Errorf("it calls itself %s, and did %s when it was built", e.ID(), m.ID)
	}
	vectors, failed := r.examine(ctx, e)
	if failed == nil {
		failed = compareNoted(dir, vectors)
	}
	if err := errors.Join(err, failed, closing()); err != nil {
		return fmt.Errorf("pack: %s: %w", name, err)
	}
	return nil
}

// verifyFiles reports all files that are not what the manifest says.
func (m *Manifest) verifyFiles(ctx context.Context, dir string, progress Progress) error {
	if err := errors.Join(m.checkSizes(dir), m.checkOthers(dir)); err != nil {
		return err
	}
	var errs []error
	done, total := int64(0), m.Size()
	for _, f := range m.Files {
		sum, err := hashFile(ctx, filepath.Join(dir, filepath.FromSlash(f.Name)), sha256.New(), func(n int64) {
			progress("checking "+m.Name, done+n, total)
		})
		if err != nil {
			return err
		}
		if got := hex.EncodeToString(sum); got != f.SHA256 {
			errs = append(errs, fmt.Errorf("%s has the checksum %.12s…, want %.12s…", f.Name, got, f.SHA256))
		}
		done += f.Size
	}
	return errors.Join(errs...)
}

// checkOthers reports files that the manifest does not list.
func (m *Manifest) checkOthers(dir string) error {
	names, err := filesIn(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		if name != manifestFile && !slices.ContainsFunc(m.Files, func(f File) bool { return f.Name == name }) {
			errs = append(errs, fmt.Errorf("%s does not belong to the pack", name))
		}
	}
	return errors.Join(errs...)
}

// filesIn returns all that is in dir but folders, in order, with slashes.
func filesIn(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	slices.Sort(names)
	return names, err
}

// hashFile adds a file to h and returns the sum. progress takes the bytes read.
func hashFile(ctx context.Context, name string, h hash.Hash, progress func(n int64)) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	buf, read := make([]byte, 256<<10), int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
		n, err := f.Read(buf)
		h.Write(buf[:n]) // a hash never fails
		if read += int64(n); n > 0 {
			progress(read)
		}
		if errors.Is(err, io.EOF) {
			return h.Sum(nil), nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// readBounded reads a file of at most limit bytes.
func readBounded(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is longer than %d bytes", name, limit)
	}
	return data, err
}
