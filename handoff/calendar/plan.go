package calendar

import (
	"math"
	"slices"
	"sort"
	"time"
)

const (
	secondsADay = 24 * 60 * 60
	// furthest is how many days Next looks ahead: more than any closed stretch
	// that Compile lets through, with room for a day that a zone leaves out.
	furthest = 3 * 366
)

// Plan answers for one calendar. It is immutable and safe for concurrent use.
//
// A moment is open if the clocks of the zone then show a time within a period:
// an hour that clocks skip in spring is never open, and the one that they
// repeat in autumn counts twice.
//
// The answers are computed on the line of wall-clock seconds, where every day
// has 86,400 of them and the open ones can be counted without a loop over days;
// between two changes of the zone's offset, time moves along it evenly.
type Plan struct {
	zone  *time.Location
	week  [7]day   // from Monday
	until [8]int64 // open seconds before each day of the week; until[7] is a whole week
	spans []span   // sorted, disjoint
}

// day is the open part of one day, sorted and disjoint, in seconds of the wall clock.
type day struct {
	periods []seconds
	open    int64
}

type seconds struct{ from, to int64 }

// span is a row of days with hours of their own, numbered as by dayOf.
type span struct {
	first, last int64
	day         day
	before      int64 // what all earlier spans add to the open seconds of the plain weeks
}

// Open reports whether agents are on duty.
func (p *Plan) Open(now time.Time) bool {
	_, offset := now.In(p.zone).Zone()
	d, s := split(now.Unix() + int64(offset))
	return p.on(d).at(s)
}

// Next returns when agents are on duty next: now itself if they are. It is
// false if that is in none of the next three years.
func (p *Plan) Next(now time.Time) (time.Time, bool) {
	if p.Open(now) {
		return now, true
	}
	limit := now.AddDate(0, 0, furthest)
	for t := now.In(p.zone); t.Before(limit); {
		_, offset := t.Zone()
		stop := steady(t, limit)
		if w, ok := p.next(t.Unix()+int64(offset), stop.Unix()+int64(offset)); ok {
			return time.Unix(w-int64(offset), 0).In(p.zone), true
		}
		t = stop
	}
	return time.Time{}, false
}

// Between returns how much of the time from a to b is open, 0 if b is not
// after a. Moments outside the years 1 to 9999 count as the nearest one inside,
// and a result too long for a Duration as the longest one.
func (p *Plan) Between(a, b time.Time) time.Duration {
	a, b = clamp(a).In(p.zone), clamp(b).In(p.zone)
	var secs, nanos int64
	for a.Before(b) {
		end := steady(a, b)
		_, offset := a.Zone()
		s0, n0 := p.count(a, offset)
		s1, n1 := p.count(end, offset)
		secs, nanos = secs+s1-s0, nanos+n1-n0
		a = end
	}
	if secs >= math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(secs)*time.Second + time.Duration(nanos)
}

// count returns the open time of the wall clock up to t, from an origin that is
// the same for all calls.
func (p *Plan) count(t time.Time, offset int) (secs, nanos int64) {
	d, s := split(t.Unix() + int64(offset))
	today := p.on(d)
	if today.at(s) {
		nanos = int64(t.Nanosecond())
	}
	return p.before(d) + today.before(s), nanos
}

// before counts the open seconds of the days before d.
func (p *Plan) before(d int64) int64 {
	sum := p.weeks(d)
	i := sort.Search(len(p.spans), func(i int) bool { return p.spans[i].first >= d }) - 1
	if i < 0 {
		return sum
	}
	return sum + p.spans[i].before + p.extra(p.spans[i], min(d, p.spans[i].last+1))
}

// extra is what a span adds to the open seconds of the plain weeks up to the
// day end, which is in or right after it.
func (p *Plan) extra(s span, end int64) int64 {
	return (end-s.first)*s.day.open - (p.weeks(end) - p.weeks(s.first))
}

// weeks counts the open seconds before day d as if there were no exceptions.
func (p *Plan) weeks(d int64) int64 {
	w := weekday(d)
	return (d+3-w)/7*p.until[7] + p.until[w]
}

// on returns the hours of day d.
func (p *Plan) on(d int64) *day {
	i := sort.Search(len(p.spans), func(i int) bool { return p.spans[i].last >= d })
	if i < len(p.spans) && p.spans[i].first <= d {
		return &p.spans[i].day
	}
	return &p.week[weekday(d)]
}

// next returns the first open second of the wall clock from w on and before stop.
func (p *Plan) next(w, stop int64) (int64, bool) {
	for d, s := split(w); d*secondsADay < stop; d, s = d+1, 0 {
		for _, period := range p.on(d).periods {
			if period.to > s {
				at := d*secondsADay + max(s, period.from)
				return at, at < stop
			}
		}
	}
	return 0, false
}

// steady returns a moment after t, at most limit, until which the offset of t's
// zone stays as it is at t.
func steady(t, limit time.Time) time.Time {
	_, end := t.ZoneBounds()
	if !end.IsZero() && !end.After(t) {
		// Go 1.26 takes a year of a zone's rule to have 365 days, so on the last
		// day of a leap year the bounds end before t. Nobody changes clocks
		// within an hour of that day.
		end = t.Truncate(time.Hour).Add(time.Hour)
	}
	if end.IsZero() || end.After(limit) {
		return limit
	}
	return end
}

func newDay(periods []seconds) day {
	slices.SortFunc(periods, func(a, b seconds) int { return int(a.from - b.from) })
	d := day{periods: periods}
	for _, p := range periods {
		d.open += p.to - p.from
	}
	return d
}

func (d *day) at(s int64) bool {
	for _, p := range d.periods {
		if p.from <= s && s < p.to {
			return true
		}
	}
	return false
}

func (d *day) before(s int64) int64 {
	var sum int64
	for _, p := range d.periods {
		sum += max(0, min(s, p.to)-p.from)
	}
	return sum
}

// split returns the day of a second of the wall clock, and the second of that day.
func split(w int64) (d, s int64) {
	d = w / secondsADay
	if s = w % secondsADay; s < 0 {
		d, s = d-1, s+secondsADay
	}
	return d, s
}

// weekday is 0 on Mondays. Day 0, 1970-01-01, was a Thursday.
func weekday(d int64) int64 { return ((d+3)%7 + 7) % 7 }

// dayOf numbers the days from 1970-01-01.
func dayOf(t time.Time) int64 {
	d, _ := split(t.Unix())
	return d
}

func clamp(t time.Time) time.Time {
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	switch {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}
