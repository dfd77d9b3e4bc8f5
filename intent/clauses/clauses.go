// Package clauses cuts an utterance into the clauses that may be questions of
// their own: "退款多久到账，还有运费谁出" asks two things. It knows marks and the
// words that join questions in Chinese and English, and nothing of what a shop
// can answer: which clause is a question is for the caller to find out.
package clauses

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Max bounds the clauses of one utterance.
const Max = 8

// Split returns the clauses of an utterance, which is taken as it was typed: the
// normal form of textnorm has lost the marks. They come in the order of the
// text and do not overlap, at most Max of them; of more, the last ones, since a
// long complaint ends with its question. None is without a letter or digit.
//
// An utterance is cut after a sentence, before the items of a numbered list, and
// before words such as 另外 or "another question". It is cut at a comma, a space
// between Chinese words, 还有, 以及 or "and" only where that joins two questions:
// "都签收八天了，还能退吗" is one clause, as its halves mean less alone. Greetings
// and thanks are clauses like others.
//
// The clauses are of one width, lower case and in simplified Chinese, without
// the marks and joining words around them; textnorm.Normalize makes of a clause
// what it makes of that part of the utterance.
func Split(text string) []string {
	c := cutter{text: fold(text)}
	for _, p := range pieces(c.text) {
		c.add(p)
	}
	c.cut()
	if len(c.clauses) == 0 { // a mere "还有", or "1."
		c.from, c.to = 0, len(c.text)
		c.cut()
	}
	return c.clauses[max(0, len(c.clauses)-Max):]
}

// fold brings text into one width, case and script and keeps its marks. The
// circled numbers of a list become line breaks.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		if '①' <= r && r <= '⑳' {
			return '\n'
		}
		return r
	}, text)
	return textnorm.Simplify(strings.ToLower(norm.NFKC.String(text)))
}

// cutter gathers the pieces of a folded text, one clause after the other.
type cutter struct {
	text     string
	clauses  []string
	from, to int  // the clause under way
	asks     bool // it asks something
}

// add goes on with a piece, in the same clause or in a new one.
func (c *cutter) add(p piece) {
	words := c.text[p.from:p.to]
	body, joint := cutJoint(strings.TrimLeftFunc(words, unicode.IsSpace))
	bodyAsks := asks(body)
	switch {
	case p.hard, joint == strong, joint == weak && (c.asks || bodyAsks), c.asks && bodyAsks:
		c.cut()
		c.from = p.to - len(body)
	default:
		body = words
	}
	for {
		left, right, ok := cutWithin(body)
		if !ok {
			break
		}
		c.to = p.to - len(body) + len(left)
		c.cut()
		body = right
		c.from = p.to - len(body)
	}
	c.to = p.to
	c.asks = c.asks || asks(body)
}

// cut ends the clause under way.
func (c *cutter) cut() {
	clause := strings.TrimFunc(c.text[c.from:max(c.from, c.to)], func(r rune) bool { return !wordRune(r) })
	c.from, c.asks = c.to, false
	if textnorm.Key(clause) != "" {
		c.clauses = append(c.clauses, clause)
	}
}

// piece is a part of a text between two marks, by its bytes.
type piece struct {
	from, to int
	hard     bool // the mark before it ends a sentence, or begins an item of a list
}

// pieces cuts a folded text at every mark.
func pieces(text string) []piece {
	var out []piece
	p := piece{hard: true}
	for at := 0; at < len(text); {
		size, hard := markAt(text, at)
		if size == 0 {
			_, size = utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		}
		if p.to = at; p.from < p.to {
			out = append(out, p)
			p.hard = false
		}
		at += size
		p.from, p.hard = at, p.hard || hard
	}
	p.to = len(text)
	return append(out, p)
}
