package dialog

import "testing"

func TestAsks(t *testing.T) {
	for text, want := range map[string]bool{
		"能退吗": true, "要多久": true, "收不到怎么办": true, "什么意思": true, "is that all?": true, "真的吗！": true,
		"要留什么证据": true, "需要准备些什么材料": true, "该交哪些": true, "要提供啥": true,
		"快递柜": false, "没什么证据": false, "没有什么好说的": false, "不知道是谁签的": false, "都可以": false, "要": false, "yes": false,
	} {
		if got := asks(text); got != want {
			t.Errorf("asks(%q) = %t, want %t", text, got, want)
		}
	}
}

func TestFollowsUp(t *testing.T) {
	for text, want := range map[string]bool{
		"那运费呢": true, "那邮费谁出": true, "保价了呢": true, "还有发票": true, "and the card fee": true, "What about shipping": true, "how about tomorrow": true,
		"能退吗": true, "快递柜": false, "有": false, "android": false, "whatever": false, "8": false,
	} {
		if got := followsUp(text); got != want {
			t.Errorf("followsUp(%q) = %t, want %t", text, got, want)
		}
	}
}
