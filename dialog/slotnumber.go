package dialog

import (
	"regexp"
	"slices"
	"strings"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// unitWords says, for the unit of a slot, what customers call it and greater
// or half units, and what each is worth. "日" and "号" are missing on purpose:
// they name dates as often as spans.
var unitWords = []struct {
	units []string // of the slot
	worth map[string]int64
}{
	{[]string{"分钟", "分", "minute", "minutes", "min"}, map[string]int64{
		"分钟": 1, "分": 1, "minutes": 1, "minute": 1, "mins": 1, "min": 1,
		"小时": 60, "钟头": 60, "hours": 60, "hour": 60, "半小时": 30, "半个小时": 30, "半个钟头": 30, "half an hour": 30,
	}},
	{[]string{"小时", "个小时", "钟头", "hour", "hours"}, map[string]int64{
		"小时": 1, "钟头": 1, "hours": 1, "hour": 1, "hrs": 1, "hr": 1, "h": 1,
		"天": 24, "days": 24, "day": 24, "半天": 12, "half a day": 12,
	}},
	{[]string{"天", "日", "day", "days"}, map[string]int64{
		"天": 1, "days": 1, "day": 1, "d": 1,
		"周": 7, "星期": 7, "礼拜": 7, "weeks": 7, "week": 7,
		"个月": 30, "months": 30, "month": 30, "半个月": 15, "半月": 15, "half a month": 15,
		"年": 365, "years": 365, "year": 365,
	}},
	{[]string{"周", "星期", "week", "weeks"}, map[string]int64{
		"周": 1, "星期": 1, "礼拜": 1, "weeks": 1, "week": 1,
	}},
	{[]string{"个月", "月", "month", "months"}, map[string]int64{
		"个月": 1, "months": 1, "month": 1, "年": 12, "years": 12, "year": 12, "半年": 6, "half a year": 6,
	}},
	{[]string{"元", "块", "yuan", "rmb"}, map[string]int64{"元": 1, "块钱": 1, "块": 1, "圆": 1, "yuan": 1, "rmb": 1}},
}

func worthOf(unit string) map[string]int64 {
	unit = strings.TrimSpace(fold(unit))
	for _, u := range unitWords {
		if slices.Contains(u.units, unit) {
			return u.worth
		}
	}
	if unit == "" {
		return nil
	}
	return map[string]int64{unit: 1}
}

var (
	// inexact words make a number useless where a rule draws a line.
	inexact = regexp.MustCompile(`超过|超出|超了|超\d|多于|大于|小于|少于|不到|不足|不满|未满|至少|最多|起码|以上|以下|以内|之内|以外|之外|[天周月年时元块]多|几[天个周年十百]|[十百]几|十来|来天|好几|[天周月年时]内|[天周月年时]半|个半` +
		`|\b(?:over|more than|less than|under|within|at least|at most|up to|almost|nearly|several|few)\b`)
	// between two numbers these make one range of them: 7-8天, 七到八天, 7、8天.
	rangeMark = regexp.MustCompile(`^[天周月年时]?\s*(?:[-~～—至到或、,]|to|or)?\s*$`)
	// promised nouns follow a number that is part of a service's name: 七天无理由.
	promised = regexp.MustCompile(`^[\s-]*(?:无理由|价保|保价|包[换退赔修邮]|保修|质保|退货期|退换|免费|试用|发货|到账|后?自动|的?期限|冷静期|` +
		`returns?\b|refunds?\b|money|guarantee|warranty|trial|polic|free|delivery|shipping|price)`)
	// fillers may stand around a bare number: "大概是8吧".
	fillers = regexp.MustCompile(`^(?:大概|大约|差不多|约|好像|应该|可能|估计|是|就|也|有|已经|到|今天|现在|目前|我|记得|觉得|算|起来|嗯|呃|额|那|了|吧|的|呢|啊|哦|呀|左右|个|` +
		`it|is|s|was|has|been|about|around|roughly|maybe|i|think|guess|the|now|already|approximately|[\s,，。.!！~～:：、()（）…])*$`)
	articles = regexp.MustCompile(`(half )?\ban? ((?:minute|hour|day|week|month|year)\b)`)
)

// countable is the folded text with "a week" as "1 week". "Half a month" stays.
func countable(text string) string {
	return articles.ReplaceAllStringFunc(fold(text), func(s string) string {
		if strings.HasPrefix(s, "half") {
			return s
		}
		return "1 " + s[strings.IndexByte(s, ' ')+1:]
	})
}

// quantity is a number with the slot's unit, in that unit.
type quantity struct {
	value      int64
	vague      bool // about right, half of a range, or an ordinal of a greater unit
	start, end int
}

// quantities finds the numbers with the slot's unit in a countable text.
func quantities(slot *knowledge.Slot, text string) []quantity {
	worth := worthOf(slot.Unit)
	var found []quantity
	for unit, value := range worth {
		if !strings.HasPrefix(unit, "半") && !strings.HasPrefix(unit, "half") {
			continue
		}
		if at := strings.Index(text, unit); at >= 0 {
			found = append(found, quantity{value: value, start: at, end: at + len(unit)})
			text = text[:at] + strings.Repeat(" ", len(unit)) + text[at+len(unit):]
		}
	}
	previous := -1
	for _, n := range findNumbers(text) {
		inRange := previous >= 0 && rangeMark.MatchString(text[previous:n.start])
		previous = n.end
		count, width := unitAfter(worth, text[n.end:])
		switch {
		case count == 0 && worth["day"] == 1 && strings.HasSuffix(text[:n.start], "day "): // day 8
			count = 1
		case count == 0, count > 1 && n.value >= 1000: // 2024年
			continue
		}
		found = append(found, quantity{
			value: n.value * count,
			vague: n.odd || inRange || n.ordinal && count > 1,
			start: n.start, end: n.end + width,
		})
	}
	return found
}

// unitAfter returns what the unit at the beginning of text is worth, or 0, and
// its width in bytes.
func unitAfter(worth map[string]int64, text string) (count int64, width int) {
	rest := strings.TrimLeft(text, " -")
	for _, s := range []string{rest, strings.TrimPrefix(rest, "个")} {
		for unit, c := range worth {
			after, ok := strings.CutPrefix(s, unit)
			if ok && !(endsWord(unit) && beginsWord(after)) && len(text)-len(after) > width {
				count, width = c, len(text)-len(after)
			}
		}
	}
	return count, width
}

// agreed returns the value that all quantities have in common.
func agreed(qs []quantity) (int64, bool) {
	for _, q := range qs {
		if q.vague || q.value != qs[0].value {
			return 0, false
		}
	}
	return qs[0].value, true
}

// readNumber reads the reply to a question for a number: the one number with
// the slot's unit, or one that stands alone.
func readNumber(slot *knowledge.Slot, reply string) reading {
	text := countable(reply)
	if inexact.MatchString(text) || asks(reply) {
		return reading{}
	}
	if qs := quantities(slot, text); len(qs) > 0 {
		value, ok := agreed(qs)
		if !ok {
			return reading{}
		}
		return bounded(slot, value, contained)
	}
	found := findNumbers(text)
	if len(found) == 0 {
		return readRelativeDay(slot, text)
	}
	n := found[0]
	if len(found) > 1 || n.odd || !fillers.MatchString(text[:n.start]) || !fillers.MatchString(text[n.end:]) {
		return reading{}
	}
	return bounded(slot, n.value, whole)
}

// readStatedNumber reads a number that nobody asked for. It must have the
// slot's unit and be no part of a service's name ("七天无理由", "30-day returns").
func readStatedNumber(slot *knowledge.Slot, utterance string) reading {
	text := countable(utterance)
	qs := quantities(slot, text)
	if len(qs) == 0 || inexact.MatchString(text) {
		return reading{}
	}
	for _, q := range qs {
		if promised.MatchString(text[q.end:]) || strings.Contains(text[q.start:q.end], "-") {
			return reading{}
		}
	}
	value, ok := agreed(qs)
	if !ok || !inRange(slot, value) {
		return reading{}
	}
	return reading{contained, formatInt(value)}
}

func bounded(slot *knowledge.Slot, n int64, g grasp) reading {
	if !inRange(slot, n) {
		return reading{grasp: outOfRange}
	}
	return reading{g, formatInt(n)}
}

// A day such as "昨天" is a number of days only where the slot counts the days
// gone by. Where it asks for "第几天" it could be one more.
var (
	elapsed      = regexp.MustCompile(`后|过了|以来|几天前|多久|\b(?:since|ago|after|passed)\b`)
	countsPlaces = regexp.MustCompile(`第几|\bwhich day\b`)
	relativeDays = []struct {
		pattern *regexp.Regexp
		days    int64
	}{
		{regexp.MustCompile(`大前天`), 3},
		{regexp.MustCompile(`前天|day before yesterday`), 2},
		{regexp.MustCompile(`昨[天晚]|\byesterday\b`), 1},
		{regexp.MustCompile(`今[天早晚]|刚刚|刚才|\btoday\b`), 0},
	}
)

func readRelativeDay(slot *knowledge.Slot, text string) reading {
	about := fold(slot.Title + " " + slot.Ask)
	if worthOf(slot.Unit)["天"] != 1 || !elapsed.MatchString(about) || countsPlaces.MatchString(about) {
		return reading{}
	}
	var found []int64
	for _, r := range relativeDays {
		if r.pattern.MatchString(text) {
			found = append(found, r.days)
			text = r.pattern.ReplaceAllString(text, " ")
		}
	}
	if len(found) != 1 {
		return reading{}
	}
	return bounded(slot, found[0], contained)
}
