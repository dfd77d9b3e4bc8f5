package dialog_test

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestLastMatter(t *testing.T) {
	node := func(label string) dialog.Offer {
		return dialog.Offer{ID: "node:" + label, Kind: dialog.OfferNode, Label: label}
	}
	value := func(label string) dialog.Offer {
		return dialog.Offer{ID: "value:" + label, Kind: dialog.OfferValue, Label: label}
	}
	says := func(text string) dialog.Entry { return dialog.Entry{Author: dialog.AuthorVisitor, Text: text} }
	bot := func(offers ...dialog.Offer) dialog.Entry {
		return dialog.Entry{Author: dialog.AuthorBot, Text: "…", Offers: offers}
	}
	none := dialog.Offer{ID: "none", Kind: dialog.OfferNone, Label: "都不是"}
	human := dialog.Offer{ID: "human", Kind: dialog.OfferHuman, Label: "转人工客服"}
	agent := dialog.Entry{Author: dialog.AuthorAgent, Text: "您好", Agent: "mei"}
	system := dialog.Entry{Author: dialog.AuthorSystem, Text: "客服 mei 已接入，为您服务。"}
	for _, tt := range []struct {
		name, locale string
		entries      []dialog.Entry
		want         string
	}{
		{"nothing was said", "zh-CN", []dialog.Entry{bot()}, ""},
		{"a question", "zh-CN", []dialog.Entry{bot(), says("退货运费谁出")}, "退货运费谁出"},
		{"a wish", "zh-CN", []dialog.Entry{says("退货运费谁出"), bot(), says("转人工"), bot(), system}, "退货运费谁出"},
		{"only wishes", "zh-CN", []dialog.Entry{says("转人工"), bot(), says("叫个活人来")}, ""},
		{"a wish with its reason", "zh-CN", []dialog.Entry{says("运费多少"), bot(), says("杯子碎了，转人工！")}, "杯子碎了，转人工！"},
		{"pinyin", "zh-CN", []dialog.Entry{says("运费多少"), bot(), says("zhuan rengong")}, "运费多少"},
		{"thanks", "zh-CN", []dialog.Entry{says("运费多少"), agent, says("好的，谢谢！")}, "运费多少"},
		{"a greeting to the agent", "zh-CN", []dialog.Entry{says("运费多少"), system, says("在吗"), says("你好")}, "运费多少"},
		{"a nod and more", "zh-CN", []dialog.Entry{says("运费多少"), agent, says("好的，那什么时候退款")}, "好的，那什么时候退款"},
		{"a place", "zh-CN", []dialog.Entry{says("怎么退"), bot(node("退货流程"), node("退款多久到账"), none), says("第二个")}, "怎么退"},
		{"a place beyond", "zh-CN", []dialog.Entry{says("怎么退"), bot(node("退货流程"), none), says("9")}, "怎么退"},
		{"none of these", "zh-CN", []dialog.Entry{says("怎么退"), bot(node("退货流程"), none), says("都不是")}, "怎么退"},
		{"yes", "zh-CN", []dialog.Entry{says("怎么退"), bot(node("退货流程"), none), says("是的")}, "怎么退"},
		{"the offer of a human", "zh-CN", []dialog.Entry{says("怎么退"), bot(node("退货流程"), human), says("转人工客服")}, "怎么退"},
		{"a value", "zh-CN", []dialog.Entry{says("第8天还能退吗"), bot(value("丰巢快递柜"), value("本人")), says("丰巢快递柜")}, "第8天还能退吗"},
		{"a question that was picked", "zh-CN", []dialog.Entry{bot(node("退货流程"), none), says("退货流程"), bot(), says("转人工")}, "退货流程"},
		{"a number", "zh-CN", []dialog.Entry{says("几天能退"), bot(), says("8")}, "几天能退"},
		{"a number after an agent", "zh-CN", []dialog.Entry{says("查订单"), agent, says("20261122001")}, "查订单"},
		{"a label long after the offer", "zh-CN", []dialog.Entry{bot(value("本人签收")), says("怎么退"), agent, says("本人签收")}, "本人签收"},
		{"a survey", "zh-CN", []dialog.Entry{says("怎么退"), {Author: dialog.AuthorVisitor, Text: "服务很好", Survey: &dialog.Survey{Score: 5}}}, "怎么退"},
		{"a rating", "zh-CN", []dialog.Entry{says("怎么退"), {Author: dialog.AuthorVisitor, Text: "答非所问", Rating: &dialog.Rating{Entry: 2}}}, "怎么退"},
		{"an English wish", "en", []dialog.Entry{says("who pays for shipping"), bot(), says("can I please talk to a real person")}, "who pays for shipping"},
		{"an English wish with its reason", "en", []dialog.Entry{says("hi"), bot(), says("My cup is broken. Get me an agent!")}, "My cup is broken. Get me an agent!"},
		{"English thanks", "en", []dialog.Entry{says("who pays for shipping"), agent, says("OK, thank you so much")}, "who pays for shipping"},
		{"an English greeting", "en", []dialog.Entry{says("who pays for shipping"), system, says("Hello?"), says("hey, are you there")}, "who pays for shipping"},
		{"an English place", "en", []dialog.Entry{says("returns"), bot(node("How to return"), node("Refund time")), says("the second one")}, "returns"},
		{"none of these in English", "en", []dialog.Entry{says("returns"), bot(node("How to return"), none), says("none of these")}, "returns"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if e := dialog.LastMatter(tt.entries, tt.locale); e != nil {
				got = e.Text
			}
			if got != tt.want {
				t.Errorf("LastMatter() = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSuggestPassesOverWishes: who called for a human is suggested answers to
// what was asked before.
func TestSuggestPassesOverWishes(t *testing.T) {
	w := newWorld(t, shopTree())
	w.staff("mei", 3, handoff.Online)
	id := w.start()
	w.say(id, "退货运费谁出")
	ticket := w.say(id, "转人工").Ticket
	w.claim("mei", ticket)
	for _, then := range []string{"", "你好", "好的，谢谢", "人工客服在不在"} {
		if then != "" {
			w.say(id, then)
		}
		got, err := w.desk.Suggest(t.Context(), testShop, "mei", ticket, 0)
		if err != nil || len(got) == 0 || got[0].Node != "freight.who_pays" {
			t.Errorf("Suggest after %q = %+v, %v, want an answer to the question", then, got, err)
		}
	}
	if n := w.ticket(ticket).Suggested; n != 1 {
		t.Errorf("suggested for %d messages, want 1", n)
	}
}
