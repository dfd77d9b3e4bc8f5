package endpoint

import (
	"regexp"
	"strings"
	"unicode"
)

// mask returns text without what could name a customer: numbers of telephones,
// cards, identities, orders and parcels, codes, and e-mail addresses. No text
// leaves the process unmasked.
//
// Of a number of at least fewestDigits digits each becomes 0 (in Chinese
// characters 零), so that the model still sees what kind of number it is. The
// digits may be parted by blanks, hyphens and the like, and letters may stand
// among them. An address becomes the word link, as in the normal form of texts.
// Whatever else there is stays; names and street addresses do, since nothing
// tells them from other words.
func mask(text string) string {
	text = address.ReplaceAllString(text, "link")
	runes := []rune(text)
	for at := 0; at < len(runes); {
		if !isDigit(runes[at]) {
			at++
			continue
		}
		end, digits := number(runes[at:])
		if digits >= fewestDigits {
			for i := at; i < at+end; i++ {
				runes[i] = masked(runes[i])
			}
		}
		at += end
	}
	return string(runes)
}

const (
	// fewestDigits are those of a code in a text message. What shops say of
	// themselves, prices, days and hotlines, has fewer.
	fewestDigits = 6
	// widestGap is how many characters may part the digits of a number.
	widestGap = 3
)

// address is any e-mail address, and more.
var address = regexp.MustCompile(`[^\s@<>()，。；：、]+@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*`)

// number returns the length of the number that text, which starts with a digit,
// starts with, and its digits.
func number(text []rune) (end, digits int) {
	gap := 0
	for i, r := range text {
		switch {
		case isDigit(r):
			digits++
			end, gap = i+1, 0
		case gap < widestGap && (unicode.Is(unicode.Latin, r) || unicode.IsSpace(r) || strings.ContainsRune(separators, r)):
			gap++
		default:
			return end, digits
		}
	}
	return end, digits
}

// separators part the digits of a number.
const separators = "-–—_./()（）·+*#:"

// hanDigits are what a number is spelt with to get past a filter.
const hanDigits = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"

func isDigit(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune(hanDigits, r) }

func masked(r rune) rune {
	switch {
	case unicode.IsDigit(r):
		return '0'
	case isDigit(r):
		return '零'
	}
	return r
}
