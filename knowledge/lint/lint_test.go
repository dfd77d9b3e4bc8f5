package lint_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// shopDocument returns a small document without problems: a menu over a node
// that asks, with its leaves, and a node that hands over.
func shopDocument() *knowledge.Document {
	return &knowledge.Document{
		Title:      "示例店铺",
		Locale:     "zh-CN",
		Welcome:    "您好！",
		Suggest:    []knowledge.NodeID{"returns"},
		Dictionary: []string{"七天无理由"},
		Synonyms:   [][]string{{"快递", "包裹"}},
		Slots: []knowledge.Slot{
			{ID: "signed_by", Title: "签收方式", Type: knowledge.SlotChoice, Ask: "谁签收的？", Options: []knowledge.Option{
				{ID: "self", Label: "本人", Similar: []string{"我签的"}},
				{ID: "locker", Label: "快递柜", Similar: []string{"丰巢"}},
			}},
			{ID: "days", Title: "签收后天数", Type: knowledge.SlotNumber, Ask: "第几天？", Unit: "天", Max: 3650},
			{ID: "photo", Title: "有照片", Type: knowledge.SlotYesNo, Ask: "有照片吗？"},
			{ID: "account", Title: "账号", Type: knowledge.SlotText, Ask: "哪个账号？"},
		},
		Nodes: []*knowledge.Node{
			{ID: "returns", Title: "退货", Question: "我要退货", Similar: []string{"想退货"}, Children: []*knowledge.Node{
				{
					ID: "returns.seven", Title: "七天无理由", Question: "七天无理由怎么算", Negative: []string{"七天价保怎么算"},
					Ask: []knowledge.SlotID{"days"},
					Branches: []knowledge.Branch{
						{When: `days <= 7`, To: "returns.in_time"},
						{When: `signed_by == "locker" && photo`, To: "human"},
						{To: "returns.late"},
					},
					Children: []*knowledge.Node{
						{ID: "returns.in_time", Title: "七天内", Answer: "可以退。", Rules: []string{"《办法》第十条"}, Tags: []string{"returns"}},
						{ID: "returns.late", Title: "超过七天", Answer: "不能退。"},
					},
				},
			}},
			{ID: "human", Title: "人工", Question: "转人工", Handoff: &knowledge.HandoffPolicy{Skill: "returns", Priority: 9}},
		},
	}
}

func check(d *knowledge.Document) []knowledge.Problem { return lint.Check(knowledge.NewTree(*d)) }

// brief writes problems as "path: rule", without their messages.
func brief(ps []knowledge.Problem) []string {
	var lines []string
	for _, p := range ps {
		lines = append(lines, p.Path+": "+p.Rule)
	}
	return lines
}

func TestCheckPassesAGoodTree(t *testing.T) {
	if ps := check(shopDocument()); len(ps) > 0 {
		t.Errorf("Check of a good tree = %v, want nothing", ps)
	}
}

