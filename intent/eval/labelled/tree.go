package labelled

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// Labels gives each label the node that stands for it.
type Labels struct {
	nodes map[string]knowledge.NodeID
	taken map[knowledge.NodeID]bool
	none  map[string]bool
}

// NewLabels names a node for each label of the sets, but for those of none,
// which stand for questions that nothing may answer.
//
// A node's id is its label in lower case with every run of other characters than
// a-z, 0-9, '.', '_' and '-' as one '_'. Where two labels would have the same
// one, the later gets a number. Labels are taken set by set and sorted within a
// set: what a later set holds does not change the ids of an earlier one.
func NewLabels(none []string, sets ...[]Row) *Labels {
	l := &Labels{
		nodes: make(map[string]knowledge.NodeID), taken: make(map[knowledge.NodeID]bool), none: make(map[string]bool),
	}
	for _, label := range none {
		l.none[label] = true
	}
	for _, set := range sets {
		fresh := make(map[string]bool)
		for _, row := range set {
			if !l.none[row.Label] && l.nodes[row.Label] == "" {
				fresh[row.Label] = true
			}
		}
		for _, label := range slices.Sorted(maps.Keys(fresh)) {
			id := l.free(idOf(label))
			l.nodes[label], l.taken[id] = id, true
		}
	}
	return l
}

// free returns the first of base, base_2, base_3 ... that is not taken.
func (l *Labels) free(base string) knowledge.NodeID {
	id := knowledge.NodeID(base)
	for n := 2; l.taken[id]; n++ {
		id = knowledge.NodeID(fmt.Sprintf("%s_%d", base, n))
	}
	return id
}

// maxSlug leaves room for the number behind an id.
const maxSlug = knowledge.MaxIDLength - 8

// idOf returns a valid id that is as like label as may be.
func idOf(label string) string {
	var words []string
	for part := range strings.SplitSeq(label, ".") {
		if word := wordOf(part); word != "" {
			words = append(words, word)
		}
	}
	id := strings.Join(words, ".")
	if len(id) > maxSlug {
		id = strings.TrimRight(id[:maxSlug], ".")
	}
	if id == "" {
		return "label"
	}
	return id
}

func wordOf(part string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(part) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_', r == '-':
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			b.WriteRune(r)
			gap = false
		default:
			gap = true
		}
	}
	return strings.TrimLeft(b.String(), "_-")
}

// Node returns the node that stands for label, or lint.ExpectNone where nothing
// may answer it.
func (l *Labels) Node(label string) knowledge.NodeID {
	if id, ok := l.nodes[label]; ok {
		return id
	}
	return lint.ExpectNone
}

// NewTree returns a tree with a node for each label of train, in the order of
// their first rows. A label's first text is the standard question, the others
// are similar ones. Rows that nothing may answer are left out. The tree is for
// matching only: its nodes have no answers.
//
// It fails where there are more than knowledge.MaxNodes labels, or none.
func NewTree(train []Row, labels *Labels, locale string) (*knowledge.Tree, error) {
	doc := knowledge.Document{Title: "labelled set", Locale: locale}
	at := make(map[knowledge.NodeID]*knowledge.Node)
	for _, row := range train {
		id := labels.Node(row.Label)
		if id == lint.ExpectNone {
			continue
		}
		n := at[id]
		if n == nil {
			n = &knowledge.Node{ID: id, Title: row.Label, Question: row.Text}
			at[id] = n
			doc.Nodes = append(doc.Nodes, n)
			continue
		}
		n.Similar = append(n.Similar, row.Text)
	}
	switch n := len(doc.Nodes); {
	case n == 0:
		return nil, fmt.Errorf("labelled: nothing in the training set is to be answered")
	case n > knowledge.MaxNodes:
		return nil, fmt.Errorf("labelled: the training set has %d labels, at most %d are allowed", n, knowledge.MaxNodes)
	}
	return knowledge.NewTree(doc), nil
}

// Questions returns the rows as questions that expect the nodes of their labels.
func Questions(file string, rows []Row, labels *Labels) []lint.Question {
	out := make([]lint.Question, len(rows))
	for i, row := range rows {
		out[i] = lint.Question{Text: row.Text, Expect: []knowledge.NodeID{labels.Node(row.Label)}, File: file, Line: row.Line}
	}
	return out
}
