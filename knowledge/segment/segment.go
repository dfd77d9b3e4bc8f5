// Package segment cuts text into words: Chinese by dictionary, with gse, and
// all other writing at spaces. It is the only importer of gse.
package segment

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-ego/gse"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

//go:generate go run gen.go

//go:embed dict/words.txt.gz
var wordsGz []byte

// Digest stands for the common dictionary: a program with another one has
// another digest.
func Digest() [sha256.Size]byte { return sha256.Sum256(wordsGz) }

// base is the one dictionary of a process. gse's own, whole, costs seconds and
// over a hundred megabytes; this part of it is loaded at first use and is
// never changed afterwards, which makes it safe for concurrent use.
var base = sync.OnceValue(func() *gse.Dictionary {
	seg, err := loadBase()
	if err != nil { // it is part of the program
		panic(err)
	}
	return seg.Dict
})

func loadBase() (*gse.Segmenter, error) {
	zip, err := gzip.NewReader(bytes.NewReader(wordsGz))
	if err != nil {
		return nil, fmt.Errorf("segment: dictionary: %w", err)
	}
	words, err := io.ReadAll(zip)
	if err != nil {
		return nil, fmt.Errorf("segment: dictionary: %w", err)
	}
	seg := &gse.Segmenter{SkipLog: true, NotLoadHMM: true}
	if err := seg.LoadDictStr(string(words)); err != nil {
		return nil, fmt.Errorf("segment: dictionary: %w", err)
	}
	return seg, nil
}

// Segmenter cuts the text of one shop.
type Segmenter struct {
	words map[string]bool
	// lengths are the numbers of characters that words have, longest first.
	lengths []int
}

// New returns a segmenter that, besides the common dictionary, knows a shop's
// own words. It does not wait for the common dictionary: the first call of a
// process begins to load it, beside whatever else there is to do until Cut.
func New(words []string) *Segmenter {
	go base()
	s := &Segmenter{words: make(map[string]bool, len(words))}
	longest := 0
	for _, w := range words {
		if w = textnorm.Key(w); utf8.RuneCountInString(w) > 1 {
			s.words[w] = true
			longest = max(longest, utf8.RuneCountInString(w))
		}
	}
	for n := longest; n > 1; n-- {
		for w := range s.words {
			if utf8.RuneCountInString(w) == n {
				s.lengths = append(s.lengths, n)
				break
			}
		}
	}
	return s
}

// Cut returns the words of text, which must be in normal form. A word of the
// shop's dictionary that occurs in the text is added whole, whatever the
// common dictionary made of that place.
func (s *Segmenter) Cut(text string) []string {
	out := make([]string, 0, len(text)/3+1) // a Chinese character has three bytes
	for part := range strings.FieldsSeq(text) {
		if !strings.ContainsFunc(part, textnorm.IsHan) {
			out = append(out, part)
			continue
		}
		out = appendWords(out, base(), strings.ToValidUTF8(part, "\uFFFD"))
		out = s.addOwn(out, part)
	}
	return out
}

// addOwn appends the shop's words that occur in part and are not in out yet.
func (s *Segmenter) addOwn(out []string, part string) []string {
	if len(s.lengths) == 0 {
		return out
	}
	at := runeStarts(make([]int, 0, 64), part)
	for i := range len(at) - 1 {
		for _, n := range s.lengths {
			if i+n >= len(at) {
				continue
			}
			if w := part[at[i]:at[i+n]]; s.words[w] && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// runeStarts appends where each character of text begins, and where text ends.
func runeStarts(at []int, text string) []int {
	for i := range text {
		at = append(at, i)
	}
	return append(at, len(text))
}
