package treefile_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

func TestReadQuestions(t *testing.T) {
	const data = "\xef\xbb\xbfutterance\texpect\tnote\r\n" +
		"这件能退吗\treturns\tfrom the desk\r\n" +
		"\r\n" +
		" \"退 \treturns.late | returns.in_time\n" +
		"今天天气\t!none\n" +
		"叫个人来\t!human"
	got, problems := treefile.ReadQuestions("q.tsv", strings.NewReader(data))
	want := []lint.Question{
		{Text: "这件能退吗", Expect: []knowledge.NodeID{"returns"}, File: "q.tsv", Line: 2},
		{Text: " \"退 ", Expect: []knowledge.NodeID{"returns.late", "returns.in_time"}, File: "q.tsv", Line: 4},
		{Text: "今天天气", Expect: []knowledge.NodeID{lint.ExpectNone}, File: "q.tsv", Line: 5},
		{Text: "叫个人来", Expect: []knowledge.NodeID{lint.ExpectHuman}, File: "q.tsv", Line: 6},
	}
	if diff := cmp.Diff(want, got); diff != "" || problems != nil {
		t.Errorf("ReadQuestions (-want +got):\n%s\nproblems %v, want none", diff, problems)
	}
}

func TestReadQuestionsReportsEveryLine(t *testing.T) {
	const good = "utterance\texpect\n"
	tests := []struct {
		name, data string
		questions  int
		want       []string
	}{
		{"nothing", "", 0, []string{"1:1: empty: there is nothing in the file"}},
		{"no header", "这件能退吗\treturns\n", 0, []string{`1:1: bad-header: the first line must be utterance, a tab, expect; it is "这件能退吗\treturns"`}},
		{"commas", "utterance,expect\n", 0, []string{`1:1: bad-header: the first line must be utterance, a tab, expect; it is "utterance,expect"`}},
		{"header only", good, 0, nil},
		{"one column", good + "退货\n好\treturns\n", 1, []string{"2:3: bad-expectation: there is no tab and no second column"}},
		{"no utterance", good + " \treturns\n", 0, []string{"2:1: empty-question: there is no utterance"}},
		{"no expectation", good + "退货\t\n", 0, []string{`2:4: bad-expectation: "" is neither the id of a node nor !none or !human`}},
		{"title instead of an id", good + "退货\t七天无理由\n", 0, []string{`2:4: bad-expectation: "七天无理由" is neither the id of a node nor !none or !human`}},
		{"unknown mark", good + "退货\t!nobody\n", 0, []string{`2:4: bad-expectation: "!nobody" is neither the id of a node nor !none or !human`}},
		{"mark among ids", good + "退货\treturns|!none\n", 0, []string{"2:4: bad-expectation: !none must stand alone"}},
		{"id twice", good + "退货\ta|b|a\n", 0, []string{"2:4: bad-expectation: a is there twice"}},
		{"both columns", good + "\t?\n", 0, []string{"2:1: empty-question: there is no utterance", `2:2: bad-expectation: "?" is neither the id of a node nor !none or !human`}},
		{"too long", good + strings.Repeat("长", 2001) + "\treturns\n", 0, []string{"2:1: too-long: the utterance has 2001 characters, at most 2000 are allowed"}},
		{"GBK", good + "\xcd\xcb\xbb\xf5\treturns\n", 0, []string{"2:1: not-utf8: byte 0xCD is not UTF-8; save the file as UTF-8 (many programs write GBK or UTF-16 unless told otherwise)"}},
		{"NUL", good + "退\x00货\treturns\n", 0, []string{"2:2: control-characters: the character U+0000 is not allowed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			questions, problems := treefile.ReadQuestions("q.tsv", strings.NewReader(tt.data))
			var want []string
			for _, w := range tt.want {
				want = append(want, "q.tsv:"+w)
			}
			if diff := cmp.Diff(want, lines(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if len(questions) != tt.questions {
				t.Errorf("questions = %v, want %d", questions, tt.questions)
			}
		})
	}
}

func TestReadQuestionsThatCannotBeRead(t *testing.T) {
	questions, problems := treefile.ReadQuestions("q.tsv", iotest.ErrReader(errors.New("cable pulled")))
	want := []string{"q.tsv:0:0: unreadable: cable pulled"}
	if diff := cmp.Diff(want, lines(problems)); diff != "" || questions != nil {
		t.Errorf("ReadQuestions = %v and problems (-want +got):\n%s", questions, diff)
	}
}

func TestReadQuestionsIsBounded(t *testing.T) {
	repeat := func(row string, n int) io.Reader {
		return strings.NewReader("utterance\texpect\n" + strings.Repeat(row, n))
	}
	questions, problems := treefile.ReadQuestions("q.tsv", repeat("好\treturns\n", knowledge.MaxQuestions+2))
	want := []string{"q.tsv:200002:1: too-many: there are more than 200000 questions"}
	if diff := cmp.Diff(want, lines(problems)); diff != "" || len(questions) != knowledge.MaxQuestions {
		t.Errorf("ReadQuestions = %d questions, want %d; problems (-want +got):\n%s", len(questions), knowledge.MaxQuestions, diff)
	}
	questions, problems = treefile.ReadQuestions("q.tsv", repeat("好\t?\n", knowledge.MaxProblems+2))
	last := problems[len(problems)-1]
	if len(questions) != 0 || len(problems) != knowledge.MaxProblems+1 || last.Rule != "too-many-problems" {
		t.Errorf("ReadQuestions = %d questions and %d problems, the last %v, want 0, %d and too-many-problems",
			len(questions), len(problems), last, knowledge.MaxProblems+1)
	}
}
