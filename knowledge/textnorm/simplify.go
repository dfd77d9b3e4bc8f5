package textnorm

import (
	"crypto/sha256"
	_ "embed"
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
	characters map[rune]string
	phrases    map[rune][]phrase // by first character, longest first
}

type phrase struct{ from, to string }

var loadConverter = sync.OnceValue(func() *converter {
	c := &converter{characters: make(map[rune]string), phrases: make(map[rune][]phrase)}
	eachRow(charactersTSV, func(from, to string) {
		r, _ := utf8.DecodeRuneInString(from)
		c.characters[r] = to
	})
	eachRow(phrasesTSV, func(from, to string) {
		r, _ := utf8.DecodeRuneInString(from)
		at := 0
		for at < len(c.phrases[r]) && len(c.phrases[r][at].from) >= len(from) {
			at++
		}
		ps := append(c.phrases[r], phrase{})
		copy(ps[at+1:], ps[at:])
		ps[at] = phrase{from, to}
		c.phrases[r] = ps
	})
	return c
})

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
	first := strings.IndexFunc(text, func(r rune) bool { return c.characters[r] != "" || c.phrases[r] != nil })
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
	for _, p := range c.phrases[r] {
		if strings.HasPrefix(s, p.from) {
			return len(p.from), p.to
		}
	}
	if to := c.characters[r]; to != "" {
		return size, to
	}
	return size, s[:size]
}
