package gloss

import (
	"strings"
	"unicode"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// maxWordUnits is how many units a word of the table may have. Longer ones of
// the dictionary are proverbs.
const maxWordUnits = 8

// segment calls found for each known word of a text in normal form, in an order
// that depends on the text only. It goes through what stands between spaces from
// behind and takes the longest word that ends where it is: from behind, this
// errs less often in Chinese than from the front. A word begins and ends where a
// unit does, so that "the" is not found in "there".
func (w *Words) segment(normal string, found func(word int32)) {
	var units []int
	for run := range strings.FieldsSeq(normal) {
		units = appendUnits(units[:0], run)
		for end := len(units) - 1; end > 0; {
			start := max(0, end-maxWordUnits)
			for start < end-1 {
				if _, ok := w.index[run[units[start]:units[end]]]; ok {
					break
				}
				start++
			}
			if i, ok := w.index[run[units[start]:units[end]]]; ok {
				found(i)
			}
			end = start
		}
	}
}

// A kind of character. Neighbours of one kind belong together, unless they are
// Chinese.
type kind int

const (
	letter kind = iota
	digit
	han
)

func kindOf(r rune) kind {
	switch {
	case textnorm.IsHan(r):
		return han
	case unicode.IsDigit(r):
		return digit
	}
	return letter
}

// appendUnits appends where each unit of a run of characters begins, and where
// the last one ends. A unit is one Chinese character, or as many letters or as
// many digits as stand together.
func appendUnits(starts []int, run string) []int {
	last := han
	for i, r := range run {
		k := kindOf(r)
		if k == han || k != last {
			starts = append(starts, i)
		}
		last = k
	}
	return append(starts, len(run))
}

func countUnits(word string) int { return len(appendUnits(nil, word)) - 1 }
