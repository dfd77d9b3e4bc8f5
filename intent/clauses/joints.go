package clauses

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// joint is what the words at the beginning of a piece say about it.
type joint uint8

const (
	loose  joint = iota // nothing
	weak                // it may be one more question, or go on with the last
	strong              // it is something else
)

var (
	// strongJoint announces another subject.
	strongJoint = regexp.MustCompile(`^(?:` +
		`(?:(?:那|然后|对了)[ ,]?)?(?:另外|此外|除此之外|对了|其次|再者|再就是|还有就是|还有一?个?(?:问题|疑问|事情?)|第[二三四五]个?问题|` +
		`顺便(?:再?问(?:一?下|问|一句)?|说(?:一?下|一句)?|请问)?|我?(?:还想再?|还要再?|再|还得)(?:请问|问问|问|咨询|请教|了解)(?:一?下|你们?|您)?)(?:就是|是)?` +
		`|(?:and |oh |also )?(?:another (?:question|thing)|one more (?:question|thing)|by the way|btw|additionally|besides|secondly|my (?:second|other|next) question)\b(?: is\b)?` +
		`|(?:and )?also\b` +
		`)[ ,:]*`)
	// weakJoint joins a question, or a part of the last.
	weakJoint = regexp.MustCompile(`^(?:还有(?:就是|[,:])?|以及|并且|而且|同时|然后呢?|再有|和|跟|(?:and|plus|then)\b)[ ,:]*`)
	// still matches where 还有 joins nothing: 还有多久, 还有货吗.
	still = regexp.MustCompile(`^还有(?:多|几|没|货|吗|么|机会|效|什么|谁|哪|得|救|必要|可能|希望|办法|余|剩)`)
)

// firstOfJoint has the first characters of all joints: most pieces begin with
// another one, and need not be matched.
const firstOfJoint = "那然对另此除其再还第顺我以并而同和跟aobsmpt"

// cutJoint returns a piece without the words that join it to what was before.
func cutJoint(text string) (string, joint) {
	if first, _ := utf8.DecodeRuneInString(text); !strings.ContainsRune(firstOfJoint, first) {
		return text, loose
	}
	if m := strongJoint.FindString(text); m != "" {
		return text[len(m):], strong
	}
	m := weakJoint.FindString(text)
	switch {
	case m == "", still.MatchString(text),
		latin(rune(m[0])) && !opensQuestion(text[len(m):]): // "and a refund"
		return text, loose
	}
	return text[len(m):], weak
}

// cutWithin cuts a clause in two where a word between two questions joins them.
func cutWithin(clause string) (left, right string, ok bool) {
	for at, tries := 0, 0; tries < 2*Max; tries++ {
		next := nextWithin(clause[at:])
		if next < 0 {
			break
		}
		at += next
		left = clause[:at]
		right, joint := cutJoint(strings.TrimLeftFunc(clause[at:], unicode.IsSpace))
		if joint != loose && asks(left) && asks(right) {
			return left, right, true
		}
		at++
	}
	return "", "", false
}

// nextWithin returns where the first word stands that may join two questions
// without a mark, or -1.
func nextWithin(s string) int {
	first := -1
	for _, w := range [...]string{"还有", "以及", "另外", "顺便", "还想问", "还要问", "再问", " and ", " also "} {
		if at := strings.Index(s, w); at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// asks reports whether a clause has the form of a question.
func asks(clause string) bool {
	for _, w := range [...]string{
		"吗", "嘛", "谁", "咋", "啥", "哪", "怎么", "怎样", "如何", "什么", "几天", "几个", "几时", "几号", "几点", "几次", "几件",
		"多久", "多少", "多长", "多快", "何时", "为何", "能否", "是否", "可否", "有无", "能不能", "可不可以", "可以不", "是不是", "有没有",
		"要不要", "会不会", "行不行", "对不对", "给不给", "退不退", "算不算", "好不好", "用不用", "该不该",
	} {
		if strings.Contains(clause, w) {
			return true
		}
	}
	end := strings.TrimRightFunc(clause, func(r rune) bool { return !wordRune(r) })
	return strings.HasSuffix(end, "么") || strings.HasSuffix(end, "呢") || opensQuestion(clause) || asksWithin(clause)
}

// opensQuestion reports whether a clause begins as an English question does.
func opensQuestion(clause string) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(clause), "please "), " ")
	switch first {
	case "can", "could", "do", "does", "did", "is", "are", "was", "will", "would", "should", "may", "must", "am", "have", "has":
		return true
	case "what":
		return !strings.HasPrefix(rest, "if ")
	}
	return questionWord(first)
}

// asksWithin reports whether a clause holds an English question word. "What if"
// only begins a question.
func asksWithin(clause string) bool {
	what := false
	for word := range strings.FieldsSeq(clause) {
		if what && word != "if" || questionWord(word) {
			return true
		}
		what = word == "what"
	}
	return what
}

// questionWord knows those but "what".
func questionWord(word string) bool {
	switch word {
	case "when", "where", "who", "whom", "whose", "why", "how", "which":
		return true
	}
	return false
}
