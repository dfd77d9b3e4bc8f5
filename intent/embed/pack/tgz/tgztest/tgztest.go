// Package tgztest makes gzipped tar archives for tests.
package tgztest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"
)

// File is one of an archive.
type File struct{ Name, Text string }

// Make returns an archive with these files in this order. The same files give
// the same bytes.
func Make(t testing.TB, files ...File) []byte {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	archive := tar.NewWriter(zip)
	for _, f := range files {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: f.Name, Size: int64(len(f.Text)), Mode: 0o644}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(f.Text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
