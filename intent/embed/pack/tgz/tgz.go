// Package tgz reads files out of gzipped tar archives that others made, such as
// npm packages, without trusting them: nothing is written to disk, and no more
// is inflated than the caller allows.
package tgz

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// ErrStop may be returned by the function given to Each: nothing more is read.
var ErrStop = errors.New("tgz: stop")

// ErrTooLarge means that an archive inflates to more than was allowed.
var ErrTooLarge = errors.New("tgz: the archive inflates to more than allowed")

// Each calls do for every regular file of the archive r in its order, with the
// name that the file has there, such as "package/LICENSE", its size, and a
// reader that is valid during the call. Files with names that could lead out of
// a folder are an error. At most limit bytes are inflated in all, headers
// included. A do that returns ErrStop ends Each with nil.
func Each(ctx context.Context, r io.Reader, limit int64, do func(name string, size int64, file io.Reader) error) error {
	inflated, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("tgz: %w", err)
	}
	archive := tar.NewReader(&limited{ctx: ctx, r: inflated, left: limit})
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("tgz: %w", err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if header.Size > limit { // a sparse one takes less in the archive
			return fmt.Errorf("%w: %s has %d bytes", ErrTooLarge, header.Name, header.Size)
		}
		name := path.Clean(header.Name)
		if path.IsAbs(name) || name == ".." || strings.HasPrefix(name, "../") {
			return fmt.Errorf("tgz: the archive names a file %q outside itself", header.Name)
		}
		switch err := do(name, header.Size, archive); {
		case errors.Is(err, ErrStop):
			return nil
		case err != nil:
			return err
		}
	}
}

// limited reads until its context ends or its allowance is used up.
type limited struct {
	ctx  context.Context
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, context.Cause(l.ctx)
	}
	if l.left <= 0 {
		var one [1]byte
		if n, err := l.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, ErrTooLarge
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}
