package dialog

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// minContained is how many characters a phrase needs to count inside a longer
// reply. Shorter ones ("我") count only as the whole reply.
const minContained = 2

// negated matches the end of what stands before a phrase that is denied:
// "不是放(快递柜)", "not in the (locker)".
var negated = regexp.MustCompile(
	`(?:不是|没有|没|不|非|别|\bnot|\bno|n t|\bnever|\bwithout)\s?(?:我|他|她)?(?:在|放|给|用|由|让|被|到|进|要|想|需要|必| to| want| need| in| at| the| a| my| by)*\s?$`)

// mention is a place in a reply where an option is named.
type mention struct {
	option     string
	start, end int
	denied     bool
}

// readChoice reads which option a reply names. A reply that names several, or
// only denies some, is unread.
func readChoice(slot *knowledge.Slot, reply string) reading {
	text := compact(reply)
	core := bare(text)
	var mentions []mention
	for _, o := range slot.Options {
		for _, p := range phrasesOf(&o) {
			if p != "" && (p == text || bare(p) == core) {
				return reading{whole, o.ID}
			}
			mentions = append(mentions, mentionsOf(o.ID, p, text)...)
		}
	}
	var value string
	for i, m := range mentions {
		if m.denied || covered(mentions, i) {
			continue
		}
		if value != "" && value != m.option {
			return reading{}
		}
		value = m.option
	}
	if value == "" {
		return reading{}
	}
	return reading{contained, value}
}

// phrasesOf returns all ways to name an option, compact. A label such as
// "快递柜/驿站代收" is also known by its parts.
func phrasesOf(o *knowledge.Option) []string {
	var phrases []string
	for _, s := range append([]string{o.Label}, o.Similar...) {
		phrases = append(phrases, compact(s))
		if parts := strings.FieldsFunc(s, isSlash); len(parts) > 1 {
			for _, part := range parts {
				phrases = append(phrases, compact(part))
			}
		}
	}
	return phrases
}

func isSlash(r rune) bool { return strings.ContainsRune("/／、|", r) }

// mentionsOf finds phrase in text. A phrase of Latin letters or digits counts
// only as whole words.
func mentionsOf(option, phrase, text string) []mention {
	var found []mention
	if utf8.RuneCountInString(phrase) < minContained {
		return nil
	}
	for from := 0; from <= len(text)-len(phrase); {
		at := strings.Index(text[from:], phrase)
		if at < 0 {
			break
		}
		start, end := from+at, from+at+len(phrase)
		if !(beginsWord(phrase) && endsWord(text[:start])) && !(endsWord(phrase) && beginsWord(text[end:])) {
			found = append(found, mention{option, start, end, negated.MatchString(text[:start])})
		}
		from = end
	}
	return found
}

// covered reports whether mention i lies inside a longer one of another
// option, which then is what was meant.
func covered(mentions []mention, i int) bool {
	m := mentions[i]
	for j, o := range mentions {
		if j != i && o.start <= m.start && m.end <= o.end && o.end-o.start > m.end-m.start {
			return true
		}
	}
	return false
}
