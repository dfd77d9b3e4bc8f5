package typo

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:generate go run gen_sounds.go
//go:generate go run gen_shapes.go

//go:embed tables/sounds.txt
var soundsText string

//go:embed tables/shapes.txt
var shapesText string

// maxReadings is how many syllables the table has for a character.
const maxReadings = 2

// confusion knows which characters sound or look alike. Immutable.
type confusion struct {
	syllables map[string]syllable
	// groups has, by syllable, the number of those that many people do not
	// tell apart.
	groups []uint16
	sounds [symbols][maxReadings]syllable
	looks  map[symbol][]symbol
}

// syllable numbers the syllables from 1, without tones; 0 is none.
type syllable uint16

// loadConfusion parses the tables, once a process.
var loadConfusion = sync.OnceValue(func() *confusion {
	c := &confusion{
		syllables: make(map[string]syllable),
		groups:    make([]uint16, 1),
		looks:     make(map[symbol][]symbol),
	}
	blurred := make(map[string]uint16)
	for line := range strings.Lines(soundsText) {
		name, chars, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		id := syllable(len(c.groups))
		c.syllables[name] = id
		group, ok := blurred[blur(name)]
		if !ok {
			group = uint16(len(blurred))
			blurred[blur(name)] = group
		}
		c.groups = append(c.groups, group)
		for _, r := range chars {
			readings := &c.sounds[symbolOf(r)]
			if free := slices.Index(readings[:], 0); free >= 0 {
				readings[free] = id
			}
		}
	}
	for line := range strings.Lines(shapesText) {
		char, mates, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		r, _ := utf8.DecodeRuneInString(char)
		for _, mate := range mates {
			c.like(symbolOf(r), symbolOf(mate))
			c.like(symbolOf(mate), symbolOf(r))
		}
	}
	return c
})

func (c *confusion) like(a, b symbol) {
	if !slices.Contains(c.looks[a], b) {
		c.looks[a] = append(c.looks[a], b)
	}
}

// blur returns what is left of a syllable in the mouth of somebody who tells
// neither zh, ch, sh from z, c, s, nor n from l, nor -ng from -n.
func blur(syllable string) string {
	for _, initial := range []struct{ from, to string }{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}, {"n", "l"}} {
		if rest, ok := strings.CutPrefix(syllable, initial.from); ok {
			syllable = initial.to + rest
			break
		}
	}
	for _, final := range []string{"ang", "eng", "ing"} {
		if rest, ok := strings.CutSuffix(syllable, final); ok {
			return rest + final[:2]
		}
	}
	return syllable
}

// sameSound reports whether two characters share a syllable.
func (c *confusion) sameSound(a, b symbol) bool {
	for _, x := range c.sounds[a] {
		if x != 0 && slices.Contains(c.sounds[b][:], x) {
			return true
		}
	}
	return false
}
