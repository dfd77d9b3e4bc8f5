package gloss

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/embedtest"
)

func TestContract(t *testing.T) {
	dir := convertTest(t)
	embedtest.TestEmbedder(t, embedtest.Harness{
		New: func(t *testing.T) intent.Embedder {
			w, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			return w
		},
		Known:   []string{"快递", "退款", "money", "发票 anxiety", "T恤"},
		Unknown: []string{"", "😀", "…！", "xyzzy", "龘"},
	})
}

func TestEmbed(t *testing.T) {
	w := openTest(t)
	for _, tc := range []struct{ name, text, near, far string }{
		{"Chinese words of one meaning", "包裹", "快递", "发票"},
		{"English questions, Chinese knowledge", "where is my parcel", "我的包裹", "发票"},
		{"a word that only refers to another", "快件", "快递", "退款"},
		{"an unknown word by its characters", "退钱", "退", "发票"},
		{"a word that is a surname too", "钱", "coin", "charles"},
		{"letters within a Chinese word", "T恤", "shirt", "恤"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := vector(t, w, tc.text)
			near, far := cosine(v, vector(t, w, tc.near)), cosine(v, vector(t, w, tc.far))
			if !(near > far+0.1) {
				t.Errorf("cosine of %q and %q = %.3f, of %q and %q = %.3f, want the first larger by far", tc.text, tc.near, near, tc.text, tc.far, far)
			}
		})
	}
}

func TestEmbedSame(t *testing.T) {
	w := openTest(t)
	for _, tc := range []struct{ name, a, b string }{
		{"traditional script", "發票、退貨", "发票 退货"},
		{"width and case", "ＭＯＮＥＹ", "money"},
		{"unknown words do not count", "xyzzy 退款 龘", "退款"},
		{"one that refers", "快件", "快递"},
		{"a word, not the names written like it", "查", "收据"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if a, b := vector(t, w, tc.a), vector(t, w, tc.b); a == nil || b == nil || cosine(a, b) < 1-1e-6 {
				t.Errorf("vectors of %q and %q = %v, %v, want the same", tc.a, tc.b, a, b)
			}
		})
	}
}

// TestFrequentWordsCountLess, but they have vectors of their own.
func TestFrequentWordsCountLess(t *testing.T) {
	w := openTest(t)
	v := vector(t, w, "the parcel")
	parcel, the := cosine(v, vector(t, w, "parcel")), cosine(v, vector(t, w, "the"))
	if parcel < 0.9 || the > parcel-0.2 {
		t.Errorf("cosine of %q with %q = %.3f, with %q = %.3f, want the first near 1", "the parcel", "parcel", parcel, "the", the)
	}
	if vector(t, w, "的") == nil {
		t.Errorf("vector of 的 alone = nil, want one")
	}
}

func TestOpenRefuses(t *testing.T) {
	good, err := os.ReadFile(filepath.Join(convertTest(t), wordsFile))
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for _, tc := range []struct {
		name string
		data []byte // nil: there is no file
		want string
	}{
		{"no file", nil, "no such file"},
		{"an empty file", []byte{}, "no file of this format"},
		{"another format", []byte("hgwords9" + string(good[8:])), "no file of this format"},
		{"cut short", good[:len(good)-1], "damaged"},
		{"nothing behind the head", good[:40], "damaged"},
		{"a flipped bit", flipped, "damaged"},
		{"a good checksum of nonsense", seal([]byte("nonsense")), "dimensions"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			if tc.data != nil {
				if err := os.WriteFile(filepath.Join(dir, wordsFile), tc.data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Open = %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestEmbedIsCancelled(t *testing.T) {
	w := openTest(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := w.Embed(ctx, []string{"退款"}); !errors.Is(err, context.Canceled) || v != nil {
		t.Errorf("Embed = %v, %v, want %v", v, err, context.Canceled)
	}
}

func BenchmarkEmbed(b *testing.B) {
	w := openTest(b)
	texts := []string{"我上周退货的快递一直没有收到退款，发票也没有 where is my parcel"}
	for b.Loop() {
		if _, err := w.Embed(b.Context(), texts); err != nil {
			b.Fatal(err)
		}
	}
}
