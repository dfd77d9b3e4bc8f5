package intent_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func nodesOf(cs []intent.Candidate) []knowledge.NodeID {
	var out []knowledge.NodeID
	for _, c := range cs {
		out = append(out, c.Node)
	}
	return out
}

func TestMatchNamesTheOtherQuestions(t *testing.T) {
	m := build(t, small())
	tests := []struct {
		name, utterance string
		best            knowledge.NodeID
		others          []knowledge.NodeID
	}{
		{"one question", "退款多久到账", "refund.when", nil},
		{"two questions", "退款多久到账？还有，退货运费谁出？", "refund.when", []knowledge.NodeID{"freight.who"}},
		{"in the order of the text", "退货运费谁出？退款多久到账？怎么开发票？", "freight.who", []knowledge.NodeID{"refund.when", "invoice.how"}},
		{"the same twice", "退款多久到账？退的钱几天能到？", "refund.when", nil},
		{"sure as a whole", "退货要自己掏运费吗，退货运费谁出啊？怎么开发票？", "freight.who", []knowledge.NodeID{"invoice.how"}},
		{"a story with its question at the end", "上个月给我妈过生日挑了条裙子她说颜色太艳了穿不出去。怎么开发票？", "invoice.how", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := match(t, m, tt.utterance)
			best, _ := r.Best()
			if best.Node != tt.best || r.Verdict != intent.Sure {
				t.Errorf("Match(%q) = %q %v, want %s, sure", tt.utterance, best.Node, r.Verdict, tt.best)
			}
			if diff := cmp.Diff(tt.others, nodesOf(r.Others)); diff != "" {
				t.Errorf("Match(%q).Others (-want +got):\n%s", tt.utterance, diff)
			}
		})
	}
}

func TestRankKeepsToTheGivenNodes(t *testing.T) {
	m := build(t, small())
	got, err := m.Rank(t.Context(), "退款的钱几天到账", []knowledge.NodeID{"invoice.how", "refund.when", "unheard.of", "freight.who"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Node != "refund.when" {
		t.Errorf("Rank = %v, want three nodes, refund.when first", nodesOf(got))
	}
}

func TestTopicHelpsWhatLeansOnIt(t *testing.T) {
	doc := small()
	doc.Nodes = append(doc.Nodes, &knowledge.Node{ID: "freight.when", Question: "运费多久退给我", Similar: []string{"邮费几天能退", "运费什么时候返"}})
	m := build(t, doc)
	at := func(topic knowledge.NodeID, utterance string) knowledge.NodeID {
		r, err := m.Match(t.Context(), utterance, topic, noon)
		if err != nil {
			t.Fatal(err)
		}
		best, _ := r.Best()
		return best.Node
	}
	if got := at("freight.who", "那要几天"); got != "freight.when" {
		t.Errorf("after the freight, %q is about %q, want freight.when", "那要几天", got)
	}
	if got := at("freight.who", "卖家一直都没有给我发货"); got != "late.ship" {
		t.Errorf("a question of its own is about %q, want late.ship whatever the topic", got)
	}
}

func TestMatchReadsThroughATypo(t *testing.T) {
	m := build(t, small())
	x, err := m.Explain(t.Context(), "怎么开发飘", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	if best, _ := x.Best(); best.Node != "invoice.how" || x.Normalized != "怎么开发票" || len(x.Typos) != 1 {
		t.Errorf("Explain = %q read as %q with %v, want invoice.how, 怎么开发票 and one typo", best.Node, x.Normalized, x.Typos)
	}
}

func TestOrderNumbersDoNotCount(t *testing.T) {
	m := build(t, small())
	plain, numbered := match(t, m, "退款的钱几天到账"), match(t, m, "退款的钱几天到账，订单号123456789012345678")
	if diff := cmp.Diff(plain.Candidates, numbered.Candidates); diff != "" {
		t.Errorf("an order number changes the match (-without +with):\n%s", diff)
	}
}
