package tgz

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/tgz/tgztest"
)

// collect returns the names and texts of all files.
func collect(ctx context.Context, data []byte, limit int64) (map[string]string, error) {
	files := make(map[string]string)
	err := Each(ctx, bytes.NewReader(data), limit, func(name string, size int64, r io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, 1<<20))
		files[name] = string(text)
		return err
	})
	return files, err
}

func TestEach(t *testing.T) {
	data := tgztest.Make(t, tgztest.File{Name: "package/LICENSE", Text: "free"}, tgztest.File{Name: "./package/a/b.txt", Text: "b"})
	got, err := collect(t.Context(), data, 1<<20)
	want := map[string]string{"package/LICENSE": "free", "package/a/b.txt": "b"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Each: %v, files (-want +got):\n%s", err, diff)
	}
}

func TestEachStops(t *testing.T) {
	data := tgztest.Make(t, tgztest.File{Name: "a", Text: "1"}, tgztest.File{Name: "b", Text: "2"})
	var names []string
	err := Each(t.Context(), bytes.NewReader(data), 1<<20, func(name string, _ int64, _ io.Reader) error {
		names = append(names, name)
		return ErrStop
	})
	if diff := cmp.Diff([]string{"a"}, names); diff != "" || err != nil {
		t.Errorf("Each with ErrStop: %v, names (-want +got):\n%s", err, diff)
	}
}

func TestEachRefuses(t *testing.T) {
	large := tgztest.Make(t, tgztest.File{Name: "zeros", Text: strings.Repeat("0", 1<<20)})
	good := tgztest.Make(t, tgztest.File{Name: "a", Text: strings.Repeat("text ", 1000)})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		data []byte
		want error  // nil: any
		text string // of the error
	}{
		{"nothing", t.Context(), nil, io.EOF, ""},
		{"no gzip", t.Context(), []byte("hello"), nil, "tgz"},
		{"no tar", t.Context(), gzipped(t, strings.Repeat("x", 2000)), tar.ErrHeader, ""},
		{"cut short", t.Context(), good[:len(good)/2], io.ErrUnexpectedEOF, ""},
		{"a bomb", t.Context(), large, ErrTooLarge, ""},
		{"many files", t.Context(), tgztest.Make(t, manyFiles(100)...), ErrTooLarge, ""},
		{"a name with ..", t.Context(), tgztest.Make(t, tgztest.File{Name: "package/../../x", Text: "x"}), nil, "outside itself"},
		{"an absolute name", t.Context(), tgztest.Make(t, tgztest.File{Name: "/etc/x", Text: "x"}), nil, "outside itself"},
		{"cancelled", cancelled, good, context.Canceled, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := collect(tc.ctx, tc.data, 64<<10)
			if err == nil || tc.want != nil && !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) {
				t.Errorf("Each = %v, want %v %s", err, tc.want, tc.text)
			}
		})
	}
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func manyFiles(n int) []tgztest.File {
	files := make([]tgztest.File, n)
	for i := range files {
		files[i] = tgztest.File{Name: "f", Text: "1"}
	}
	return files
}

// TestExactLimit: what fits to the byte is read to its end.
func TestExactLimit(t *testing.T) {
	data := tgztest.Make(t, tgztest.File{Name: "a", Text: "1"})
	inflated := int64(4 * 512) // header, text, and two blocks that end an archive
	if _, err := collect(t.Context(), data, inflated); err != nil {
		t.Errorf("Each with a limit of %d = %v, want no error", inflated, err)
	}
	if _, err := collect(t.Context(), data, 1000); !errors.Is(err, ErrTooLarge) {
		t.Errorf("Each with a limit of 1000 = %v, want %v", err, ErrTooLarge)
	}
}

func FuzzEach(f *testing.F) {
	f.Add(tgztest.Make(f, tgztest.File{Name: "package/LICENSE", Text: "free"}))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 16
		read := int64(0)
		_ = Each(t.Context(), bytes.NewReader(data), limit, func(_ string, size int64, r io.Reader) error {
			n, err := io.Copy(io.Discard, r)
			if size > limit || n > limit {
				t.Fatalf("a file has %d bytes and gave %d, want at most %d", size, n, limit)
			}
			read += n
			return err
		})
	})
}
