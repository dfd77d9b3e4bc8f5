// Package lexical turns normalised text into sparse vectors over pieces of
// words, which is all that ranking knows of language: Chinese by runs of one
// or two characters, other writing by words, pairs of words and pieces of
// words. No dictionary is needed, and a typo spoils only the pieces it touches.
package lexical

import (
	"cmp"
	"hash/fnv"
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

// Space weighs pieces by how rare they are in the texts that it was built
// from. It is immutable.
type Space struct {
	ids    map[Key]uint32
	weight []float32
	// strange is the weight of a piece that no text held.
	strange float32
}

// NewSpace builds the space of texts, each given by the keys of its pieces. Ids
// follow the order of first occurrence, so that equal texts give equal spaces.
func NewSpace(texts [][]Key) *Space {
	s := &Space{ids: make(map[Key]uint32)}
	var docs []int
	var last []int // of each id: the text that held it last
	for at, pieces := range texts {
		for _, p := range pieces {
			id, ok := s.ids[p]
			if !ok {
				id = uint32(len(docs))
				s.ids[p] = id
				docs, last = append(docs, 0), append(last, -1)
			}
			if last[id] < at {
				last[id] = at
				docs[id]++
			}
		}
	}
	n := float64(len(texts))
	s.weight = make([]float32, len(docs))
	for id, d := range docs {
		s.weight[id] = rarity(n, float64(d))
	}
	s.strange = rarity(n, 0)
	return s
}

// rarity returns the weight of a piece that d of n texts hold: its inverse
// document frequency, damped. On development data the plain frequency gave the
// rare pieces of short questions far too much.
func rarity(n, d float64) float32 {
	return float32(math.Pow(math.Log((1+n)/(1+d))+1, damping))
}

const damping = 0.3

// Len returns the number of dimensions.
func (s *Space) Len() int { return len(s.weight) }

// Vector returns the vector of a text given by the keys of its pieces, weighted by
// (1 + ln count) x rarity, and the share of the text's squared length that lies on
// pieces of this space: 0 where it knows none of them. The vector has length 1
// over the known pieces.
func (s *Space) Vector(pieces []Key) (v Vector, known float64) {
	counts := make(map[uint32]int, len(pieces))
	var strange float64
	for _, p := range pieces {
		if id, ok := s.ids[p]; ok {
			counts[id]++
		} else {
			strange += float64(s.strange) * float64(s.strange)
		}
	}
	v = make(Vector, 0, len(counts))
	for id, n := range counts {
		w := (1 + math.Log(float64(n))) * float64(s.weight[id])
		v = append(v, Term{id, float32(w)})
	}
	sum := v.squared()
	if sum == 0 {
		return nil, 0
	}
	return v.normalize(), sum / (sum + strange)
}

// normalize sorts v and gives it length 1, in place.
func (v Vector) normalize() Vector {
	if len(v) == 0 {
		return v
	}
	scale := float32(1 / math.Sqrt(v.squared()))
	for i := range v {
		v[i].Weight *= scale
	}
	return v
}

// squared sorts v, so that the sum does not depend on the order of a map, and
// returns the square of its length.
func (v Vector) squared() float64 {
	slices.SortFunc(v, func(a, b Term) int { return cmp.Compare(a.ID, b.ID) })
	var sum float64
	for _, t := range v {
		sum += float64(t.Weight) * float64(t.Weight)
	}
	return sum
}

// Key stands for a piece: its hash, which is fixed, so that the same tree gives
// the same space in every process.
type Key uint64

// Keys returns the keys of pieces, in their order: FNV-1a of 64 bits.
func Keys(pieces []string) []Key {
	out := make([]Key, len(pieces))
	for i, p := range pieces {
		h := fnv.New64a()
		_, _ = h.Write([]byte(p)) // a hash never fails to write
		out[i] = Key(h.Sum64())
	}
	return out
}

// FromSums returns the vector of length 1 that points where sums does, and the
// length that sums has.
func FromSums(sums map[uint32]float32) (Vector, float64) {
	v := make(Vector, 0, len(sums))
	for id, w := range sums {
		v = append(v, Term{id, w})
	}
	length := math.Sqrt(v.squared())
	return v.normalize(), length
}
