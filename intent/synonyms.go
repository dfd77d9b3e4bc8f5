package intent

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// thesaurus turns words that mean the same in a shop into one more piece, so
// that "店家" in an utterance meets "商家" in a question.
type thesaurus struct {
	words map[rune][]synonym // by first character, the longest first
}

// synonym is a word of a group.
type synonym struct {
	word  string
	group int
}

func newThesaurus(groups [][]string) *thesaurus {
	t := &thesaurus{words: make(map[rune][]synonym)}
	for i, g := range groups {
		for _, word := range g {
			if k := textnorm.Key(word); k != "" {
				t.add(synonym{k, i})
			}
		}
	}
	return t
}

// add adds a word. Of two groups that hold it the last one counts.
func (t *thesaurus) add(s synonym) {
	first, _ := utf8.DecodeRuneInString(s.word)
	list := t.words[first]
	at := 0
	for at < len(list) && len(list[at].word) > len(s.word) {
		at++
	}
	for i := at; i < len(list) && len(list[i].word) == len(s.word); i++ {
		if list[i].word == s.word {
			list[i] = s
			return
		}
	}
	t.words[first] = slices.Insert(list, at, s)
}

// appendPieces appends the key of one piece for each word of text that a group
// holds, the longest first where words overlap, and of one for each pair in a row.
func (t *thesaurus) appendPieces(keys []lexical.Key, text string) []lexical.Key {
	if len(t.words) == 0 {
		return keys
	}
	var groups []int
	before := ' '
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		s := synonym{}
		if startsWord(before, r) {
			s = t.at(r, text[i:])
		}
		if s.word == "" {
			before = r
			i += size
			continue
		}
		if !slices.Contains(groups, s.group) {
			groups = append(groups, s.group)
		}
		i += len(s.word)
		before, _ = utf8.DecodeLastRuneInString(s.word)
	}
	for i, g := range groups {
		keys = append(keys, lexical.KeyOf("s"+strconv.Itoa(g)))
		if i > 0 {
			keys = append(keys, lexical.KeyOf("t"+strconv.Itoa(min(g, groups[i-1]))+" "+strconv.Itoa(max(g, groups[i-1]))))
		}
	}
	return keys
}

// startsWord reports whether a word may begin with next: Chinese anywhere,
// letters only where none stand before.
func startsWord(before, next rune) bool {
	return textnorm.IsHan(next) || textnorm.IsHan(before) || before == ' '
}

// at returns the longest word that text, whose first character is r, begins
// with, or one without a word. A word in Latin letters must end where letters end.
func (t *thesaurus) at(r rune, text string) synonym {
	for _, s := range t.words[r] {
		if !strings.HasPrefix(text, s.word) {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(s.word)
		next, _ := utf8.DecodeRuneInString(text[len(s.word):])
		if textnorm.IsHan(last) || len(s.word) == len(text) || textnorm.IsHan(next) || next == ' ' {
			return s
		}
	}
	return synonym{}
}
