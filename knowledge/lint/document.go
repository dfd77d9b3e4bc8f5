package lint

import (
	"strings"

	"golang.org/x/text/language"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// document checks what stands at the top of a tree.
func (c *checker) document() {
	d := c.doc
	c.text(spot{"", "title", noIndex}, d.Title, knowledge.MaxTitle)
	c.text(spot{"", "welcome", noIndex}, d.Welcome, knowledge.MaxAnswer)
	if !isLocale(d.Locale) {
		c.add(spot{"", "locale", noIndex}, "bad-locale", "%s is no language tag such as zh-CN or en", quote(d.Locale))
	}
	c.atMost(spot{"", "suggest", noIndex}, len(d.Suggest), knowledge.MaxSuggest, "suggestions")
	for i, id := range d.Suggest {
		if c.tree.Node(id) == nil {
			c.add(spot{"", "suggest", i}, "dangling-reference", "there is no node %s", quote(string(id)))
		}
	}
	if t := d.Tolerance; t != 0 && !(t >= knowledge.MinTolerance && t <= knowledge.MaxTolerance) {
		c.add(spot{"", "tolerance", noIndex}, "tolerance-range", "must be %v%% to %v%%, is %v%%",
			100*knowledge.MinTolerance, 100*knowledge.MaxTolerance, 100*t)
	}
	c.atMost(spot{"", "dictionary", noIndex}, len(d.Dictionary), knowledge.MaxDictionary, "words")
	c.texts("", "dictionary", d.Dictionary, knowledge.MaxLabel)
	c.atMost(spot{"", "synonyms", noIndex}, len(d.Synonyms), knowledge.MaxSynonyms, "groups")
	for i, group := range d.Synonyms {
		at := spot{"", "synonyms", i}
		if len(group) < 2 {
			c.add(at, "empty-text", "a group of synonyms needs two words, this has %d", len(group))
		}
		c.atMost(at, len(group), maxGroup, "words")
		c.texts(at.path(), "", group, knowledge.MaxLabel)
	}
}

// Limits that only matter to an editor's slips.
const (
	maxGroup = 50 // words in a group of synonyms
	maxRules = 20 // of a node
	maxTags  = 20 // of a node
)

// isLocale reports whether tag is a well-formed BCP 47 tag with a known
// language. The underscore of POSIX locales, which x/text tolerates, is not.
func isLocale(tag string) bool {
	parsed, err := language.Parse(tag)
	return err == nil && parsed != language.Und && !strings.Contains(tag, "_")
}
