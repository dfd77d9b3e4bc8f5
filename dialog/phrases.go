package dialog

import (
	"fmt"
	"strings"
)

// phrases is everything the bot and the system say in their own words. What
// holds a verb of package fmt is completed by a method.
type phrases struct {
	greeting string // where the shop has no welcome

	hello, welcome, anythingElse, bye string // to courtesies

	pickOne     string // a nod to a list
	rephrase    string // nothing fits
	noneOfThese string // the customer rejected the offers
	didYouMean  string // several nodes
	isItThis    string // one node: %s is its title
	menu        string // %s is the group's title
	noSuchPlace string // %d is the place
	resume      string // before the question that was put aside

	alsoOne, alsoMany  string // what the customer also asked: %s is its title, or the list
	alsoItem, alsoStop string // one of the list, with %d its place and %s its title; between two
	alsoNext           string // the same, said before the bot asks something: %s is the list
	quoted             string // one of that list: %s is its title
	listStop, listEnd  string // between two of it, and before the last

	notRead       string // the reply is no value of the slot; the question follows
	numberPlease  string
	numberBetween string // %d and %d

	none, human, yes, no string // labels of offers
	resumeLabel          string // %s is what it goes back to

	source   string // before the rules
	ruleStop string // between rules
	gap      string // between sentences

	handoff  map[Reason]string // the first words of a handoff
	waitOnly string            // place in the queue unknown
	waitNext string            // nobody is before the customer
	waitOne  string            // one customer is before
	waitMany string            // %d customers are before

	about   string // the estimated wait: %d minutes, and %d minutes by which it may be wrong
	closed  string // nobody is on duty until %s
	openDay string // the layout of that moment
	tooMany string // humans are asked in other sessions already

	agentJoined   string // %s is the agent
	agentClosed   string // %s is the agent
	agentReturned string // %s is the agent
	transferred   string // %s is the agent who passes the session on
	requeued      string // %s is the agent who gave it back
	lost          string // %s is the agent whose connection is gone
	cancelled     string
	leftAgent     string // the customer went back from an agent to the bot
	ended         string
	survey        string
}

// phrasesFor returns the phrases for a BCP 47 tag: Chinese for every zh, which
// is simplified for all scripts, and English for the rest.
func phrasesFor(locale string) *phrases {
	language, _, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	if strings.EqualFold(language, "zh") {
		return chinese()
	}
	return english()
}

func chinese() *phrases {
	return &phrases{
		greeting: "您好，我是智能客服，请告诉我您遇到的问题。",

		hello: "您好，我在的，请告诉我您遇到的问题。", welcome: "不客气，还有问题随时告诉我。",
		anythingElse: "好的，还有其他可以帮您的吗？", bye: "再见，祝您生活愉快。",

		pickOne:     "请从下面选一项，或者换个说法告诉我。",
		rephrase:    "抱歉，我还没明白您的意思。能换个说法，或者说得具体一点吗？",
		noneOfThese: "好的，看来都不是。请您换个说法，我再帮您找找。",
		didYouMean:  "您想问的是下面哪一个？",
		isItThis:    "您是想问「%s」吗？",
		menu:        "关于「%s」，您想了解哪一项？",
		noSuchPlace: "没有第 %d 项，请从下面选一个。",
		resume:      "回到刚才的问题：",

		alsoOne:  "您还问到「%s」，点一下或回复 1，我接着告诉您。",
		alsoMany: "您还问到：%s。点一下或回复序号，我接着告诉您。",
		alsoItem: "（%d）%s", alsoStop: "；",
		alsoNext: "您还问到%s，先说完这个，我接着告诉您。",
		quoted:   "「%s」", listStop: "", listEnd: "和",

		notRead:       "抱歉，我没看明白。",
		numberPlease:  "请直接回复一个数字。",
		numberBetween: "请回复 %d 到 %d 之间的数字。",

		none: "都不是", human: "转人工客服", yes: "是", no: "否",
		resumeLabel: "继续「%s」",

		source: "依据：", ruleStop: "；", gap: "",

		handoff: map[Reason]string{
			ReasonWish:        "好的，已为您转接人工客服。",
			ReasonRequested:   "好的，已为您转接人工客服。",
			ReasonNode:        "这个问题需要人工客服为您处理，已为您转接。",
			ReasonTwoAsks:     "抱歉没能帮上您，已为您转接人工客服。",
			ReasonNoKnowledge: "您好，已为您转接人工客服。",
			ReasonTooLong:     "为了更快解决您的问题，已为您转接人工客服。",
		},
		waitOnly: "请稍候，您前面说过的内容客服都能看到。",
		waitNext: "下一位就轮到您，您前面说过的内容客服都能看到。",
		waitOne:  "您前面还有 1 位，请稍候，您说过的内容客服都能看到。",
		waitMany: "您前面还有 %d 位，请稍候，您说过的内容客服都能看到。",

		about:   "预计等待约 %d 分钟（近期误差约 %d 分钟）。",
		closed:  "现在是非服务时间，人工客服将于%s恢复服务。您可以直接留言，客服上班后会按顺序回复您，您说过的内容都会保留。",
		openDay: "1月2日 15:04",
		tooMany: "您已有其他对话正在等待人工客服，请回到那边继续，或先结束那边的排队。",

		agentJoined:   "客服 %s 已接入，为您服务。",
		agentClosed:   "客服 %s 已结束本次服务，感谢您的咨询。",
		agentReturned: "客服 %s 已结束服务，接下来由智能客服继续为您解答。",
		transferred:   "客服 %s 正在为您转接其他同事，您排在最前面，之前的内容同事都能看到，无需重复。",
		requeued:      "客服 %s 暂时离开，已为您排到最前面，马上会有其他同事接待您，之前的内容都能看到。",
		lost:          "客服 %s 的连接中断了，非常抱歉。已为您排到最前面，马上会有其他同事接待您，之前的内容都能看到。",
		leftAgent:     "已结束人工服务，接下来由智能客服继续为您解答。",
		survey:        "请为本次人工服务打分（1 到 5 分），也欢迎留下一句话。",
		cancelled:     "已取消排队，接下来由智能客服继续为您解答。",
		ended:         "您已结束本次对话，感谢您的咨询。",
	}
}

