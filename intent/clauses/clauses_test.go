package clauses

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"marks only", "？！……", nil},
		{"emoji only", "😡😡", nil},
		{"a joint only", "还有", []string{"还有"}},
		{"an item only", "1.", []string{"1"}},
		{"one question", "退款多久到账", []string{"退款多久到账"}},
		{"its mark", "退款多久到账？？", []string{"退款多久到账"}},

		{"comma and 还有", "退款多久到账，还有运费谁出", []string{"退款多久到账", "运费谁出"}},
		{"traditional", "退款多久到賬，還有運費誰出", []string{"退款多久到账", "运费谁出"}},
		{"full width", "退款多久到账？运费谁出？", []string{"退款多久到账", "运费谁出"}},
		{"还有 without a mark", "退款多久到账还有运费谁出", []string{"退款多久到账", "运费谁出"}},
		{"以及", "怎么申请退货以及运费谁出", []string{"怎么申请退货", "运费谁出"}},
		{"另外", "怎么开发票，另外我想改一下地址", []string{"怎么开发票", "我想改一下地址"}},
		{"对了", "好的知道了，对了发票怎么开", []string{"好的知道了", "发票怎么开"}},
		{"顺便问一下", "价保怎么申请 顺便问一下能开专票吗", []string{"价保怎么申请", "能开专票吗"}},
		{"还想问下", "七天怎么算，我还想问下运费险赔多少", []string{"七天怎么算", "运费险赔多少"}},
		{"第二个问题", "怎么退货。第二个问题，退款几天到账", []string{"怎么退货", "退款几天到账"}},
		{"two questions, a comma", "退款多久到账，运费谁出", []string{"退款多久到账", "运费谁出"}},
		{"two questions, a space", "退款多久到账 运费谁出", []string{"退款多久到账", "运费谁出"}},
		{"list", "1、退款多久到账 2、运费谁出", []string{"退款多久到账", "运费谁出"}},
		{"list by lines", "1. 怎么退货\n2. 发票要寄回吗\n3. 多久到账", []string{"怎么退货", "发票要寄回吗", "多久到账"}},
		{"circled list", "①怎么退货②运费谁出", []string{"怎么退货", "运费谁出"}},
		{"greeting and question", "你好！在吗？退款多久到账", []string{"你好", "在吗", "退款多久到账"}},
		{"statement and question", "我昨天买的。能退吗？谢谢", []string{"我昨天买的", "能退吗", "谢谢"}},
		{"a request is asked too", "退款多久到账，还有我要开发票", []string{"退款多久到账", "我要开发票"}},

		{"a story and its question", "都签收八天了，还能退货吗", []string{"都签收八天了,还能退货吗"}},
		{"a story told by spaces", "我买的鞋子 穿了两天 开胶了 怎么办", []string{"我买的鞋子 穿了两天 开胶了 怎么办"}},
		{"还有 is still", "申请通过了，还有多久到账", []string{"申请通过了,还有多久到账"}},
		{"还有 is there", "请问还有货吗", []string{"请问还有货吗"}},
		{"还有 goes on", "我买了两件，还有一件没收到", []string{"我买了两件,还有一件没收到"}},
		{"以及 joins nouns", "如何申请退货以及换货", []string{"如何申请退货以及换货"}},
		{"a list of nouns", "赠品、发票要寄回吗", []string{"赠品、发票要寄回吗"}},
		{"numbers", "付了1,299.50元，到账少了3.5元怎么办", []string{"付了1,299.50元,到账少了3.5元怎么办"}},
		{"a time", "昨天12:30下的单，3.15能到吗", []string{"昨天12:30下的单,3.15能到吗"}},
		{"an address", "看这个 https://shop.example/a.b?c=1&d=2 是真的吗", []string{"看这个 https://shop.example/a.b?c=1&d=2 是真的吗"}},
		{"an ellipsis", "那个...怎么退货啊", []string{"那个...怎么退货啊"}},

		{"English, two sentences", "How long does the refund take? And who pays for shipping?", []string{"how long does the refund take", "who pays for shipping"}},
		{"English, and", "when do i get my refund and who pays the postage", []string{"when do i get my refund", "who pays the postage"}},
		{"English, comma", "When will I get my refund, and who pays the postage?", []string{"when will i get my refund", "who pays the postage"}},
		{"English, also", "how do i return this, also i need an invoice", []string{"how do i return this", "i need an invoice"}},
		{"English, another question", "How do I cancel? Another question: is my coupon lost", []string{"how do i cancel", "is my coupon lost"}},
		{"English, by the way", "where is my parcel, by the way can i change the address", []string{"where is my parcel", "can i change the address"}},
		{"English, and joins nouns", "can i return the shoes and the shirt", []string{"can i return the shoes and the shirt"}},
		{"English, a condition", "what if i opened it, can i still return it", []string{"what if i opened it, can i still return it"}},
		{"English, a story", "it broke after two days, can i return it", []string{"it broke after two days, can i return it"}},
		{"English, full stop", "My parcel is lost. Who pays?", []string{"my parcel is lost", "who pays"}},
		{"mixed", "怎么return？and发票怎么开", []string{"怎么return", "and发票怎么开"}},
		{"not UTF-8", "退款\xff多久到账？", []string{"退款\ufffd多久到账"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Split(tt.in)); diff != "" {
				t.Errorf("Split(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// Of a long complaint the end is kept: there its question stands.
func TestSplitKeepsTheEnd(t *testing.T) {
	got := Split(strings.Repeat("我真的很生气。", 50) + "退款多久到账？")
	if len(got) != Max || got[Max-1] != "退款多久到账" || got[0] != "我真的很生气" {
		t.Errorf("Split(a long complaint) = %d clauses, %q, want the last %d", len(got), got, Max)
	}
}

// FuzzSplit checks that clauses are parts of the text, in its order, each with
// something to match, and never too many.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"退款多久到账，还有运费谁出", "1、a 2、b", "and and and", "还有还有还有吗还有吗", "a?b=c", "......", "3.5", "\xff。\xff", "①②③", "İ?Å?", "谁 谁 谁", "以及吗以及吗以及",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Split(text)
		if len(got) > Max {
			t.Fatalf("Split(%q) = %d clauses, want at most %d", text, len(got), Max)
		}
		rest := fold(text)
		for _, clause := range got {
			_, after, ok := strings.Cut(rest, clause)
			if !ok {
				t.Fatalf("Split(%q) = %q: %q is not what comes next", text, got, clause)
			}
			rest = after
			if textnorm.Key(clause) == "" {
				t.Errorf("Split(%q) = %q: nothing in %q", text, got, clause)
			}
			if utf8.ValidString(text) && !utf8.ValidString(clause) {
				t.Errorf("Split(%q) = %q: not UTF-8", text, got)
			}
		}
		if diff := cmp.Diff(got, Split(text)); diff != "" {
			t.Errorf("Split(%q) twice (-first +again):\n%s", text, diff)
		}
		if textnorm.Key(fold(text)) != "" && len(got) == 0 {
			t.Errorf("Split(%q) = none, want what %q is of", text, textnorm.Key(text))
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	for _, bm := range []struct{ name, text string }{
		{"short", "退款多久到账"},
		{"two", "退款多久到账，还有运费谁出"},
		{"long", strings.Repeat("我昨天买的东西到现在也没有人理我，", 100) + "怎么退款"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Split(bm.text)
			}
		})
	}
}
