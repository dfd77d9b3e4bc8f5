package segment

import (
	"math"

	"github.com/go-ego/gse"
)

// appendWords appends the words of a text without spaces, which must be valid
// UTF-8, by the frequencies of a dictionary: the most probable ones, as gse's
// Cut without its model of unknown words chooses them. gse makes a dozen small
// maps and strings for each character on the way; this takes none.
func appendWords(out []string, dict *gse.Dictionary, text string) []string {
	at := runeStarts(make([]int, 0, 64), text)
	ends := route(make([]int, 0, 64), dict, []byte(text), at)
	from := 0 // of the letters and digits that no word holds, which stay together
	for i := 0; i < len(ends); i = ends[i] {
		if ends[i] == i+1 && isAlphanumeric(text[at[i]]) {
			continue
		}
		if from < at[i] {
			out = append(out, text[from:at[i]])
		}
		from = at[ends[i]]
		out = append(out, text[at[i]:from])
	}
	if from < len(text) {
		out = append(out, text[from:])
	}
	return out
}

// route appends, for each character of a text, after which one the word that
// begins with it ends, on the most probable way to the end of the text. Of two
// as probable it goes by the longer word.
func route(ends []int, dict *gse.Dictionary, text []byte, at []int) []int {
	n := len(at) - 1
	all := math.Log(dict.TotalFreq())
	scores := append(make([]float64, 0, 64), make([]float64, n+1)...) // of the way from each character on
	ends = append(ends, make([]int, n)...)
	for i := n - 1; i >= 0; i-- {
		for to := i + 1; to <= n; to++ {
			frequency, _, begins := dict.Find(text[at[i]:at[to]])
			if !begins {
				break
			}
			if frequency == 0 {
				continue
			}
			score := math.Log(frequency) - all + scores[to]
			if ends[i] == 0 || score >= scores[i] {
				scores[i], ends[i] = score, to
			}
		}
		if ends[i] == 0 {
			scores[i], ends[i] = unknown(dict, text[at[i]:at[i+1]])-all+scores[i+1], i+1
		}
	}
	return ends
}

// unknown returns the logarithm of how often a character counts that is no
// word: once, and where words begin with it never, as with gse.
func unknown(dict *gse.Dictionary, char []byte) float64 {
	if _, _, begins := dict.Find(char); begins {
		return math.Inf(-1)
	}
	return 0
}

func isAlphanumeric(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}
