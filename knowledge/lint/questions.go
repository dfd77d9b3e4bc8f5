package lint

import (
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// claim is a question of a node, by its place.
type claim struct {
	entry int // index in checker.all
	at    spot
}

// questions checks that every question belongs to one node, once. Where there
// are too many in all, it looks at none of them.
func (c *checker) questions() {
	total := 0
	for _, e := range c.all {
		total += len(e.Questions()) + len(e.Negative)
	}
	if total > knowledge.MaxQuestions {
		c.atMost(spot{"", "nodes", noIndex}, total, knowledge.MaxQuestions, "questions")
		return
	}
	owners := make(map[string]claim, total)
	for i, e := range c.all {
		if e.Question != "" {
			c.question(i, spot{e.path, "question", noIndex}, e.Question, owners)
		}
		for j, q := range e.Similar {
			c.question(i, spot{e.path, "similar", j}, q, owners)
		}
		c.negatives(i, owners)
	}
}

func (c *checker) question(i int, at spot, text string, owners map[string]claim) {
	key := c.key(at, text)
	if key == "" {
		return
	}
	first, taken := owners[key]
	switch {
	case !taken:
		owners[key] = claim{entry: i, at: at}
	case first.entry == i:
		c.add(at, "duplicate-question", "%s is there twice (%s)", quote(text), c.where(first.at.path()))
	default:
		c.add(at, "shared-question", "%s is also a question of %s (%s)", quote(text), c.all[first.entry].ID, c.where(first.at.path()))
	}
}

func (c *checker) negatives(i int, owners map[string]claim) {
	e := c.all[i]
	seen := make(map[string]spot, len(e.Negative))
	for j, text := range e.Negative {
		at := spot{e.path, "negative", j}
		key := c.key(at, text)
		if key == "" {
			continue
		}
		if first, ok := owners[key]; ok && first.entry == i {
			c.add(at, "negative-is-similar", "%s is also a question of the same node (%s)", quote(text), c.where(first.at.path()))
		}
		if first, ok := seen[key]; ok {
			c.add(at, "duplicate-question", "%s is there twice (%s)", quote(text), c.where(first.path()))
			continue
		}
		seen[key] = at
	}
}

// key checks the text of a question and returns what it is compared by, or ""
// if nothing is left to compare.
func (c *checker) key(at spot, text string) string {
	c.text(at, text, knowledge.MaxQuestion)
	key := textnorm.Key(text)
	if key == "" {
		c.add(at, "empty-question", "%s has no letter, sign or digit to match", quote(text))
	}
	return key
}
