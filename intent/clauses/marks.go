package clauses

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// item matches the number before an item of a list: "1、", "2.", "(3)".
var item = regexp.MustCompile(`^(?:\(?[0-9]{1,2}\)|[0-9]{1,2}(?:、|\. ?|: ?))`)

// markAt returns how many bytes at a place in a folded text separate what
// stands around it, or 0. hard tells that a sentence ends there, or an item of a
// list begins.
func markAt(text string, at int) (size int, hard bool) {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	r, n := utf8.DecodeRuneInString(text[at:])
	after, _ := utf8.DecodeRuneInString(text[at+n:])
	if (r == '(' || startsDigit(text[at:])) && (at == 0 || !wordRune(before)) {
		if m := item.FindString(text[at:]); m != "" && !startsDigit(text[at+len(m):]) {
			return len(m), true
		}
	}
	switch r {
	case '。', '!', '?', ';', '\n', '\r', '\u2028', '\u2029':
		// Not inside of an address: "shop.example/a?b=c".
		return n, !(latin(before) && latin(after))
	case '.':
		if before == '.' || after == '.' {
			return n, false // an ellipsis
		}
		if latin(before) && !unicode.IsDigit(before) && (unicode.IsSpace(after) || after == utf8.RuneError) || textnorm.IsHan(before) {
			return n, true
		}
	case ',', '、', '~':
		if !(unicode.IsDigit(before) && unicode.IsDigit(after)) {
			return n, false
		}
	default:
		if unicode.IsSpace(r) && (textnorm.IsHan(before) || textnorm.IsHan(after)) {
			return n, false
		}
	}
	return 0, false
}

func wordRune(r rune) bool {
	const firstHan, lastHan = '\u4E00', '\u9FFF' // nearly all Chinese characters; letters
	return firstHan <= r && r <= lastHan || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// latin reports whether r may belong to a word or an address of Latin letters.
func latin(r rune) bool {
	return r < utf8.RuneSelf && r != 0 && (wordRune(r) || strings.ContainsRune("/=&%#_-", r))
}

func startsDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }
