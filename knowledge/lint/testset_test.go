package lint_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

func TestCheckQuestions(t *testing.T) {
	tree := knowledge.NewTree(*shopDocument())
	expect := func(ids ...knowledge.NodeID) []knowledge.NodeID { return ids }
	questions := []lint.Question{
		{Text: "这件能退回去吗", Expect: expect("returns"), Line: 2},
		{Text: "我要退貨！", Expect: expect("returns"), Line: 3},
		{Text: "七天价保怎么算？", Expect: expect(lint.ExpectNone), Line: 4},
		{Text: "让真人来", Expect: expect(lint.ExpectHuman), Line: 5},
		{Text: "退不退", Expect: expect("returns", "returns.nope"), Line: 6},
		{Text: "这件能退回去吗？", Expect: expect("returns"), Line: 7},
	}
	for i := range questions {
		questions[i].File = "q.tsv"
	}
	var got []string
	for _, p := range lint.CheckQuestions(tree, questions) {
		got = append(got, p.String())
	}
	want := []string{
		`q.tsv:3:1: test-question-in-tree: "我要退貨！" is a question of returns itself`,
		`q.tsv:4:1: test-question-in-tree: "七天价保怎么算？" is a question of returns.seven itself`,
		`q.tsv:6:5: dangling-reference: there is no node "returns.nope"`,
		`q.tsv:7:1: duplicate-question: "这件能退回去吗？" is already there (line 2)`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CheckQuestions (-want +got):\n%s", diff)
	}
}

func TestCheckQuestionsIsBounded(t *testing.T) {
	tree := knowledge.NewTree(*shopDocument())
	questions := make([]lint.Question, knowledge.MaxProblems+5)
	for i := range questions {
		questions[i] = lint.Question{Text: "想退货", Expect: []knowledge.NodeID{"returns"}, File: "q.tsv", Line: i + 2}
	}
	ps := lint.CheckQuestions(tree, questions)
	last := ps[len(ps)-1]
	want := knowledge.Problem{File: "q.tsv", Line: 10_001, Column: 1, Rule: "too-many-problems", Message: "there are more problems than the 10000 listed"}
	if diff := cmp.Diff(want, last); len(ps) != knowledge.MaxProblems+1 || diff != "" {
		t.Errorf("CheckQuestions listed %d problems, want %d; the last (-want +got):\n%s", len(ps), knowledge.MaxProblems+1, diff)
	}
}
