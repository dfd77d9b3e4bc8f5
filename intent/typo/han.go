package typo

import (
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
	beside filter // of the model's pairs
	// typed has the characters that may have been typed for one of the
	// knowledge's. Where it says little, such as wishes, most are not.
	typed [symbols/64 + 1]uint64
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
	h := &hanReader{model: m, confusion: loadConfusion(), beside: newFilter(m.pairs)}
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
	for s := range symbol(symbols) {
		if h.typedFor(s) {
			h.typed[s/64] |= 1 << (s % 64)
		}
	}
	return h
}

// typedFor reports whether s may have been typed for one of the knowledge's
// characters. Of negations it may say so though fill returns none.
func (h *hanReader) typedFor(s symbol) bool {
	for _, syllable := range h.confusion.sounds[s] {
		if syllable == 0 {
			continue
		}
		if alike := h.alike(syllable); len(alike) > 1 || len(alike) == 1 && symbol(alike[0]) != s {
			return true
		}
	}
	return slices.ContainsFunc(h.confusion.looks[s], func(c symbol) bool { return h.model.ones.get(uint32(c)) > 0 })
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
	cost   float32
}

// place is a character of an utterance that fits badly.
type place struct {
	at         int // among the tokens
	candidates []candidate
	same       []symbol // of those, the ones of the same syllable
}

// read returns the repairs that are worth it; they may overlap.
func (h *hanReader) read(text []rune) []edit {
	var tokenRoom [64]token // most texts are shorter
	ts := tokenize(tokenRoom[:0], text)
	f := fits{model: h.model, tokens: ts}
	var edits []edit
	var last place
	var room [2]struct { // of the last place and of this one
		candidates [200]candidate
		same       [64]symbol
	}
	for i := 1; i < len(ts)-1; i++ {
		s := ts[i].symbol
		if !s.isHan() || h.typed[s/64]&(1<<(s%64)) == 0 || !f.doubtful(i) {
			continue
		}
		p := h.fill(place{i, room[i%2].candidates[:0], room[i%2].same[:0]}, s)
		if e, ok := h.single(ts, p, f.at(i)+f.at(i+1)); ok {
			edits = append(edits, e)
		}
		if last.at > 0 && last.at == i-1 {
			if e, ok := h.double(ts, last, p, f.at(i-1)+f.at(i)+f.at(i+1)); ok {
				edits = append(edits, e)
			}
		}
		last = p
	}
	return edits
}

// fill returns a place, which is empty, with the knowledge's characters that s may
// have been typed for: never more than the tables list, about two hundred.
func (h *hanReader) fill(p place, s symbol) place {
	if !strings.ContainsRune(negations, s.char()) {
		for _, syllable := range h.confusion.sounds[s] {
			if syllable != 0 {
				p = h.addSounds(p, s, syllable)
			}
		}
	}
	for _, c := range h.confusion.looks[s] {
		if h.model.ones.get(uint32(c)) > 0 && !contains(p.candidates, c) {
			p.candidates = append(p.candidates, candidate{c, Shape, shapeCost})
		}
	}
	return p
}

// addSounds returns a place with the knowledge's characters that sound like s,
// which is read as syllable.
func (h *hanReader) addSounds(p place, s symbol, syllable syllable) place {
	first := len(p.candidates) == 0 // alike yields none twice
	for _, x := range h.alike(syllable) {
		c := symbol(x)
		if c == s || !first && contains(p.candidates, c) {
			continue
		}
		cost := float32(nearCost)
		if h.confusion.sameSound(s, c) {
			cost = soundCost
			p.same = append(p.same, c)
		}
		p.candidates = append(p.candidates, candidate{c, Sound, cost})
	}
	return p
}

func contains(candidates []candidate, s symbol) bool {
	for i := range candidates {
		if candidates[i].symbol == s {
			return true
		}
	}
	return false
}

// highest is above the logarithm of any probability of the model, which adds up
// shares that are rounded: none is above 2.
const highest = 0.7

// slack is more than what rounding can do to a score.
const slack = 1e-6

// single returns the best repair of one character, and whether it is better
// than what was typed, which has the log-probability was. The knowledge must
// say it with a neighbour.
func (h *hanReader) single(ts []token, p place, was float64) (edit, bool) {
	left, s, right := ts[p.at-1].symbol, ts[p.at].symbol, ts[p.at+1].symbol
	best, with := was+margin-slack, candidate{} // what is not above that is not worth it
	for _, c := range p.candidates {
		if !h.said(left, c.symbol) && !h.said(c.symbol, right) {
			continue
		}
		score := h.model.log(left, c.symbol)
		if score+highest-float64(c.cost) <= best {
			continue
		}
		score = score + h.model.log(c.symbol, right) - float64(c.cost)
		if h.known(left, c.symbol)+h.known(c.symbol, right) == 0 {
			score -= looseCost
		}
		if score > best {
			best, with = score, c
		}
	}
	if with.symbol == none {
		return edit{}, false
	}
	score := best - was - margin - knownCost*float64(h.known(left, s)+h.known(s, right))
	if score <= 0 {
		return edit{}, false
	}
	return edit{
		from: ts[p.at].at, to: ts[p.at].at + 1,
		with: []rune{with.symbol.char()}, kinds: []Kind{with.kind}, score: score,
	}, true
}

// double is single for two characters in a row, p and q, where the input method
// was given the right syllables and put in another word. The knowledge must say
// the two together.
func (h *hanReader) double(ts []token, p, q place, was float64) (edit, bool) {
	left, s, t, right := ts[p.at-1].symbol, ts[p.at].symbol, ts[q.at].symbol, ts[q.at+1].symbol
	best, first, second := was+margin+pairCost-slack, none, none
	if 3*highest-2*soundCost <= best {
		return edit{}, false
	}
	for _, c := range p.same {
		for _, d := range q.same {
			if !h.said(c, d) {
				continue
			}
			score := h.model.log(left, c) + h.model.log(c, d) + h.model.log(d, right) - soundCost - soundCost
			if score > best {
				best, first, second = score, c, d
			}
		}
	}
	if first == none {
		return edit{}, false
	}
	parted := h.known(left, s) + h.known(s, t) + h.known(t, right)
	score := best - was - margin - pairCost - knownCost*float64(parted)
	if score <= 0 {
		return edit{}, false
	}
	return edit{
		from: ts[p.at].at, to: ts[q.at].at + 1,
		with:  []rune{first.char(), second.char()},
		kinds: []Kind{Sound, Sound}, score: score,
	}, true
}

// said reports whether the knowledge has two characters beside each other.
func (h *hanReader) said(left, right symbol) bool {
	key := pair(left, right)
	return left.isHan() && right.isHan() && h.beside.may(key) && h.model.pairs.get(key) > 0
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
