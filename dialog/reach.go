package dialog

import (
	"regexp"
	"slices"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// reach is where the branches of a node can lead, the node itself included,
// and the slots that are asked for on the way, each once.
type reach struct {
	nodes map[knowledge.NodeID]bool
	slots []knowledge.SlotID
}

func reachOf(tree *knowledge.Tree, node *knowledge.Node) reach {
	r := reach{nodes: make(map[knowledge.NodeID]bool)}
	r.visit(tree, node)
	return r
}

func (r *reach) visit(tree *knowledge.Tree, node *knowledge.Node) {
	if node == nil || r.nodes[node.ID] {
		return
	}
	r.nodes[node.ID] = true
	for _, id := range node.Ask {
		r.need(tree, id)
	}
	for _, b := range node.Branches {
		for _, word := range variables(b.When) {
			r.need(tree, knowledge.SlotID(word))
		}
		r.visit(tree, tree.Node(b.To))
	}
}

func (r *reach) need(tree *knowledge.Tree, id knowledge.SlotID) {
	if tree.Slot(id) != nil && !slices.Contains(r.slots, id) {
		r.slots = append(r.slots, id)
	}
}

var (
	quoted   = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`)
	variable = regexp.MustCompile(`[a-z][a-z0-9_]*`)
)

// variables returns the words of a condition that may be slots: which of them
// are is for the tree to say.
func variables(condition string) []string {
	return variable.FindAllString(quoted.ReplaceAllString(condition, ""), -1)
}
