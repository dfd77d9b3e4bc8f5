package uselite

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

// Limits of a tarball. The published one has 26 MB packed, 28 MB unpacked and
// 14 entries.
const (
	maxPacked   = 64 << 20
	maxUnpacked = 128 << 20
	maxEntries  = 256
	distFolder  = "package/dist/"
)

// readTarball returns the contents of the files directly in package/dist/ of
// an npm tarball, by name. It reads the tarball to its end, so that its
// checksum is looked at.
func readTarball(ctx context.Context, tarball io.Reader) (map[string][]byte, error) {
	packed, err := gzip.NewReader(&bounded{ctx: ctx, r: tarball, left: maxPacked, what: "packed"})
	if err != nil {
		return nil, err
	}
	unpacked := &bounded{ctx: ctx, r: packed, left: maxUnpacked, what: "unpacked"}
	files := make(map[string][]byte)
	total := int64(0)
	for entries, archive := 0, tar.NewReader(unpacked); ; entries++ {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("after %d entries: %w", entries, err)
		}
		if entries == maxEntries {
			return nil, fmt.Errorf("more than %d entries", maxEntries)
		}
		// A sparse entry unpacks to more than the archive holds.
		if total += header.Size; total > maxUnpacked {
			return nil, fmt.Errorf("entry %q: more than %d bytes up to here", header.Name, maxUnpacked)
		}
		name, err := distFile(header)
		if err != nil {
			return nil, fmt.Errorf("entry %q: %w", header.Name, err)
		}
		if name == "" {
			continue
		}
		if _, ok := files[name]; ok {
			return nil, fmt.Errorf("entry %q: there are two of it", header.Name)
		}
		if files[name], err = io.ReadAll(archive); err != nil {
			return nil, fmt.Errorf("entry %q: %w", header.Name, err)
		}
	}
	if _, err := io.Copy(io.Discard, unpacked); err != nil {
		return nil, err
	}
	return files, nil
}

// distFile returns the name of an entry below package/dist/, or "" for what is
// of no interest. An honest npm tarball holds files and folders below package/
// and nothing else; nothing is ever written to a path that an entry names.
func distFile(h *tar.Header) (string, error) {
	name := strings.TrimSuffix(h.Name, "/")
	if h.Typeflag == tar.TypeXGlobalHeader {
		return "", nil
	}
	if strings.Contains(name, `\`) || path.Clean(name) != name || name != "package" && !strings.HasPrefix(name, "package/") {
		return "", errors.New("want a plain path below package/")
	}
	if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeDir {
		return "", fmt.Errorf("has type %q, want a file or a folder", h.Typeflag)
	}
	inside, ok := strings.CutPrefix(name, distFolder)
	if !ok || h.Typeflag == tar.TypeDir || strings.Contains(inside, "/") {
		return "", nil
	}
	return inside, nil
}

// bounded stops with an error where its context is done or where there is more
// to read than it may.
type bounded struct {
	ctx  context.Context
	r    io.Reader
	left int64
	what string
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("more bytes %s than allowed", b.what)
	}
	return n, err
}
