package lint

import (
	"fmt"
	"strconv"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Check returns everything that is wrong with the tree, each problem with its
// Path only, such as nodes[0].children[2].similar[3] or
// slots.signed_by.options[1].id. The path of something that is missing is
// where it would be. The list is empty if nothing is wrong, and ends with
// too-many-problems if there was more than knowledge.MaxProblems.
func Check(t *knowledge.Tree) []knowledge.Problem {
	return CheckPlaced(t, func(path string) string { return path })
}

// CheckPlaced is like Check for a caller that knows more about places: where
// returns the words for a path in messages that name a second place, such as
// "line 12".
func CheckPlaced(t *knowledge.Tree, where func(path string) string) []knowledge.Problem {
	c := &checker{tree: t, doc: t.Document(), where: where}
	c.flatten(c.doc.Nodes, nil, "nodes", 1)
	c.document()
	c.slots()
	c.nodes()
	c.questions()
	c.conditions()
	c.reachability()
	c.cycles()
	return c.done()
}

// checker collects the problems of one tree.
type checker struct {
	tree  *knowledge.Tree
	doc   *knowledge.Document
	where func(path string) string
	all   []entry
	problems
}

// entry is a node where it stands in the document.
type entry struct {
	*knowledge.Node
	path   string
	parent *knowledge.Node // nil at the top
	depth  int             // 1 at the top
}

// flatten lists every node, parents before children.
func (c *checker) flatten(nodes []*knowledge.Node, parent *knowledge.Node, path string, depth int) {
	for i, n := range nodes {
		at := path + "[" + strconv.Itoa(i) + "]"
		c.all = append(c.all, entry{Node: n, path: at, parent: parent, depth: depth})
		c.flatten(n.Children, n, at+".children", depth+1)
	}
}

// spot is a place in the document. Its path is only put together when there is
// a problem to report.
type spot struct {
	base, key string
	index     int // in the list that is at key; none if it is noIndex
}

const noIndex = -1

func (s spot) path() string {
	path := s.base
	if path != "" && s.key != "" {
		path += "."
	}
	path += s.key
	if s.index != noIndex {
		path += "[" + strconv.Itoa(s.index) + "]"
	}
	return path
}

// problems is a list that stops at knowledge.MaxProblems.
type problems struct {
	list []knowledge.Problem
	more bool
}

func (ps *problems) add(at spot, rule, format string, args ...any) {
	if len(ps.list) >= knowledge.MaxProblems {
		ps.more = true
		return
	}
	ps.list = append(ps.list, knowledge.Problem{Path: at.path(), Rule: rule, Message: fmt.Sprintf(format, args...)})
}

func (ps *problems) done() []knowledge.Problem {
	if !ps.more {
		return ps.list
	}
	last := ps.list[len(ps.list)-1]
	last.Rule = "too-many-problems"
	last.Message = fmt.Sprintf("there are more problems than the %d listed", len(ps.list))
	return append(ps.list, last)
}
