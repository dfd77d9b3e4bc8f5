package condition

import (
	"errors"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Branches decides, at the nodes of one tree, which branch is followed. It is
// immutable and safe for concurrent use.
type Branches struct {
	env   *Env
	nodes map[knowledge.NodeID][]*Program // nil where a branch has no condition
}

// CompileTree compiles every condition of the tree. It fails on the first
// condition that does not compile; package lint lists them all.
func CompileTree(t *knowledge.Tree) (*Branches, error) {
	env, err := NewEnv(t.Document().Slots)
	if err != nil {
		return nil, err
	}
	b := &Branches{env: env, nodes: make(map[knowledge.NodeID][]*Program)}
	shared := make(map[string]*Program)
	for node := range t.Nodes() {
		for i, branch := range node.Branches {
			p := shared[branch.When]
			if p == nil && branch.When != "" {
				if p, err = env.Compile(branch.When); err != nil {
					return nil, fmt.Errorf("condition: branch %d of node %s: %w", i, node.ID, err)
				}
				shared[branch.When] = p
			}
			b.nodes[node.ID] = append(b.nodes[node.ID], p)
		}
	}
	return b, nil
}

// Next returns the index of the branch of node that values lead to: the first
// whose condition holds. Where a slot must be asked for first it returns -1 and
// that slot: the slots of node's Ask come first, in their order, then what the
// conditions need, walking the branches in order. A value that its slot cannot
// hold counts as missing, see [Program.Eval].
//
// It is an error if no branch holds, which cannot happen in a tree without
// problems because the last branch has no condition.
func (b *Branches) Next(node *knowledge.Node, values map[knowledge.SlotID]string) (branch int, missing knowledge.SlotID, err error) {
	vars := &collected{env: b.env, values: values}
	for _, id := range node.Ask {
		slot := b.env.slots[id]
		if slot == nil {
			return -1, "", fmt.Errorf("condition: node %s asks for unknown slot %s", node.ID, id)
		}
		if value, ok := values[id]; ok {
			if _, ok := parse(slot, value); ok {
				continue
			}
		}
		return -1, id, nil
	}
	for i, p := range b.nodes[node.ID] {
		if p == nil {
			return i, "", nil
		}
		holds, err := p.eval(vars)
		if missing, ok := errors.AsType[*MissingError](err); ok {
			return -1, missing.Slot, nil
		}
		if err != nil {
			return -1, "", fmt.Errorf("condition: branch %d of node %s: %w", i, node.ID, err)
		}
		if holds {
			return i, "", nil
		}
	}
	return -1, "", fmt.Errorf("condition: no branch of node %s holds", node.ID)
}
