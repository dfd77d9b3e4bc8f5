package noise

import (
	"math/rand/v2"
	"slices"
	"unicode"
)

// Letters are the slips of fast fingers: in a word of at least minWord Latin
// letters two neighbours change places, or a letter is left out or doubled.
type Letters struct{}

// minWord is how many letters a word needs: of a shorter one too little would
// be left to tell it by.
const minWord = 4

func (Letters) slip(text []rune, draw *rand.Rand) ([]rune, bool) {
	places := places(text)
	if len(places) == 0 {
		return nil, false
	}
	at := places[draw.IntN(len(places))]
	switch draw.IntN(3) {
	case 0:
		if inWord(text, at+1) && text[at] != text[at+1] {
			out := slices.Clone(text)
			out[at], out[at+1] = out[at+1], out[at]
			return out, true
		}
		fallthrough
	case 1:
		return slices.Delete(slices.Clone(text), at, at+1), true
	default:
		return slices.Insert(slices.Clone(text), at, text[at]), true
	}
}

// places returns where the letters of long enough words are.
func places(text []rune) []int {
	var out []int
	for from := 0; from < len(text); {
		to := from
		for inWord(text, to) {
			to++
		}
		if to-from >= minWord {
			for i := from; i < to; i++ {
				out = append(out, i)
			}
		}
		from = to + 1
	}
	return out
}

func inWord(text []rune, at int) bool { return at < len(text) && unicode.Is(unicode.Latin, text[at]) }
