// Package lexical turns normalised text into sparse vectors over pieces of
// words, which is all that ranking knows of language: Chinese by runs of one
// or two characters, other writing by words, pairs of words and pieces of
// words. No dictionary is needed, and a typo spoils only the pieces it touches.
package lexical

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Sizes of pieces, in characters.
const (
	maxHan    = 2 // runs of Chinese characters: 1 to maxHan
	minPiece  = 3 // pieces of other words, with their ends marked
	maxPiece  = 5
	maxPieces = 2048 // of one text: bounds what a long text costs
)

// AppendPieces appends the keys of the pieces of text, which must be in normal
// form: "h" and a run of Chinese characters, "w" and a word, "b" and two words in
// a row, "c" and a piece of a word that stands between "^" and "$". The key of a
// piece that occurs twice is appended twice.
func AppendPieces(keys []Key, text string) []Key {
	most := len(keys) + maxPieces
	last := ""
	for part := range strings.FieldsSeq(text) {
		for part != "" && len(keys) < most {
			run, han := firstRun(part)
			part = part[len(run):]
			if han {
				keys = appendWindows(keys, KeyOf("h"), run, 1, maxHan, most)
				last = ""
			} else {
				keys = appendWord(keys, run, last, most)
				last = run
			}
		}
	}
	return keys[:min(len(keys), most)]
}

// firstRun returns what a text begins with, up to where Chinese begins or ends,
// and whether that is Chinese.
func firstRun(text string) (run string, han bool) {
	for i, r := range text {
		if h := textnorm.IsHan(r); i == 0 {
			han = h
		} else if h != han {
			return text[:i], han
		}
	}
	return text, han
}

// appendWindows appends the keys of all parts of text that have shortest to
// longest characters, each behind what kind is the key of. It ends where there
// are most keys, or a few more.
func appendWindows(keys []Key, kind Key, text string, shortest, longest, most int) []Key {
	for i := range text {
		if len(keys) >= most {
			break
		}
		key := kind
		for n, at := 1, i; n <= longest && at < len(text); n++ {
			_, size := utf8.DecodeRuneInString(text[at:])
			key = key.then(text[at : at+size])
			at += size
			if n >= shortest {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func appendWord(keys []Key, word, last string, most int) []Key {
	keys = append(keys, KeyOf("w").then(word))
	if last != "" {
		keys = append(keys, KeyOf("b").then(last).then(" ").then(word))
	}
	return appendWindows(keys, KeyOf("c"), "^"+word+"$", minPiece, maxPiece, most)
}

// Term is one entry of a sparse vector.
type Term struct {
	ID     uint32
	Weight float32
}

// Vector is sparse, sorted by ID, of Euclidean length 1 or empty.
type Vector []Term

// Dot returns the product of two vectors: their cosine, as both have length 1.
func (v Vector) Dot(w Vector) float64 {
	var sum float64
	for i, j := 0, 0; i < len(v) && j < len(w); {
		switch {
		case v[i].ID < w[j].ID:
			i++
		case v[i].ID > w[j].ID:
			j++
		default:
			sum += float64(v[i].Weight) * float64(w[j].Weight)
			i++
			j++
		}
	}
	return sum
}

// Has reports whether v has a term.
func (v Vector) Has(id uint32) bool {
	_, ok := slices.BinarySearchFunc(v, id, func(t Term, id uint32) int { return cmp.Compare(t.ID, id) })
	return ok
}

// Covered returns which share of v's squared length lies on terms that w has:
// 1 where w holds every piece of v, 0 where it holds none.
func (v Vector) Covered(w Vector) float64 {
	var sum float64
	for i, j := 0, 0; i < len(v) && j < len(w); {
		switch {
		case v[i].ID < w[j].ID:
			i++
		case v[i].ID > w[j].ID:
			j++
		default:
			sum += float64(v[i].Weight) * float64(v[i].Weight)
			i++
			j++
		}
	}
	return sum
}

// Among returns v without the terms that keep does not keep, at length 1 or
// empty, and the share of v's squared length that remained.
func (v Vector) Among(keep func(id uint32) bool) (Vector, float64) {
	out := make(Vector, 0, len(v))
	for _, t := range v {
		if keep(t.ID) {
			out = append(out, t)
		}
	}
	kept := out.squared()
	if kept > 0 {
		out.normalize(kept)
	}
	return out, kept
}

// normalize gives v, whose squared length is known, length 1, in place.
func (v Vector) normalize(squared float64) {
	scale := float32(1 / math.Sqrt(squared))
	for i := range v {
		v[i].Weight *= scale
	}
}

// squared returns the square of v's length.
func (v Vector) squared() float64 {
	var sum float64
	for _, t := range v {
		sum += float64(t.Weight) * float64(t.Weight)
	}
	return sum
}

// FromSums returns the vector of length 1 that points where sums does, which
// must be sorted by ID, and the length that sums has. It works in place.
func FromSums(sums Vector) (Vector, float64) {
	squared := sums.squared()
	if squared > 0 {
		sums.normalize(squared)
	}
	return sums, math.Sqrt(squared)
}
