package dialog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// show writes what was found as "8", "第8" or "odd".
func show(found []number) []string {
	var out []string
	for _, n := range found {
		switch {
		case n.odd:
			out = append(out, "odd")
		case n.ordinal:
			out = append(out, "第"+formatInt(n.value))
		default:
			out = append(out, formatInt(n.value))
		}
	}
	return out
}

func TestFindNumbers(t *testing.T) {
	tests := []struct{ text, want string }{
		{"8", "8"},
		{"８天", "8"},
		{"第8天", "第8"},
		{"第 十二 天", "第12"},
		{"the 8th day", "第8"},
		{"十二", "12"},
		{"二十一天", "21"},
		{"廿五", "25"},
		{"一百零五", "105"},
		{"一百一十", "110"},
		{"两百", "200"},
		{"两千零一十", "2010"},
		{"一万二千", "12000"},
		{"三百亿零五万", "30000050000"},
		{"兩個星期", "2"},
		{"3万", "30000"},
		{"1,000 元", "1000"},
		{"-3", "-3"},
		{"twenty-one days", "21"},
		{"seven", "7"},
		{"7-8天", "7 -8"},
		{"7到8天", "7 8"},
		{"零", "0"},
		{"七八天", "odd"},
		{"两百五", "odd"},
		{"二零二四年", "odd"},
		{"一百十", "odd"},
		{"3.5天", "odd"},
		{"12:30", "odd"},
		{"2024112233445566", "odd"},
		{"亿万亿亿亿亿亿", "odd"},
		{"iphone15 坏了", ""},
		{"a8", ""},
		{"我等一下，一共一直都一样", ""},
		{"没有数字", ""},
		{"someone", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := show(findNumbers(fold(tt.text)))
			if diff := cmp.Diff(strings.Fields(tt.want), append([]string{}, got...)); diff != "" {
				t.Errorf("findNumbers(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

// Every number below 10^12 that is written properly is read back.
func TestChineseNumeralsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(0, 99_999), rapid.Int64Range(0, 999_999_999_999)).Draw(t, "n")
		s := formatChinese(n)
		if got, odd := parseChinese(s); got != n || odd {
			t.Errorf("parseChinese(%q) = %d, %t, want %d, false", s, got, odd, n)
		}
	})
}
