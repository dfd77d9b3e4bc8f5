package calendar_test

import (
	"math"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
)

var (
	workdays = []string{"mon", "tue", "wed", "thu", "fri"}
	weekend  = []string{"sat", "sun"}
)

// office is a shop in Shanghai with a lunch break, which closes for National
// Day and is open in the morning of a Saturday in exchange.
func office() calendar.Calendar {
	return calendar.Calendar{
		Zone: "Asia/Shanghai",
		Hours: []calendar.Hours{
			{Days: workdays, Periods: []calendar.Period{{From: "13:30", To: "18:00"}, {From: "09:00", To: "12:00"}}},
		},
		Exceptions: []calendar.Exception{
			{Title: "国庆节值班", First: "2026-10-07", Periods: []calendar.Period{{From: "10:00", To: "16:00"}}},
			{Title: "国庆节", First: "2026-10-01", Last: "2026-10-07"},
			{Title: "调休", First: "2026-10-10", Periods: []calendar.Period{{From: "09:00", To: "12:00"}}},
		},
	}
}

// night is a shop in Berlin that is open over the night from Saturday to
// Sunday, when clocks change, and by day in the week.
func night() calendar.Calendar {
	return calendar.Calendar{
		Zone: "Europe/Berlin",
		Hours: []calendar.Hours{
			{Days: workdays, Periods: []calendar.Period{{From: "09:00", To: "17:00"}}},
			{Days: []string{"sat"}, Periods: []calendar.Period{{From: "22:00", To: "24:00"}}},
			{Days: []string{"sun"}, Periods: []calendar.Period{{From: "00:00", To: "06:00"}}},
		},
	}
}

