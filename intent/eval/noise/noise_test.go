package noise_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/eval/noise"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

const (
	sounds = "char\tsame_tone\tother_tone\n货\t\t获伙\n快\t块\t\n"
	looks  = "similar\n已,己,巳\n未,末\n"
)

func table(t *testing.T, file string) *noise.Confusions {
	t.Helper()
	c, problems := noise.ReadConfusions("table.tsv", strings.NewReader(file))
	if problems != nil {
		t.Fatalf("ReadConfusions: %v", problems)
	}
	return c
}

// outcomes returns what texts many seeds make, sorted by nothing: a set.
func outcomes(s noise.Slips, text string, n int) map[string]bool {
	out := make(map[string]bool)
	for seed := range uint64(200) {
		out[noise.Typos(s, text, n, seed)] = true
	}
	return out
}

func set(texts ...string) map[string]bool {
	out := make(map[string]bool)
	for _, text := range texts {
		out[text] = true
	}
	return out
}

func TestConfusions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		table string
		text  string
		n     int
		want  map[string]bool
	}{
		{"any column, any place", sounds, "快发货", 1, set("块发货", "快发获", "快发伙")},
		{"groups go both ways", looks, "未已", 1, set("末已", "未己", "未巳")},
		{"no place", sounds, "退款", 1, set("退款")},
		{"nothing to write", sounds, "", 1, set("")},
		{"two slips", sounds, "快货", 2, set("块获", "块伙")},
		{"more slips than places", sounds, "快退", 5, set("块退")},
		{"none", sounds, "快退", 0, set("快退")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := outcomes(table(t, tt.table), tt.text, tt.n)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Typos(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestTyposDependOnTextAndSeedAlone(t *testing.T) {
	c := table(t, sounds)
	text := "我的快递什么时候发货，快点发货"
	first := noise.Typos(c, text, 2, 7)
	for range 20 {
		if got := noise.Typos(table(t, sounds), text, 2, 7); got != first {
			t.Fatalf("Typos = %q, then %q", first, got)
		}
	}
	if n := len(outcomes(c, text, 2)); n < 5 {
		t.Errorf("200 seeds make %d texts, want more", n)
	}
}

func TestLetters(t *testing.T) {
	got := outcomes(noise.Letters{}, "abcd 快递 xyz", 1)
	want := set(
		"bacd 快递 xyz", "acbd 快递 xyz", "abdc 快递 xyz", // swapped
		"bcd 快递 xyz", "acd 快递 xyz", "abd 快递 xyz", "abc 快递 xyz", // left out
		"aabcd 快递 xyz", "abbcd 快递 xyz", "abccd 快递 xyz", "abcdd 快递 xyz") // doubled
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Typos (-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "快递到哪了", "a bc 123456", "!!"} {
		if got := noise.Typos(noise.Letters{}, text, 3, 1); got != text {
			t.Errorf("Typos(%q) = %q, want it as it is", text, got)
		}
	}
	if got := outcomes(noise.Letters{}, "aaaa", 1); !cmp.Equal(got, set("aaa", "aaaaa")) {
		t.Errorf("Typos(aaaa) = %v, want a letter more or less", got)
	}
}

func TestReadConfusionsProblems(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       []string
	}{
		{"nothing", "", []string{"table.tsv:1:1: empty: "}},
		{"a header alone", "char\tothers\n", []string{"table.tsv:1:1: empty: "}},
		{"only itself", "char\tothers\n货\t货\n", []string{"table.tsv:1:1: empty: "}},
		{"two characters", "char\tothers\n快递\t块\n", []string{"table.tsv:2:1: bad-character: "}},
		{"no character", "char\tothers\n\t块\n", []string{"table.tsv:2:1: bad-character: "}},
		{"two characters in a group", "similar\n已,己,巳巳\n", []string{"table.tsv:2:5: bad-character: "}},
		{"another number of columns", sounds + "货\t获\n", []string{"table.tsv:4:1: bad-row: "}},
		{"not UTF-8", "char\tothers\n\xbb\xf5\t\xbb\xf1\n", []string{"table.tsv:2:1: not-utf8: "}},
		{"too many in a row", "char\tothers\n货\t" + strings.Repeat("获", 501) + "\n", []string{"table.tsv:2:3: too-many: "}},
		{"too many in a group", "similar\n" + strings.Repeat("获,", 500) + "货\n", []string{"table.tsv:2:1: too-many: "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, problems := noise.ReadConfusions("table.tsv", strings.NewReader(tt.file))
			checkProblems(t, problems, tt.want)
			if c != nil {
				t.Error("ReadConfusions returns a table beside problems")
			}
		})
	}
	_, problems := noise.ReadConfusions("table.tsv", iotest.ErrReader(errors.New("disk on fire")))
	checkProblems(t, problems, []string{"table.tsv:0:0: unreadable: disk on fire"})
	_, problems = noise.ReadConfusions("table.tsv", bytes.NewReader(make([]byte, 8<<20+1)))
	checkProblems(t, problems, []string{"table.tsv:0:0: too-large: "})
	if _, problems = noise.ReadConfusions("table.tsv", strings.NewReader("a\tb\n"+strings.Repeat("xx\ty\n", 1000))); len(problems) != 100 {
		t.Errorf("%d problems, want 100", len(problems))
	}
}

func checkProblems(t *testing.T, got []knowledge.Problem, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("problems = %v, want %d", got, len(want))
	}
	for i, p := range got {
		if !strings.HasPrefix(p.String(), want[i]) {
			t.Errorf("problem %d = %v, want %q...", i, p, want[i])
		}
	}
}

func TestTraditional(t *testing.T) {
	for _, tt := range []struct{ simple, want string }{
		{"快递柜签的，我昨天才拿", "快遞櫃簽的，我昨天才拿"},
		{"发票怎么开", "發票怎麼開"},
		{"里面只有面包", "裏面只有面包"}, // an editor would write 裡面 and 麵包
		{"Where is 它？", "Where is 它？"},
		{"", ""},
	} {
		if got := noise.Traditional(tt.simple); got != tt.want {
			t.Errorf("Traditional(%q) = %q, want %q", tt.simple, got, tt.want)
		}
	}
}

func FuzzTypos(f *testing.F) {
	f.Add("我的快递什么时候发货 where is it", 1, uint64(1))
	f.Add("\xff货\xfe", 3, uint64(9))
	f.Fuzz(func(t *testing.T, text string, n int, seed uint64) {
		n = min(n, 10)
		valid := strings.ToValidUTF8(text, "\ufffd")
		for _, s := range []noise.Slips{noise.Letters{}, table(t, sounds)} {
			got := noise.Typos(s, text, n, seed)
			if again := noise.Typos(s, text, n, seed); got != again {
				t.Errorf("Typos(%q) = %q, then %q", text, got, again)
			}
			d := utf8.RuneCountInString(got) - utf8.RuneCountInString(text)
			if d > max(n, 0) || -d > max(n, 0) || n <= 0 && got != string([]rune(text)) {
				t.Errorf("Typos(%q, %d) = %q", text, n, got)
			}
		}
		if got := noise.Traditional(valid); utf8.RuneCountInString(got) != utf8.RuneCountInString(valid) {
			t.Errorf("Traditional(%q) = %q has another length", valid, got)
		}
	})
}

// What the writer of traditional characters does the normaliser undoes, for
// every character.
func TestTraditionalIsUndone(t *testing.T) {
	for r := rune(0x4e00); r <= 0x9fff; r++ {
		text := string(r)
		if textnorm.Simplify(text) != text {
			continue // a traditional one already
		}
		if got := textnorm.Simplify(noise.Traditional(text)); got != text {
			t.Errorf("Simplify(Traditional(%q)) = %q", text, got)
		}
	}
}

func FuzzReadConfusions(f *testing.F) {
	f.Add(sounds)
	f.Add(looks)
	f.Add("a\tb\tc\nx\ty\n\xff")
	f.Fuzz(func(t *testing.T, file string) {
		c, problems := noise.ReadConfusions("table.tsv", strings.NewReader(file))
		if (c == nil) != (len(problems) > 0) {
			t.Fatalf("ReadConfusions(%q) = %v and %d problems", file, c, len(problems))
		}
		if c != nil {
			noise.Typos(c, file, 3, 1)
		}
	})
}
