package wish

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNeeds(t *testing.T) {
	tests := []struct {
		name, expression string
		want             [][]string
	}{
		{"nothing", ``, nil},
		{"a word", `人工`, [][]string{{"人工"}}},
		{"one of two", `人工|客服`, [][]string{{"人工", "客服"}}},
		{"one after the other", `(?:转|接).*客服`, [][]string{{"接", "转"}, {"客服"}}},
		{"what may be left out", `找?(?:一个)*客服`, [][]string{{"客服"}}},
		{"at least once", `(?:人工|真人)+`, [][]string{{"人工", "真人"}}},
		{"so many times", `(?:人工){2}`, [][]string{{"人工"}}},
		{"one that needs nothing", `人工|.`, nil},
		{"the rarer of each", `转.*客服|人`, [][]string{{"客服", "人"}}},
		{"a small class", `x[ab]`, [][]string{{"x"}, {"a", "b"}}},
		{"a large class", `x[^a]`, [][]string{{"x"}}},
		{"either case", `(?i)human`, nil},
		{"places", `^\bhuman\b$`, [][]string{{"human"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parsed, err := syntax.Parse(tt.expression, syntax.Perl)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, needs(parsed)); diff != "" {
				t.Errorf("needs(%q) (-want +got):\n%s", tt.expression, diff)
			}
		})
	}
}

// FuzzPatterns checks that no pattern overlooks what its expression matches, and
// that texts are cut at the marks.
func FuzzPatterns(f *testing.F) {
	for _, list := range []string{chineseSaid, strings.Join(englishKeys, " "), strings.Join(pinyinKeys, " ")} {
		for word := range strings.FieldsSeq(list) {
			f.Add(word)
		}
	}
	for _, s := range []string{"", "，", "a，，b.", "。a\xff", "i want to talk to a real person", "human hair", "客服电话多少", "这什么智障机器人", "我就要人"} {
		f.Add(s)
	}
	all := []pattern{chineseBlank, englishBlank, englishSlips}
	for _, rules := range [][]rule{chineseVetoes, chineseWishes, chineseCalls, englishVetoes, englishWishes, pinyinWishes} {
		for _, r := range rules {
			all = append(all, r.pattern)
		}
	}
	ends := regexp.MustCompile(`[,，。.;；!！?？:：、\n~～…]+`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range all {
			if !p.may(text) && p.expression.MatchString(text) {
				t.Errorf("may(%q) = false of %q", text, p.expression)
			}
		}
		if got, want := splitClauses(text), ends.Split(text, -1); !slices.Equal(got, want) {
			t.Errorf("splitClauses(%q) = %q, want %q", text, got, want)
		}
	})
}
