package calendar_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
)

// naiveOpen reads the calendar as a person with a clock on the wall does.
func naiveOpen(c calendar.Calendar, zone *time.Location, now time.Time) bool {
	local := now.In(zone)
	date, clock := local.Format(time.DateOnly), local.Format("15:04")
	var periods []calendar.Period
	today := strings.ToLower(local.Format("Mon"))
	for _, h := range c.Hours {
		if slices.Contains(h.Days, today) {
			periods = h.Periods
		}
	}
	if len(c.Hours) == 0 {
		periods = []calendar.Period{{From: "00:00", To: "24:00"}}
	}
	for _, e := range c.Exceptions {
		if e.First <= date && date <= max(e.First, e.Last) {
			periods = e.Periods
			break
		}
	}
	return slices.ContainsFunc(periods, func(p calendar.Period) bool { return p.From <= clock && clock < p.To })
}

// scenes are days around which something happens to the clocks of a zone.
var scenes = []struct{ zone, day string }{
	{"", "2026-11-22"},
	{"Asia/Shanghai", "2026-10-01"},
	{"Europe/Berlin", "2026-03-29"},
	{"Europe/Berlin", "2026-10-25"},
	{"America/New_York", "2026-11-01"},
	{"America/Sao_Paulo", "2018-11-04"},   // midnight is skipped
	{"Australia/Lord_Howe", "2026-04-05"}, // half an hour
	{"Pacific/Apia", "2011-12-30"},        // a day that was left out
	{"Africa/Casablanca", "2026-02-15"},   // changes for Ramadan, which no rule can tell
	{"Asia/Kathmandu", "1970-01-01"},
	{"Europe/Berlin", "2040-12-31"}, // beyond the table of changes, by rule
}

func drawPeriods(t *rapid.T, least int) []calendar.Period {
	cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, 24*4), 2*least, 6, rapid.ID).Draw(t, "cuts")
	slices.Sort(cuts)
	var periods []calendar.Period
	for i := 0; i+1 < len(cuts); i += 2 {
		periods = append(periods, calendar.Period{From: quarter(cuts[i]), To: quarter(cuts[i+1])})
	}
	return periods
}

func quarter(n int) string { return fmt.Sprintf("%02d:%02d", n/4, n%4*15) }

func drawCalendar(t *rapid.T) (calendar.Calendar, time.Time) {
	scene := rapid.SampledFrom(scenes).Draw(t, "scene")
	day, err := time.Parse(time.DateOnly, scene.day)
	if err != nil {
		t.Fatal(err)
	}
	c := calendar.Calendar{Zone: scene.zone}
	days := rapid.Permutation([]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}).Draw(t, "days")
	for n := rapid.IntRange(0, 3).Draw(t, "hours"); n > 0 && len(days) > 0; n-- {
		k := rapid.IntRange(1, len(days)).Draw(t, "taken")
		c.Hours = append(c.Hours, calendar.Hours{Days: days[:k], Periods: drawPeriods(t, 1)})
		days = days[k:]
	}
	for n := rapid.IntRange(0, 4).Draw(t, "exceptions"); n > 0; n-- {
		first := day.AddDate(0, 0, rapid.IntRange(-6, 6).Draw(t, "first"))
		e := calendar.Exception{First: first.Format(time.DateOnly), Periods: drawPeriods(t, 0)}
		if k := rapid.IntRange(-1, 4).Draw(t, "length"); k >= 0 {
			e.Last = first.AddDate(0, 0, k).Format(time.DateOnly)
		}
		c.Exceptions = append(c.Exceptions, e)
	}
	return c, day
}

func TestAgainstNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, day := drawCalendar(t)
		p, err := calendar.Compile(c)
		if err != nil {
			t.Fatalf("Compile(%+v) = %v", c, err)
		}
		zone, err := time.LoadLocation(c.Zone)
		if err != nil {
			t.Fatal(err)
		}
		start := day.Add(time.Duration(rapid.IntRange(-3*24*60, 2*24*60).Draw(t, "start")) * time.Minute)
		minutes := rapid.IntRange(0, 2*24*60).Draw(t, "minutes")
		next, ok := p.Next(start)
		var open time.Duration
		for i := range minutes {
			now := start.Add(time.Duration(i) * time.Minute)
			is := naiveOpen(c, zone, now)
			if got := p.Open(now); got != is {
				t.Fatalf("Open(%v) = %v, want %v", now, got, is)
			}
			if is && open == 0 && (!ok || !next.Equal(now)) {
				t.Fatalf("Next(%v) = %v, %v, want %v", start, next, ok, now)
			}
			if is {
				open += time.Minute
			}
		}
		end := start.Add(time.Duration(minutes) * time.Minute)
		if open == 0 && ok && next.Before(end) {
			t.Fatalf("Next(%v) = %v, want nothing before %v", start, next, end)
		}
		if got := p.Between(start, end); got != open {
			t.Fatalf("Between(%v, %v) = %v, want %v", start, end, got, open)
		}
	})
}

func TestBetweenAdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, day := drawCalendar(t)
		p, err := calendar.Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		year := int64(366 * 24 * time.Hour)
		moments := make([]time.Time, 3)
		for i := range moments {
			moments[i] = day.Add(time.Duration(rapid.Int64Range(-year, year).Draw(t, "moment")))
		}
		slices.SortFunc(moments, time.Time.Compare)
		a, b, z := moments[0], moments[1], moments[2]
		if whole, parts := p.Between(a, z), p.Between(a, b)+p.Between(b, z); whole != parts {
			t.Fatalf("Between(%v, %v) = %v, want %v, the sum of its parts at %v", a, z, whole, parts, b)
		}
		next, ok := p.Next(a)
		if !ok || !p.Open(next) || p.Between(a, next) != 0 {
			t.Fatalf("Next(%v) = %v, %v, want the first open moment", a, next, ok)
		}
	})
}
