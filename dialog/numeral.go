package dialog

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// number is a number found in a folded text. One that is no exact whole number
// ("3.5", "七八", an order number) has odd set and no value.
type number struct {
	value      int64
	odd        bool
	ordinal    bool // 第8, 8th
	start, end int  // in bytes; includes 第 and th
}

// maxDigits keeps values far below the limits of int64, also after a unit has
// multiplied them.
const maxDigits = 12

var numeral = regexp.MustCompile(
	`(第\s*)?(?:` +
		`([+-]?\d+(?:,\d{3})*(?:[.⁄/:]\d+)*)(?:(st|nd|rd|th)\b|([十百千万亿]))?` + // 8, 1,000, 3.5, 8th, 3万
		`|([零〇一二两三四五六七八九十百千万亿廿卅]+)` + // 十二
		`|\b(` + englishNumber + `)\b)`) // twenty-one

const (
	englishUnits  = `zero|one|two|three|four|five|six|seven|eight|nine`
	englishTeens  = `ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen`
	englishTens   = `twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety`
	englishNumber = `(?:` + englishTens + `)(?:[- ](?:` + englishUnits + `))?|` + englishTeens + `|` + englishUnits
)

// countless blanks the Chinese words that begin or end with a numeral and count
// nothing, and keeps the length of the text.
var countless = blank(
	"一下", "一些", "一样", "一直", "一起", "一般", "一定", "一共", "一点", "一边", "一旦", "一会",
	"一律", "一概", "一切", "一半", "一再", "一致", "一次性", "万一", "十分", "千万别", "千万不",
	"统一", "唯一", "单一", "之一", "三包", "百分", "一口", "一家",
)

func blank(words ...string) *strings.Replacer {
	var pairs []string
	for _, w := range words {
		pairs = append(pairs, w, strings.Repeat(" ", len(w)))
	}
	return strings.NewReplacer(pairs...)
}

// findNumbers returns the numbers in a folded text, in order. Digits that are
// part of a Latin word or code ("iphone15", "a8") are none.
func findNumbers(text string) []number {
	var found []number
	text = countless.Replace(text)
	for _, m := range numeral.FindAllStringSubmatchIndex(text, -1) {
		n := number{start: m[0], end: m[1], ordinal: m[2] >= 0 || m[6] >= 0}
		part := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		switch {
		case part(2) != "":
			if insideWord(text, m[4]) {
				continue
			}
			n.value, n.odd = parseDigits(part(2), part(4))
		case part(5) != "":
			n.value, n.odd = parseChinese(part(5))
		default:
			n.value, n.odd = parseEnglish(part(6)), false
		}
		found = append(found, n)
	}
	return found
}

func insideWord(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return r >= 'a' && r <= 'z'
}

func parseDigits(digits, scale string) (value int64, odd bool) {
	digits = strings.ReplaceAll(digits, ",", "")
	if strings.ContainsAny(digits, ".⁄/:") || len(digits) > maxDigits {
		return 0, true
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, true
	}
	if scale != "" {
		v *= chineseScale(scale)
	}
	return v, false
}

const chineseDigits = "零一二三四五六七八九"

var (
	// uniform brings the ways to write one numeral together.
	uniform       = strings.NewReplacer("〇", "零", "两", "二", "廿", "二十", "卅", "三十")
	chineseScales = map[rune]int64{'十': 10, '百': 100, '千': 1000, '万': 10_000, '亿': 100_000_000}
)

func chineseScale(s string) int64 {
	r, _ := utf8.DecodeRuneInString(s)
	return chineseScales[r]
}

// parseChinese reads 十二, 一百零五 and 两万三千. A numeral that is not written
// the one proper way is odd, since it may mean something else: 七八 is "seven or
// eight", 两百五 is 250 and 二零二四 is a year.
func parseChinese(s string) (value int64, odd bool) {
	s = uniform.Replace(s)
	if rest, ok := strings.CutPrefix(s, "一十"); ok {
		s = "十" + rest
	}
	var total, section, digit int64
	for _, r := range s {
		scale := chineseScales[r]
		switch {
		case scale == 0:
			digit = int64(strings.IndexRune(chineseDigits, r) / len("零"))
			continue
		case scale < 10_000:
			section += max(digit, 1) * scale
		case scale == 10_000:
			total, section = total+(section+digit)*scale, 0
		default:
			total, section = (total+section+digit)*scale, 0
		}
		digit = 0
		if total >= 1_000_000_000_000 {
			return 0, true
		}
	}
	value = total + section + digit
	return value, formatChinese(value) != s
}

// formatChinese writes a number below 10^12 in Chinese numerals.
func formatChinese(n int64) string {
	if n == 0 {
		return "零"
	}
	var b strings.Builder
	gap := false // a zero must come before the next digit
	for _, scale := range []struct {
		value int64
		name  string
	}{{100_000_000, "亿"}, {10_000, "万"}, {1, ""}} {
		section := n / scale.value % 10_000
		if section == 0 {
			gap = b.Len() > 0
			continue
		}
		gap = gap || b.Len() > 0 && section < 1000
		formatSection(&b, section, gap)
		b.WriteString(scale.name)
		gap = false
	}
	return b.String()
}

func formatSection(b *strings.Builder, section int64, gap bool) {
	digits := []rune(chineseDigits)
	written := false
	for i, name := range []string{"千", "百", "十", ""} {
		d := section / []int64{1000, 100, 10, 1}[i] % 10
		if d == 0 {
			gap = gap || written
			continue
		}
		if gap {
			b.WriteString("零")
		}
		if d != 1 || name != "十" || b.Len() > 0 { // 十二, but 一百一十二
			b.WriteRune(digits[d])
		}
		b.WriteString(name)
		gap, written = false, true
	}
}

// parseEnglish reads what the pattern englishNumber matched.
func parseEnglish(s string) int64 {
	var sum int64
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '-' || r == ' ' }) {
		for i, w := range strings.Split(englishUnits+"|"+englishTeens, "|") {
			if w == word {
				sum += int64(i)
			}
		}
		for i, w := range strings.Split(englishTens, "|") {
			if w == word {
				sum += int64(20 + 10*i)
			}
		}
	}
	return sum
}
