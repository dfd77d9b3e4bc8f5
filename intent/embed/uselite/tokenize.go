package uselite

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalize brings text into the form that the pieces were learned on, after
// SentencePiece's rule nmt_nfkc: control characters go; NFKC; runs of space,
// zero-width and direction marks become one separator; one separator before
// the text and none after it. Of a long text the first most characters count,
// and at most that many are returned, not counting separators.
func normalize(text string, most int) string {
	var b strings.Builder
	space, n := true, 0
	for _, r := range norm.NFKC.String(strings.Map(withoutControl, head(text, most))) {
		if isSpace(r) {
			space = true
			continue
		}
		if n++; n > most {
			break
		}
		if space {
			b.WriteRune(separator)
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// head returns the first n characters of text.
func head(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// withoutControl drops control characters, before NFKC, so that what stood on
// both sides of one can still be composed.
func withoutControl(r rune) rune {
	if unicode.IsControl(r) && !isSpace(r) {
		return -1
	}
	return r
}

func isSpace(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200e', '\u200f', separator, '\ufeff', utf8.RuneError:
		return true
	}
	return unicode.IsSpace(r)
}

// tokenize cuts text into the pieces that are together most probable and
// returns the ids of the first most of them. Unknown characters in a row are
// one token. It returns nil where no piece with a letter or a digit is known:
// then every text of that kind would get the same vector.
func (v *vocabulary) tokenize(text string, most int) []int32 {
	text = normalize(text, most*v.longest)
	starts := make([]int, 0, len(text)+1)
	for i := range text {
		starts = append(starts, i)
	}
	starts = append(starts, len(text))

	var ids []int32
	tells := false
	for _, id := range v.path(text, starts) {
		if id == unknown && len(ids) > 0 && ids[len(ids)-1] == unknown {
			continue
		}
		if len(ids) == most {
			break
		}
		ids = append(ids, id)
		tells = tells || v.telling[id]
	}
	if !tells {
		return nil
	}
	return ids
}

// path finds the best cut by Viterbi's algorithm. starts are the places in
// text where a character begins, and its end. Of cuts that are equally good,
// the one whose last piece is the shortest wins.
func (v *vocabulary) path(text string, starts []int) []int32 {
	type step struct {
		score float64 // of the best cut up to here
		from  int     // where its last piece begins
		id    int32   // of that piece
	}
	steps := make([]step, len(starts))
	for i := range steps[1:] {
		steps[i+1].score = math.Inf(-1)
	}
	for i := range len(starts) - 1 {
		relax := func(end int, id int32, score float64) {
			if total := steps[i].score + score; total >= steps[end].score {
				steps[end] = step{total, i, id}
			}
		}
		single := false
		for n := 1; n <= v.longest && i+n < len(starts); n++ {
			if id, ok := v.ids[text[starts[i]:starts[i+n]]]; ok {
				relax(i+n, id, v.scores[id])
				single = single || n == 1
			}
		}
		if !single {
			relax(i+1, unknown, v.floor)
		}
	}
	var ids []int32
	for i := len(steps) - 1; i > 0; i = steps[i].from {
		ids = append(ids, steps[i].id)
	}
	slices.Reverse(ids)
	return ids
}
