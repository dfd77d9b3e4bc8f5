package intent_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func build(t testing.TB, doc knowledge.Document) *intent.Matcher {
	t.Helper()
	m, err := intent.Build(t.Context(), knowledge.NewTree(doc), intent.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return m
}

func match(t testing.TB, m *intent.Matcher, utterance string) intent.Result {
	t.Helper()
	r, err := m.Match(t.Context(), utterance, "", noon)
	if err != nil {
		t.Fatalf("Match(%q) = %v", utterance, err)
	}
	return r
}

// small is a shop with six clearly different subjects.
func small() knowledge.Document {
	return knowledge.Document{
		Locale:   "zh-CN",
		Synonyms: [][]string{{"商家", "卖家", "店家"}},
		Nodes: []*knowledge.Node{
			{ID: "refund.when", Question: "退款多久到账", Similar: []string{"退的钱几天能到", "钱什么时候退给我", "退款要等多长时间"}},
			{ID: "freight.who", Question: "退货运费谁出", Similar: []string{"寄回去的邮费谁承担", "退货要自己掏运费吗", "运费是买家付吗"}},
			{ID: "invoice.how", Question: "怎么开发票", Similar: []string{"发票在哪里申请", "能给我开票吗", "我要一张发票"}},
			{ID: "late.ship", Question: "卖家一直不发货", Similar: []string{"怎么还没有发货", "拍了三天还不发", "什么时候才发货"}},
			{ID: "fake.doubt", Question: "怀疑买到假货", Similar: []string{"这是正品吗感觉是假的", "收到高仿了", "专柜说不是真的"}},
			{
				ID: "seven.days", Question: "七天无理由退货怎么算", Similar: []string{"七天从哪天开始", "七天内都可以退吗", "签收后几天能退"},
				Negative: []string{"七天价保怎么算"},
			},
		},
	}
}

func TestMatchFindsTheNode(t *testing.T) {
	m := build(t, small())
	tests := []struct {
		name, utterance string
		want            knowledge.NodeID
	}{
		{"own words", "退款的钱几天到账", "refund.when"},
		{"traditional script", "退貨運費誰出呢", "freight.who"},
		{"full width and noise", "　发票！！怎么　开？？", "invoice.how"},
		{"synonym", "店家一直不发货", "late.ship"},
		{"fragment", "发票", "invoice.how"},
		{"a typo", "退贷运费谁出", "freight.who"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := match(t, m, tt.utterance)
			best, _ := r.Best()
			if best.Node != tt.want {
				t.Errorf("Match(%q) = %s %.2f, want %s", tt.utterance, best.Node, best.Probability, tt.want)
			}
		})
	}
}

func TestMatchOfAnOwnQuestionIsExactAndSure(t *testing.T) {
	m := build(t, small())
	for _, n := range small().Nodes {
		for _, q := range n.Questions() {
			r := match(t, m, q+"？")
			if best, _ := r.Best(); best.Node != n.ID || !best.Exact || r.Verdict != intent.Sure {
				t.Errorf("Match(%q) = %+v %v, want %s, exact and sure", q, best, r.Verdict, n.ID)
			}
		}
	}
}

func TestNegativeQuestionIsNeverReached(t *testing.T) {
	m := build(t, small())
	for _, utterance := range []string{"七天价保怎么算", "七天價保怎麼算？", "七天价保怎么算呢"} {
		r := match(t, m, utterance)
		if best, _ := r.Best(); best.Node == "seven.days" && r.Verdict == intent.Sure {
			t.Errorf("Match(%q) = %s %.2f %v, want not sure of it", utterance, best.Node, best.Probability, r.Verdict)
		}
	}
}

// The words of a negative question are none of the knowledge's: they must not be
// taken for a slip in writing of what it does say.
func TestNegativeQuestionIsNoTypo(t *testing.T) {
	doc := small()
	doc.Nodes[2].Negative = []string{"怎么开发飘"}
	x, err := build(t, doc).Explain(t.Context(), "怎么开发飘", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	if best, _ := x.Best(); best.Node == "invoice.how" || len(x.Typos) > 0 {
		t.Errorf("Explain = %q with %v, want anything but invoice.how", best.Node, x.Typos)
	}
}

func TestNodeOutsideItsValidityIsNeverReached(t *testing.T) {
	doc := small()
	doc.Nodes[0].Valid.Until = noon
	m := build(t, doc)
	for name, tt := range map[string]struct {
		now  time.Time
		want bool
	}{"before": {noon.Add(-time.Second), true}, "at the end": {noon, false}} {
		t.Run(name, func(t *testing.T) {
			r, err := m.Match(t.Context(), "退款多久到账", "", tt.now)
			if err != nil {
				t.Fatal(err)
			}
			best, _ := r.Best()
			if got := best.Node == "refund.when"; got != tt.want {
				t.Errorf("Match at %v reaches the node: %t, want %t", tt.now, got, tt.want)
			}
		})
	}
}

func TestNothingToMatchIsUnknown(t *testing.T) {
	m := build(t, small())
	for _, utterance := range []string{"", "   ", "😡😡😡", "？？？", "\u200b\u202e", "xyzzy", "كيف حالك", "Ωμέγα"} {
		r := match(t, m, utterance)
		if r.Verdict != intent.Unknown || r.None < 0.5 {
			t.Errorf("Match(%q) = %v, none %.2f, want unknown", utterance, r.Verdict, r.None)
		}
	}
}

func TestProbabilitiesAddUp(t *testing.T) {
	m := build(t, small())
	for _, utterance := range []string{"退款", "发票和运费", "退款多久到账", "今天天气怎么样"} {
		r := match(t, m, utterance)
		sum := r.None
		for i, c := range r.Candidates {
			sum += c.Probability
			if i > 0 && c.Probability > r.Candidates[i-1].Probability {
				t.Errorf("Match(%q): candidate %d is better than the one before", utterance, i)
			}
		}
		if sum > 1+1e-9 || len(r.Candidates) > intent.MaxCandidates {
			t.Errorf("Match(%q): %d candidates that add up to %v", utterance, len(r.Candidates), sum)
		}
	}
}

// A random string must never look like a question that the shop knows.
func TestRandomStringsAreNeverSure(t *testing.T) {
	m := build(t, small())
	r := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		var b strings.Builder
		for range 1 + r.IntN(30) {
			b.WriteRune(rune(0x4e00 + r.IntN(0x5000)))
		}
		if got := match(t, m, b.String()); got.Verdict == intent.Sure {
			best, _ := got.Best()
			t.Errorf("Match(%q) is sure of %s %.2f", b.String(), best.Node, best.Probability)
		}
	}
}

