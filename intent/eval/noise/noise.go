// Package noise writes questions as hurried customers do: with slips of the
// keyboard and of the input method, and in traditional characters. What it makes
// depends on the text and the seed alone.
package noise

import (
	"hash/fnv"
	"io"
	"math/rand/v2"
)

// Slips is one kind of slip.
type Slips interface {
	// slip returns text with one slip, or false where there is no place for one.
	slip(text []rune, draw *rand.Rand) ([]rune, bool)
}

// Typos returns text with n slips, made one after the other; fewer where there
// is no place for them.
func Typos(s Slips, text string, n int, seed uint64) string {
	h := fnv.New64a()
	_, _ = io.WriteString(h, text) // a hash takes everything
	draw := rand.New(rand.NewPCG(seed, h.Sum64()))
	runes := []rune(text)
	for range n {
		next, ok := s.slip(runes, draw)
		if !ok {
			break
		}
		runes = next
	}
	return string(runes)
}
