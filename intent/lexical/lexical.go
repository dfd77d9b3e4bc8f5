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

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Sizes of pieces, in characters.
const (
	maxHan    = 2 // runs of Chinese characters: 1 to maxHan
	minPiece  = 3 // pieces of other words, with their ends marked
	maxPiece  = 5
	maxPieces = 2048 // of one text: bounds what a long text costs
)

// Pieces returns the pieces of text, which must be in normal form. A piece
// that occurs twice is returned twice. Kinds are kept apart by a first letter.
func Pieces(text string) []string {
	var out []string
	last := ""
	for _, part := range strings.Fields(text) {
		for _, run := range runs(part) {
			if run.han {
				out = append(out, hanPieces(run.text, maxHan)...)
				last = ""
			} else {
				out = append(out, wordPieces(run.text, last)...)
				last = run.text
			}
		}
		if len(out) >= maxPieces {
			return out[:maxPieces]
		}
	}
	return out
}

type run struct {
	text string
	han  bool
}

// runs splits a part without spaces where Chinese begins and ends.
func runs(part string) []run {
	var out []run
	start, han := 0, false
	for i, r := range part {
		if h := textnorm.IsHan(r); i == 0 {
			han = h
		} else if h != han {
			out = append(out, run{part[start:i], han})
			start, han = i, h
		}
	}
	return append(out, run{part[start:], han})
}

func hanPieces(text string, longest int) []string {
	rs := []rune(text)
	if len(rs) > maxPieces {
		rs = rs[:maxPieces]
	}
	var out []string
	for i := range rs {
		for n := 1; n <= longest && i+n <= len(rs); n++ {
			out = append(out, "h"+string(rs[i:i+n]))
		}
	}
	return out
}

func wordPieces(word, last string) []string {
	out := []string{"w" + word}
	if last != "" {
		out = append(out, "b"+last+" "+word)
	}
	rs := []rune("^" + word + "$")
	if len(rs) > maxPieces {
		rs = rs[:maxPieces]
	}
	for i := range rs {
		for n := minPiece; n <= maxPiece && i+n <= len(rs); n++ {
			out = append(out, "c"+string(rs[i:i+n]))
		}
	}
	return out
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
