package typo

import (
	"math"
	"slices"
)

// Bounds of reading pinyin.
const (
	minSpelt      = 5   // letters and spaces that may be pinyin
	maxSpelt      = 160 // the same, at most
	minSyllables  = 2
	longest       = 6 // letters of the longest syllable
	minLikelihood = -5.0
)

// spelt returns what the unknown ones among the words of a text say in pinyin.
// Words in a row are read together, as many as go into maxSpelt, for some
// people type one a syllable.
func (h *hanReader) spelt(text string, ws []span, unknown []int) []edit {
	var edits []edit
	for i := 0; i < len(unknown); {
		all := ws[unknown[i]]
		for i++; i < len(unknown) && unknown[i] == unknown[i-1]+1 && neighbour(text, ws, unknown[i-1], unknown[i]) != "" && ws[unknown[i]].to-all.from <= maxSpelt; i++ {
			all.to = ws[unknown[i]].to
		}
		if n := all.to - all.from; n < minSpelt || n > maxSpelt {
			continue
		}
		if with, score := h.spell(text[all.from:all.to]); score > 0 {
			edits = append(edits, newEdit(text, all, with, Pinyin, score))
		}
	}
	return edits
}

// spelling is a way to have read pinyin up to some letter: its last character
// and what came before.
type spelling struct {
	last   symbol
	before *spelling
	length int
	score  float64
}

// spell returns the characters that letters, with single spaces, most probably
// stand for, and by how much that is more probable than what is too daring;
// 0 where they are not pinyin of what the knowledge says.
func (h *hanReader) spell(letters string) (string, float64) {
	// ways are the spellings of the letters up to each place, one for each
	// last character.
	ways := make([][]*spelling, len(letters)+1)
	for i := range len(letters) {
		if letters[i] == ' ' {
			ways[i+1] = ways[i]
			continue
		}
		if i > 0 && len(ways[i]) == 0 {
			continue
		}
		for n := 1; n <= longest && i+n <= len(letters); n++ {
			if syllable, ok := h.confusion.syllables[letters[i:i+n]]; ok {
				ways[i+n] = append(ways[i+n], h.extend(ways[i], syllable, i > 0 && letters[i-1] == ' ')...)
			}
		}
	}
	var best *spelling
	for _, s := range ways[len(letters)] {
		if s.length >= minSyllables && (best == nil || s.score > best.score) {
			best = s
		}
	}
	if best == nil {
		return "", 0
	}
	with := make([]rune, best.length)
	for s := best; s != nil; s = s.before {
		with[s.length-1] = s.last.char()
	}
	return string(with), max(0, best.score-minLikelihood*float64(best.length))
}

// extend returns the spellings with a character of syllable more: the best one
// for each. Two characters that were typed without a space must stand together
// in the knowledge.
func (h *hanReader) extend(ways []*spelling, syllable syllable, spaced bool) []*spelling {
	var out []*spelling
	for _, x := range h.alike(syllable) {
		c := symbol(x)
		if !slices.Contains(h.confusion.sounds[c][:], syllable) {
			continue
		}
		if ways == nil {
			out = append(out, &spelling{last: c, length: 1, score: math.Log(h.model.share(c))})
			continue
		}
		var best *spelling
		for _, s := range ways {
			if !spaced && !h.said(s.last, c) {
				continue
			}
			if score := s.score + h.model.log(s.last, c); best == nil || score > best.score {
				best = &spelling{last: c, before: s, length: s.length + 1, score: score}
			}
		}
		if best != nil {
			out = append(out, best)
		}
	}
	return out
}
