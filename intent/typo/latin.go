package typo

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of repairing words of Latin letters.
const (
	minSlip    = 4  // letters of a word that may be mistyped
	maxSlip    = 24 // the same, at most
	maxUnknown = 64 // unknown words of one text that are looked at
)

// Costs of a slip, in the same measure as the logarithms of how often the
// knowledge has a word between its neighbours. They were chosen on development
// questions of CLINC150 with slips put in, see docs/matching.md.
const (
	easyCost  = 1.0 // a key beside the right one, two swapped, one doubled or its double left out
	otherCost = 4.0 // any other key too many, too few or wrong
	firstCost = 2.0 // the first letter is hardly ever wrong: on top
	shortCost = 1.5 // what was meant has four letters: many words are near it, on top
	slipLead  = 1.0 // by how much the best word must beat the second best
)

// span is a word of the letters a to z: bytes of a text.
type span struct{ from, to int }

// words returns the words of the letters a to z that stand by themselves: no
// digit and no other letter but a Chinese one touches them.
func words(text string) []span {
	var out []span
	for at := 0; at < len(text); at++ {
		from := at
		for at < len(text) && isLatin(text[at]) {
			at++
		}
		if at == from {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from])
		after, _ := utf8.DecodeRuneInString(text[at:])
		if (from == 0 || apart(before)) && (at == len(text) || apart(after)) {
			out = append(out, span{from, at})
		}
	}
	return out
}

func isLatin(b byte) bool { return 'a' <= b && b <= 'z' }

func apart(r rune) bool { return r == ' ' || unicode.Is(unicode.Han, r) }

// vocabulary is what the knowledge has of words of Latin letters. Immutable.
type vocabulary struct {
	words map[string]uint32 // times seen
	// pairs counts, by joint, two words in a row, and "" where no word stands.
	pairs *counts[uint32]
}

func newVocabulary(texts []string) *vocabulary {
	v := &vocabulary{words: make(map[string]uint32), pairs: newCounts[uint32](0)}
	for _, text := range texts {
		ws := words(text)
		for i, w := range ws {
			it := text[w.from:w.to]
			if _, ok := v.words[it]; !ok {
				it = strings.Clone(it) // or the whole text would stay in memory
			}
			v.words[it]++
			*v.pairs.at(joint(neighbour(text, ws, i, i-1), it))++
			if after := neighbour(text, ws, i, i+1); after == "" {
				*v.pairs.at(joint(it, after))++
			}
		}
	}
	return v
}

// neighbour returns word j where it is right beside word i, or "".
func neighbour(text string, ws []span, i, j int) string {
	if j < 0 || j >= len(ws) || ws[max(i, j)].from != ws[min(i, j)].to+1 || text[ws[min(i, j)].to] != ' ' {
		return ""
	}
	return text[ws[j].from:ws[j].to]
}

// joint is the key of two words in a row: their FNV-1a hash, never 0. Two that
// collide, one in millions, share a count.
func joint[S string | []byte, T string | []byte](a S, b T) uint32 {
	const prime = 16777619
	h := uint32(2166136261)
	for i := range len(a) {
		h = (h ^ uint32(a[i])) * prime
	}
	h = (h ^ ' ') * prime
	for i := range len(b) {
		h = (h ^ uint32(b[i])) * prime
	}
	return max(h, 1)
}

// unknown returns the places in ws of the words that the knowledge lacks.
func (v *vocabulary) unknown(text string, ws []span) []int {
	var out []int
	for i, w := range ws {
		if v.words[text[w.from:w.to]] == 0 && len(out) < maxUnknown {
			out = append(out, i)
		}
	}
	return out
}

// slips returns what the unknown ones among the words of a text may have been
// meant to be.
func (v *vocabulary) slips(text string, ws []span, unknown []int) []edit {
	var edits []edit
	for _, i := range unknown {
		w := ws[i]
		if n := w.to - w.from; n < minSlip || n > maxSlip {
			continue
		}
		meant, score := v.nearest(text[w.from:w.to], neighbour(text, ws, i, i-1), neighbour(text, ws, i, i+1))
		if score > 0 {
			edits = append(edits, newEdit(text, w, meant, Slip, score))
		}
	}
	return edits
}

// newEdit returns an edit of the bytes of a text.
func newEdit(text string, w span, with string, kind Kind, score float64) edit {
	from := utf8.RuneCountInString(text[:w.from])
	return edit{
		from: from, to: from + utf8.RuneCountInString(text[w.from:w.to]),
		with: []rune(with), kinds: []Kind{kind}, score: score,
	}
}

// nearest returns the word of the vocabulary that is one slip away and fits
// best between its neighbours, and how sure that is: at most 0 where there is
// none, or none better than the others. The knowledge must have it with one of
// the neighbours.
func (v *vocabulary) nearest(typed, before, after string) (string, float64) {
	best, second, meant := 0.0, 0.0, ""
	eachSlip(typed, func(word []byte, cost float64) {
		n := v.words[string(word)]
		if n == 0 || string(word) == meant {
			return
		}
		left, right := v.pairs.get(joint(before, word)), v.pairs.get(joint(word, after))
		if left+right == 0 {
			return
		}
		score := math.Log1p(float64(left)) + math.Log1p(float64(right)) + 0.3*math.Log(float64(n)) - cost
		if len(word) <= minSlip {
			score -= shortCost
		}
		if score > best {
			best, second, meant = score, best, string(word)
		} else {
			second = max(second, score)
		}
	})
	return meant, best - second - slipLead
}

// eachSlip calls f for everything that a word typed with one slip of the
// finger may have been meant to be, with what that slip costs. The bytes are
// good until f returns.
func eachSlip(typed string, f func(word []byte, cost float64)) {
	buf := make([]byte, 0, len(typed)+1)
	cost := func(easy bool, at int) float64 {
		c := otherCost
		if easy {
			c = easyCost
		}
		if at == 0 {
			c += firstCost
		}
		return c
	}
	for i := range len(typed) {
		if len(typed) > minSlip {
			f(append(append(buf[:0], typed[:i]...), typed[i+1:]...), cost(i > 0 && typed[i-1] == typed[i], i))
		}
		if i+1 < len(typed) && typed[i] != typed[i+1] {
			b := append(buf[:0], typed...)
			b[i], b[i+1] = b[i+1], b[i]
			f(b, cost(true, i))
		}
		for c := byte('a'); c <= 'z'; c++ {
			if c != typed[i] {
				b := append(buf[:0], typed...)
				b[i] = c
				f(b, cost(beside(typed[i], c), i))
			}
		}
	}
	for i := range len(typed) + 1 {
		for c := byte('a'); c <= 'z'; c++ {
			b := append(append(append(buf[:0], typed[:i]...), c), typed[i:]...)
			f(b, cost(i > 0 && typed[i-1] == c, i))
		}
	}
}

// keyboard is the letters of a keyboard, each row half a key to the right of
// the one above.
var keyboard = [...]string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// beside reports whether two keys touch.
func beside(a, b byte) bool {
	for row, keys := range keyboard {
		at := strings.IndexByte(keys, a)
		if at < 0 {
			continue
		}
		for _, x := range [...]struct{ row, at int }{{row, at - 1}, {row, at + 1}, {row - 1, at}, {row - 1, at + 1}, {row + 1, at - 1}, {row + 1, at}} {
			if x.row >= 0 && x.row < len(keyboard) && x.at >= 0 && x.at < len(keyboard[x.row]) && keyboard[x.row][x.at] == b {
				return true
			}
		}
		return false
	}
	return false
}
