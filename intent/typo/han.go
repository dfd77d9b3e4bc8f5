package typo

import (
	"math"
	"slices"
	"strings"
)

// Costs of a typo, as negative logarithms of how probable it is that this very
// character was typed for another one: about one character in a hundred is
// wrong, and there are several wrong ones to choose from. They were chosen on
// development questions with typos put in, see docs/matching.md.
const (
	soundCost = 6.0 // same syllable
	nearCost  = 7.5 // a syllable that many do not tell apart
	shapeCost = 7.5
	// pairCost is what a second wrong character right beside the first costs
	// beyond its own: two in a row explain nearly anything.
	pairCost = 4.0
	// knownCost is what it costs to part two characters that general Chinese
	// has beside each other in its words.
	knownCost = 2.0
	// looseCost is what it costs to put in a character that makes no such pair.
	looseCost = 1.0
	// margin is by how much a repair must be the more probable reading.
	margin = 2.0
)

// negations turn what is said into its opposite, so that none is taken for
// another character of its sound.
const negations = "不没未无"

// hanReader reads Chinese characters. Immutable.
type hanReader struct {
	model     *model
	confusion *confusion
	// spoken lists the knowledge's characters by group of syllables, see
	// confusion.groups: group<<16 | symbol, sorted.
	spoken []uint32
}

// newHanReader returns nil where the texts hold no Chinese.
func newHanReader(texts []string) (*hanReader, error) {
	if !anyHan(texts) {
		return nil, nil
	}
	g, err := loadGeneral()
	if err != nil {
		return nil, err
	}
	return hanReaderOf(newModel(g, texts)), nil
}

func hanReaderOf(m *model) *hanReader {
	h := &hanReader{model: m, confusion: loadConfusion()}
	h.model.ones.each(func(s, _ uint32) {
		if !symbol(s).isHan() {
			return
		}
		for _, syllable := range h.confusion.sounds[s] {
			if syllable != 0 {
				h.spoken = append(h.spoken, uint32(h.confusion.groups[syllable])<<16|s)
			}
		}
	})
	slices.Sort(h.spoken)
	h.spoken = slices.Clip(slices.Compact(h.spoken))
	return h
}

// alike returns the knowledge's characters whose sound is that of syllable, or
// near it, in a fixed order. It yields group<<16 | symbol.
func (h *hanReader) alike(s syllable) []uint32 {
	group := uint32(h.confusion.groups[s])
	from, _ := slices.BinarySearch(h.spoken, group<<16)
	to, _ := slices.BinarySearch(h.spoken, (group+1)<<16)
	return h.spoken[from:to]
}

// candidate is a character that another one may have been typed for.
type candidate struct {
	symbol symbol
	kind   Kind
	cost   float64
}

// place is a character of an utterance that fits badly.
type place struct {
	at         int // among the tokens
	candidates []candidate
}

// read returns the repairs that are worth it; they may overlap.
func (h *hanReader) read(text []rune) []edit {
	ts := tokenize(text)
	fits := make([]float64, len(ts)) // how probable each token is after the one before it
	for i := 1; i < len(ts); i++ {
		fits[i] = h.model.log(ts[i-1].symbol, ts[i].symbol)
	}
	var edits []edit
	var last place
	for i := 1; i < len(ts)-1; i++ {
		if !ts[i].symbol.isHan() || !doubtful(fits[i]+fits[i+1]) {
			continue
		}
		p := place{i, h.candidates(ts[i].symbol)}
		if e, ok := h.single(ts, p, fits[i]+fits[i+1]); ok {
			edits = append(edits, e)
		}
		if last.at > 0 && last.at == i-1 {
			if e, ok := h.double(ts, last, p, fits[i-1]+fits[i]+fits[i+1]); ok {
				edits = append(edits, e)
			}
		}
		last = p
	}
	return edits
}

// doubtful reports whether a character that fits between its neighbours with
// this log-probability could lose against another one at all.
func doubtful(fit float64) bool {
	const perfect = -1 // hardly any character fits better
	return fit < perfect-soundCost-margin
}

