package lint

import (
	"regexp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

var nodeID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$`)

const maxPriority = 9

// nodes checks every node by itself.
func (c *checker) nodes() {
	c.atMost(spot{"", "nodes", noIndex}, len(c.all), knowledge.MaxNodes, "nodes")
	first := make(map[knowledge.NodeID]string, len(c.all))
	for _, e := range c.all {
		at := spot{e.path, "id", noIndex}
		switch other, taken := first[e.ID]; {
		case !nodeID.MatchString(string(e.ID)) || len(e.ID) > knowledge.MaxIDLength:
			c.add(at, "id-syntax", "the id of a node must be words of a-z, 0-9, '_' and '-' joined by dots, at most %d characters, this is %s",
				knowledge.MaxIDLength, quote(string(e.ID)))
		case taken:
			c.add(at, "duplicate-id", "there is another node %s (%s)", e.ID, c.where(other))
		default:
			first[e.ID] = e.path
		}
		if e.depth == knowledge.MaxDepth+1 { // those below it need not be named
			c.add(spot{e.path, "", noIndex}, "too-deep", "the node %s is %d deep, at most %d are allowed", e.ID, e.depth, knowledge.MaxDepth)
		}
		c.title(e)
		c.content(e)
		c.policy(e)
	}
}

func (c *checker) title(e entry) {
	at := spot{e.path, "title", noIndex}
	c.text(at, e.Title, knowledge.MaxTitle)
	switch {
	case !blank(e.Title):
	case e.parent != nil && e.parent.Kind() == knowledge.KindMenu:
		c.add(at, "menu-child-untitled", "the node %s has no title, and the menu of %s shows it", e.ID, e.parent.ID)
	default:
		c.add(at, "missing-title", "the node %s has no title", e.ID)
	}
}

// content checks what a node says and where it leads.
func (c *checker) content(e entry) {
	self := spot{e.path, "", noIndex}
	answer := spot{e.path, "answer", noIndex}
	c.text(answer, e.Answer, knowledge.MaxAnswer)
	if e.Answer != "" && blank(e.Answer) {
		c.add(answer, "empty-answer", "the answer of %s is only white space", e.ID)
	}
	switch kind := e.Kind(); {
	case kind == knowledge.KindEmpty:
		c.add(self, "empty-node", "the node %s has no answer, handoff, branches or children: nothing would happen", e.ID)
	case kind == knowledge.KindMenu && len(e.Children) > knowledge.MaxMenu:
		c.add(spot{e.path, "children", noIndex}, "menu-too-large", "the menu of %s has %d entries, at most %d are allowed",
			e.ID, len(e.Children), knowledge.MaxMenu)
	case kind == knowledge.KindBranch && e.Answer != "":
		c.add(answer, "ambiguous-node", "the node %s has branches, its answer would never be said", e.ID)
	case kind == knowledge.KindBranch && e.Handoff != nil:
		c.add(spot{e.path, "handoff", noIndex}, "ambiguous-node", "the node %s has branches, it would never hand over", e.ID)
	}
	c.atMost(spot{e.path, "rules", noIndex}, len(e.Rules), maxRules, "rules")
	c.texts(e.path, "rules", e.Rules, knowledge.MaxQuestion)
	c.atMost(spot{e.path, "tags", noIndex}, len(e.Tags), maxTags, "tags")
	c.texts(e.path, "tags", e.Tags, knowledge.MaxLabel)
	if len(e.Ask) > 0 && len(e.Branches) == 0 {
		c.add(spot{e.path, "ask", noIndex}, "ask-unused", "the node %s has no branches and so never asks", e.ID)
	}
	for i, id := range e.Ask {
		if c.tree.Slot(id) == nil {
			at := spot{e.path, "ask", i}
			c.add(at, "unknown-slot", "there is no slot %s", quote(string(id)))
		}
	}
}

func (c *checker) policy(e entry) {
	if v := e.Valid; !v.From.IsZero() && !v.Until.IsZero() && !v.Until.After(v.From) {
		c.add(spot{e.path, "valid", noIndex}, "validity", "the validity of %s ends at %s, not after it begins at %s",
			e.ID, v.Until.Format("2006-01-02T15:04Z07:00"), v.From.Format("2006-01-02T15:04Z07:00"))
	}
	if h := e.Handoff; h != nil {
		c.text(spot{e.path + ".handoff", "skill", noIndex}, h.Skill, knowledge.MaxLabel)
		if h.Priority < 0 || h.Priority > maxPriority {
			c.add(spot{e.path + ".handoff", "priority", noIndex}, "handoff-priority", "the priority must be 0 to %d, is %d", maxPriority, h.Priority)
		}
	}
}
