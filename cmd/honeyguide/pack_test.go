package main

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack/tgz/tgztest"
)

// twoWords is an embedder that only tells whether a text is about parcels.
type twoWords struct{}

func (twoWords) ID() string      { return "two-words" }
func (twoWords) Dimensions() int { return 2 }

func (twoWords) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = []float32{1, 0}
		if strings.Contains(text, "parcel") {
			vectors[i] = []float32{0, 1}
		}
	}
	return vectors, nil
}

// twoWordsShelf has a recipe for a pack made of this tarball.
func twoWordsShelf(tarball []byte) openShelf {
	sum := sha512.Sum512(tarball)
	return func(packs, _ string) *pack.Shelf {
		return &pack.Shelf{Root: packs, Recipes: []pack.Recipe{{
			Name: "two-words", Kind: "two words", Version: "1", Languages: []string{"en"}, License: "CC0-1.0",
			Sources: []pack.Source{{
				Package: "two-words", Version: "1.0.0", Size: int64(len(tarball)),
				Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
			}},
			Convert: func(_ context.Context, _ map[string]string, dir string, progress func(done, total int64)) error {
				progress(1, 1)
				return os.WriteFile(filepath.Join(dir, "data.bin"), make([]byte, 5000), 0o644)
			},
			Open:   func(string) (intent.Embedder, error) { return twoWords{}, nil },
			Checks: []pack.Check{{Text: "parcel", Alike: "my parcel", Other: "invoice"}},
		}}}
	}
}

// runPack runs "honeyguide pack" with args.
func runPack(t *testing.T, open openShelf, args ...string) (stdout string, err error) {
	t.Helper()
	var out bytes.Buffer
	cmd := newPackCommand(open)
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// TestPackFromRegistry makes, lists, checks, damages and makes a pack again,
// with a registry on this machine.
func TestPackFromRegistry(t *testing.T) {
	tarball := tgztest.Make(t, tgztest.File{Name: "package/LICENSE", Text: "free"})
	asked := 0
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.URL.Path != "/two-words/-/two-words-1.0.0.tgz" {
			http.NotFound(w, r)
			return
		}
		if _, err := w.Write(tarball); err != nil {
			t.Error(err)
		}
	}))
	defer registry.Close()
	open, folder := twoWordsShelf(tarball), filepath.Join(t.TempDir(), "数据包")
	for _, tc := range []struct {
		args  string
		want  string // on standard output
		fails string // what the error says; "" for none
		asked int    // of the registry so far
	}{
		{"list", "two-words  not made", "", 0},
		{"build two-words --registry " + registry.URL, "two-words: made, 5.", "", 1},
		{"build two-words --registry " + registry.URL, "there already", "", 1},
		{"build two-words --again --registry " + registry.URL, "two-words: made", "", 2},
		{"list", "two-words  whole", "", 2},
		{"list --json", `"sha256": "`, "", 2},
		{"verify", "two-words: good", "", 2},
		{"damage", "", "", 2},
		{"list", "two-words  whole", "", 2}, // of the same size
		{"verify two-words", "data.bin has the checksum", "problems were found", 2},
		{"build two-words --again --registry " + registry.URL + "/wrong", "", "404 Not Found", 3},
		{"build two-words --again --registry " + registry.URL, "two-words: made", "", 4},
		{"verify two-words", "two-words: good", "", 4},
	} {
		if tc.args == "damage" {
			if err := os.WriteFile(filepath.Join(folder, "two-words", "data.bin"), bytes.Repeat([]byte{1}, 5000), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := runPack(t, open, append(strings.Fields(tc.args), "--packs", folder)...)
		if (err == nil) != (tc.fails == "") || err != nil && !strings.Contains(err.Error(), tc.fails) {
			t.Errorf("pack %s = %v, want it to say %q", tc.args, err, tc.fails)
		}
		if !strings.Contains(got, tc.want) || asked != tc.asked {
			t.Errorf("pack %s printed %q after %d requests, want %q after %d", tc.args, got, asked, tc.want, tc.asked)
		}
	}
}

func TestBytesText(t *testing.T) {
	for _, tc := range []struct {
		n    int64
		want string
	}{
		{0, "0 B"}, {999, "999 B"}, {1000, "1.0 kB"}, {24_662_072, "24.7 MB"}, {999_940_000, "999.9 MB"}, {999_960_000, "1.0 GB"}, {2_500_000_000, "2.5 GB"},
	} {
		if got := bytesText(tc.n); got != tc.want {
			t.Errorf("bytesText(%d) = %q, want %q", tc.n, got, tc.want)
		}
	}
}
