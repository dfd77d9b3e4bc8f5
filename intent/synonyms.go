package intent

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// thesaurus turns words that mean the same in a shop into one more piece, so
// that "店家" in an utterance meets "商家" in a question.
type thesaurus struct {
	group   map[string]int
	longest int // characters of the longest word
}

func newThesaurus(groups [][]string) *thesaurus {
	t := &thesaurus{group: make(map[string]int)}
	for i, g := range groups {
		for _, word := range g {
			if k := textnorm.Key(word); k != "" {
				t.group[k] = i
				t.longest = max(t.longest, utf8.RuneCountInString(k))
			}
		}
	}
	return t
}

// pieces returns one piece for each word of text that a group holds, the
// longest first where words overlap, and one for each pair in a row.
func (t *thesaurus) pieces(text string) []string {
	if len(t.group) == 0 {
		return nil
	}
	var groups []int
	runes := []rune(text)
	for i := 0; i < len(runes); {
		n := 0
		if i == 0 || startsWord(runes[i-1], runes[i]) {
			n = t.at(runes[i:])
		}
		if n == 0 {
			i++
			continue
		}
		if g := t.group[string(runes[i:i+n])]; !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
		i += n
	}
	var out []string
	for i, g := range groups {
		out = append(out, "s"+strconv.Itoa(g))
		if i > 0 {
			out = append(out, "t"+strconv.Itoa(min(g, groups[i-1]))+" "+strconv.Itoa(max(g, groups[i-1])))
		}
	}
	return out
}

// startsWord reports whether a word may begin with next: Chinese anywhere,
// letters only where none stand before.
func startsWord(before, next rune) bool {
	return textnorm.IsHan(next) || textnorm.IsHan(before) || before == ' '
}

// at returns the length of the longest word that runes begin with. A word in
// Latin letters must end where letters end.
func (t *thesaurus) at(runes []rune) int {
	for n := min(t.longest, len(runes)); n > 0; n-- {
		if _, ok := t.group[string(runes[:n])]; ok {
			if !textnorm.IsHan(runes[n-1]) && n < len(runes) && !textnorm.IsHan(runes[n]) && runes[n] != ' ' {
				continue
			}
			return n
		}
	}
	return 0
}
