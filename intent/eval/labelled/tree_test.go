package labelled_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent/eval/labelled"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

func rows(pairs ...string) []labelled.Row {
	var out []labelled.Row
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, labelled.Row{Text: pairs[i], Label: pairs[i+1], Line: i/2 + 2})
	}
	return out
}

func labels(names ...string) []labelled.Row {
	var out []labelled.Row
	for _, name := range names {
		out = append(out, labelled.Row{Text: "x", Label: name})
	}
	return out
}

func TestNodesOfLabels(t *testing.T) {
	for _, tt := range []struct {
		label string
		want  knowledge.NodeID
	}{
		{"card_arrival", "card_arrival"},
		{"Refund_not_showing_up", "refund_not_showing_up"},
		{"reverted_card_payment?", "reverted_card_payment"},
		{"100_NIGHT_TRIAL_OFFER", "100_night_trial_offer"},
		{"what is  it", "what_is_it"},
		{"Shipping.When is it?", "shipping.when_is_it"},
		{"..a..b..", "a.b"},
		{"_x.-y", "x.y"},
		{"退款", "label"},
		{"退款 refund", "refund"},
		{"!none", "none"},
		{strings.Repeat("x", 150), knowledge.NodeID(strings.Repeat("x", 120))},
		{"oos", lint.ExpectNone},
		{"never seen", lint.ExpectNone},
	} {
		set := labels("other")
		if tt.label != "never seen" {
			set = append(set, labels(tt.label)...)
		}
		if got := labelled.NewLabels([]string{"oos"}, set).Node(tt.label); got != tt.want {
			t.Errorf("Node(%q) = %q, want %q", tt.label, got, tt.want)
		}
	}
}

func TestLabelsThatWouldBeOneNode(t *testing.T) {
	l := labelled.NewLabels(nil, labels("a?", "A", "a", "退款", "发票"), labels("a!", "A"))
	got := make(map[string]knowledge.NodeID)
	for _, label := range []string{"a?", "A", "a", "退款", "发票", "a!"} {
		got[label] = l.Node(label)
	}
	want := map[string]knowledge.NodeID{"A": "a", "a": "a_2", "a?": "a_3", "发票": "label", "退款": "label_2", "a!": "a_4"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	// The order of the rows does not matter, nor what comes later.
	again := labelled.NewLabels(nil, labels("发票", "a", "退款", "A", "a?"))
	for _, label := range []string{"a?", "A", "a", "退款", "发票"} {
		if again.Node(label) != want[label] {
			t.Errorf("Node(%q) = %q in another order, want %q", label, again.Node(label), want[label])
		}
	}
}

func TestNewTree(t *testing.T) {
	train := rows("什么时候发货", "Shipping", "开发票", "invoice", "今天天气", "oos", "多久能发", "Shipping", "多久能发", "Shipping")
	l := labelled.NewLabels([]string{"oos"}, train)
	tree, err := labelled.NewTree(train, l, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	want := []*knowledge.Node{
		{ID: "shipping", Title: "Shipping", Question: "什么时候发货", Similar: []string{"多久能发", "多久能发"}},
		{ID: "invoice", Title: "invoice", Question: "开发票"},
	}
	if diff := cmp.Diff(want, tree.Document().Nodes); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	if got := tree.Document().Locale; got != "zh-CN" {
		t.Errorf("Locale = %q, want zh-CN", got)
	}
	got := labelled.Questions("test.tsv", rows("发了吗", "Shipping", "你好", "oos"), l)
	wantQuestions := []lint.Question{
		{Text: "发了吗", Expect: []knowledge.NodeID{"shipping"}, File: "test.tsv", Line: 2},
		{Text: "你好", Expect: []knowledge.NodeID{lint.ExpectNone}, File: "test.tsv", Line: 3},
	}
	if diff := cmp.Diff(wantQuestions, got); diff != "" {
		t.Errorf("Questions (-want +got):\n%s", diff)
	}
}

func TestNewTreeRefuses(t *testing.T) {
	var many []string
	for i := range knowledge.MaxNodes + 1 {
		many = append(many, fmt.Sprintf("l%d", i))
	}
	for name, train := range map[string][]labelled.Row{"nothing to answer": labels("oos"), "too many labels": labels(many...)} {
		if _, err := labelled.NewTree(train, labelled.NewLabels([]string{"oos"}, train), "en"); err == nil {
			t.Errorf("NewTree with %s: no error", name)
		}
	}
}

// FuzzLabels: any two labels get different nodes with ids that a tree may have.
func FuzzLabels(f *testing.F) {
	f.Add("a?", "A")
	f.Add("退款", "发票")
	f.Add("x.", strings.Repeat("y", 300))
	f.Add("a_2", "a")
	f.Fuzz(func(t *testing.T, a, b string) {
		train := append(labels(a), labels(b, a+b, a, b+a)...)
		l := labelled.NewLabels(nil, train)
		tree, err := labelled.NewTree(train, l, "en")
		if err != nil {
			t.Fatal(err)
		}
		distinct := map[string]bool{a: true, b: true, a + b: true, b + a: true}
		if tree.Len() != len(distinct) {
			t.Errorf("NewTree has %d nodes, want %d", tree.Len(), len(distinct))
		}
		for _, p := range lint.Check(tree) {
			if p.Rule == "id-syntax" || p.Rule == "duplicate-id" {
				t.Errorf("labels %q, %q: %v", a, b, p)
			}
		}
	})
}
