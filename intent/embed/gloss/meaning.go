package gloss

import (
	"strings"
	"unicode"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// maxGlosses is how many glosses of a word count; later ones are rare senses.
const maxGlosses = 8

// dictionary collects what Chinese words mean.
type dictionary struct {
	english  *english
	empty    map[string]bool // English words that say nothing
	meanings map[string]*meaning
}

// meaning is what is known of one Chinese word.
type meaning struct {
	sum    []float64 // of the vectors of its glosses
	count  int       // of these glosses
	common bool      // they are of a word, not of a name that is written the same
	sameAs []string  // other words that it is explained by
}

func newDictionary(e *english) *dictionary {
	return &dictionary{english: e, empty: emptyEnglish(), meanings: make(map[string]*meaning)}
}

// add learns from an entry. Entries of one word may be several, for several
// readings.
func (d *dictionary) add(e entry) {
	word := textnorm.Normalize(e.simplified)
	if !strings.ContainsFunc(word, textnorm.IsHan) || strings.Contains(word, " ") || len(word) > maxWordBytes {
		return
	}
	m := d.meanings[word]
	if m == nil {
		m = &meaning{sum: make([]float64, d.english.dimensions)}
		d.meanings[word] = m
	}
	if name := e.pinyin != "" && unicode.IsUpper(rune(e.pinyin[0])); !name && !m.common {
		clear(m.sum)
		m.count, m.common = 0, true
	} else if name && m.common {
		return
	}
	for _, g := range e.glosses {
		if m.count == maxGlosses {
			return
		}
		if other, isNote := note(g); isNote {
			if other != "" {
				m.sameAs = append(m.sameAs, other)
			}
			continue
		}
		d.explain(m, g)
	}
}

// explain adds the vector of a gloss to a meaning.
func (d *dictionary) explain(m *meaning, gloss string) {
	words := englishWords(gloss)
	sum := make([]float32, d.english.dimensions)
	for _, w := range words {
		if i, ok := d.english.index[w]; ok && !(len(words) > 1 && d.empty[w]) {
			d.english.add(sum, i)
		}
	}
	if !scaleToUnit(sum) {
		return
	}
	for i, x := range sum {
		m.sum[i] += float64(x)
	}
	m.count++
}

// vectors returns the vector of each word that has one.
func (d *dictionary) vectors() map[string][]float32 {
	vectors := make(map[string][]float32, len(d.meanings))
	for word, m := range d.meanings {
		v := make([]float32, d.english.dimensions)
		for i, x := range d.resolve(m).sum {
			v[i] = float32(x)
		}
		if scaleToUnit(v) {
			vectors[word] = v
		}
	}
	return vectors
}

// resolve returns, for a meaning without glosses of its own, that of the first
// word that it refers to and that has some.
func (d *dictionary) resolve(m *meaning) *meaning {
	if m.count > 0 {
		return m
	}
	for _, word := range m.sameAs {
		if other := d.meanings[word]; other != nil && other.count > 0 {
			return other
		}
	}
	return m
}

// references are beginnings of glosses that name another word instead of a
// meaning, such as "variant of 騁|骋[cheng3]".
func references() []string {
	return []string{
		"variant of ", "old variant of ", "erhua variant of ", "archaic variant of ", "(Tw) variant of ",
		"Japanese variant of ", "also written ", "same as ", "equivalent to ", "abbr. for ", "used in ", "see also ", "see ",
	}
}

// note reports whether a gloss is a note about the word that does not say what
// it means, and which other word it refers to, if any.
func note(gloss string) (other string, isNote bool) {
	for _, beginning := range references() {
		if rest, ok := strings.CutPrefix(gloss, beginning); ok {
			other = firstChinese(rest)
			return other, other != "" || beginning != "abbr. for "
		}
	}
	for _, beginning := range []string{"CL:", "surname ", "classifier for", "also pr."} {
		if strings.HasPrefix(gloss, beginning) {
			return "", true
		}
	}
	return "", false
}

// firstChinese returns the word in simplified script that a text begins with in
// the manner of the dictionary: 騁|骋[cheng3].
func firstChinese(text string) string {
	word, _, _ := strings.Cut(text, "[")
	if _, simplified, ok := strings.Cut(word, "|"); ok {
		word = simplified
	}
	word = textnorm.Normalize(word)
	if !strings.ContainsFunc(word, textnorm.IsHan) || strings.Contains(word, " ") {
		return ""
	}
	return word
}
