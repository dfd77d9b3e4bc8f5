package dialog

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// A reply longer than this tells a story rather than names an option.
const (
	maxAlikeHan   = 14 // characters
	maxAlikeWords = 8
)

// resemble reads a short reply that names an option in other words than the
// editor's: "放快递柜里了" for "快递柜或驿站". It goes by pairs of characters, or
// words, that are told of one option alone, and that the question itself does
// not hold. It returns every option that has such pairs in the reply.
func resemble(slot *knowledge.Slot, reply string) []string {
	text := compact(reply)
	if asks(reply) || tooLong(text) {
		return nil
	}
	told := tellers(slot)
	var options []string
	for _, p := range pairs(text) {
		o := told[p.text]
		if o == several || slices.Contains(options, o) {
			continue
		}
		if deniedBefore(text, p.start) {
			return nil
		}
		options = append(options, o)
	}
	return options
}

// deniedBefore reports whether what stands before a place denies it. A pair
// may begin within a word ("不是快(递柜)"), so some characters are stepped over.
func deniedBefore(text string, at int) bool {
	for range 3 {
		if negated.MatchString(text[:at]) {
			return true
		}
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return false
}

// readChoiceLoosely is readChoice, and where the reply names no option, what
// it resembles. A reply that also resembles another option is unread.
func readChoiceLoosely(slot *knowledge.Slot, reply string) reading {
	r := readChoice(slot, reply)
	if r.grasp == whole {
		return r
	}
	alike := resemble(slot, reply)
	switch {
	case r.ok():
		alike = append(alike, r.value)
	case len(alike) == 0:
		alike = nearest(slot, reply)
	}
	slices.Sort(alike)
	if alike = slices.Compact(alike); len(alike) != 1 {
		return reading{}
	}
	return reading{contained, alike[0]}
}

// What nearest asks for: most characters in common with a phrase of an option,
// and clearly more than with any phrase of another.
const (
	nearEnough = 0.6
	nearLead   = 0.15
	minNear    = 3 // characters of the reply
)

// doubtful matches replies that deny something or wonder.
var doubtful = regexp.MustCompile(`不|没|非|别|吗|哪|谁|什么|怎么|会吧|可能`)

// nearest returns the option one of whose phrases has the most characters in
// common with a short reply: "我自己签收的" for "自己签的".
func nearest(slot *knowledge.Slot, reply string) []string {
	text := compact(reply)
	if !textIsHan(text) || utf8.RuneCountInString(text) < minNear || tooLong(text) || asks(reply) || doubtful.MatchString(text) {
		return nil
	}
	best, second, value := 0.0, 0.0, ""
	for i := range slot.Options {
		top := 0.0
		for _, phrase := range phrasesOf(&slot.Options[i]) {
			top = max(top, dice(text, phrase))
		}
		if top > best {
			best, second, value = top, best, slot.Options[i].ID
		} else {
			second = max(second, top)
		}
	}
	if best < nearEnough || best-second < nearLead {
		return nil
	}
	return []string{value}
}

// dice returns the Sørensen–Dice coefficient of the characters of two texts,
// each counted as often as it occurs: 0 nothing in common, 1 the same.
func dice(a, b string) float64 {
	count := make(map[rune]int)
	for _, r := range a {
		count[r]++
	}
	common := 0
	for _, r := range b {
		if count[r] > 0 {
			count[r]--
			common++
		}
	}
	total := utf8.RuneCountInString(a) + utf8.RuneCountInString(b)
	if total == 0 {
		return 0
	}
	return 2 * float64(common) / float64(total)
}

func tooLong(text string) bool {
	if textIsHan(text) {
		return utf8.RuneCountInString(text) > maxAlikeHan
	}
	return len(strings.Fields(text)) > maxAlikeWords
}

// several marks a pair that more than one option, or the question, holds.
const several = ""

// tellers returns the pairs that tell of one option alone.
func tellers(slot *knowledge.Slot) map[string]string {
	told := make(map[string]string)
	for _, p := range pairs(compact(slot.Ask + " " + slot.Title)) {
		told[p.text] = several
	}
	for i := range slot.Options {
		o := &slot.Options[i]
		for _, phrase := range phrasesOf(o) {
			for _, p := range pairs(phrase) {
				if before, ok := told[p.text]; ok && before != o.ID {
					told[p.text] = several
					continue
				}
				told[p.text] = o.ID
			}
		}
	}
	return told
}

type pair struct {
	text  string
	start int // byte in the text
}

// pairs returns the pairs of Chinese characters, and the other words of at
// least four letters, of a compact text. Pairs of the small words of speech
// say nothing.
func pairs(text string) []pair {
	var out []pair
	last, lastAt, word := rune(0), 0, -1
	flush := func(end int) {
		if word >= 0 && end-word >= 4 {
			out = append(out, pair{text[word:end], word})
		}
		word = -1
	}
	for i, r := range text {
		switch {
		case textnorm.IsHan(r):
			flush(i)
			if last != 0 && !strings.ContainsRune(smallWords, last) && !strings.ContainsRune(smallWords, r) {
				out = append(out, pair{string([]rune{last, r}), lastAt})
			}
			last, lastAt = r, i
		case r == ' ':
			flush(i)
			last = 0
		default:
			last = 0
			if word < 0 {
				word = i
			}
		}
	}
	flush(len(text))
	return out
}

const smallWords = "我你您他她它们的了是在有没不就都也还很被把给和跟与或对啊吧呢吗么嘛哦呀这那个上下里着过到要会能可"
