package segment

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzAppendWords checks that the words are those that gse cuts.
func FuzzAppendWords(f *testing.F) {
	for _, s := range []string{
		"", "快递还没有到", "结婚的和尚未结婚的", "iphone15屏幕碎了", "a1退b", "中华人民共和国万岁", "é退é", "龘龘", "退a", "\u0301退", "的的的的", "一一二三",
	} {
		f.Add(s)
	}
	seg, err := loadBase()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToLower(strings.ToValidUTF8(text, "")) // what gse does to it anyway
		want := seg.Cut(text, false)
		got := appendWords([]string{}, seg.Dict, text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("words of %q (-gse +got):\n%s", text, diff)
		}
	})
}
