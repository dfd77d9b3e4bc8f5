package gloss

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSegment(t *testing.T) {
	words := []string{"3d打印", "mp", "mp3", "the", "t恤", "一二三四五六七八", "京", "京市", "北", "北京", "北京市", "恤", "打印", "研究", "研究生", "生", "生命"}
	slices.Sort(words)
	w := newWords(newTable(words...), "x")
	for _, tc := range []struct {
		text string
		want string
	}{
		{"", ""},
		{"北京市", "北京市"},
		{"研究生命", "生命 研究"}, // from the front it would be 研究生 and 命
		{"北龘京", "京 北"},
		{"北 京", "京 北"},
		{"there", ""},
		{"the there", "the"},
		{"买t恤", "t恤"},
		{"恤t恤", "t恤 恤"},
		{"3d打印", "3d打印"},
		{"13d打印", "打印"},
		{"mp3", "mp3"},
		{"mp4", "mp"},
		{"the北京", "the 北京"},
		{"一二三四五六七八", "一二三四五六七八"},
		{"\xff北", "北"},
	} {
		var words []string
		w.segment(tc.text, func(i int32) { words = append(words, w.table.words[i]) })
		slices.Sort(words)
		if got := strings.Join(words, " "); got != tc.want {
			t.Errorf("segment(%q) found %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestAppendUnits(t *testing.T) {
	for _, tc := range []struct {
		run  string
		want []int
	}{
		{"", []int{0}},
		{"abc", []int{0, 3}},
		{"ab12", []int{0, 2, 4}},
		{"退款", []int{0, 3, 6}},
		{"t恤", []int{0, 1, 4}},
		{"é1", []int{0, 2, 3}},
	} {
		if diff := cmp.Diff(tc.want, appendUnits(nil, tc.run)); diff != "" {
			t.Errorf("appendUnits(%q) (-want +got):\n%s", tc.run, diff)
		}
	}
}

func FuzzSegment(f *testing.F) {
	f.Add("研究生命 mp3 买t恤")
	f.Add("\xff\x00退")
	w := newWords(newTable("mp", "mp3", "t恤", "研究", "研究生", "退"), "x")
	f.Fuzz(func(t *testing.T, text string) {
		w.segment(text, func(i int32) {
			if word := w.table.words[i]; !strings.Contains(text, word) {
				t.Fatalf("segment(%q) found %q", text, word)
			}
		})
		checkVector(t, w, text)
	})
}
