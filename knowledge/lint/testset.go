package lint

import (
	"fmt"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// What a test question may expect instead of nodes.
const (
	ExpectNone  knowledge.NodeID = "!none"  // nothing may answer
	ExpectHuman knowledge.NodeID = "!human" // it is a wish for a human
)

// Question is one line of a test set: an utterance that is not in the tree, and
// what it must lead to.
type Question struct {
	Text string
	// Expect is the nodes that are right, any of them, or one of ExpectNone
	// and ExpectHuman alone.
	Expect []knowledge.NodeID
	File   string
	Line   int // from 1
}

// CheckQuestions returns what is wrong with a test set for the tree: test
// questions that occur in it as standard, similar or negative question (such a
// question tests memory, not understanding), nodes that do not exist, and
// questions that occur twice. The list is bounded like that of Check.
func CheckQuestions(t *knowledge.Tree, questions []Question) []knowledge.Problem {
	var ps testProblems
	known := keys(t)
	seen := make(map[string]int, len(questions))
	for _, q := range questions {
		key := textnorm.Key(q.Text)
		first, again := seen[key]
		owner, inTree := known[key]
		switch {
		case again:
			ps.add(q, 1, "duplicate-question", "%s is already there (line %d)", quote(q.Text), first)
		case inTree:
			ps.add(q, 1, "test-question-in-tree", "%s is a question of %s itself", quote(q.Text), owner)
		}
		if !again {
			seen[key] = q.Line
		}
		for _, id := range q.Expect {
			if id != ExpectNone && id != ExpectHuman && t.Node(id) == nil {
				ps.add(q, utf8.RuneCountInString(q.Text)+2, "dangling-reference", "there is no node %s", quote(string(id)))
			}
		}
	}
	return ps.done()
}

// keys returns every question of the tree with a node that has it.
func keys(t *knowledge.Tree) map[string]knowledge.NodeID {
	known := make(map[string]knowledge.NodeID)
	for n := range t.Nodes() {
		for _, list := range [][]string{{n.Question}, n.Similar, n.Negative} {
			for _, text := range list {
				if key := textnorm.Key(text); key != "" {
					known[key] = n.ID
				}
			}
		}
	}
	return known
}

// testProblems are problems that have a file and a line instead of a path.
type testProblems struct {
	problems
}

func (ps *testProblems) add(q Question, column int, rule, format string, args ...any) {
	before := len(ps.list)
	ps.problems.add(spot{index: noIndex}, rule, "%s", fmt.Sprintf(format, args...))
	if len(ps.list) > before {
		p := &ps.list[before]
		p.File, p.Line, p.Column = q.File, q.Line, column
	}
}