func TestCheck(t *testing.T) {
	day := time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)
	menu := func(d *knowledge.Document) *knowledge.Node { return d.Nodes[0] }
	seven := func(d *knowledge.Document) *knowledge.Node { return d.Nodes[0].Children[0] }
	leaf := func(d *knowledge.Document) *knowledge.Node { return seven(d).Children[0] }
	human := func(d *knowledge.Document) *knowledge.Node { return d.Nodes[1] }
	tests := []struct {
		name   string
		change func(d *knowledge.Document)
		want   []string
	}{
		// The document.
		{"title too long", func(d *knowledge.Document) { d.Title = strings.Repeat("店", knowledge.MaxTitle+1) }, []string{"title: too-long"}},
		{"title of full length", func(d *knowledge.Document) { d.Title = strings.Repeat("店", knowledge.MaxTitle) }, nil},
		{"welcome too long", func(d *knowledge.Document) { d.Welcome = strings.Repeat("好", knowledge.MaxAnswer+1) }, []string{"welcome: too-long"}},
		{"no locale", func(d *knowledge.Document) { d.Locale = "" }, []string{"locale: bad-locale"}},
		{"POSIX locale", func(d *knowledge.Document) { d.Locale = "zh_CN" }, []string{"locale: bad-locale"}},
		{"language that does not exist", func(d *knowledge.Document) { d.Locale = "chinese" }, []string{"locale: bad-locale"}},
		{"undetermined locale", func(d *knowledge.Document) { d.Locale = "und" }, []string{"locale: bad-locale"}},
		{"script in the locale", func(d *knowledge.Document) { d.Locale = "zh-Hant-TW" }, nil},
		{"suggestion that does not exist", func(d *knowledge.Document) { d.Suggest = append(d.Suggest, "nope") }, []string{"suggest[1]: dangling-reference"}},
		{"too many suggestions", func(d *knowledge.Document) {
			d.Suggest = slices.Repeat([]knowledge.NodeID{"human"}, knowledge.MaxSuggest+1)
		}, []string{"suggest: too-many"}},
		{"tolerance", func(d *knowledge.Document) { d.Tolerance = 0.03 }, nil},
		{"least tolerance", func(d *knowledge.Document) { d.Tolerance = knowledge.MinTolerance }, nil},
		{"most tolerance", func(d *knowledge.Document) { d.Tolerance = knowledge.MaxTolerance }, nil},
		{"tolerance too small", func(d *knowledge.Document) { d.Tolerance = 0.004 }, []string{"tolerance: tolerance-range"}},
		{"tolerance too large", func(d *knowledge.Document) { d.Tolerance = 0.51 }, []string{"tolerance: tolerance-range"}},
		{"negative tolerance", func(d *knowledge.Document) { d.Tolerance = -0.03 }, []string{"tolerance: tolerance-range"}},
		{"tolerance that is no number", func(d *knowledge.Document) { d.Tolerance = math.NaN() }, []string{"tolerance: tolerance-range"}},
		{"blank word", func(d *knowledge.Document) { d.Dictionary = []string{"好", " "} }, []string{"dictionary[1]: empty-text"}},
		{"word too long", func(d *knowledge.Document) { d.Dictionary = []string{strings.Repeat("长", knowledge.MaxLabel+1)} }, []string{"dictionary[0]: too-long"}},
		{"lonely synonym", func(d *knowledge.Document) { d.Synonyms = append(d.Synonyms, []string{"快递"}) }, []string{"synonyms[1]: empty-text"}},
		{"blank synonym", func(d *knowledge.Document) { d.Synonyms = [][]string{{"快递", ""}} }, []string{"synonyms[0][1]: empty-text"}},

		// Slots.
		{"slot id with capitals", func(d *knowledge.Document) { d.Slots[3].ID = "Account" }, []string{"slots.Account: id-syntax"}},
		{"slot id that conditions reserve", func(d *knowledge.Document) { d.Slots[3].ID = "package" }, []string{"slots.package: id-syntax"}},
		{"slot id twice", func(d *knowledge.Document) { d.Slots[3].ID = "photo" }, []string{"slots.photo: duplicate-id"}},
		{"slot without title", func(d *knowledge.Document) { d.Slots[2].Title = "" }, []string{"slots.photo.title: missing-title"}},
		{"slot without ask", func(d *knowledge.Document) { d.Slots[2].Ask = "\n" }, []string{"slots.photo.ask: missing-slot-ask"}},
		{"ask too long", func(d *knowledge.Document) { d.Slots[2].Ask = strings.Repeat("问", knowledge.MaxSlotAsk+1) }, []string{"slots.photo.ask: too-long"}},
		{"slot of no type", func(d *knowledge.Document) { d.Slots[3].Type = "date" }, []string{"slots.account.type: slot-type"}},
		{"min above max", func(d *knowledge.Document) { d.Slots[1].Min = 3651 }, []string{"slots.days.min: number-range"}},
		{"max below min", func(d *knowledge.Document) { d.Slots[1].Min, d.Slots[1].Max = 5, 5 }, []string{"slots.days.min: number-range"}},
		{"max beyond arithmetic", func(d *knowledge.Document) { d.Slots[1].Max = 1e15 + 1 }, []string{"slots.days.min: number-range"}},
		{"bounds of a text", func(d *knowledge.Document) { d.Slots[3].Max = 3 }, []string{"slots.account.min: number-range"}},
		{"options of a yesno", func(d *knowledge.Document) { d.Slots[2].Options = d.Slots[0].Options }, []string{"slots.photo.options: option-count"}},
		{"one option", func(d *knowledge.Document) { d.Slots[0].Options = d.Slots[0].Options[1:] }, []string{"slots.signed_by.options: option-count"}},
		{"too many options", func(d *knowledge.Document) {
			for i := range knowledge.MaxOptions - 1 {
				d.Slots[0].Options = append(d.Slots[0].Options, knowledge.Option{ID: fmt.Sprint("o", i), Label: fmt.Sprint("第", i)})
			}
		}, []string{"slots.signed_by.options: option-count"}},
		{"option id twice", func(d *knowledge.Document) { d.Slots[0].Options[0].ID = "locker" }, []string{"slots.signed_by.options[1].id: duplicate-option"}},
		{"option id with blanks", func(d *knowledge.Document) {
			d.Slots[0].Options = append(d.Slots[0].Options, knowledge.Option{ID: "a b", Label: "邻居"})
		}, []string{"slots.signed_by.options[2].id: id-syntax"}},
		{"label twice", func(d *knowledge.Document) { d.Slots[0].Options[1].Label = " 本人！" }, []string{"slots.signed_by.options[1].label: duplicate-option"}},
		{"word of two options", func(d *knowledge.Document) { d.Slots[0].Options[1].Similar = []string{"丰巢", "我簽的"} }, []string{"slots.signed_by.options[1].similar[1]: duplicate-option"}},
		{"word that repeats its label", func(d *knowledge.Document) { d.Slots[0].Options[1].Similar = []string{"快递柜"} }, nil},
		{"no label", func(d *knowledge.Document) { d.Slots[0].Options[1].Label = "" }, []string{"slots.signed_by.options[1].label: missing-title"}},
		{"blank word of an option", func(d *knowledge.Document) { d.Slots[0].Options[1].Similar = []string{""} }, []string{"slots.signed_by.options[1].similar[0]: empty-text"}},

		// Nodes by themselves.
		{"node id with capitals", func(d *knowledge.Document) { human(d).ID = "Human"; seven(d).Branches[1].To = "Human" }, []string{"nodes[1].id: id-syntax"}},
		{"node id that ends in a dot", func(d *knowledge.Document) { human(d).ID = "a."; seven(d).Branches[1].To = "a." }, []string{"nodes[1].id: id-syntax"}},
		{"node id twice", func(d *knowledge.Document) {
			d.Nodes = append(d.Nodes, &knowledge.Node{ID: "human", Title: "x", Answer: "x"})
		}, []string{"nodes[2].id: duplicate-id"}},
		{"no title", func(d *knowledge.Document) { leaf(d).Title = " " }, []string{"nodes[0].children[0].children[0].title: missing-title"}},
		{"no title in a menu", func(d *knowledge.Document) { seven(d).Title = "" }, []string{"nodes[0].children[0].title: menu-child-untitled"}},
		{"no title at the top", func(d *knowledge.Document) { human(d).Title = "" }, []string{"nodes[1].title: missing-title"}},
		{"white answer", func(d *knowledge.Document) { leaf(d).Answer = " \n" }, []string{"nodes[0].children[0].children[0].answer: empty-answer"}},
		{"answer too long", func(d *knowledge.Document) { leaf(d).Answer = strings.Repeat("答", knowledge.MaxAnswer+1) }, []string{"nodes[0].children[0].children[0].answer: too-long"}},
		{"nothing happens", func(d *knowledge.Document) { leaf(d).Answer = "" }, []string{"nodes[0].children[0].children[0]: empty-node"}},
		{"answer beside branches", func(d *knowledge.Document) { seven(d).Answer = "看情况。" }, []string{"nodes[0].children[0].answer: ambiguous-node"}},
		{"handoff beside branches", func(d *knowledge.Document) { seven(d).Handoff = &knowledge.HandoffPolicy{} }, []string{"nodes[0].children[0].handoff: ambiguous-node"}},
		{"answer before a handoff", func(d *knowledge.Document) { human(d).Answer = "请稍等。" }, nil},
		{"blank rule", func(d *knowledge.Document) { leaf(d).Rules = []string{""} }, []string{"nodes[0].children[0].children[0].rules[0]: empty-text"}},
		{"tag too long", func(d *knowledge.Document) { leaf(d).Tags = []string{strings.Repeat("t", knowledge.MaxLabel+1)} }, []string{"nodes[0].children[0].children[0].tags[0]: too-long"}},
		{"asks in vain", func(d *knowledge.Document) { leaf(d).Ask = []knowledge.SlotID{"days"} }, []string{"nodes[0].children[0].children[0].ask: ask-unused"}},
		{"asks for nothing known", func(d *knowledge.Document) { seven(d).Ask = []knowledge.SlotID{"days", "weeks"} }, []string{"nodes[0].children[0].ask[1]: unknown-slot"}},
		{"ends before it begins", func(d *knowledge.Document) {
			leaf(d).Valid = knowledge.Validity{From: day, Until: day.Add(-time.Hour)}
		}, []string{"nodes[0].children[0].children[0].valid: validity"}},
		{"ends when it begins", func(d *knowledge.Document) { leaf(d).Valid = knowledge.Validity{From: day, Until: day} }, []string{"nodes[0].children[0].children[0].valid: validity"}},
		{"only ends", func(d *knowledge.Document) { leaf(d).Valid = knowledge.Validity{Until: day} }, nil},
		{"priority too high", func(d *knowledge.Document) { human(d).Handoff.Priority = 10 }, []string{"nodes[1].handoff.priority: handoff-priority"}},
		{"priority below zero", func(d *knowledge.Document) { human(d).Handoff.Priority = -1 }, []string{"nodes[1].handoff.priority: handoff-priority"}},
		{"too many entries in a menu", func(d *knowledge.Document) {
			for i := range knowledge.MaxMenu {
				menu(d).Children = append(menu(d).Children, &knowledge.Node{ID: knowledge.NodeID(fmt.Sprint("n", i)), Title: "t", Answer: "a"})
			}
		}, []string{"nodes[0].children: menu-too-large"}},
		{"bell", func(d *knowledge.Document) { leaf(d).Answer = "可\a以" }, []string{"nodes[0].children[0].children[0].answer: control-characters"}},
		{"direction override", func(d *knowledge.Document) { human(d).Similar = []string{"人工\u202e客服"} }, []string{"nodes[1].similar[0]: control-characters"}},
		{"C1 control", func(d *knowledge.Document) { human(d).Title = "a\u0085" }, []string{"nodes[1].title: control-characters"}},
		{"newline and emoji", func(d *knowledge.Document) { leaf(d).Answer = "可以👍🏽\n退" }, nil},
		{"bytes that are no text", func(d *knowledge.Document) { leaf(d).Answer = "\xb0\xa1" }, []string{"nodes[0].children[0].children[0].answer: control-characters"}},

		// Questions.
		{"question twice in a node", func(d *knowledge.Document) { menu(d).Similar = []string{"想退货", "我要退貨！", "想 退货"} }, []string{"nodes[0].similar[1]: duplicate-question", "nodes[0].similar[2]: duplicate-question"}},
		{"question of two nodes", func(d *knowledge.Document) { human(d).Similar = []string{"ＷＯ想退货", "想退货？"} }, []string{"nodes[1].similar[1]: shared-question"}},
		{"negative that is similar", func(d *knowledge.Document) { seven(d).Negative = []string{"七天无理由，怎么算?"} }, []string{"nodes[0].children[0].negative[0]: negative-is-similar"}},
		{"negative of the neighbour's question", func(d *knowledge.Document) { seven(d).Negative = []string{"转人工"} }, nil},
		{"negative twice", func(d *knowledge.Document) { human(d).Negative = []string{"机器人", "机器人。"} }, []string{"nodes[1].negative[1]: duplicate-question"}},
		{"only punctuation", func(d *knowledge.Document) { menu(d).Similar = []string{"？？？", ""} }, []string{"nodes[0].similar[0]: empty-question", "nodes[0].similar[1]: empty-question"}},
		{"blank standard question", func(d *knowledge.Document) { human(d).Question = " " }, []string{"nodes[1].question: empty-question"}},
		{"question too long", func(d *knowledge.Document) {
			human(d).Question = strings.Repeat("转人工吧", knowledge.MaxQuestion/4+1)
		}, []string{"nodes[1].question: too-long"}},

		// Branches.
		{"branch to nowhere", func(d *knowledge.Document) { seven(d).Branches[1].To = "returns.nowhere" }, []string{"nodes[0].children[0].branches[1].to: dangling-reference"}},
		{"condition with an unknown slot", func(d *knowledge.Document) { seven(d).Branches[0].When = "weeks < 1" }, []string{"nodes[0].children[0].branches[0].when: bad-condition"}},
		{"condition with an unknown option", func(d *knowledge.Document) { seven(d).Branches[1].When = `signed_by == "lockr"` }, []string{"nodes[0].children[0].branches[1].when: bad-condition"}},
		{"last branch has a condition", func(d *knowledge.Document) { seven(d).Branches[2].When = "days > 30" }, []string{"nodes[0].children[0].branches[2]: condition-not-exhaustive"}},
		{"branch after otherwise", func(d *knowledge.Document) { seven(d).Branches[0].When = "" }, []string{"nodes[0].children[0].branches[1]: unreachable-branch", "nodes[0].children[0].branches[2]: unreachable-branch"}},
		{"same condition twice", func(d *knowledge.Document) { seven(d).Branches[1].When = "days <= 7" }, []string{"nodes[0].children[0].branches[1]: unreachable-branch"}},
		{"condition that never holds", func(d *knowledge.Document) { seven(d).Branches[1].When = "days < 0" }, []string{"nodes[0].children[0].branches[1]: unreachable-branch"}},
		{"condition that is covered", func(d *knowledge.Document) { seven(d).Branches[1].When = "days == 3 && photo" }, []string{"nodes[0].children[0].branches[1]: unreachable-branch"}},
		{"otherwise that is covered", func(d *knowledge.Document) { seven(d).Branches[1].When = "days > 7" }, []string{"nodes[0].children[0].branches[2]: unreachable-branch"}},
		{"too many branches", func(d *knowledge.Document) {
			for i := range knowledge.MaxBranches - 2 {
				seven(d).Branches = append([]knowledge.Branch{{When: fmt.Sprint("days == ", 100+i), To: "human"}}, seven(d).Branches...)
			}
		}, []string{"nodes[0].children[0].branches: too-many"}},

		// The graph.
		{"nobody leads there", func(d *knowledge.Document) { seven(d).Branches[2].To = "human" }, []string{"nodes[0].children[0].children[1]: unreachable-node"}},
		{"suggested", func(d *knowledge.Document) {
			seven(d).Branches[2].To = "human"
			d.Suggest = append(d.Suggest, "returns.late")
		}, nil},
		{"similar is enough", func(d *knowledge.Document) {
			seven(d).Branches[2].To = "human"
			seven(d).Children[1].Similar = []string{"超过七天了"}
		}, nil},
		{"branch to itself", func(d *knowledge.Document) { seven(d).Branches[1].To = "returns.seven" }, []string{"nodes[0].children[0].branches[1].to: cycle"}},
		{"branch back to the menu", func(d *knowledge.Document) { seven(d).Branches[1].To = "returns" }, []string{"nodes[0].children[0].branches[1].to: cycle"}},
		{"two ways to one node", func(d *knowledge.Document) { seven(d).Branches[1].To = "returns.late" }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := shopDocument()
			tt.change(d)
			got := check(d)
			if diff := cmp.Diff(tt.want, brief(got)); diff != "" {
				t.Errorf("Check (-want +got):\n%s\n%v", diff, got)
			}
		})
	}
}

