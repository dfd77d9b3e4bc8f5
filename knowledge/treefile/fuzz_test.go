package treefile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

// FuzzParse checks that no file makes reading panic or list without bound, that
// every problem has a rule, words and a place in the file, and that what is
// read without problems is a tree that Load gives out.
func FuzzParse(f *testing.F) {
	f.Add(shopYAML(f))
	for _, seed := range []string{
		"", head + leaf, "- a\n", "a: &a [*a]\n", "{{{{", "? [a]\n: b\n", "a: |\n x\n", "\xef\xbb\xbf" + head, "\xff\xfe",
		"honeyguide: 2", "honeyguide: 1\nslots: {a.b: {type: x}}\nnodes: [{branches: [{when: a}]}]", "a: \"\\u202e\"\r\rb: %",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ps := treefile.Lint("f.yaml", data)
		if len(ps) > knowledge.MaxProblems+1 {
			t.Errorf("Lint listed %d problems", len(ps))
		}
		total := 1 + strings.Count(string(data), "\n") + strings.Count(string(data), "\r")
		for _, p := range ps {
			if p.File != "f.yaml" || p.Rule == "" || p.Message == "" || p.Line < 1 || p.Line > total || p.Column < 0 {
				t.Errorf("Lint = %+v, want a place in the %d lines, a rule and a message", p, total)
			}
		}
		tree, err := treefile.Load("f.yaml", data)
		if (err == nil) != (len(ps) == 0) || (tree != nil) != (err == nil) {
			t.Fatalf("Load = %v, %v, but Lint = %v", tree, err, ps)
		}
		if tree != nil {
			if diff := cmp.Diff(treefile.Parse("f.yaml", data).Document, *tree.Document()); diff != "" {
				t.Errorf("Load differs from Parse:\n%s", diff)
			}
		}
	})
}

// FuzzReadQuestions checks that no file makes reading panic, that each line is
// a question, a problem or empty, and that questions are what a test set holds.
func FuzzReadQuestions(f *testing.F) {
	for _, seed := range []string{
		"", "utterance\texpect\n", "utterance\texpect\n退货\treturns\n", "utterance\texpect\r\na\tb|c\tnote\r\rx\t!none",
		"utterance\texpect\n\t\n", "utterance\n", "\xef\xbb\xbfutterance\texpect\n\xff", "utterance\texpect\na\t!none|b",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		questions, problems := treefile.ReadQuestions("q.tsv", strings.NewReader(string(data)))
		total := 1 + strings.Count(string(data), "\n") + strings.Count(string(data), "\r")
		for _, p := range problems {
			if p.File != "q.tsv" || p.Rule == "" || p.Message == "" || p.Line < 1 || p.Line > total || p.Column < 1 {
				t.Errorf("problem %+v, want a place in the %d lines, a rule and a message", p, total)
			}
		}
		line := 0
		for _, q := range questions {
			if q.Line <= line || q.File != "q.tsv" || strings.TrimSpace(q.Text) == "" || len(q.Expect) == 0 {
				t.Errorf("question %+v after line %d", q, line)
			}
			line = q.Line
		}
		lint.CheckQuestions(knowledge.NewTree(knowledge.Document{}), questions)
	})
}
