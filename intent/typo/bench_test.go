package typo_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/typo"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

// read returns a file of testdata, or this package's table of sounds.
func read(tb testing.TB, name string) string {
	tb.Helper()
	data, err := testdata.Files.ReadFile(name)
	if name == "sounds" {
		data, err = os.ReadFile("tables/sounds.txt")
	}
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// shopTexts returns the questions of the tree that ships.
func shopTexts(tb testing.TB, locale string) []string {
	tb.Helper()
	name := "trees/disputes." + locale + ".yaml"
	tree, err := treefile.Load(name, []byte(read(tb, name)))
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for n := range tree.Nodes() {
		for _, q := range n.Questions() {
			out = append(out, textnorm.Normalize(q))
		}
	}
	return out
}

func BenchmarkNew(b *testing.B) {
	own := shopTexts(b, "zh-CN")
	for _, n := range []int{10, 10_000, 100_000} {
		texts := make([]string, n)
		for i := range texts {
			texts[i] = fmt.Sprintf("%s %d", own[i%len(own)], i/len(own))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := typo.New(texts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	reader, err := typo.New(shopTexts(b, "zh-CN"))
	if err != nil {
		b.Fatal(err)
	}
	for _, bm := range []struct{ name, text string }{
		{"clean", "快递显示签收了但是我没有收到怎么办"},
		{"typo", "快递显示千收了但是我没有收到怎么办"},
		{"strange", "买嘅耳环冇问题 净系戴落唔啱心水 可唔可以退返俾佢"},
		{"pinyin", "wo yao tuikuan"},
		{"much pinyin", strings.Repeat("wo yao tuikuan ", 33)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reader.Read(bm.text)
			}
		})
	}
}