// candidates returns the knowledge's characters that s may have been typed for:
// never more than the tables list, about two hundred.
func (h *hanReader) candidates(s symbol) []candidate {
	out := make([]candidate, 0, 64)
	if !strings.ContainsRune(negations, s.char()) {
		for _, syllable := range h.confusion.sounds[s] {
			if syllable != 0 {
				out = h.addSounds(out, s, syllable)
			}
		}
	}
	for _, c := range h.confusion.looks[s] {
		if h.model.ones.get(uint32(c)) > 0 && !contains(out, c) {
			out = append(out, candidate{c, Shape, shapeCost})
		}
	}
	return out
}

// addSounds appends the knowledge's characters that sound like s, which is
// read as syllable.
func (h *hanReader) addSounds(out []candidate, s symbol, syllable syllable) []candidate {
	first := len(out) == 0 // alike yields none twice
	for _, x := range h.alike(syllable) {
		c := symbol(x)
		if c == s || !first && contains(out, c) {
			continue
		}
		cost := nearCost
		if h.confusion.sameSound(s, c) {
			cost = soundCost
		}
		out = append(out, candidate{c, Sound, cost})
	}
	return out
}

func contains(candidates []candidate, s symbol) bool {
	for i := range candidates {
		if candidates[i].symbol == s {
			return true
		}
	}
	return false
}

// single returns the best repair of one character, and whether it is better
// than what was typed, which has the log-probability was. The knowledge must
// say it with a neighbour.
func (h *hanReader) single(ts []token, p place, was float64) (edit, bool) {
	left, s, right := ts[p.at-1].symbol, ts[p.at].symbol, ts[p.at+1].symbol
	best, with := math.Inf(-1), candidate{}
	for _, c := range p.candidates {
		if !h.said(left, c.symbol) && !h.said(c.symbol, right) {
			continue
		}
		score := h.model.log(left, c.symbol) + h.model.log(c.symbol, right) - c.cost
		if h.known(left, c.symbol)+h.known(c.symbol, right) == 0 {
			score -= looseCost
		}
		if score > best {
			best, with = score, c
		}
	}
	score := best - was - margin - knownCost*float64(h.known(left, s)+h.known(s, right))
	return edit{
		from: ts[p.at].at, to: ts[p.at].at + 1,
		with: []rune{with.symbol.char()}, kinds: []Kind{with.kind}, score: score,
	}, score > 0
}

// double is single for two characters in a row, p and q, where the input method
// was given the right syllables and put in another word. The knowledge must say
// the two together.
func (h *hanReader) double(ts []token, p, q place, was float64) (edit, bool) {
	left, s, t, right := ts[p.at-1].symbol, ts[p.at].symbol, ts[q.at].symbol, ts[q.at+1].symbol
	best, first, second := math.Inf(-1), candidate{}, candidate{}
	for _, c := range p.candidates {
		if c.cost != soundCost {
			continue
		}
		for _, d := range q.candidates {
			if d.cost != soundCost || !h.said(c.symbol, d.symbol) {
				continue
			}
			score := h.model.log(left, c.symbol) + h.model.log(c.symbol, d.symbol) + h.model.log(d.symbol, right) - c.cost - d.cost
			if score > best {
				best, first, second = score, c, d
			}
		}
	}
	parted := h.known(left, s) + h.known(s, t) + h.known(t, right)
	score := best - was - margin - pairCost - knownCost*float64(parted)
	return edit{
		from: ts[p.at].at, to: ts[q.at].at + 1,
		with:  []rune{first.symbol.char(), second.symbol.char()},
		kinds: []Kind{first.kind, second.kind}, score: score,
	}, score > 0
}

// said reports whether the knowledge has two characters beside each other.
func (h *hanReader) said(left, right symbol) bool {
	return left.isHan() && right.isHan() && h.model.seen(left, right) > 0
}

// known is 1 where general Chinese has two characters beside each other in a
// word, else 0.
func (h *hanReader) known(left, right symbol) int {
	if left.isHan() && right.isHan() && h.model.general.known(left, right) > 0 {
		return 1
	}
	return 0
}

func anyHan(texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool {
		for _, r := range text {
			if symbolOf(r) != none {
				return true
			}
		}
		return false
	})
}
