package lexical

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Bounds of a text's pairs.
const (
	maxWords = 256 // words of one text that are paired
	reach    = 8   // how many words further a word's partners may stand
)

// Speech sees a text as words and pairs of words. Where [Pieces] forgives
// spelling, it sees what belongs together over a distance: "退 … 运费" in any
// order, "card … arrive" whatever stands between.
type Speech struct {
	stem  func(*snowballstem.Env) bool // of words in letters; nil where none is known
	light map[string]bool              // words that pair with everything and so say nothing
}

// stemmers are those of Snowball (https://snowballstem.org).
var stemmers = map[string]func(*snowballstem.Env) bool{
	"de": german.Stem, "en": english.Stem, "es": spanish.Stem, "fr": french.Stem, "it": italian.Stem,
	"nl": dutch.Stem, "pt": portuguese.Stem, "ru": russian.Stem, "zh": english.Stem,
}

// lightWords are function words, in normal form.
var lightWords = map[string]string{
	"en": `the a an is are be to of in on for it that this and or with at by from as was were am do does did
		have has had i my me you your`,
	"zh": `的 了 吗 呢 啊 吧 呀 嘛 哦 我 你 您 是 就 都 也 还 在 把 被 给 这 那 个`,
}

// Digest stands for the tables that languages are seen by: a program with other
// tables has another one.
func Digest() [sha256.Size]byte {
	h := sha256.New()
	for _, language := range slices.Sorted(maps.Keys(lightWords)) {
		_, _ = h.Write([]byte(language + "\x00" + lightWords[language] + "\x00")) // a hash never fails to write
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// NewSpeech returns the view on texts of a language, given by its BCP 47 tag.
// A language without a stemmer is seen by its words as they are written.
func NewSpeech(locale string) *Speech {
	language, _, _ := strings.Cut(strings.ToLower(locale), "-")
	s := &Speech{stem: stemmers[language], light: make(map[string]bool)}
	for _, w := range strings.Fields(lightWords[language]) {
		s.light[w] = true
	}
	return s
}

// said is a word as it counts in pairs.
type said struct {
	stem   string
	paired Key // of a pair whose first word it is, up to the second
	light  bool
}

// AppendPieces appends the keys of the pieces of words, which are those of a text
// in normal form: "v" and a stem, "n" and the stems of two words in a row, "p" and
// those of two words that are not light and stand near each other, in the order
// of the alphabet; and of Chinese words also "h" and each character.
func (s *Speech) AppendPieces(keys []Key, words []string) []Key {
	words = words[:min(len(words), maxWords)]
	var room [64]said // most texts have fewer words
	all := room[:0]
	var env *snowballstem.Env
	for i, w := range words {
		stem := w
		if first, size := utf8.DecodeRuneInString(w); textnorm.IsHan(first) {
			keys = appendWindows(keys, KeyOf("h"), w, 1, 1, len(keys)+maxPieces)
			if size < len(w) {
				keys = append(keys, KeyOf("v").then(w))
			}
		} else {
			if s.stem != nil {
				if env == nil {
					env = new(snowballstem.Env)
				}
				env.SetCurrent(w)
				s.stem(env)
				stem = env.Current()
			}
			keys = append(keys, KeyOf("v").then(stem))
		}
		if i > 0 {
			keys = append(keys, KeyOf("n").then(all[i-1].stem).then(" ").then(stem))
		}
		all = append(all, said{stem, KeyOf("p").then(stem).then(" "), s.light[w]})
	}
	for i, a := range all {
		if a.light {
			continue
		}
		for _, b := range all[i+1 : min(len(all), i+1+reach)] {
			switch {
			case b.light:
			case a.stem <= b.stem:
				keys = append(keys, a.paired.then(b.stem))
			default:
				keys = append(keys, b.paired.then(a.stem))
			}
		}
	}
	return keys
}
