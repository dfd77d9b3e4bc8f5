package calendar_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
)

func TestProblems(t *testing.T) {
	day := []calendar.Period{{From: "09:00", To: "18:00"}}
	week := func(h ...calendar.Hours) calendar.Calendar { return calendar.Calendar{Hours: h} }
	except := func(e ...calendar.Exception) calendar.Calendar { return calendar.Calendar{Exceptions: e} }
	on := func(p ...calendar.Period) calendar.Calendar {
		return week(calendar.Hours{Days: []string{"mon"}, Periods: p})
	}
	tests := map[string]struct {
		calendar calendar.Calendar
		want     []string // fields
	}{
		"none":                 {office(), nil},
		"periods that touch":   {on(calendar.Period{From: "09:00", To: "12:00"}, calendar.Period{From: "12:00", To: "24:00"}), nil},
		"odd titles":           {except(calendar.Exception{Title: "春节", First: "2026-02-17"}, calendar.Exception{Title: "a\u202eb", First: "2026-03-01"}, calendar.Exception{Title: "\a", First: "2026-04-01"}), []string{"exceptions[1].title", "exceptions[2].title"}},
		"zone":                 {calendar.Calendar{Zone: "Mars/Olympus"}, []string{"zone"}},
		"the machine's zone":   {calendar.Calendar{Zone: "Local"}, []string{"zone"}},
		"a path as a zone":     {calendar.Calendar{Zone: "../../etc/passwd"}, []string{"zone"}},
		"long zone":            {calendar.Calendar{Zone: strings.Repeat("a", 1000)}, []string{"zone"}},
		"day":                  {week(calendar.Hours{Days: []string{"mon", "Tuesday"}, Periods: day}), []string{"hours[0].days[1]"}},
		"day twice":            {week(calendar.Hours{Days: []string{"mon", "mon"}, Periods: day}, calendar.Hours{Days: []string{"mon"}, Periods: day}), []string{"hours[0].days[1]", "hours[1].days[0]"}},
		"nothing in hours":     {week(calendar.Hours{}), []string{"hours[0].days", "hours[0].periods"}},
		"from after to":        {on(calendar.Period{From: "22:00", To: "06:00"}), []string{"hours[0].periods[0]"}},
		"from is to":           {on(calendar.Period{From: "09:00", To: "09:00"}), []string{"hours[0].periods[0]"}},
		"from the end of day":  {on(calendar.Period{From: "24:00", To: "24:00"}), []string{"hours[0].periods[0].from"}},
		"clocks":               {on(calendar.Period{From: "9:00", To: "10:00"}, calendar.Period{From: "09:00", To: "24:01"}, calendar.Period{From: "09:60", To: "10:00"}, calendar.Period{From: "09:00", To: "+9:00"}), []string{"hours[0].periods[0].from", "hours[0].periods[1].to", "hours[0].periods[2].from", "hours[0].periods[3].to"}},
		"overlap":              {on(calendar.Period{From: "09:00", To: "12:00"}, calendar.Period{From: "11:00", To: "11:30"}), []string{"hours[0].periods[1]"}},
		"dates":                {except(calendar.Exception{First: "2026-02-29"}, calendar.Exception{First: "2026-03-01", Last: "1.4.2026"}, calendar.Exception{}), []string{"exceptions[0].first", "exceptions[1].last", "exceptions[2].first"}},
		"last before first":    {except(calendar.Exception{First: "2026-03-02", Last: "2026-03-01"}), []string{"exceptions[0].last"}},
		"title":                {except(calendar.Exception{First: "2026-03-02", Title: strings.Repeat("节", calendar.MaxTitle+1)}), []string{"exceptions[0].title"}},
		"exception's period":   {except(calendar.Exception{First: "2026-03-02", Periods: []calendar.Period{{From: "x", To: "12:00"}}}), []string{"exceptions[0].periods[0].from"}},
		"too many hours":       {week(make([]calendar.Hours, 8)...), append([]string{"hours"}, twice(7)...)},
		"too many days":        {week(calendar.Hours{Days: append(append([]string{}, workdays...), "sat", "sun", "mon"), Periods: day}), []string{"hours[0].days"}},
		"too many periods":     {on(manyPeriods(calendar.MaxPeriods + 1)...), []string{"hours[0].periods"}},
		"as many as may be":    {on(manyPeriods(calendar.MaxPeriods)...), nil},
		"too many exceptions":  {except(manyExceptions(calendar.MaxExceptions + 1)...), []string{"exceptions"}},
		"exceptions as may be": {except(manyExceptions(calendar.MaxExceptions)...), nil},
		"closed for ever":      {closedOn("2026-01-01", "9999-12-31"), []string{"exceptions"}},
		"closed from day to day": {calendar.Calendar{Hours: week(calendar.Hours{Days: []string{"mon"}, Periods: day}).Hours, Exceptions: []calendar.Exception{
			{First: "2026-01-01", Last: "2026-06-30"}, {First: "2026-07-02", Last: "2027-01-03"},
		}}, []string{"exceptions"}},
		"closed, but for a day": {calendar.Calendar{Hours: week(calendar.Hours{Days: []string{"wed"}, Periods: day}).Hours, Exceptions: []calendar.Exception{
			{First: "2026-01-01", Last: "2026-06-30"}, {First: "2026-07-02", Last: "2027-01-03"},
		}}, nil},
		"several at once": {calendar.Calendar{Zone: "x", Hours: []calendar.Hours{{Days: []string{"x"}, Periods: []calendar.Period{{From: "x", To: "x"}}}}, Exceptions: []calendar.Exception{{First: "x"}}}, []string{"zone", "hours[0].periods[0].from", "hours[0].days[0]", "exceptions[0].first"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range tt.calendar.Problems() {
				got = append(got, p.Field)
				if len(p.Reason) < 6 || len(p.Reason) > 200 {
					t.Errorf("reason %q is not a sentence of a readable length", p.Reason)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Problems() (-want +got):\n%s", diff)
			}
			if _, err := calendar.Compile(tt.calendar); (err != nil) != (tt.want != nil) {
				t.Errorf("Compile() = %v, want an error exactly where there are problems", err)
			}
		})
	}
}

func TestCompileErrorHoldsProblems(t *testing.T) {
	_, err := calendar.Compile(calendar.Calendar{Zone: "Mars/Olympus", Exceptions: []calendar.Exception{{First: "today"}}})
	var problem *calendar.Problem
	if !errors.As(err, &problem) || problem.Field != "zone" {
		t.Fatalf("Compile() = %v, want a *Problem of the zone in it", err)
	}
	for _, field := range []string{"zone: ", "exceptions[0].first: "} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("Compile() = %q, want %q in it", err, field)
		}
	}
}

