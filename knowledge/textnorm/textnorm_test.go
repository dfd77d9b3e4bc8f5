package textnorm_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

func TestNormalize(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"full width", "ＡＢＣ１２３", "abc123"},
		{"traditional characters", "運費險怎麼賠", "运费险怎么赔"},
		{"traditional phrase", "乾淨的衣服乾坤", "干净的衣服乾坤"},
		{"repeated letters", "退款退款好好好好好", "退款退款好好"},
		{"repeated latin", "sooooo slow", "soo slow"},
		{"digits are kept", "订单1000000", "订单1000000"},
		{"circled numbers", "①退款②退货", "1退款2退货"},
		{"punctuation", "为什么？！！不退款…", "为什么 不退款"},
		{"emoji only", "😡😡😡", ""},
		{"emoji between", "气死了😡退钱", "气死了 退钱"},
		{"zero width", "退\u200b款", "退款"},
		{"direction override", "退\u202e款", "退款"},
		{"link", "看这个 https://example.com/a?b=c 假的", "看这个 link 假的"},
		{"link against Han", "看https://example.com/a假的", "看 link 假的"},
		{"e-mail", "mail me at a.b@example.com please", "mail me at link please"},
		{"control", "a\x00b\x07c", "abc"},
		{"new line", "第一行\n第二行", "第一行 第二行"},
		{"accents", "Café", "café"},
		{"invalid UTF-8", "a\xffb", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := textnorm.Normalize(tt.in); got != tt.want {
				t.Errorf("Normalize(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestKey(t *testing.T) {
	same := []string{"七天无理由，怎么退？", "七天無理由怎麼退", " 七天无理由 怎么退!! "}
	for _, s := range same {
		if got, want := textnorm.Key(s), textnorm.Key(same[0]); got != want {
			t.Errorf("Key(%q) = %q, want %q", s, got, want)
		}
	}
	for _, different := range [][2]string{{"退款", "退货"}, {"7天", "七天"}} {
		if textnorm.Key(different[0]) == textnorm.Key(different[1]) {
			t.Errorf("Key joins %q", different)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"運費險", "a\xff", "😡", "ＡＢＣ", "a\u200bb", "ſ", "İ", "ﬁﬁﬁ", "가", "Å"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := textnorm.Normalize(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Normalize(%q) = %q: not UTF-8", s, once)
		}
		if twice := textnorm.Normalize(once); twice != once {
			t.Errorf("Normalize(%q) = %q, and again %q", s, once, twice)
		}
		if strings.ContainsFunc(once, unicode.IsControl) {
			t.Errorf("Normalize(%q) = %q: holds a control character", s, once)
		}
	})
}

func BenchmarkNormalize(b *testing.B) {
	for _, bm := range []struct{ name, text string }{
		{"plain", "签收第8天了还能退吗，快递柜签的我昨天才拿"},
		{"English", "Where is my parcel? It says delivered, but I never got it."},
		{"traditional", "簽收第8天了還能退嗎，快遞櫃簽的我昨天才拿"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				textnorm.Normalize(bm.text)
			}
		})
	}
}
