package intent_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
)

func TestKey(t *testing.T) {
	m := build(t, small())
	for _, tt := range []struct {
		name, a, b string
		same       bool
	}{
		{"marks at the end", "退款多久到账", "退款多久到账？？", true},
		{"script, case and width", "退貨運費誰出 VIP", "退货运费谁出 ｖｉｐ", true},
		{"emoji and spaces", "怎么开发票😭", "  怎么 开发票 ", false},
		{"other words", "退款多久到账", "退款几天到账", false},
		{"marks that part questions", "退款多久到账？退货运费谁出？", "退款多久到账退货运费谁出", false},
		{"other marks that part them", "退款多久到账？退货运费谁出？", "退款多久到账。退货运费谁出", true},
		{"nothing", "", "！！！", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := intent.Key(tt.a) == intent.Key(tt.b); got != tt.same {
				t.Errorf("Key(%q) = %q, Key(%q) = %q, want them equal: %t", tt.a, intent.Key(tt.a), tt.b, intent.Key(tt.b), tt.same)
			}
			if !tt.same {
				return
			}
			if diff := cmp.Diff(match(t, m, tt.a), match(t, m, tt.b)); diff != "" {
				t.Errorf("Match(%q), Match(%q) have one key and differ:\n%s", tt.a, tt.b, diff)
			}
		})
	}
}

// FuzzKey checks that utterances with the key of another one are matched alike:
// the key itself, where it says one thing only, is such an utterance.
func FuzzKey(f *testing.F) {
	m := build(f, small())
	for _, s := range []string{"退款多久到账？", "退款多久到账，还有运费谁出", "\xff", "１２３ ＶＩＰ", "a\nb", "①发票②运费"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		key := intent.Key(text)
		if intent.Key(key) != key {
			return
		}
		if diff := cmp.Diff(match(t, m, text), match(t, m, key)); diff != "" {
			t.Errorf("Match(%q), Match(%q) have one key and differ:\n%s", text, key, diff)
		}
	})
}
