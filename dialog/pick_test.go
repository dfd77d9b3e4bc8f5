package dialog

import (
	"testing"
)

func someOffers() []Offer {
	return []Offer{
		{ID: "node:a", Kind: OfferNode, Label: "退货运费谁出", Node: "a"},
		{ID: "node:b", Kind: OfferNode, Label: "七天无理由的期限", Node: "b"},
		{ID: "node:c", Kind: OfferNode, Label: "怎么申请退货", Node: "c"},
		{ID: "none", Kind: OfferNone, Label: "都不是"},
		{ID: "human", Kind: OfferHuman, Label: "转人工客服"},
	}
}

func TestReadPick(t *testing.T) {
	for want, texts := range map[string][]string{
		"node:a": {"1", "１", "一", "①", "第一个", "第1个", "选1", "1.", "(1)", "a", "A", "first", "the first one", "option 1", "No. 1", "one", "#1", "退货运费谁出", "退货运费 谁出？", "退货運費誰出", "退货运费谁初", "选第一项", "我选第一个吧"},
		"node:b": {"2", "２", "二", "第二个", "选2", "选项二", "second one", "2nd", "b", "number two", "七天无理由的期限", "七天无理由期限", "那就七天无理由的期限吧", "第二条"},
		"node:c": {"3", "三", "第三个问题", "怎么申请退货呢", "我想问怎么申请退货", "the third option", "3号"},
		"none":   {"4", "都不是", "都不是的", "没有", "没有我要的", "以上都不是", "不是这些", "都没有", "没一个对", "none", "None of these", "neither", "不对", "no", "其他问题"},
		"human":  {"5", "转人工客服", "最后一个", "last one", "the last one", "e"},
		"":       {"我要退货", "有没有运费险", "2个", "两个包裹", "2024112233445566", "100", "z", "ab", "退款", "不是退货运费谁出", "好的", "😀", "12:30", "1.5"},
	} {
		for _, text := range texts {
			t.Run(want+"/"+text, func(t *testing.T) {
				got := readPick(someOffers(), text, true)
				id := ""
				if got.offer != nil {
					id = got.offer.ID
				}
				if id != want || got.beyond != 0 {
					t.Errorf("readPick(%q) = %q, beyond %d, want %q", text, id, got.beyond, want)
				}
			})
		}
	}
}

func TestReadPickBeyondTheList(t *testing.T) {
	for text, want := range map[string]int{
		"6": 6, "第九个": 9, "选12": 12, "option 7": 7, "twenty": 20, "seventh": 7, "99": 99,
		"0": 0, "f": 0, "第一百个": 0, "6个": 0,
	} {
		if got := readPick(someOffers(), text, true); got.offer != nil || got.beyond != want {
			t.Errorf("readPick(%q) = %v, beyond %d, want beyond %d", text, got.offer, got.beyond, want)
		}
	}
}

func TestReadPickWithoutPlaces(t *testing.T) {
	human := []Offer{{ID: "human", Kind: OfferHuman, Label: "转人工客服"}}
	if got := readPick(human, "1", false); got != (pick{}) {
		t.Errorf("readPick(1) where a number is asked for = %v, want none", got)
	}
	if got := readPick(human, "转人工客服", false); got.offer == nil {
		t.Error("readPick(转人工客服) where a number is asked for = none, want the offer")
	}
	if got := readPick(nil, "1", true); got != (pick{}) {
		t.Errorf("readPick without offers = %v, want none", got)
	}
}

func TestReadPickOfOneNode(t *testing.T) {
	offers := []Offer{
		{ID: "node:a", Kind: OfferNode, Label: "怎么申请退货", Node: "a"},
		{ID: "none", Kind: OfferNone, Label: "都不是"},
	}
	for text, want := range map[string]string{
		"是": "node:a", "是的": "node:a", "对": "node:a", "yes": "node:a", "嗯": "node:a",
		"不是": "none", "不": "none", "no": "none", "没有": "none",
	} {
		if got := readPick(offers, text, true); got.offer == nil || got.offer.ID != want {
			t.Errorf("readPick(%q) = %v, want %s", text, got.offer, want)
		}
	}
}

// Values of slots are said in sentences, which readSlot reads with care for
// what is denied.
func TestReadPickLeavesSentencesAboutValues(t *testing.T) {
	offers := []Offer{{ID: "value:self", Kind: OfferValue, Label: "本人当面签收", Value: "self"}}
	if got := readPick(offers, "我记得是本人当面签收的呀", true); got.offer != nil {
		t.Errorf("readPick = %v, want none", got.offer)
	}
}

func TestOneSlip(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"退货运费", "退货运费", false},
		{"退货运费", "退货费", true},
		{"退货费", "退货运费", true},
		{"退货运费", "退获运费", true},
		{"退货运费", "退运货费", true},
		{"退货运费", "运费退货", false},
		{"退货运费", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		if got := oneSlip(tt.a, tt.b); got != tt.want {
			t.Errorf("oneSlip(%q, %q) = %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}

// FuzzReadPick checks that a pick is always one of the offers, and a place
// beyond them is one.
func FuzzReadPick(f *testing.F) {
	for _, s := range []string{"2", "第二个", "都不是", "b", "last", "", "\xff", "第", "一二三", "退货运费谁出"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, places bool) {
		offers := someOffers()
		got := readPick(offers, text, places)
		if got.offer != nil && findOffer(offers, got.offer.ID) != got.offer {
			t.Errorf("readPick(%q) = %v, which was not offered", text, got.offer)
		}
		if got.offer != nil && got.beyond != 0 || got.beyond != 0 && got.beyond <= len(offers) {
			t.Errorf("readPick(%q) = %v, beyond %d of %d", text, got.offer, got.beyond, len(offers))
		}
	})
}
