package textnorm

import (
	"crypto/sha256"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed opencc/TSCharacters.tsv
var charactersTSV string

//go:embed opencc/TSPhrases.tsv
var phrasesTSV string

// Digest stands for the tables that texts are normalised by: a program with
// other tables has another one.
func Digest() [sha256.Size]byte {
	return sha256.Sum256([]byte(charactersTSV + "\x00" + phrasesTSV))
}

// converter turns traditional into simplified Chinese, longest phrase first.
type converter struct {
	rules []rule // the first is that of the characters that stay
	// common has the rule of each character of the common block, rare those of
	// all other characters.
	common [lastHan - firstHan + 1]uint16
	rare   map[rune]uint16
}

// rule says what becomes of a character, and of the phrases that begin with it.
type rule struct {
	to      string   // "" where it stays
	phrases []phrase // longest first
}

type phrase struct{ from, to string }

var loadConverter = sync.OnceValue(func() *converter {
	c := &converter{rules: make([]rule, 1), rare: make(map[rune]uint16)}
	eachRow(charactersTSV, func(from, to string) { c.ruleFor(from).to = to })
	eachRow(phrasesTSV, func(from, to string) {
		r := c.ruleFor(from)
		at := 0
		for at < len(r.phrases) && len(r.phrases[at].from) >= len(from) {
			at++
		}
		r.phrases = slices.Insert(r.phrases, at, phrase{from, to})
	})
	return c
})

// ruleFor returns the rule of the first character of from, made where there is
// none yet. It stays good until the next call.
func (c *converter) ruleFor(from string) *rule {
	r, _ := utf8.DecodeRuneInString(from)
	at := c.place(r)
	if at == 0 {
		at = uint16(len(c.rules))
		c.rules = append(c.rules, rule{})
		if firstHan <= r && r <= lastHan {
			c.common[r-firstHan] = at
		} else {
			c.rare[r] = at
		}
	}
	return &c.rules[at]
}

// place returns where in rules that of r is.
func (c *converter) place(r rune) uint16 {
	switch {
	case r < utf8.RuneSelf:
		return 0
	case firstHan <= r && r <= lastHan:
		return c.common[r-firstHan]
	}
	return c.rare[r]
}

func eachRow(tsv string, f func(from, to string)) {
	for line := range strings.Lines(tsv) {
		if from, to, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t"); ok {
			f(from, to)
		}
	}
}

// Simplify returns text with traditional Chinese characters in simplified
// form, by the phrase and character tables of OpenCC. Other text is unchanged.
func Simplify(text string) string {
	c := loadConverter()
	first := strings.IndexFunc(text, func(r rune) bool { return c.place(r) != 0 })
	if first < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	b.WriteString(text[:first])
	for rest := text[first:]; rest != ""; {
		from, to := c.next(rest)
		b.WriteString(to)
		rest = rest[from:]
	}
	return b.String()
}

// next returns how many bytes of s to consume and what they become.
func (c *converter) next(s string) (int, string) {
	r, size := utf8.DecodeRuneInString(s)
	rule := &c.rules[c.place(r)]
	for _, p := range rule.phrases {
		if strings.HasPrefix(s, p.from) {
			return len(p.from), p.to
		}
	}
	if rule.to != "" {
		return size, rule.to
	}
	return size, s[:size]
}

// converts reports whether text, which begins with r, begins with what changes.
func (c *converter) converts(r rune, text string) bool {
	at := c.place(r)
	if at == 0 {
		return false
	}
	n, to := c.next(text)
	return text[:n] != to
}
