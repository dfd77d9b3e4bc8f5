// Package textnorm brings text into the one form in which Honeyguide compares
// it. Questions of the knowledge and utterances of customers go through the
// same functions; the original text is kept beside the normal form.
package textnorm

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxRun is how many times in a row a letter stays: "好好好好" becomes "好好",
// "sooooo" becomes "soo". Digits are never shortened.
const maxRun = 2

var links = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s\p{Han}]+|\b[\w.+-]+@[\w-]+\.[\w.-]+`)

// Normalize returns text in normal form: NFKC (full-width letters and digits
// become half-width), lower case, simplified Chinese, links and e-mail
// addresses as the word "link", no emoji, control, zero-width or direction
// characters, every run of punctuation or space as one space, and letters
// repeated at most twice. Normalize(Normalize(s)) equals Normalize(s).
// Text without any letter or digit becomes "".
func Normalize(text string) string {
	s := norm.NFKC.String(text)
	s = links.ReplaceAllString(s, " link ")
	s = Simplify(strings.ToLower(s))
	return norm.NFKC.String(squeeze(s))
}

// squeeze keeps letters, marks and digits, shortens runs and folds all else
// into single spaces.
func squeeze(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var last rune
	run, space := 0, false
	for _, r := range s {
		if !wordRune(r) {
			space = space || !invisible(r)
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
			last = ' '
		}
		space = false
		if r != last {
			last, run = r, 0
		}
		run++
		if run > maxRun && !unicode.IsDigit(r) {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || (unicode.IsMark(r) && !unicode.Is(unicode.Variation_Selector, r))
}

// invisible reports characters that do not even separate words, so that a
// zero-width space cannot split one.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) ||
		(unicode.IsControl(r) && !unicode.IsSpace(r))
}

// Key returns the form under which two questions count as the same: the normal
// form without spaces.
func Key(text string) string { return KeyOf(Normalize(text)) }

// KeyOf is Key of a text that is in normal form already.
func KeyOf(normal string) string { return strings.ReplaceAll(normal, " ", "") }

// IsHan reports whether r is a Chinese character.
func IsHan(r rune) bool { return unicode.Is(unicode.Han, r) }
