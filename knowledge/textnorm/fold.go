package textnorm

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// minReference is from how many digits on a number only names something: an
// order, a parcel, a telephone. Hotlines and most prices are shorter.
const minReference = 7

// labels are what customers write before such a number, in normal form.
var labels = regexp.MustCompile(`(?:(?:订单|运单|快递|物流|包裹|手机|电话|我的)*(?:编号|单号|号码|号|电话|手机|账号|卡号)[是为]?` +
	`|\b(?:my )?(?:order|tracking|parcel|package|phone)(?: number| no| id)?(?: is)?) ?$`)

// Fold returns what matching compares of a text in normal form, which is again
// in normal form: without long numbers that only name an order, a parcel or a
// telephone, nor the words that announce them; with a Chinese character that
// is written several times in a row once; and with numbers below 100 before a
// Chinese word in Chinese, so that "7天" and "七天" are the same. Fold(Fold(s))
// equals Fold(s). It says less than the normal form: equal questions are told
// by [Key], and what a customer's numbers mean is read from his own words.
func Fold(normal string) string {
	s := dropReferences(normal)
	var b strings.Builder
	var last rune
	kept := 0 // up to where s is in b
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if n := numberLength(s[i:]); n > 0 {
			next, _ := utf8.DecodeRuneInString(s[i+n:])
			if apart(last) && IsHan(next) && !isNumeral(next) {
				b.WriteString(s[kept:i])
				b.WriteString(inChinese(s[i:i+n], next))
				kept = i + n
			}
			last, i = rune(s[i+n-1]), i+n
			continue
		}
		if r == last && IsHan(r) {
			b.WriteString(s[kept:i])
			kept = i + size
		}
		last, i = r, i+size
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// dropReferences returns s without long numbers and what announces them. What
// announces stays where nothing else is said.
func dropReferences(s string) string {
	if _, to := reference(s); to == 0 {
		return s
	}
	if short := withoutReferences(s, labels); short != "" {
		return short
	}
	return withoutReferences(s, nil)
}

// withoutReferences returns s without long numbers, and without what announced
// stands before them.
func withoutReferences(s string, announced *regexp.Regexp) string {
	var kept []string
	for {
		from, to := reference(s)
		part := s[:from]
		if to == 0 {
			part = s
		} else if announced != nil {
			part = announced.ReplaceAllString(part, "")
		}
		if part = strings.Trim(part, " "); part != "" {
			kept = append(kept, part)
		}
		if to == 0 {
			return strings.Join(kept, " ")
		}
		s = s[to:]
	}
}

// reference returns where the first word of Latin letters and digits with many
// digits begins and ends; to is 0 where there is none.
func reference(s string) (from, to int) {
	digits := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && ('a' <= s[i] && s[i] <= 'z' || '0' <= s[i] && s[i] <= '9') {
			if s[i] <= '9' {
				digits++
			}
			continue
		}
		if digits >= minReference {
			return from, i
		}
		from, digits = i+1, 0
	}
	return 0, 0
}

// numberLength returns the length of the number that s begins with.
func numberLength(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// apart reports whether a number after r is not part of a longer word or number.
func apart(r rune) bool { return r == 0 || r == ' ' || IsHan(r) && !isNumeral(r) }

func isNumeral(r rune) bool { return strings.ContainsRune(numerals+"两十百千万亿", r) }

const (
	numerals = "零一二三四五六七八九"
	// counted are units before which 2 is 两.
	counted = "天个次件块年斤条双倍小周份张"
)

// inChinese returns a number below 100 as it is said before next, and any
// other number as it is.
func inChinese(number string, next rune) string {
	if len(number) > 2 || number[0] == '0' {
		return number
	}
	digit := func(c byte) string { at := 3 * int(c-'0'); return numerals[at : at+3] }
	if len(number) == 1 {
		if number == "2" && strings.ContainsRune(counted, next) {
			return "两"
		}
		return digit(number[0])
	}
	tens, ones := "十", ""
	if number[0] != '1' {
		tens = digit(number[0]) + tens
	}
	if number[1] != '0' {
		ones = digit(number[1])
	}
	return tens + ones
}
