package knowledge

import (
	"iter"
	"time"
)

// NodeID names a node for ever: lower-case words joined by dots, such as
// "returns.seven_days", at most [MaxIDLength] characters.
type NodeID string

// SlotID names a slot: a-z, 0-9 and '_', beginning with a letter. Conditions
// use it as a variable.
type SlotID string

// Document is a tree as an editor writes it: what package treefile reads from
// YAML, before any check. Its order is the editor's.
type Document struct {
	Title   string   // shown to staff
	Locale  string   // BCP 47, such as "zh-CN"; the language of every text in it
	Welcome string   // the bot's first words in a session; may be empty
	Suggest []NodeID // questions offered with the welcome, at most MaxSuggest
	// Tolerance is the share of wrong answers among the given ones that the
	// shop puts up with, MinTolerance to MaxTolerance; 0 leaves it to the bot.
	Tolerance  float64
	Dictionary []string   // words that segmentation must keep whole
	Synonyms   [][]string // groups of words that mean the same here
	Slots      []Slot
	Nodes      []*Node // the top nodes
}

// Node is one piece of knowledge. Exactly one thing happens when a
// conversation reaches it, by the first of these that holds:
//
//   - Branches is not empty: the slots it needs are asked for, then the first
//     branch whose condition holds is followed.
//   - Handoff is set: Answer is said, if there is one, and the session is handed to a human.
//   - Answer is not empty: it is said.
//   - Children is not empty: their titles are shown as a menu.
type Node struct {
	ID       NodeID
	Title    string   // short name, shown in menus and "did you mean"
	Question string   // the standard question
	Similar  []string // other ways to ask it
	Negative []string // utterances that look close and must not reach this node
	Answer   string
	Rules    []string // what the answer stands on: rule, article and date
	Ask      []SlotID // slots to ask for, in this order, before Branches are tried
	Branches []Branch
	Children []*Node
	Tags     []string
	Valid    Validity
	Handoff  *HandoffPolicy
}

// Branch leads from a node to another one.
type Branch struct {
	When string // CEL over the slots; "" always holds and must come last
	To   NodeID
}

// Validity bounds the time in which a node may be reached. A zero time is no
// bound; Until is the first moment at which the node is no longer valid.
type Validity struct {
	From, Until time.Time
}

// Contains reports whether the node may be reached at now.
func (v Validity) Contains(now time.Time) bool {
	return (v.From.IsZero() || !now.Before(v.From)) && (v.Until.IsZero() || now.Before(v.Until))
}

// HandoffPolicy says that only a human may settle what a node is about.
type HandoffPolicy struct {
	Skill    string // what the agent must be good at; "" is anyone
	Priority int    // 0 (normal) to 9 (first in line)
}

// SlotType is the kind of value a slot holds.
type SlotType string

// The slot types, with the CEL type of their variable.
const (
	SlotChoice SlotType = "choice" // string: the chosen option's id
	SlotYesNo  SlotType = "yesno"  // bool
	SlotNumber SlotType = "number" // int, from Min to Max
	SlotText   SlotType = "text"   // string, at most MaxSlotText characters
)

// Slot is a fact that the bot asks for and remembers for the session.
type Slot struct {
	ID      SlotID
	Title   string
	Type    SlotType
	Ask     string // the question put to the customer
	Unit    string // of a number, such as "天"
	Min     int64  // of a number
	Max     int64  // of a number
	Options []Option
}

// Option is one value of a choice slot.
type Option struct {
	ID      string
	Label   string
	Similar []string // other words for it, recognised in what the customer types
}

// Tree is a Document with its look-ups built. It is immutable and safe for
// concurrent use.
type Tree struct {
	doc    Document
	order  []NodeID
	nodes  map[NodeID]*Node
	parent map[NodeID]NodeID
	slots  map[SlotID]*Slot
}

// NewTree indexes doc, which the caller must not change afterwards. Where an
// id occurs twice the first one counts; package lint reports the others.
func NewTree(doc Document) *Tree {
	t := &Tree{
		doc:    doc,
		nodes:  make(map[NodeID]*Node),
		parent: make(map[NodeID]NodeID),
		slots:  make(map[SlotID]*Slot),
	}
	for i := range doc.Slots {
		if _, ok := t.slots[doc.Slots[i].ID]; !ok {
			t.slots[doc.Slots[i].ID] = &doc.Slots[i]
		}
	}
	for _, n := range doc.Nodes {
		t.add(n, "")
	}
	return t
}

func (t *Tree) add(n *Node, parent NodeID) {
	if _, ok := t.nodes[n.ID]; !ok {
		t.nodes[n.ID] = n
		t.parent[n.ID] = parent
		t.order = append(t.order, n.ID)
	}
	for _, c := range n.Children {
		t.add(c, n.ID)
	}
}

// Document returns what the tree was built from. It must not be changed.
func (t *Tree) Document() *Document { return &t.doc }

// Len returns the number of nodes.
func (t *Tree) Len() int { return len(t.order) }

// Node returns the node with id, or nil.
func (t *Tree) Node(id NodeID) *Node { return t.nodes[id] }

// Parent returns the id of the node that holds id, or "" at the top.
func (t *Tree) Parent(id NodeID) NodeID { return t.parent[id] }

// Slot returns the slot with id, or nil.
func (t *Tree) Slot(id SlotID) *Slot { return t.slots[id] }

// Nodes yields every node, parents before children, in the editor's order.
func (t *Tree) Nodes() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, id := range t.order {
			if !yield(t.nodes[id]) {
				return
			}
		}
	}
}

// Questions returns the node's standard question followed by the similar ones.
func (n *Node) Questions() []string {
	if n.Question == "" {
		return n.Similar
	}
	return append([]string{n.Question}, n.Similar...)
}

// Kind is what happens when a conversation reaches a node.
type Kind uint8

// The kinds of node; see [Node].
const (
	KindEmpty   Kind = iota // nothing: a lint error
	KindBranch              // asks, then follows a branch
	KindHandoff             // hands the session to a human
	KindAnswer              // answers
	KindMenu                // shows its children
)

// Kind returns what happens when a conversation reaches the node.
func (n *Node) Kind() Kind {
	switch {
	case len(n.Branches) > 0:
		return KindBranch
	case n.Handoff != nil:
		return KindHandoff
	case n.Answer != "":
		return KindAnswer
	case len(n.Children) > 0:
		return KindMenu
	}
	return KindEmpty
}
