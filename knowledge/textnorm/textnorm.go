// Package textnorm brings text into the one form in which Honeyguide compares
// it. Questions of the knowledge and utterances of customers go through the
// same functions; the original text is kept beside the normal form.
package textnorm

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

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
	if plain(text) {
		return squeeze(text)
	}
	return normalizeAny(text)
}

// normalizeAny is Normalize of any text. A plain one need not take this way,
// which is several times as long.
func normalizeAny(text string) string {
	s := norm.NFKC.String(text)
	s = links.ReplaceAllString(s, " link ")
	s = Simplify(strings.ToLower(s))
	return norm.NFKC.String(squeeze(s))
}

// marks separate words, and do so in every form of Unicode.
const marks = "，。？！、；：…～“”‘’（）《》【】"

// plain reports whether a text is, as most that customers type, of nothing but
// ASCII, simplified Chinese and its marks, without what may be a link: then its
// normal form is a matter of letter case and spaces alone.
func plain(text string) bool {
	c := loadConverter()
	for i, r := range text {
		switch {
		case r == '@', r == '/', r|0x20 == 'w' && i+2 < len(text) && text[i+1]|0x20 == 'w' && text[i+2]|0x20 == 'w':
			return false
		case r < utf8.RuneSelf:
		case firstHan <= r && r <= lastHan:
			if c.converts(r, text[i:]) {
				return false
			}
		case !strings.ContainsRune(marks, r):
			return false
		}
	}
	return true
}

// squeeze keeps letters, marks and digits, shortens runs, folds all else into
// single spaces and makes the letters of ASCII small.
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
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
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
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9'
	}
	return firstHan <= r && r <= lastHan || unicode.IsLetter(r) || unicode.IsDigit(r) || (unicode.IsMark(r) && !unicode.Is(unicode.Variation_Selector, r))
}

// invisible reports characters that do not even separate words, so that a
// zero-width space cannot split one.
func invisible(r rune) bool {
	if ' ' <= r && r < 0x7F {
		return false
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) ||
		(unicode.IsControl(r) && !unicode.IsSpace(r))
}

// Key returns the form under which two questions count as the same: the normal
// form without spaces.
func Key(text string) string { return KeyOf(Normalize(text)) }

// KeyOf is Key of a text that is in normal form already.
func KeyOf(normal string) string { return strings.ReplaceAll(normal, " ", "") }

// The block of Unicode that nearly all Chinese characters are in: letters that
// have one form only.
const firstHan, lastHan = '\u4E00', '\u9FFF'

// IsHan reports whether r is a Chinese character.
func IsHan(r rune) bool {
	if r < firstHan || r > lastHan {
		return r >= '\u2E80' && unicode.Is(unicode.Han, r)
	}
	return true
}
