package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a calendar.
const (
	MaxPeriods    = 10  // of a day
	MaxExceptions = 400 // of a calendar
	MaxTitle      = 100 // characters of an exception's title
	MaxClosed     = 366 // days in a row with no open hour
	maxZone       = 64  // characters
)

// Problem says what is wrong with one part of a calendar, in words for whoever
// wrote it.
type Problem struct {
	Field  string // as in its JSON form: "hours[0].periods[1].from"
	Reason string
}

// Error makes a problem an error: "hours[0].days[1]: ...".
func (p *Problem) Error() string { return p.Field + ": " + p.Reason }

// Problems returns all that is wrong with c, none if it compiles. Whether days
// are left without hours for more than MaxClosed in a row is looked at only
// where nothing else is wrong.
func (c Calendar) Problems() []Problem {
	_, problems := build(c)
	return problems
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// lint reads the parts of a calendar and collects what is wrong with them.
type lint struct{ problems []Problem }

func (l *lint) addf(field, format string, args ...any) {
	l.problems = append(l.problems, Problem{Field: field, Reason: fmt.Sprintf(format, args...)})
}

func (l *lint) zone(name string) *time.Location {
	if len(name) > maxZone {
		l.addf("zone", "longer than %d characters", maxZone)
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	// "Local" is another zone on every machine.
	if err != nil || name == "Local" {
		l.addf("zone", "%q is not a time zone; an example is \"Asia/Shanghai\"", name)
		return time.UTC
	}
	return zone
}

func (l *lint) week(hours []Hours, week *[7]day) {
	if len(hours) == 0 {
		for i := range week {
			week[i] = newDay([]seconds{{from: 0, to: secondsADay}})
		}
		return
	}
	if len(hours) > len(weekdays) {
		l.addf("hours", "%d entries, at most %d are allowed: one for each day", len(hours), len(weekdays))
		hours = hours[:len(weekdays)]
	}
	var seen [7]bool
	for i, h := range hours {
		field := fmt.Sprintf("hours[%d]", i)
		if len(h.Days) == 0 {
			l.addf(field+".days", "no day")
		}
		if len(h.Periods) == 0 {
			l.addf(field+".periods", "no period; leave out the days that are closed")
		}
		of := newDay(l.periods(field+".periods", h.Periods))
		for j, name := range l.days(field+".days", h.Days) {
			at := fmt.Sprintf("%s.days[%d]", field, j)
			k := slices.Index(weekdays, name)
			switch {
			case k < 0:
				l.addf(at, "%q is not a day; days are %q", short(name), weekdays)
			case seen[k]:
				l.addf(at, "%q has hours already", name)
			default:
				seen[k], week[k] = true, of
			}
		}
	}
}

func (l *lint) days(field string, days []string) []string {
	if len(days) > len(weekdays) {
		l.addf(field, "%d entries, at most %d are allowed", len(days), len(weekdays))
		return days[:len(weekdays)]
	}
	return days
}

// periods returns those that can be read.
func (l *lint) periods(field string, periods []Period) []seconds {
	if len(periods) > MaxPeriods {
		l.addf(field, "%d periods, at most %d are allowed", len(periods), MaxPeriods)
		periods = periods[:MaxPeriods]
	}
	var all []seconds
	for i, p := range periods {
		at := fmt.Sprintf("%s[%d]", field, i)
		from, ok := clock(p.From)
		if !ok || from == secondsADay {
			l.addf(at+".from", "%q is not a time of day from 00:00 to 23:59", short(p.From))
			continue
		}
		to, ok := clock(p.To)
		switch s := (seconds{from: from, to: to}); {
		case !ok:
			l.addf(at+".to", "%q is not a time of day from 00:01 to 24:00", short(p.To))
		case from >= to:
			l.addf(at, "%s is not before %s; a night shift is two periods, one to 24:00 and one from 00:00 of the next day", p.From, p.To)
		case slices.ContainsFunc(all, func(o seconds) bool { return o.from < s.to && s.from < o.to }):
			l.addf(at, "%s to %s overlaps another period", p.From, p.To)
		default:
			all = append(all, s)
		}
	}
	return all
}

// exceptions returns those that can be read.
func (l *lint) exceptions(exceptions []Exception) []span {
	if len(exceptions) > MaxExceptions {
		l.addf("exceptions", "%d entries, at most %d are allowed", len(exceptions), MaxExceptions)
		exceptions = exceptions[:MaxExceptions]
	}
	var spans []span
	for i, e := range exceptions {
		field := fmt.Sprintf("exceptions[%d]", i)
		if !utf8.ValidString(e.Title) || utf8.RuneCountInString(e.Title) > MaxTitle || strings.ContainsFunc(e.Title, func(r rune) bool { return !unicode.IsPrint(r) }) {
			l.addf(field+".title", "more than %d characters, or some that are not printable", MaxTitle)
		}
		s := span{day: newDay(l.periods(field+".periods", e.Periods))}
		var ok, alsoOK bool
		s.first, ok = l.date(field+".first", e.First)
		s.last, alsoOK = s.first, ok
		if e.Last != "" {
			s.last, alsoOK = l.date(field+".last", e.Last)
		}
		switch {
		case !ok || !alsoOK:
		case s.last < s.first:
			l.addf(field+".last", "%s is before %s", e.Last, e.First)
		default:
			spans = append(spans, s)
		}
	}
	return spans
}

func (l *lint) date(field, s string) (int64, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		l.addf(field, "%q is not a date; an example is \"2026-10-01\"", short(s))
		return 0, false
	}
	return dayOf(t), true
}

// clock reads "hh:mm" up to "24:00" as seconds.
func clock(s string) (int64, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, m := int64(s[0]-'0')*10+int64(s[1]-'0'), int64(s[3]-'0')*10+int64(s[4]-'0')
	if m > 59 || h > 24 || h == 24 && m > 0 {
		return 0, false
	}
	return (h*60 + m) * 60, true
}

// short keeps a message readable whatever was written.
func short(s string) string {
	const enough = 20
	if utf8.RuneCountInString(s) <= enough {
		return s
	}
	return string([]rune(s)[:enough]) + "…"
}
