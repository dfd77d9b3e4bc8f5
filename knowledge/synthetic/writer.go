package synthetic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// How often something stands around the matter, in percent. Customers talk
// more than editors write.
type manner struct{ opener, detail, brand, style, closer, slip int }

var (
	editor   = manner{opener: 8, detail: 22, brand: 18, style: 22, closer: 8}
	customer = manner{opener: 30, detail: 45, brand: 20, style: 20, closer: 30, slip: 12}
)

// attempts bounds the search for a text that is not taken yet. With this many
// wordings and words around them, a second one is seldom needed.
const attempts = 1000

// writer makes texts and sees to it that none comes twice.
type writer struct {
	rand   *rand.Rand
	taken  map[string]bool // by textnorm.Key: the questions
	brands []string
}

func newWriter(seed uint64) *writer {
	w := &writer{rand: rand.New(rand.NewPCG(seed, 2)), taken: make(map[string]bool)}
	for _, a := range brandFirst {
		for _, b := range brandSecond {
			w.brands = append(w.brands, a+b)
		}
	}
	w.rand.Shuffle(len(w.brands), func(i, j int) { w.brands[i], w.brands[j] = w.brands[j], w.brands[i] })
	return w
}

// questions returns n questions of the node about s.
func (w *writer) questions(s subject, n int) ([]string, error) {
	out := make([]string, 0, n)
	for i := range attempts * n {
		wording := s.issue.written[i%len(s.issue.written)]
		text := w.text(wording, s.product, editor)
		if key := textnorm.Key(text); !w.taken[key] {
			w.taken[key] = true
			if out = append(out, text); len(out) == n {
				return out, nil
			}
		}
	}
	return nil, fmt.Errorf("synthetic: no %d different questions about %s", n, s.id)
}

// utterance returns what a customer says about s: in a quarter of the cases in
// words that the tree does not have.
func (w *writer) utterance(s subject) (string, error) {
	for range attempts {
		wordings := s.issue.written
		if w.chance(25) {
			wordings = s.issue.said
		}
		text := w.text(pick(w.rand, wordings), s.product, customer)
		if w.chance(customer.slip) {
			text = w.slip(text)
		}
		if !w.taken[textnorm.Key(text)] {
			return text, nil
		}
	}
	return "", fmt.Errorf("synthetic: no utterance about %s that is not in the tree", s.id)
}

// text says wording about p in a manner.
func (w *writer) text(wording string, p product, m manner) string {
	var b strings.Builder
	if w.chance(m.opener) {
		b.WriteString(pick(w.rand, openers))
		b.WriteString("，")
	}
	name := p.name
	if len(p.others) > 0 && w.chance(40) {
		name = pick(w.rand, p.others)
	}
	if w.chance(m.style) {
		name = pick(w.rand, stylesOf(p.kind)) + name
	}
	if coloured(p.kind) && w.chance(m.style/2) {
		name = pick(w.rand, colours) + name
	}
	if w.chance(m.brand) {
		name = w.brand() + name
	}
	if w.chance(m.detail) {
		name = w.detail() + name
	}
	b.WriteString(strings.ReplaceAll(wording, "%", name))
	if w.chance(m.closer) {
		b.WriteString("，")
		b.WriteString(pick(w.rand, closers))
	}
	return b.String()
}

// detail fills in one of the details.
func (w *writer) detail() string {
	d := pick(w.rand, details)
	d = strings.ReplaceAll(d, "@", towns[w.zipf(len(towns))])
	d = strings.ReplaceAll(d, "$", persons[w.zipf(len(persons))])
	d = strings.ReplaceAll(d, "^", occasions[w.zipf(len(occasions))])
	d = strings.ReplaceAll(d, "~", places[w.zipf(len(places))])
	return strings.ReplaceAll(d, "#", strconv.Itoa(1+w.zipf(10_000)))
}

// brand returns a brand's name, with a model's now and then: a few are
// everywhere, most are rare.
func (w *writer) brand() string {
	name := w.brands[w.zipf(len(w.brands))]
	if w.chance(25) {
		name += string(rune('A'+w.rand.IntN(26))) + strconv.Itoa(1+w.zipf(500))
	}
	return name
}

func stylesOf(k kind) []string {
	switch k {
	case food, fresh, beauty:
		return packs
	case virtual:
		return periods
	}
	return makes
}

func coloured(k kind) bool { return k != food && k != fresh && k != virtual && k != beauty }

// slip mistypes one character, where there is one that is often mistyped.
func (w *writer) slip(text string) string {
	rs := []rune(text)
	start := w.rand.IntN(len(rs))
	for i := range rs {
		at := (start + i) % len(rs)
		for _, pair := range slips {
			ab := []rune(pair)
			if rs[at] == ab[0] {
				rs[at] = ab[1]
				return string(rs)
			}
		}
	}
	return text
}

func (w *writer) chance(percent int) bool { return w.rand.IntN(100) < percent }

// zipf returns 0 to n-1, with a probability that falls about as 1/(1+i): how
// words are spread in a language.
func (w *writer) zipf(n int) int {
	return min(n-1, int(math.Pow(float64(n+1), w.rand.Float64()))-1)
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

func products() []product {
	var out []product
	for _, c := range catalogue {
		for _, p := range c.products {
			names := strings.Split(p, "/")
			out = append(out, product{c.kind, names[0], names[1:]})
		}
	}
	return out
}

// names returns the longer names of products, for the shop's dictionary.
func names() []string {
	var out []string
	for _, p := range products() {
		for _, name := range append([]string{p.name}, p.others...) {
			if len([]rune(name)) > 2 && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// synonyms returns the groups of names that mean one product.
func synonyms() [][]string {
	var out [][]string
	for _, p := range products() {
		if len(p.others) > 0 {
			out = append(out, append([]string{p.name}, p.others...))
		}
	}
	return out
}