func english() *phrases {
	return &phrases{
		greeting: "Hello! I'm the shop's assistant. What can I help you with?",

		hello: "Hello! I'm here. What can I help you with?", welcome: "You're welcome. I'm here if you need anything else.",
		anythingElse: "All right. Is there anything else I can help you with?", bye: "Goodbye, and have a nice day.",

		pickOne:     "Please pick one of these, or tell me in other words.",
		rephrase:    "Sorry, I didn't get that. Could you put it another way, or add a detail?",
		noneOfThese: "All right, none of these. Please tell me in other words and I'll look again.",
		didYouMean:  "Which of these do you mean?",
		isItThis:    "Do you mean “%s”?",
		menu:        "What would you like to know about “%s”?",
		noSuchPlace: "There is no number %d. Please pick one of these.",
		resume:      "Back to your earlier question: ",

		alsoOne:  "You also asked about “%s”. Tap it or reply 1, and I'll tell you.",
		alsoMany: "You also asked about: %s. Tap one or reply with its number, and I'll tell you.",
		alsoItem: "(%d) %s", alsoStop: "; ",
		alsoNext: "You also asked about %s. Let's settle this first, then I'll tell you.",
		quoted:   "“%s”", listStop: ", ", listEnd: " and ",

		notRead:       "Sorry, I didn't get that.",
		numberPlease:  "Please reply with a number.",
		numberBetween: "Please reply with a number from %d to %d.",

		none: "None of these", human: "Talk to a person", yes: "Yes", no: "No",
		resumeLabel: "Back to “%s”",

		source: "Source: ", ruleStop: "; ", gap: " ",

		handoff: map[Reason]string{
			ReasonWish:        "Of course. I'm passing you to one of our team.",
			ReasonRequested:   "Of course. I'm passing you to one of our team.",
			ReasonNode:        "One of our team needs to look at this. I'm passing you on.",
			ReasonTwoAsks:     "I'm sorry I couldn't help. I'm passing you to one of our team.",
			ReasonNoKnowledge: "Hello! I'm passing you to one of our team.",
			ReasonTooLong:     "To settle this faster, I'm passing you to one of our team.",
		},
		waitOnly: "Please wait a moment. Our team can see everything you've told me.",
		waitNext: "You're next. Our team can see everything you've told me.",
		waitOne:  "There is one person before you. Our team can see everything you've told me.",
		waitMany: "There are %d people before you. Our team can see everything you've told me.",

		about:   "The wait is about %d min (estimates were off by about %d min lately).",
		closed:  "Our team is not on duty now and will be back on %s. Leave a message here: it is kept with everything you've told me, and they will answer in turn.",
		openDay: "2 January at 15:04",
		tooMany: "You are already waiting for our team in another conversation. Please go on there, or leave that line first.",

		agentJoined:   "%s has joined and will help you now.",
		agentClosed:   "%s has ended the conversation. Thank you for contacting us.",
		agentReturned: "%s has left. The assistant will help you from here.",
		transferred:   "%s is passing you to a colleague, who can see everything so far. You're first in line.",
		requeued:      "%s had to leave. You're first in line, and a colleague who can see everything so far will be with you.",
		lost:          "We're sorry: %s has lost the connection. You're first in line, and a colleague who can see everything so far will be with you.",
		leftAgent:     "You've left our team's chat. The assistant will help you from here.",
		survey:        "How was this service, from 1 to 5? A few words are welcome, too.",
		cancelled:     "You're no longer waiting. The assistant will help you from here.",
		ended:         "You've ended the conversation. Thank you for contacting us.",
	}
}

// handedOver tells the customer that the session now waits for an agent, and
// what to expect. A Position below 0 is not known.
func (p *phrases) handedOver(reason Reason, w Wait) string {
	if !w.Opens.IsZero() {
		return p.handoff[reason] + p.gap + fmt.Sprintf(p.closed, w.Opens.Format(p.openDay))
	}
	wait := p.waitOnly
	switch {
	case w.Position == 0:
		wait = p.waitNext
	case w.Position == 1:
		wait = p.waitOne
	case w.Position > 1:
		wait = fmt.Sprintf(p.waitMany, w.Position)
	}
	if w.Estimate > 0 && w.Position > 0 {
		wait += p.gap + fmt.Sprintf(p.about, inMinutes(w.Estimate), inMinutes(w.Error))
	}
	return p.handoff[reason] + p.gap + wait
}
