package app_test

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

// promise is the least that a shipped tree and its test questions hold.
type promise struct {
	nodes, leaves, asking, negatives, depth, similar int
	inScope, none                                    int // of the test set
}

// dated is a rule with the date from which it holds.
var dated = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

func TestShippedTrees(t *testing.T) {
	promises := map[string]promise{
		"zh-CN": {nodes: 150, leaves: 100, asking: 12, negatives: 12, depth: 3, similar: 8, inScope: 600, none: 200},
		"en":    {nodes: 60, leaves: 40, asking: 6, negatives: 10, depth: 3, similar: 8, inScope: 150, none: 70},
	}
	for locale, want := range promises {
		t.Run(locale, func(t *testing.T) {
			tree, err := treefile.Load(locale, draftOf(t, locale).Source)
			if err != nil {
				t.Fatal(err)
			}
			got := promise{nodes: tree.Len(), similar: knowledge.MaxQuestions}
			for n := range tree.Nodes() {
				got.add(t, tree, n)
			}
			got.inScope, got.none = countQuestions(t, locale)
			for _, c := range []struct {
				what      string
				got, want int
			}{
				{"nodes", got.nodes, want.nodes}, {"leaves", got.leaves, want.leaves},
				{"nodes that ask and branch", got.asking, want.asking}, {"nodes with negative questions", got.negatives, want.negatives},
				{"levels", got.depth, want.depth}, {"similar questions of a leaf", got.similar, want.similar},
				{"test questions in scope", got.inScope, want.inScope}, {"that nothing may answer", got.none, want.none},
			} {
				if c.got < c.want {
					t.Errorf("%s: %d, want at least %d", c.what, c.got, c.want)
				}
			}
		})
	}
}

func (p *promise) add(t *testing.T, tree *knowledge.Tree, n *knowledge.Node) {
	t.Helper()
	depth := 0
	for id := n.ID; id != ""; id = tree.Parent(id) {
		depth++
	}
	p.depth = max(p.depth, depth)
	if len(n.Branches) > 0 {
		p.asking++
	}
	if len(n.Negative) > 0 {
		p.negatives++
	}
	if n.Kind() != knowledge.KindAnswer {
		return
	}
	p.leaves++
	if n.Question != "" {
		p.similar = min(p.similar, len(n.Similar))
	}
	if len(n.Rules) == 0 {
		t.Errorf("%s answers without naming a rule", n.ID)
	}
	for _, r := range n.Rules {
		if !dated.MatchString(r) {
			t.Errorf("%s: rule %q has no date", n.ID, r)
		}
	}
}

func countQuestions(t *testing.T, locale string) (inScope, none int) {
	t.Helper()
	data, err := testdata.Files.ReadFile("questions/disputes." + locale + ".test.tsv")
	if err != nil {
		t.Fatal(err)
	}
	questions, problems := treefile.ReadQuestions(locale, bytes.NewReader(data))
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	for _, q := range questions {
		switch q.Expect[0] {
		case lint.ExpectNone:
			none++
		case lint.ExpectHuman:
		default:
			inScope++
		}
	}
	return inScope, none
}
