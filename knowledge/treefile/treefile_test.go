package treefile_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

func shopYAML(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func shopDocument() knowledge.Document {
	return knowledge.Document{
		Title:      "示例店铺",
		Locale:     "zh-CN",
		Welcome:    "您好，我是店铺助手。\n请问有什么可以帮您？\n",
		Suggest:    []knowledge.NodeID{"returns", "human"},
		Tolerance:  0.025,
		Dictionary: []string{"七天无理由", "丰巢"},
		Synonyms:   [][]string{{"快递", "包裹"}, {"手机", "电话"}},
		Slots: []knowledge.Slot{
			{ID: "signed_by", Title: "签收方式", Type: knowledge.SlotChoice, Ask: "请问包裹是谁签收的？", Options: []knowledge.Option{
				{ID: "self", Label: "本人当面签收", Similar: []string{"自己签的", "我签收的"}},
				{ID: "locker", Label: "快递柜", Similar: []string{"丰巢", "自提柜"}},
			}},
			{ID: "days", Title: "签收后天数", Type: knowledge.SlotNumber, Ask: "到今天是第几天？", Unit: "天", Max: 3650},
			{ID: "weight", Title: "重量", Type: knowledge.SlotNumber, Ask: "大概几斤？", Max: 1_000_000_000},
			{ID: "photo", Title: "有照片", Type: knowledge.SlotYesNo, Ask: "有照片吗？"},
			{ID: "account", Title: "账号", Type: knowledge.SlotText, Ask: "哪个账号？"},
		},
		Nodes: []*knowledge.Node{
			{ID: "returns", Title: "退货", Question: "我要退货", Similar: []string{"想退货", "12306"}, Children: []*knowledge.Node{{
				ID: "returns.seven_days", Title: "七天无理由", Question: "七天无理由怎么算", Negative: []string{"七天价保怎么算"},
				Ask: []knowledge.SlotID{"days"},
				Branches: []knowledge.Branch{
					{When: "days <= 7", To: "returns.seven_days.in_time"},
					{When: `signed_by == "locker" && photo`, To: "human"},
					{To: "returns.seven_days.late"},
				},
				Children: []*knowledge.Node{
					{
						ID: "returns.seven_days.in_time", Title: "七天内", Answer: "可以退。",
						Rules: []string{"《暂行办法》第十条（2017-03-15起施行）"}, Tags: []string{"returns", "seven"},
						Valid: knowledge.Validity{
							From:  time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
							Until: time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC),
						},
					},
					{ID: "returns.seven_days.late", Title: "超过七天", Answer: "不能退。"},
				},
			}}},
			{ID: "human", Title: "人工", Question: "转人工", Answer: "请稍等。", Handoff: &knowledge.HandoffPolicy{Skill: "returns", Priority: 5}},
			{
				ID: "recharge", Title: "充值", Question: "充值没到账", Ask: []knowledge.SlotID{"account", "photo"},
				Branches: []knowledge.Branch{{To: "recharge.human"}},
			},
			{ID: "recharge.human", Title: "充值未到账", Handoff: &knowledge.HandoffPolicy{}},
		},
	}
}

