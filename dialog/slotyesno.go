package dialog

import (
	"regexp"
	"unicode/utf8"
)

// maxYesNoClause bounds the clause that may hold a yes or no among other
// words. What is longer talks about something else.
const maxYesNoClause = 15

// A reply is read by its first clause ("没有，已经扔了" is "没有"), as compact
// text, by the first of these rules that matches.
var yesNoRules = []struct {
	rule    string
	pattern *regexp.Regexp
	reading reading
}{
	{"set phrases for yes that begin like a no", regexp.MustCompile(
		`^(?:没问题|没错|没毛病|不错|不客气|no problem|no doubt)`), reading{whole, "true"}},
	{"questions, doubts, and what only begins like a yes or no", doubtOfYesNo, reading{}},
	{"no", regexp.MustCompile(
		`^` + leadIn + `(?:没有?|没得|木有|不是|不|无|否|不对|不行|不可以|不能|不要|不用|不会|不需要|没收到|没拍|没留|没看到|不在|未|还没)+` + tail + `$` +
			`|^(?:n|no|nope|nah|not|not yet|never|none|negative|false|no (?:i|it|they|we) \S+(?: not| t)?|i don t|i do not|i haven t|it isn t|it s not)$`), reading{whole, "false"}},
	{"yes", regexp.MustCompile(
		`^` + leadIn + `(?:是|对|有|嗯|好|行|可以|能|会|要|需要|当然|确实|正确|必须|肯定|在|拍了|留了|收到|同意|愿意|确认)+` + tail + `$` +
			`|^(?:y|yes|yeah|yea|yep|yup|ok|okay|sure|correct|right|true|certainly|of course|absolutely|affirmative|(?:yes )?(?:i do|i have|i did|i am|it is|it was|it does|it has|we do|we have|there is|they did))$`), reading{whole, "true"}},
	{"no among other words", regexp.MustCompile(
		`^` + leadIn + `(?:没有?|木有|不是|还没|并不|不|无|未)` +
			`|^(?:no|nope|nah|never|not)\b|\b(?:don|doesn|didn|haven|hasn|isn|wasn|aren|weren|can|couldn) t\b|\b(?:cannot|do not|does not|did not|have not|is not|was not)\b`), reading{contained, "false"}},
	{"yes among other words", regexp.MustCompile(
		`^` + leadIn + `(?:有|是的|是我|对的|对呀|对啊|没错|拍了|留了|收到了)` +
			`|^(?:yes|yeah|yep|yup|sure|i have|i do|i did|there is|there are|it is|it was)\b`), reading{contained, "true"}},
}

// doubtOfYesNo matches what is neither yes nor no, in compact text.
var doubtOfYesNo = regexp.MustCompile(
	`吗|么|什么|怎|哪|谁|多少|为何|如何|想问|请问|问一下|问题|有没有|能不能|要不要|可不可以|会不会|不知道|不清楚|不确定|不记得|不晓得|不太?懂|不明白|忘` +
		`|(?:是不是|对不对|算不算|有无)` +
		`|^(?:对了|对不起|不好意思|不过|不然|不如|不管|无所谓|无语|可能|也许|或许|有时|有的.*没|有的时候|有点|有些|有人|是否|是这样的|好像吧|看情况|没事)` +
		`|\b(?:what|which|how|why|who|when|where|maybe|perhaps|not sure|(?:don t|do not|doesn t) know|dunno|no idea|depends|sorry|no one|nothing|know)\b`)

const (
	leadIn = `(?:嗯|额|呃|啊|哦|我|好像|应该|真的|真|确实|暂时|目前|现在|还|都|也|根本|从来|压根|并|当然|已经|刚|肯定)*`
	tail   = `(?:的|了|呢|啊|呀|吧|哦|哈|嘛|啦|过|到)*`
)

// readYesNo reads the words for yes and no in Chinese and English. A question
// is neither.
func readYesNo(reply string) reading {
	clause := firstClause(reply)
	if clause == "" || asks(reply) || utf8.RuneCountInString(clause) > maxYesNoClause && textIsHan(clause) {
		return reading{}
	}
	for _, r := range yesNoRules {
		if r.pattern.MatchString(clause) {
			return r.reading
		}
	}
	return reading{}
}

var clauseEnd = regexp.MustCompile(`[,，。.;；!！\n]`)

func firstClause(reply string) string {
	for _, clause := range clauseEnd.Split(fold(reply), -1) {
		if c := compact(clause); c != "" {
			return c
		}
	}
	return ""
}

func textIsHan(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return !spaced(r)
}

// question matches a reply that asks something back.
var question = regexp.MustCompile(`[?？]\s*$|(?:吗|么|嘛|怎么办|怎么样|咋办|为什么|多久|多少)[。.!！~～\s]*$|^\s*(?:怎么|怎样|如何|为什么|什么)` +
	`|(?:要|该|得|应当|可以)(?:先|再|留|交|拍|带|准备|提供|上传|保留|给)*(?:些|点)?(?:什么|哪些|啥)`)

func asks(reply string) bool { return question.MatchString(fold(reply)) }

// leaning matches what asks by going on with what was said: 那运费呢, "what about
// the postage".
var leaning = regexp.MustCompile(`^\s*(?:那|还有|(?:and|(?:what|how) about|what if)\b)|呢[。.!！~～\s]*$`)

// followsUp reports whether a reply asks something that may lean on the topic.
func followsUp(reply string) bool { return asks(reply) || leaning.MatchString(fold(reply)) }

// isYes and isNo read the reply to "do you mean …?".
func isYes(reply string) bool { return readYesNo(reply) == reading{whole, "true"} }
func isNo(reply string) bool  { return readYesNo(reply) == reading{whole, "false"} }
