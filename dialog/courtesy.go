package dialog

import (
	"regexp"
	"strings"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// courtesy is a kind of utterance that asks nothing: a greeting, thanks, a nod,
// a farewell.
type courtesy uint8

const (
	noCourtesy courtesy = iota
	greeting
	thanks
	nod
	farewell
)

// courtesies see a whole utterance without spaces. A shop that has a question
// of its own for such words answers it itself.
var courtesies = []struct {
	kind  courtesy
	words civilities
}{
	{greeting, around(`你好|您好|大家好|嗨|哈喽|哈罗|早上好|上午好|中午好|下午好|晚上好|早安|晚安|在吗|在么|在不在|hi|hello|hey|good(?:morning|afternoon|evening)|areyouthere`,
		`亲|客服|老板|店家|喂|啊|呀|哦|there|all`)},
	{thanks, around(`谢谢|多谢|感谢|谢了|谢啦|辛苦|麻烦了|麻烦你了|3q|thx|thanks|thankyou|cheers`,
		`好的?|嗯|行|ok|你们?|您们?|客服|亲|了|啦|啊|哈|呀|哦|非常|太|so|very|much|alot|great|perfect|foryourhelp`)},
	{nod, around(`好|好的|好吧|好滴|行|嗯+|哦+|噢|喔|是|是的|对|对的|ok|okay|k|知道了|明白了?|懂了|了解|清楚了|收到|先这样|就这样|gotit|isee|alright|fine|great|cool|sure|understood|yes|yeah|yep`,
		`了|啦|吧|的|啊|哈|呀|我|吗`)},
	{farewell, around(`再见|拜拜|回头聊|下次聊|没别的了|没有别的了|没事了|bye|byebye|goodbye|seeyou|nothanks|thatsall|thatisall`,
		`好的?|那|了|啦|啊|ok`)},
}

// civilities match some words.
type civilities struct {
	expression *regexp.Regexp
	letters    string // all that the words are written with, and the signs of the expression
}

// around matches some of the core words, with or without the others.
func around(core, others string) civilities {
	return civilities{
		regexp.MustCompile(`^(?:` + others + `)*(?:` + core + `)(?:` + core + `|` + others + `)*$`),
		core + others,
	}
}

// match looks at the letters first: most questions have others.
func (c civilities) match(key string) bool {
	for _, r := range key {
		if !strings.ContainsRune(c.letters, r) {
			return false
		}
	}
	return c.expression.MatchString(key)
}

func courtesyOf(text string) courtesy {
	key := textnorm.Key(text)
	for _, c := range courtesies {
		if c.words.match(key) {
			return c.kind
		}
	}
	return noCourtesy
}

// beCourteous replies to an utterance that asks nothing. While a list is open,
// a nod picks none of it: the list comes again.
func (b *bot) beCourteous(c courtesy) move {
	list := findKind(b.session.Offers, OfferNone) != nil
	if list && (c == nod || c == greeting) {
		return b.offerAgain(b.words.pickOne)
	}
	text := map[courtesy]string{
		greeting: b.words.hello, thanks: b.words.welcome, nod: b.words.anythingElse, farewell: b.words.bye,
	}[c]
	return move{decision: Answer, reason: ReasonCourtesy, text: text}
}