func TestLoadReadsEveryKey(t *testing.T) {
	data := shopYAML(t)
	forms := map[string][]byte{
		"as it is":         data,
		"byte order mark":  append([]byte("\xef\xbb\xbf"), data...),
		"Windows newlines": []byte(strings.ReplaceAll(string(data), "\n", "\r\n")),
		"document marker":  append([]byte("---\n"), data...),
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			tree, err := treefile.Load("shop.yaml", form)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(shopDocument(), *tree.Document()); diff != "" {
				t.Errorf("Load (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoadReturnsAllProblems(t *testing.T) {
	const data = `honeyguide: 1
locale: zh-CN
nodes:
  - id: a
    title: 甲
    questoin: 我要退货
    similar: [好]
    answer: 可以
  - id: a
    title: [乙]
    similar: [好！]
    branches:
      - {when: "x == 1", to: b}
`
	tree, err := treefile.Load("bad.yaml", []byte(data))
	invalid, ok := errors.AsType[*knowledge.InvalidError](err)
	if tree != nil || !ok {
		t.Fatalf("Load = %v, %v, want nil and a *knowledge.InvalidError", tree, err)
	}
	want := []string{
		`bad.yaml:6:5: unknown-key: there is no key "questoin" here, is question meant?`,
		`bad.yaml:9:9: duplicate-id: there is another node a (line 4)`,
		`bad.yaml:10:12: wrong-type: must be text, is a list`,
		`bad.yaml:11:15: shared-question: "好！" is also a question of a (line 7)`,
		`bad.yaml:13:9: condition-not-exhaustive: the last branch of a has a condition; it must have none, for when no other holds`,
		`bad.yaml:13:16: bad-condition: column 1: there is no slot x`,
		`bad.yaml:13:30: dangling-reference: there is no node "b"`,
	}
	if diff := cmp.Diff(want, lines(invalid.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(invalid.Problems, treefile.Lint("bad.yaml", []byte(data))); diff != "" {
		t.Errorf("Lint differs from Load (-Load +Lint):\n%s", diff)
	}
}

func lines(ps []knowledge.Problem) []string {
	var all []string
	for _, p := range ps {
		all = append(all, p.String())
	}
	return all
}

// head begins a document whose nodes follow, on line 4.
const head = "honeyguide: 1\nlocale: zh-CN\nnodes:\n"

// leaf is a node without problems.
const leaf = "  - {id: leaf, title: t, answer: a}\n"

func TestLintPlaces(t *testing.T) {
	tests := []struct {
		name, data string
		want       []string
	}{
		{"empty", "", []string{"1:1: empty: there is nothing in the file"}},
		{"only a comment", "# nothing\n", []string{"1:1: empty: there is nothing in the file"}},
		{"only a marker", "---\n", []string{"1:1: empty: there is nothing in the file"}},
		{"a list", "- a\n- b\n", []string{"1:1: wrong-type: must have keys (honeyguide, title, locale, welcome, suggest, tolerance, dictionary, synonyms, slots, nodes), is a list"}},
		{"a word", "\n  hello\n", []string{`2:3: wrong-type: must have keys (honeyguide, title, locale, welcome, suggest, tolerance, dictionary, synonyms, slots, nodes), is "hello"`}},
		{"nothing required", "title: x\n", []string{
			"1:1: missing-key: the key honeyguide is missing",
			"1:1: missing-key: the key locale is missing",
			"1:1: missing-key: the key nodes is missing",
		}},
		{"next version", "honeyguide: 2\nlocales: []\n", []string{"1:13: unsupported-format-version: the format version must be 1, is \"2\""}},
		{"version without a value", "honeyguide:\n", []string{"1:12: unsupported-format-version: the format version must be 1, is empty"}},
		{"two documents", head + leaf + "---\n" + head + leaf, []string{"5:1: multiple-documents: a second document begins here; only one is allowed"}},
		{"broken second document", head + leaf + "---\na: [\n", []string{"6:0: bad-yaml: did not find expected node content (here or just above)"}},

		{"unknown key with a guess", "tilte: x\n" + head + leaf, []string{`1:1: unknown-key: there is no key "tilte" here, is title meant?`}},
		{"unknown key without a guess", head + "  - {id: a, title: t, answer: a, 备注: x}\n", []string{
			`4:34: unknown-key: there is no key "备注" here, only id, title, question, similar, negative, answer, rules, ask, branches, children, tags, valid, handoff`,
		}},
		{"column after Chinese text", head + "  - {id: a, title: 七天无理由退货, answer: 可以, tgas: [x]}\n", []string{`4:41: unknown-key: there is no key "tgas" here, is tags meant?`}},
		{"key twice", head + "  - id: a\n    title: t\n    answer: a\n    title: u\n", []string{"7:5: duplicate-key: the key title is already there"}},
		{"slot twice", "slots:\n  a: {title: t, type: text, ask: q}\n  a: {title: t, type: text, ask: q}\n" + head + leaf, []string{`3:3: duplicate-key: the slot "a" is already there`}},
		{"a list as a key", head + "  - id: a\n    title: t\n    answer: a\n    ? [x]\n    : y\n", []string{"7:7: unknown-key: a key must be a word, this is a list"}},
		{"a list as a slot's id", "slots:\n  ? [x]\n  : {type: text}\n" + head + leaf, []string{"2:5: wrong-type: the id of a slot must be a word, is a list"}},

		{"text that is empty", head + "  - id: a\n    title:\n    answer: a\n", []string{"5:11: wrong-type: must be text, is empty"}},
		{"text that is a mapping", head + "  - id: a\n    title: t\n    answer:\n      x: y\n", []string{"7:7: wrong-type: must be text, is a mapping"}},
		{"tolerance as a number", "tolerance: 0.03\n" + head + leaf, []string{`1:12: wrong-type: must be a percentage such as 3%, is "0.03"`}},
		{"tolerance of nothing", "tolerance: 0%\n" + head + leaf, []string{`1:12: tolerance-range: must be above 0%, is "0%"`}},
		{"tolerance too large", "tolerance: 50.1%\n" + head + leaf, []string{`1:12: tolerance-range: must be 0.5% to 50%, is 50.1%`}},
		{"tolerance too small", "tolerance: 0.4%\n" + head + leaf, []string{`1:12: tolerance-range: must be 0.5% to 50%, is 0.4%`}},
		{"tolerance in words", "tolerance: few\n" + head + leaf, []string{`1:12: wrong-type: must be a percentage such as 3%, is "few"`}},
		{"tolerance that is a list", "tolerance: [3%]\n" + head + leaf, []string{`1:12: wrong-type: must be a percentage such as 3%, is a list`}},
		{"negative tolerance", "tolerance: -3%\n" + head + leaf, []string{`1:12: wrong-type: must be a percentage such as 3%, is "-3%"`}},
		{"list that is text", head + "  - {id: a, title: t, answer: a, similar: 好}\n", []string{`4:43: wrong-type: must be a list, is "好"`}},
		{"list that is empty", head + "  - id: a\n    title: t\n    children:\n", []string{"6:14: wrong-type: must be a list, is empty"}},
		{"item that is a list", head + "  - {id: a, title: t, answer: a, similar: [好, [不好], 行]}\n", []string{"4:47: wrong-type: must be text, is a list"}},
		{"node that is text", head + leaf + "  - nonsense\n", []string{`5:5: wrong-type: must have keys (id, title, question, similar, negative, answer, rules, ask, branches, children, tags, valid, handoff), is "nonsense"`}},
		{"nodes that are text", "honeyguide: 1\nlocale: en\nnodes: none\n", []string{`3:8: wrong-type: must be a list, is "none"`}},
		{"slots that are a list", "slots: [a]\n" + head + leaf, []string{"1:8: wrong-type: must be slots by their ids, is a list"}},
		{"priority that is no number", head + "  - {id: a, title: t, handoff: {priority: high}}\n", []string{`4:43: wrong-type: must be a whole number, is "high"`}},
		{"bound that is a fraction", "slots:\n  n: {title: t, type: number, ask: q, max: 2.5}\n" + head + leaf, []string{
			`2:44: wrong-type: must be a whole number, is "2.5"`,
		}},
		{"ask that is a mapping", head + "  - {id: a, title: t, ask: {x: y}, branches: [{to: leaf}]}\n" + leaf, []string{"4:28: wrong-type: must be text, is a mapping"}},
		{"handoff that is a word", head + "  - {id: a, title: t, handoff: yes}\n", []string{`4:32: wrong-type: must have keys (skill, priority), is "yes"`}},
		{"date that is none", head + "  - {id: a, title: t, answer: a, valid: {from: 2026-02-30, until: soon}}\n", []string{
			`4:48: bad-date: must be a date such as 2006-01-31 or 2006-01-31T08:00:00+08:00, is "2026-02-30"`,
			`4:67: bad-date: must be a date such as 2006-01-31 or 2006-01-31T08:00:00+08:00, is "soon"`,
		}},
		{"branch without to", head + "  - {id: a, title: t, branches: [{when: \"true\"}, {to: leaf}]}\n" + leaf, []string{
			"4:34: missing-key: the key to is missing",
			"4:50: unreachable-branch: never taken: the branches before it cover every case; leave out the condition of the last of them",
		}},
		{"option without id and label", "slots:\n  s:\n    title: t\n    type: choice\n    ask: q\n    options:\n      - {similar: [x]}\n      - {id: b, label: c}\n" + head + leaf, []string{
			"7:9: missing-key: the key id is missing", "7:9: missing-key: the key label is missing",
		}},

		{"alias", head + "  - id: a\n    title: &t 退货\n    answer: *t\n", []string{
			"5:12: alias-not-allowed: an anchor, &t, is not allowed",
			"6:13: alias-not-allowed: an alias, *t, is not allowed: write the value itself",
		}},
		{"merge key", head + "  - &n {id: a, title: t, answer: a}\n  - {<<: *n, id: b}\n", []string{
			"4:5: alias-not-allowed: an anchor, &n, is not allowed",
			"5:10: alias-not-allowed: an alias, *n, is not allowed: write the value itself",
		}},
		{"tag", head + "  - {id: a, title: !!binary YQ==, answer: a}\n", []string{"4:20: tag-not-allowed: the tag \"!!binary\" is not allowed"}},

		{"problem of an item", head + "  - id: a\n    title: t\n    answer: a\n    similar:\n      - 好\n      - \"？\"\n", []string{`9:9: empty-question: "？" has no letter, sign or digit to match`}},
		{"problem of a list", head + "  - id: a\n    title: t\n    answer: a\n    ask:\n      - x\n", []string{
			"7:5: ask-unused: the node a has no branches and so never asks", `8:9: unknown-slot: there is no slot "x"`,
		}},
		{"problem of something missing", head + "  - id: a\n    answer: a\n", []string{"4:5: missing-title: the node a has no title"}},
		{"problem of an id with dots", "slots:\n  a.b: {title: t, type: text, ask: \"\"}\n  a: {title: t, type: text, ask: q}\n" + head + leaf, []string{
			`2:3: id-syntax: the id of a slot must be a-z, 0-9 and '_' and begin with a letter, this is "a.b"`,
			"2:36: missing-slot-ask: the slot a.b has no question to ask for it",
		}},
		{"escaped control character", head + "  - {id: a, title: t, answer: \"a\\u0000\"}\n", []string{"4:31: control-characters: the character U+0000 is not allowed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			for _, w := range tt.want {
				want = append(want, "f.yaml:"+w)
			}
			if diff := cmp.Diff(want, lines(treefile.Lint("f.yaml", []byte(tt.data)))); diff != "" {
				t.Errorf("Lint (-want +got):\n%s", diff)
			}
		})
	}
}
