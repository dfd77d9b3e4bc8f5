package lint

import (
	"strings"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// reachability reports the nodes that no conversation can reach.
func (c *checker) reachability() {
	target := make(map[knowledge.NodeID]bool)
	for _, e := range c.all {
		for _, b := range e.Branches {
			target[b.To] = true
		}
	}
	for _, id := range c.doc.Suggest {
		target[id] = true
	}
	for _, e := range c.all {
		inMenu := e.parent == nil || e.parent.Kind() == knowledge.KindMenu
		if e.Question == "" && len(e.Similar) == 0 && !inMenu && !target[e.ID] {
			c.add(spot{e.path, "", noIndex}, "unreachable-node", "the node %s has no question, and no branch, menu or suggestion leads to it", e.ID)
		}
	}
}

// cycles reports every branch or menu entry that leads back to a node from
// which it was reached.
func (c *checker) cycles() {
	w := &walk{checker: c, entries: make(map[knowledge.NodeID]*entry, len(c.all)), at: make(map[knowledge.NodeID]int, len(c.all))}
	for i := range c.all {
		if e := &c.all[i]; w.entries[e.ID] == nil {
			w.entries[e.ID] = e
		}
	}
	for i := range c.all {
		w.visit(c.all[i].ID)
	}
}

// walk is a depth-first walk along branches and menus.
type walk struct {
	*checker
	entries map[knowledge.NodeID]*entry
	trail   []knowledge.NodeID       // from where the walk began to where it is
	at      map[knowledge.NodeID]int // place in trail, from 1, or left
}

const left = -1 // the walk has been there and gone back

func (w *walk) visit(id knowledge.NodeID) {
	e := w.entries[id]
	if e == nil || w.at[id] != 0 { // a node that does not exist is reported elsewhere
		return
	}
	w.trail = append(w.trail, id)
	w.at[id] = len(w.trail)
	switch e.Kind() {
	case knowledge.KindBranch:
		for i, b := range e.Branches {
			w.follow(b.To, spot{spot{e.path, "branches", i}.path(), "to", noIndex})
		}
	case knowledge.KindMenu:
		for i, child := range e.Children {
			w.follow(child.ID, spot{e.path, "children", i})
		}
	}
	w.trail = w.trail[:len(w.trail)-1]
	w.at[id] = left
}

func (w *walk) follow(to knowledge.NodeID, at spot) {
	if w.at[to] > 0 {
		w.add(at, "cycle", "the walk comes back to where it was: %s", w.circle(to))
		return
	}
	w.visit(to)
}

// maxCircle bounds how many nodes of a cycle a message names.
const maxCircle = 8

func (w *walk) circle(to knowledge.NodeID) string {
	var b strings.Builder
	for i, id := range w.trail[w.at[to]-1:] {
		if i == maxCircle {
			b.WriteString("… → ")
			break
		}
		b.WriteString(string(id) + " → ")
	}
	return b.String() + string(to)
}
