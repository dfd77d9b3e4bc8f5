// Package typo reads an utterance as the customer meant it, where a character
// or a key was hit wrong: by the sound of a Chinese character, by its shape, by
// a slip of the finger in a word of Latin letters, or because pinyin was typed
// and no character chosen.
//
// The vocabulary is the shop's own knowledge: nothing is ever changed into what
// the knowledge does not say, for that would not help to find an answer. What is
// written well should stay as it is, unknown names and rare words too, so that
// a change needs good reasons: see docs/matching.md.
package typo

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Limits of one reading.
const (
	// MaxLength is how many characters of a text are read; the rest stays.
	MaxLength = 500
	// MaxChanges bounds the changes of one text.
	MaxChanges = 3
)

// Kind is how something was mistyped.
type Kind uint8

// The kinds.
const (
	Sound  Kind = iota + 1 // a character that sounds the same or nearly so
	Shape                  // a character that looks much the same
	Slip                   // a key too many, too few, swapped or beside the right one
	Pinyin                 // pinyin instead of characters
)

func (k Kind) String() string {
	switch k {
	case Sound:
		return "sound"
	case Shape:
		return "shape"
	case Slip:
		return "slip"
	case Pinyin:
		return "pinyin"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Change is one thing that was read otherwise than it was typed.
type Change struct {
	At       int    // place of From in the text, in characters (runes)
	From, To string // neither is empty
	Kind     Kind
}

// Reader reads utterances by the vocabulary of one shop's knowledge. It is
// immutable and safe for concurrent use.
type Reader struct {
	han   *hanReader // nil where the knowledge has no Chinese
	latin *vocabulary
}

// New returns a reader that knows the words of texts: what the knowledge says,
// in normal form. Equal texts in the same order give equal readers. The first
// call of a process for texts in Chinese unpacks tables of about 1.5 MB.
func New(texts []string) (*Reader, error) {
	han, err := newHanReader(texts)
	if err != nil {
		return nil, err
	}
	return &Reader{han: han, latin: newVocabulary(texts)}, nil
}

// Read returns text, which must be in normal form, as it was probably meant,
// and what was changed, in the order of the text. Most texts come back as they
// are.
func (r *Reader) Read(text string) (string, []Change) {
	var room [128]rune // most texts are shorter
	runes, head := room[:0], text
	for _, c := range text {
		runes = append(runes, c)
	}
	read := runes
	if len(runes) > MaxLength {
		read = withoutLastWord(runes[:MaxLength])
		head = string(read)
	}
	var edits []edit
	if r.han != nil {
		edits = r.han.read(read)
	}
	edits = append(edits, r.readLatin(head)...)
	if len(edits) == 0 {
		return text, nil
	}
	edits = choose(edits)
	return apply(runes, edits)
}

// withoutLastWord returns text without a word of letters that was cut off.
func withoutLastWord(text []rune) []rune {
	for len(text) > 0 && text[len(text)-1] < utf8.RuneSelf && text[len(text)-1] != ' ' {
		text = text[:len(text)-1]
	}
	return text
}

func (r *Reader) readLatin(text string) []edit {
	ws := words(text)
	unknown := r.latin.unknown(text, ws)
	if len(unknown) == 0 {
		return nil
	}
	edits := r.latin.slips(text, ws, unknown)
	if r.han != nil {
		edits = append(edits, r.han.spelt(text, ws, unknown)...)
	}
	return edits
}

// edit is a change, or two in a row, with what speaks for it.
type edit struct {
	from, to int // the runes of the text that it replaces
	with     []rune
	kinds    []Kind  // one for all, or one for each rune of with
	score    float64 // above 0; more is better
}

// choose returns the best of the edits, in the order of the text. Of two that
// touch, the better one stays: the other was judged by what is changed now.
func choose(edits []edit) []edit {
	slices.SortFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var out []edit
	changes := 0
	for _, e := range edits {
		touches := func(o edit) bool { return e.from <= o.to && o.from <= e.to }
		if changes+len(e.kinds) <= MaxChanges && !slices.ContainsFunc(out, touches) {
			out = append(out, e)
			changes += len(e.kinds)
		}
	}
	slices.SortFunc(out, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	return out
}

// apply returns what edits, which are in order, make of the text.
func apply(text []rune, edits []edit) (string, []Change) {
	var out []rune
	var changes []Change
	done := 0
	for _, e := range edits {
		out = append(append(out, text[done:e.from]...), e.with...)
		done = e.to
		if len(e.kinds) == 1 {
			changes = append(changes, Change{e.from, string(text[e.from:e.to]), string(e.with), e.kinds[0]})
			continue
		}
		for i, kind := range e.kinds {
			changes = append(changes, Change{e.from + i, string(text[e.from+i]), string(e.with[i]), kind})
		}
	}
	return string(append(out, text[done:]...)), changes
}
