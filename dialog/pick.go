package dialog

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// pick is what a typed reply says about the offers of the last bot reply.
type pick struct {
	offer  *Offer // nil where none is picked
	beyond int    // a place that the list does not have; 0 where none was named
}

// findOffer returns the offer with id, or nil.
func findOffer(offers []Offer, id string) *Offer {
	for i := range offers {
		if offers[i].ID == id {
			return &offers[i]
		}
	}
	return nil
}

// readPick finds out which offer a typed reply picks: by label, by its place
// in the list (from 1), or by words for none of these. Where the bot waits for
// a number or free text, digits are the value and places is false.
func readPick(offers []Offer, text string, places bool) pick {
	if len(offers) == 0 {
		return pick{}
	}
	if o := pickLabel(offers, text); o != nil {
		return pick{offer: o}
	}
	if o := pickYesNo(offers, text); o != nil {
		return pick{offer: o}
	}
	if !places {
		return pick{}
	}
	place, strict := placeIn(text, len(offers))
	switch {
	case 1 <= place && place <= len(offers):
		return pick{offer: &offers[place-1]}
	case strict:
		return pick{beyond: place}
	}
	return pick{}
}

// noneOfThese are the ways to reject a list, compact.
var noneOfThese = regexp.MustCompile(`^(?:(?:以上|上面|这些|这几个)?(?:全|通通|统统)?(?:都|全)?(?:不是|不对|没有|不符合|不行)(?:我[要想]的?问?的?)?|没有我要的|没有我想问的|没有我要问的|没有合适的|没一个对的?|一个都不[是对]|都不要|都没有?|不是这[些个几]个?|没` +
	`|none|none of (?:these|those|them|the above|it)|neither|neither of (?:these|them)|nothing|not (?:any of )?(?:these|those|this)|no|nope|not listed|something else|其他|其它|别的|其他问题)(?:的|了|啊|呀|吧|哦|呢)?$`)

// pickYesNo reads "none of these", and yes or no where only one node was
// offered: "do you mean …?".
func pickYesNo(offers []Offer, text string) *Offer {
	none := findKind(offers, OfferNone)
	if none == nil {
		return nil
	}
	if noneOfThese.MatchString(bare(compact(text))) || noneOfThese.MatchString(compact(text)) {
		return none
	}
	if countKind(offers, OfferNode) != 1 {
		return nil
	}
	switch {
	case isYes(text):
		return findKind(offers, OfferNode)
	case isNo(text):
		return none
	}
	return nil
}

func findKind(offers []Offer, kind OfferKind) *Offer {
	for i := range offers {
		if offers[i].Kind == kind {
			return &offers[i]
		}
	}
	return nil
}

func countKind(offers []Offer, kind OfferKind) int {
	n := 0
	for _, o := range offers {
		if o.Kind == kind {
			n++
		}
	}
	return n
}

// Labels need this many characters before one that differs by a slip, or is
// said inside a longer reply, still counts.
const (
	minSlipLabel   = 4
	minSpokenLabel = 3
	maxAround      = 6 // other characters around a label
)

// pickLabel returns the only offer whose label the text is, or is but for one
// slip of the keyboard. A node is also picked by its title among few other
// words; what else may hold the value of a slot is for readSlot to say.
func pickLabel(offers []Offer, text string) *Offer {
	text = compact(text)
	if text == "" {
		return nil
	}
	core := bare(text)
	labels := make([]string, len(offers))
	for i, o := range offers {
		labels[i] = compact(o.Label)
	}
	for _, same := range []func(i int) bool{
		func(i int) bool { return unspaced(labels[i]) == unspaced(text) },
		func(i int) bool { return bare(labels[i]) == core },
		func(i int) bool { return utf8.RuneCountInString(labels[i]) >= minSlipLabel && oneSlip(labels[i], core) },
		func(i int) bool { return offers[i].Kind == OfferNode && saysLabel(labels[i], text) },
	} {
		if i := only(len(offers), same); i >= 0 {
			return &offers[i]
		}
	}
	return nil
}

func unspaced(s string) string { return strings.ReplaceAll(s, " ", "") }

// only returns the one i below n for which holds is true, or -1.
func only(n int, holds func(i int) bool) int {
	found := -1
	for i := range n {
		if holds(i) {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// saysLabel reports whether text names label, not denied, with few words more.
func saysLabel(label, text string) bool {
	n := utf8.RuneCountInString(label)
	if n < minSpokenLabel || utf8.RuneCountInString(text) > n+maxAround {
		return false
	}
	for _, m := range mentionsOf("", label, text) {
		if !m.denied {
			return true
		}
	}
	return false
}

// oneSlip reports whether a and b differ by one character more, less or other,
// or by two neighbours that changed places.
func oneSlip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) < len(y) {
		return string(x[i:]) == string(y[i+1:])
	}
	if i == len(x) {
		return false // equal
	}
	if i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && string(x[i+2:]) == string(y[i+2:]) {
		return true
	}
	return string(x[i+1:]) == string(y[i+1:])
}

var (
	ordinal = regexp.MustCompile(`^(?:选项|选择|选|我选|option|number|no|choice|answer)? ?(?:(第) ?)?([0-9]{1,2}|[零一二两三四五六七八九十]{1,3}) ?(st|nd|rd|th)?(?: ?(个|项|条|种|号|款|点)(?:问题|选项)?| (?:one|option))?$`)
	spelt   = regexp.MustCompile(`^(?:option |number |no )?(?:(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)|(` + englishNumber + `))(?: (?:one|option))?$`)
	letter  = regexp.MustCompile(`^(?:选项|选|我选|option )?([a-j])$`)
	lastOne = regexp.MustCompile(`^(?:最后(?:一|那)?个?|最后一项|倒数第一个)$`)
)

// placeIn reads a place in a list of n: 2, ２, 二, ②, 第二个, 选2, b, second
// one, the last one. strict tells that a place was named for certain, so that
// one which the list lacks is worth a word.
func placeIn(text string, n int) (place int, strict bool) {
	for _, s := range []string{textnorm.Normalize(text), bare(compact(text))} {
		if m := ordinal.FindStringSubmatch(s); m != nil {
			if counts := m[4] != "" && m[4] != "号" && m[4] != "项" && m[1] == ""; counts {
				return 0, false // 2个 is a quantity
			}
			return parsePlace(m[2]), true
		}
		if m := spelt.FindStringSubmatch(s); m != nil {
			return speltPlace(m[1], m[2], n), m[1] != "last"
		}
		if m := letter.FindStringSubmatch(s); m != nil {
			return int(m[1][0]-'a') + 1, false
		}
		if lastOne.MatchString(s) {
			return n, false
		}
	}
	return 0, false
}

func parsePlace(s string) int {
	if v, err := strconv.Atoi(s); err == nil {
		return v
	}
	v, odd := parseChinese(s)
	if odd {
		return 0
	}
	return int(v)
}

func speltPlace(nth, cardinal string, n int) int {
	if cardinal != "" {
		return int(parseEnglish(cardinal))
	}
	if nth == "last" {
		return n
	}
	for i, w := range strings.Fields("first second third fourth fifth sixth seventh eighth ninth tenth") {
		if w == nth {
			return i + 1
		}
	}
	return 0
}
