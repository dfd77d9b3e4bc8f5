package typo

import "math"

// model is how probable a symbol is after another one in the knowledge's own
// texts: their pairs by absolute discounting (Ney, Essen and Kneser 1994),
// backed off to general Chinese. Immutable.
type model struct {
	general *general
	pairs   *counts[uint32]  // pair -> times seen
	ones    *counts[uint32]  // symbol -> times seen
	backoff *counts[float32] // symbol -> weight of what was not seen after it
	total   float64
}

// discount is what each pair seen gives up to those not seen.
const discount = 0.7

// otherShare is the share of what is no Chinese character, beside Chinese.
const otherShare = 1e-4

// newModel counts the texts.
func newModel(g *general, texts []string) *model {
	m := &model{general: g, pairs: newCounts[uint32](0), ones: newCounts[uint32](0)}
	kinds := newCounts[uint32](0)
	for _, text := range texts {
		last := none
		for _, t := range tokenize(nil, []rune(text)) {
			if last != none { // of the edges at both ends one counts: what follows it
				*m.ones.at(uint32(t.symbol))++
				m.total++
				n := m.pairs.at(pair(last, t.symbol))
				if *n == 0 {
					*kinds.at(uint32(last))++
				}
				*n++
			}
			last = t.symbol
		}
	}
	m.backoff = newCounts[float32](m.ones.used)
	m.ones.each(func(s, n uint32) {
		*m.backoff.at(s) = discount * float32(kinds.get(s)) / float32(n)
	})
	return m
}

// seen returns how often the knowledge has left and right beside each other.
func (m *model) seen(left, right symbol) uint32 { return m.pairs.get(pair(left, right)) }

// share returns a symbol's share of all: half by the knowledge and half by
// general Chinese, so that none is impossible.
func (m *model) share(s symbol) float64 {
	general := otherShare
	if s.isHan() {
		general = float64(m.general.share[s])
	}
	return (float64(m.ones.get(uint32(s)))/m.total + general) / 2
}

// log returns the logarithm of how probable right is after left.
func (m *model) log(left, right symbol) float64 { return math.Log(m.probability(left, right)) }

// probability returns how probable right is after left, above 0.
func (m *model) probability(left, right symbol) float64 {
	general := m.general.follows(left, right, m.share(right))
	n := float64(m.ones.get(uint32(left)))
	if n == 0 {
		return general
	}
	p := float64(m.backoff.get(uint32(left))) * general
	if seen := m.seen(left, right); seen > 0 {
		p += (float64(seen) - discount) / n
	}
	return p
}

// least returns a lower bound of probability that costs less: what the
// knowledge itself says of a pair, or 0.
func (m *model) least(left, right symbol) float64 {
	seen := m.seen(left, right)
	if seen == 0 {
		return 0
	}
	return (float64(seen) - discount) / float64(m.ones.get(uint32(left)))
}