func TestMessagesNameTheOtherPlace(t *testing.T) {
	d := shopDocument()
	d.Nodes[1].Similar = []string{"想退货"}
	d.Nodes[1].ID = "returns"
	d.Nodes[0].Children[0].Branches[1].To = "returns"
	var got []string
	for _, p := range lint.CheckPlaced(knowledge.NewTree(*d), func(path string) string { return "see " + path }) {
		got = append(got, p.Message)
	}
	want := []string{
		`there is another node returns (see nodes[0])`,
		`"想退货" is also a question of returns (see nodes[0].similar[0])`,
		`the walk comes back to where it was: returns → returns.seven → returns`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestLongCycleIsShortened(t *testing.T) {
	d := leaves(20, func(i int, n *knowledge.Node) {
		n.Answer = ""
		n.Branches = []knowledge.Branch{{To: knowledge.NodeID(fmt.Sprint("n", (i+1)%20))}}
	})
	want := []knowledge.Problem{{
		Path: "nodes[19].branches[0].to", Rule: "cycle",
		Message: "the walk comes back to where it was: n0 → n1 → n2 → n3 → n4 → n5 → n6 → n7 → … → n0",
	}}
	if diff := cmp.Diff(want, check(d)); diff != "" {
		t.Errorf("Check (-want +got):\n%s", diff)
	}
}

func TestConditionProblemNamesItsColumn(t *testing.T) {
	d := shopDocument()
	d.Nodes[0].Children[0].Branches[1].When = `photo && signed_by == "lockr"`
	want := []knowledge.Problem{{
		Path: "nodes[0].children[0].branches[1].when", Rule: "bad-condition",
		Message: `column 23: slot signed_by has no option "lockr", its options are self, locker`,
	}}
	if diff := cmp.Diff(want, check(d)); diff != "" {
		t.Errorf("Check (-want +got):\n%s", diff)
	}
}

func TestTooDeep(t *testing.T) {
	d := shopDocument()
	parent := d.Nodes[1]
	for i := range knowledge.MaxDepth + 1 {
		child := &knowledge.Node{ID: knowledge.NodeID(fmt.Sprint("deep", i)), Title: "t", Question: fmt.Sprint("第", i, "层"), Answer: "a"}
		parent.Children = []*knowledge.Node{child}
		parent = child
	}
	want := []string{"nodes[1]" + strings.Repeat(".children[0]", knowledge.MaxDepth) + ": too-deep"}
	if diff := cmp.Diff(want, brief(check(d))); diff != "" {
		t.Errorf("Check of %d levels (-want +got):\n%s", knowledge.MaxDepth+2, diff)
	}
}
