package dialog

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// can matches what says that something can or cannot be done, in Chinese: a verb
// and what comes of it, 看得清 and 看不清, 能看清 and 无法看清.
var can = regexp.MustCompile(`(?:(\p{Han})(得|不)|(能够?|可以|不能够?|不可以|没法|无法|没办法)(\p{Han}))(清|开|到|见|上|出|了|动|懂|完|成|住|全|着|通|回|齐|起)`)

// unclear matches 不清楚, said of the customer's own mind, once 楚 is gone.
var unclear = regexp.MustCompile(`(?:^|我|也|都|记|说|弄|搞)不清`)

// readCan reads the reply to a yes-or-no question that asks about the same verb:
// 看得清 and 看不清 where it, or the slot's title, speaks of 看清. Elsewhere they
// may mean either: 打不开 is a yes to "is it broken?". A reply that says both, or
// doubts, is unread.
func readCan(slot *knowledge.Slot, reply string) reading {
	text := strings.ReplaceAll(compact(reply), "清楚", "清") // 看不清楚 is no 不清楚
	if asks(reply) || utf8.RuneCountInString(text) > maxYesNoClause || doubtOfYesNo.MatchString(text) || unclear.MatchString(text) {
		return reading{}
	}
	value := ""
	for _, at := range can.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		verb, result := group(1)+group(4), group(5)
		yes := group(2) == "得" || strings.HasPrefix(group(3), "能") || group(3) == "可以"
		asked, negated := asksOf(slot, verb, result)
		if !asked || hedged(text[:at[0]], verb) {
			return reading{}
		}
		said := "false"
		if yes != negated {
			said = "true"
		}
		if value != "" && value != said {
			return reading{}
		}
		value = said
	}
	if value == "" {
		return reading{}
	}
	return reading{contained, value}
}

// asksOf reports whether a slot asks about a verb and its result, and whether it
// asks if that is impossible: 打不开吗, "不能打开吗".
func asksOf(slot *knowledge.Slot, verb, result string) (asked, negated bool) {
	for _, question := range []string{slot.Ask, slot.Title} {
		question = compact(question)
		for at := range question {
			rest := question[at:]
			switch {
			case strings.HasPrefix(rest, verb+"得"+result):
				return true, false
			case strings.HasPrefix(rest, verb+"不"+result):
				return true, true
			case strings.HasPrefix(rest, verb+result):
				return true, impossible.MatchString(question[:at])
			}
		}
	}
	return false, false
}

// impossible matches the end of what stands before a verb that is denied. 能不能
// denies nothing.
var impossible = regexp.MustCompile(`(?:^|[^能可])(?:不能够?|不可以|没能|没法|没办法|无法|不|没)$`)

// hedged reports whether what stands before a verb turns or doubts it: 不太看得清,
// 看不看得清.
func hedged(before, verb string) bool {
	return strings.HasSuffix(before, verb+"不") || hedge.MatchString(before)
}

var hedge = regexp.MustCompile(`(?:不|没|难|太|勉强|才|就)$`)