// The test pane and the live turn must show the same numbers, and every node
// of a cluster the same as its neighbours.
func TestMatchExplainAndASecondBuildAgree(t *testing.T) {
	a, b := build(t, small()), build(t, small())
	for _, utterance := range []string{"退款的钱几天到账", "发票和运费", "你好", "七天能退吗"} {
		want := match(t, a, utterance)
		x, err := a.Explain(t.Context(), utterance, "", noon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, x.Result); diff != "" {
			t.Errorf("Explain(%q) differs from Match (-match +explain):\n%s", utterance, diff)
		}
		if diff := cmp.Diff(want, match(t, b, utterance)); diff != "" {
			t.Errorf("Match(%q) differs between builds:\n%s", utterance, diff)
		}
	}
	if diff := cmp.Diff(a.Thresholds(), b.Thresholds()); diff != "" {
		t.Errorf("Thresholds differ between builds:\n%s", diff)
	}
}

func TestTopicHelpsShortFollowUps(t *testing.T) {
	doc := small()
	doc.Nodes = append(doc.Nodes,
		&knowledge.Node{ID: "setup.fee", Question: "安装怎么收费"},
		&knowledge.Node{ID: "repair.fee", Question: "维修怎么收费"})
	m := build(t, doc)
	for _, topic := range []knowledge.NodeID{"setup.fee", "repair.fee"} {
		r, err := m.Match(t.Context(), "怎么收费", topic, noon)
		if err != nil {
			t.Fatal(err)
		}
		if best, _ := r.Best(); best.Node != topic {
			t.Errorf("Match after %s = %s, want the same subject", topic, best.Node)
		}
	}
}

func TestBuildOfUnusualTrees(t *testing.T) {
	many := &knowledge.Node{ID: "many", Question: "第零个问题"}
	for i := range 3000 {
		many.Similar = append(many.Similar, fmt.Sprintf("第%d个问法怎么办", i))
	}
	tests := []struct {
		name  string
		nodes []*knowledge.Node
	}{
		{"no node", nil},
		{"no question", []*knowledge.Node{{ID: "a", Answer: "x"}}},
		{"one question", []*knowledge.Node{{ID: "a", Question: "怎么退货"}}},
		{"emoji only", []*knowledge.Node{{ID: "a", Question: "😡"}, {ID: "b", Question: "怎么退货"}}},
		{"equal questions", []*knowledge.Node{{ID: "a", Question: "怎么退货"}, {ID: "b", Question: "怎么退货"}}},
		{"mixed languages", []*knowledge.Node{{ID: "a", Question: "how do I return"}, {ID: "b", Question: "返品したい"}, {ID: "c", Question: "환불 언제"}}},
		{"many questions in one node", []*knowledge.Node{many, {ID: "b", Question: "怎么退货"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := build(t, knowledge.Document{Locale: "zh-CN", Nodes: tt.nodes})
			r := match(t, m, "怎么退货")
			for _, c := range r.Candidates {
				if !(c.Probability >= 0 && c.Probability <= 1) {
					t.Errorf("candidate %s has probability %v", c.Node, c.Probability)
				}
			}
			if tt.name == "equal questions" && r.Verdict == intent.Sure {
				t.Error("two nodes claim the question, yet one is sure")
			}
		})
	}
}

func TestBuildStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m, err := intent.Build(ctx, knowledge.NewTree(small()), intent.Options{})
	if err == nil {
		_ = m.Close()
		t.Error("Build with a cancelled context = nil error, want one")
	}
}

func BenchmarkMatch(b *testing.B) {
	m := build(b, small())
	b.ReportAllocs()
	for b.Loop() {
		match(b, m, "退款的钱几天到账")
	}
}