func compile(t testing.TB, c calendar.Calendar) *calendar.Plan {
	t.Helper()
	p, err := calendar.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	got, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestNext(t *testing.T) {
	tests := map[string]struct {
		calendar  calendar.Calendar
		now, want string
	}{
		"zero calendar":                    {calendar.Calendar{}, "2026-11-22T03:04:05.6Z", "2026-11-22T03:04:05.6Z"},
		"before work":                      {office(), "2026-11-23T08:59:59.5+08:00", "2026-11-23T09:00:00+08:00"},
		"the first second":                 {office(), "2026-11-23T09:00:00+08:00", "2026-11-23T09:00:00+08:00"},
		"the last moment of the morning":   {office(), "2026-11-23T11:59:59.9+08:00", "2026-11-23T11:59:59.9+08:00"},
		"lunch":                            {office(), "2026-11-23T12:00:00+08:00", "2026-11-23T13:30:00+08:00"},
		"asked in another zone":            {office(), "2026-11-23T04:10:00Z", "2026-11-23T05:30:00Z"},
		"Friday evening":                   {office(), "2026-11-20T18:00:00+08:00", "2026-11-23T09:00:00+08:00"},
		"National Day until duty":          {office(), "2026-09-30T18:00:00+08:00", "2026-10-07T10:00:00+08:00"},
		"the first exception wins":         {office(), "2026-10-07T15:00:00+08:00", "2026-10-07T15:00:00+08:00"},
		"a Saturday in exchange":           {office(), "2026-10-09T18:00:00+08:00", "2026-10-10T09:00:00+08:00"},
		"over midnight in one shift":       {night(), "2026-11-22T00:00:00+01:00", "2026-11-22T00:00:00+01:00"},
		"after the night":                  {night(), "2026-11-22T06:00:00+01:00", "2026-11-23T09:00:00+01:00"},
		"over the change in spring":        {night(), "2026-03-29T06:00:00+02:00", "2026-03-30T09:00:00+02:00"},
		"from one offset to the other":     {night(), "2026-03-27T17:00:00+01:00", "2026-03-28T22:00:00+01:00"},
		"a holiday of one day":             {closedOn("2026-11-23"), "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"},
		"nearly a year of closed days":     {closedOn("2026-01-01", "2026-12-31"), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		"an hour that spring leaves out":   {between("Europe/Berlin", "02:00", "03:00"), "2026-03-28T03:00:00+01:00", "2026-03-30T02:00:00+02:00"},
		"half an hour that is left of one": {between("Europe/Berlin", "02:30", "03:30"), "2026-03-29T01:59:00+01:00", "2026-03-29T03:00:00+02:00"},
		"an hour that autumn repeats":      {between("Europe/Berlin", "02:00", "02:30"), "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00"},
		"before the year 1970":             {office(), "1969-12-31T18:00:00+08:00", "1970-01-01T09:00:00+08:00"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := compile(t, tt.calendar).Next(at(t, tt.now))
			if want := at(t, tt.want); !ok || !got.Equal(want) {
				t.Errorf("Next(%s) = %v, %v, want %v", tt.now, got, ok, want)
			}
		})
	}
}

// TestNextIsNever has the only open hour of years in one that clocks skip,
// which cannot be seen from the calendar's dates.
func TestNextIsNever(t *testing.T) {
	c := between("Europe/Berlin", "02:00", "03:00")
	for _, year := range []string{"2026", "2027", "2028", "2029"} {
		sunday := map[string]string{"2026": "29", "2027": "28", "2028": "26", "2029": "25"}[year]
		c.Exceptions = append(c.Exceptions, calendar.Exception{First: year + "-03-" + sunday, Periods: c.Hours[0].Periods})
	}
	c.Exceptions = append(c.Exceptions, calendar.Exception{First: "2026-03-01", Last: "2029-12-31"})
	if got, ok := compile(t, c).Next(at(t, "2026-03-15T00:00:00Z")); ok {
		t.Errorf("Next() = %v, want none", got)
	}
}

func TestBetween(t *testing.T) {
	tests := map[string]struct {
		calendar calendar.Calendar
		a, b     string
		want     time.Duration
	}{
		"zero calendar":           {calendar.Calendar{}, "2026-11-22T00:00:00.25Z", "2026-11-23T00:00:01Z", 24*time.Hour + 750*time.Millisecond},
		"backwards":               {calendar.Calendar{}, "2026-11-23T00:00:00Z", "2026-11-22T00:00:00Z", 0},
		"a moment":                {calendar.Calendar{}, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", 0},
		"within a period":         {office(), "2026-11-23T09:10:00.1+08:00", "2026-11-23T09:11:00.3+08:00", time.Minute + 200*time.Millisecond},
		"into lunch":              {office(), "2026-11-23T11:59:59.9+08:00", "2026-11-23T13:00:00.5+08:00", 100 * time.Millisecond},
		"out of lunch":            {office(), "2026-11-23T12:59:59.9+08:00", "2026-11-23T13:30:00.5+08:00", 500 * time.Millisecond},
		"a day":                   {office(), "2026-11-23T00:00:00+08:00", "2026-11-24T00:00:00+08:00", 7*time.Hour + 30*time.Minute},
		"over a weekend":          {office(), "2026-11-20T17:00:00+08:00", "2026-11-23T10:00:00+08:00", 2 * time.Hour},
		"National Day week":       {office(), "2026-09-28T00:00:00+08:00", "2026-10-12T00:00:00+08:00", 3*(7*time.Hour+30*time.Minute) + 6*time.Hour + 2*(7*time.Hour+30*time.Minute) + 3*time.Hour},
		"a part of National Day":  {office(), "2026-10-03T00:00:00+08:00", "2026-10-07T11:00:00+08:00", time.Hour},
		"the night in spring":     {night(), "2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00", 7 * time.Hour},
		"the night in autumn":     {night(), "2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00", 9 * time.Hour},
		"any other night":         {night(), "2026-11-21T12:00:00+01:00", "2026-11-22T12:00:00+01:00", 8 * time.Hour},
		"whole days in spring":    {calendar.Calendar{Zone: "Europe/Berlin"}, "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 23 * time.Hour},
		"a year of office":        {officeOnly(), "2026-01-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00", 261 * (7*time.Hour + 30*time.Minute)},
		"longer than can be told": {calendar.Calendar{}, "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", math.MaxInt64},
		"over the day from which days are numbered": {night(), "1969-12-30T12:00:00+01:00", "1970-01-06T12:00:00+01:00", 5*8*time.Hour + 8*time.Hour},
		"from before exceptions on":                 {closedOn("2026-11-23"), "1900-01-01T00:00:00Z", "1900-01-02T00:00:00Z", 24 * time.Hour},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := compile(t, tt.calendar).Between(at(t, tt.a), at(t, tt.b)); got != tt.want {
				t.Errorf("Between(%s, %s) = %v, want %v", tt.a, tt.b, got, tt.want)
			}
		})
	}
}

// TestBetweenAtTheEndsOfTime must come to an end: a zone with a rule changes
// its offset for as long as there are years.
func TestBetweenAtTheEndsOfTime(t *testing.T) {
	p := compile(t, night())
	if got, want := p.Between(at(t, "2040-12-31T08:30:00+01:00"), at(t, "2041-01-01T10:00:00+01:00")), 9*time.Hour; got != want {
		t.Errorf("Between() over the last day of a leap year = %v, want %v", got, want)
	}
	if got := p.Between(time.Time{}, time.Unix(math.MaxInt64/4, 0)); got != math.MaxInt64 {
		t.Errorf("Between() = %v, want the longest duration", got)
	}
}

func officeOnly() calendar.Calendar {
	c := office()
	c.Exceptions = nil
	return c
}

func closedOn(first string, last ...string) calendar.Calendar {
	e := calendar.Exception{First: first}
	if len(last) > 0 {
		e.Last = last[0]
	}
	return calendar.Calendar{Exceptions: []calendar.Exception{e}}
}

func between(zone, from, to string) calendar.Calendar {
	return calendar.Calendar{Zone: zone, Hours: []calendar.Hours{
		{Days: append(weekend, workdays...), Periods: []calendar.Period{{From: from, To: to}}},
	}}
}

func BenchmarkBetweenYear(b *testing.B) {
	for name, c := range map[string]calendar.Calendar{"Shanghai": office(), "Berlin": night()} {
		b.Run(name, func(b *testing.B) {
			p := compile(b, c)
			from := at(b, "2026-01-05T10:00:00+08:00")
			to := from.AddDate(1, 0, 0)
			b.ReportAllocs()
			for b.Loop() {
				p.Between(from, to)
			}
		})
	}
}
