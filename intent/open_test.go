package intent

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

// BenchmarkOpen is what a turn does to the words before the index is asked.
func BenchmarkOpen(b *testing.B) {
	for _, bm := range []struct{ name, locale, text string }{
		{"zh", "zh-CN", "快递显示签收了但是我没有收到"},
		{"zh typo", "zh-CN", "快递显示千收了但是我没有收到"},
		{"zh long", "zh-CN", "我上周买的鞋子穿了两天就开胶了，找商家说要自己出运费，订单号6921734650012345，质量问题难道不是商家出运费吗"},
		{"en", "en", "where is my parcel, it says delivered but I never got it"},
		{"en typo", "en", "where is my pacel, it says deliverd but I never got it"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			m := opener(b, bm.locale)
			b.ReportAllocs()
			for b.Loop() {
				m.open(bm.text)
			}
		})
	}
}

// opener returns a matcher for a tree that ships, as far as open needs one.
func opener(tb testing.TB, locale string) *Matcher {
	tb.Helper()
	name := "trees/disputes." + locale + ".yaml"
	data, err := testdata.Files.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	tree, err := treefile.Load(name, data)
	if err != nil {
		tb.Fatal(err)
	}
	c := newCorpus(tree, nil)
	c.compute(2)
	if c.typos, err = c.readTypos(); err != nil {
		tb.Fatal(err)
	}
	return &Matcher{tree: tree, corpus: c}
}