// TestPlanSharesNothing with the calendar it was made of.
func TestPlanSharesNothing(t *testing.T) {
	c := office()
	p := compile(t, c)
	c.Hours[0].Periods[0].From = "23:00"
	c.Exceptions[0].First = "2026-11-23"
	if got := p.Open(at(t, "2026-11-23T13:30:00+08:00")); !got {
		t.Error("Open() = false after the calendar was changed, want true as compiled")
	}
}

func FuzzCompile(f *testing.F) {
	for _, c := range []calendar.Calendar{{}, office(), night(), closedOn("2026-01-01", "9999-12-31")} {
		raw, err := json.Marshal(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, int64(1763800000))
	}
	f.Fuzz(func(t *testing.T, raw []byte, unix int64) {
		var c calendar.Calendar
		if json.Unmarshal(raw, &c) != nil {
			return
		}
		p, err := calendar.Compile(c)
		if (err == nil) != (len(c.Problems()) == 0) {
			t.Fatalf("Compile() = %v, but Problems() = %v", err, c.Problems())
		}
		if err != nil {
			return
		}
		now := time.Unix(unix%(1<<36), 0)
		next, ok := p.Next(now)
		if ok && (next.Before(now) || !p.Open(next) || p.Between(now, next) != 0) {
			t.Errorf("Next(%v) = %v, want the first open moment", now, next)
		}
		if got := p.Between(now, now.Add(time.Hour)); got < 0 || got > time.Hour {
			t.Errorf("Between() = %v in an hour", got)
		}
	})
}

func twice(n int) []string {
	var fields []string
	for i := range n {
		at := "hours[" + string(rune('0'+i)) + "]"
		fields = append(fields, at+".days", at+".periods")
	}
	return fields
}

func manyPeriods(n int) []calendar.Period {
	var periods []calendar.Period
	for i := range n {
		periods = append(periods, calendar.Period{From: quarter(2 * i), To: quarter(2*i + 1)})
	}
	return periods
}

func manyExceptions(n int) []calendar.Exception {
	var exceptions []calendar.Exception
	for i := range n {
		day := time.Date(2026, 1, 1+2*i, 0, 0, 0, 0, time.UTC)
		exceptions = append(exceptions, calendar.Exception{First: day.Format(time.DateOnly)})
	}
	return exceptions
}
