package level

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestReport(t *testing.T) {
	l := newLedger(t, rules())
	good := closed("a", "", 0, 10, 110)
	good.Survey = &handoff.Survey{Score: 5}
	good.Suggested, good.Accepted = 4, 3
	bad := closed("b", "", 1, 41, 341) // 10 s too late
	bad.Survey = &handoff.Survey{Score: 2}
	bad.Suggested = 1
	odd := held("c", "", 2, 32) // exactly in time
	odd.Survey = &handoff.Survey{Score: 9}
	dropped := left("f", "", 5, 500)
	dropped.Outcome = "forced"
	again := held("g", "refund", 6, 56)
	again.State, again.Queued, again.Front = handoff.Waiting, after(300), true
	for _, t := range []*handoff.Ticket{
		good, bad, odd, dropped, again,
		left("d", "", 3, 33),       // in time still
		left("e", "", 4, 34.1),     // not any more
		waits("h", "refund", 900),  // for 100 s
		waits("i", "refund", 950),  // for 50 s: not late yet
		waits("before", "", -0.1),  // not in the time
		waits("after", "", 1000.1), // neither
	} {
		l.Ticket(t)
	}

	got := l.Report(noon, after(1000.1), after(1000))
	anyone := Figures{
		Came: 6, PickedUp: 3, Within: 2, Abandoned: 2, Dropped: 1,
		Judged: 4, Share: 0.5,
		Wait:    Spread{Count: 3, Mean: 80 * time.Second / 3, P50: 30 * time.Second, P90: 40 * time.Second, Max: 40 * time.Second},
		Handle:  Spread{Count: 2, Mean: 200 * time.Second, P50: 100 * time.Second, P90: 300 * time.Second, Max: 300 * time.Second},
		Surveys: 2, Score: 3.5, Good: 0.5,
		Suggested: 5, Accepted: 3, AcceptShare: 0.6,
	}
	refund := Figures{
		Skill: "refund", Came: 3, PickedUp: 1, Within: 1, Waiting: 2, Again: 1, Judged: 2, Share: 0.5,
		Wait: Spread{Count: 1, Mean: 50 * time.Second, P50: 50 * time.Second, P90: 50 * time.Second, Max: 50 * time.Second},
	}
	total := anyone
	total.Came, total.PickedUp, total.Within, total.Waiting, total.Again, total.Judged = 9, 4, 3, 2, 1, 6
	total.Wait = Spread{Count: 4, Mean: 130 * time.Second / 4, P50: 30 * time.Second, P90: 50 * time.Second, Max: 50 * time.Second}
	if diff := cmp.Diff(Report{Total: total, Skills: []Figures{anyone, refund}}, got); diff != "" {
		t.Errorf("Report() (-want +got):\n%s", diff)
	}
}

func TestReportOfNothing(t *testing.T) {
	if diff := cmp.Diff(Report{}, newLedger(t, rules()).Report(noon, after(1), noon)); diff != "" {
		t.Errorf("Report() (-want +got):\n%s", diff)
	}
}

// TestReportCountsOpenTime: noon is the beginning of an hour's break.
func TestReportCountsOpenTime(t *testing.T) {
	r := rules()
	r.Calendar = officeHours()
	const hour = 3600
	message := closed("m", "", 8*hour, 21*hour+20, 21*hour+60) // from 20:00 until Tuesday 9:00:20
	message.Message = true
	tests := map[string]struct {
		ticket   *handoff.Ticket
		from, to float64
		came     int
		wait     time.Duration
		handle   time.Duration
	}{
		"over the break":                {closed("a", "", -10, hour+5, hour+15), -60, 0, 1, 15 * time.Second, 10 * time.Second},
		"over the night":                {closed("a", "", 6*hour-10, 21*hour+5, 21*hour+15), 0, 6 * hour, 1, 15 * time.Second, 10 * time.Second},
		"picked up in the break":        {closed("a", "", 10, 20, hour+15), 0, 20, 1, 0, 15 * time.Second},
		"a message, when it was left":   {message, 8 * hour, 9 * hour, 0, 0, 0},
		"a message, at the opening":     {message, 21 * hour, 21*hour + 1, 1, 20 * time.Second, 40 * time.Second},
		"a clock that went back":        {closed("a", "", -10, -20, -30), -60, 0, 1, 0, 0},
		"a ticket of the time after it": {closed("a", "", 0, 5, 9), -60, 0, 0, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLedger(t, r)
			l.Ticket(tt.ticket)
			got := l.Report(after(tt.from), after(tt.to), after(48*hour)).Total
			if got.Came != tt.came || got.Wait.Max != tt.wait || got.Handle.Max != tt.handle {
				t.Errorf("Report() = %d came, wait %v, handled %v, want %d, %v, %v", got.Came, got.Wait.Max, got.Handle.Max, tt.came, tt.wait, tt.handle)
			}
		})
	}
}

func TestTicketTakesTheLatestVersion(t *testing.T) {
	l := newLedger(t, rules())
	l.Ticket(closed("a", "refund", 0, 10, 20))
	l.Ticket(held("a", "", 0, 10)) // older
	foreign := waits("b", "", 0)
	foreign.Shop = "coffee"
	l.Ticket(foreign)
	got := l.Report(noon, after(1), after(60))
	if len(got.Skills) != 1 || got.Skills[0].Skill != "refund" || got.Total.Came != 1 || got.Total.Handle.Count != 1 {
		t.Errorf("Report() = %+v, want the closed ticket of refund alone", got)
	}
}

func TestOldestTicketsGo(t *testing.T) {
	l := newLedger(t, rules())
	l.max = 3
	for _, created := range []float64{5, 1, 4, 2, 3, 0} {
		l.Ticket(waits("t"+string(rune('0'+int(created))), "", created))
	}
	if got := l.Report(noon, after(10), after(10)).Total.Came; got != 3 {
		t.Errorf("%d tickets are known, want 3", got)
	}
	if got := l.Report(after(3), after(10), after(10)).Total.Came; got != 3 {
		t.Errorf("%d tickets of the newest are known, want all 3", got)
	}
	if len(l.byID) != 3 || len(l.lines[""].waiting) != 3 {
		t.Errorf("%d by id and %d in line are kept, want 3", len(l.byID), len(l.lines[""].waiting))
	}
}

func TestSetRules(t *testing.T) {
	l := newLedger(t, rules())
	l.Ticket(held("a", "", -20, 3600+20)) // the break is within
	if got := l.Report(after(-20), noon, noon).Total; got.Within != 0 {
		t.Errorf("Within = %d before there was a calendar, want 0", got.Within)
	}
	r := rules()
	r.Calendar = officeHours()
	r.Target.Within = 40 * time.Second
	if err := l.SetRules(r); err != nil {
		t.Fatal(err)
	}
	if got := l.Report(after(-20), noon, noon).Total; got.Within != 1 || got.Wait.Max != 40*time.Second {
		t.Errorf("Report() = %+v by the new rules, want 40 s of waiting, within the target", got)
	}
	wrong := rules()
	wrong.Calendar.Zone = "Mars/Olympus"
	if err := l.SetRules(wrong); err == nil {
		t.Error("SetRules() took a calendar that does not compile")
	}
	if got := l.Report(after(-20), noon, noon).Total; got.Within != 1 {
		t.Errorf("Within = %d after rules were refused, want 1 as before", got.Within)
	}
}
