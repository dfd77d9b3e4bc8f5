package gloss

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/tgz"
)

// sources are the open archives.
type sources struct {
	files    map[string]*os.File
	done     int64
	total    int64
	progress func(done, total int64)
}

func openSources(paths map[string]string, progress func(done, total int64)) (*sources, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	s := &sources{files: make(map[string]*os.File), progress: progress}
	for _, name := range []string{Dictionary, Vectors} {
		f, err := os.Open(paths[name])
		if err != nil {
			return nil, errors.Join(fmt.Errorf("the package %s: %w", name, err), s.close())
		}
		s.files[name] = f
		info, err := f.Stat()
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.total += info.Size()
	}
	return s, nil
}

// read has do read the file of an archive.
func (s *sources) read(ctx context.Context, archive, file string, do func(io.Reader) error) error {
	found := false
	err := tgz.Each(ctx, &counted{s, s.files[archive]}, maxInflated, func(name string, _ int64, r io.Reader) error {
		if name != file {
			return nil
		}
		found = true
		return do(r)
	})
	if err != nil {
		return fmt.Errorf("gloss: the package %s: %w", archive, err)
	}
	if !found {
		return fmt.Errorf("gloss: the package %s has no file %s", archive, file)
	}
	return nil
}

func (s *sources) close() error {
	var errs []error
	for _, f := range s.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// counted tells the progress of reading.
type counted struct {
	of *sources
	r  io.Reader
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.of.done += int64(n)
	c.of.progress(c.of.done, c.of.total)
	return n, err
}
