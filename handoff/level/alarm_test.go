package level

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// raised are the alarms at a moment as "skill/reason since +s".
func raised(l *Ledger, now float64) []string {
	var all []string
	for _, a := range l.Alarms(after(now)) {
		all = append(all, fmt.Sprintf("%s/%s since %v", a.Skill, a.Reason, a.Since.Sub(noon)))
	}
	return all
}

func TestAlarms(t *testing.T) {
	five := func(l *Ledger, late int) {
		for i := range 5 {
			wait := 10.0
			if i < late {
				wait = 31
			}
			l.Ticket(held(fmt.Sprint(i), "", 100, 100+wait))
		}
	}
	tests := map[string]struct {
		fill func(l *Ledger)
		now  float64
		want []string
	}{
		"all well":                       {func(l *Ledger) { five(l, 0) }, 200, nil},
		"one of five late is the target": {func(l *Ledger) { five(l, 1) }, 200, nil},
		"two of five late":               {func(l *Ledger) { five(l, 2) }, 200, []string{"/missing since 2m10s"}},
		"not looked at yet":              {func(l *Ledger) { five(l, 2) }, 129, nil},
		"half an hour later":             {func(l *Ledger) { five(l, 2) }, 1909 + 300, []string{"/missing since 2m10s"}},
		"and the five minutes it holds":  {func(l *Ledger) { five(l, 2) }, 1910 + 300, nil},
		"one waits for 20 s":             {func(l *Ledger) { five(l, 1); l.Ticket(waits("w", "", 200)) }, 220, nil},
		"one waits for longer":           {func(l *Ledger) { five(l, 1); l.Ticket(waits("w", "", 199)) }, 220, []string{"/missing since 3m40s"}},
		"one waited for longer":          {func(l *Ledger) { five(l, 1); l.Ticket(held("w", "", 199, 225)) }, 240, []string{"/missing since 3m40s"}},
		"four tickets are too few": {func(l *Ledger) {
			five(l, 2)
			l.Ticket(&handoff.Ticket{Shop: "tea", ID: "4", Version: 9, Needs: handoff.Needs{Skill: "x"}, State: handoff.Held, Created: after(100), Claimed: after(101)})
		}, 200, nil},
		"who gave up late":             {func(l *Ledger) { five(l, 1); l.Ticket(left("l", "", 100, 131)) }, 200, []string{"/missing since 2m10s"}},
		"who gave up in time":          {func(l *Ledger) { five(l, 1); l.Ticket(left("l", "", 100, 130)) }, 200, nil},
		"past the last step":           {func(l *Ledger) { l.Ticket(waits("w", "", 100)) }, 230, []string{"/stuck since 3m50s"}},
		"at the last step":             {func(l *Ledger) { l.Ticket(waits("w", "", 100)) }, 220, nil},
		"ten times the target":         {func(l *Ledger) { l.Ticket(waits("w", "", 100)) }, 410, []string{"/long since 6m50s", "/stuck since 3m50s"}},
		"each skill by its own target": {func(l *Ledger) { l.Ticket(waits("w", "refund", 100)) }, 700, []string{"refund/stuck since 3m50s"}},
		"picked up, and still held":    {func(l *Ledger) { l.Ticket(held("w", "", 100, 235)) }, 530, []string{"/stuck since 3m50s"}},
		"picked up, and over":          {func(l *Ledger) { l.Ticket(held("w", "", 100, 235)) }, 540, nil},
		"since is an hour ago at most": {func(l *Ledger) { l.Ticket(waits("w", "", 100)) }, 10000, []string{"/long since 1h46m40s", "/stuck since 1h46m40s"}},
		"a wait that has begun again": {func(l *Ledger) {
			w := held("w", "", 0, 10)
			w.State, w.Queued, w.Front = handoff.Waiting, after(500), true
			l.Ticket(w)
		}, 600, nil},
		"a wait that began again long ago": {func(l *Ledger) {
			w := held("w", "", 0, 10)
			w.State, w.Queued, w.Front = handoff.Waiting, after(400), true
			l.Ticket(w)
		}, 600, []string{"/stuck since 8m50s"}},
		"alarms of one skill are no others": {func(l *Ledger) { five(l, 2); l.Ticket(waits("w", "refund", 199)) }, 200, []string{"/missing since 2m10s"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLedger(t, rules())
			tt.fill(l)
			if diff := cmp.Diff(tt.want, raised(l, tt.now)); diff != "" {
				t.Errorf("Alarms() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAlarmsOnlyInOpenHours(t *testing.T) {
	r := rules()
	r.Calendar = officeHours()
	l := newLedger(t, r)
	message := waits("m", "", -16*3600)
	message.Message = true
	l.Ticket(message)                 // at 20:00, on Sunday
	l.Ticket(waits("w", "r", -9*60))  // nine minutes before the break
	l.Ticket(waits("x", "s", 3600-1)) // in the break
	const nine, one = -3 * 3600, 3600
	tests := []struct {
		now  float64
		want []string
	}{
		{nine - 1, nil},
		{nine, nil},
		{nine + 130, []string{"/stuck since -2h57m50s"}},
		{one - 1, nil},
		// Of the hour that Since reaches back, the shop was open for 130 seconds.
		{one + 130, []string{"/long since 1h0m0s", "/stuck since 1h0m0s", "r/long since 1h0m0s", "r/stuck since 1h0m0s", "s/stuck since 1h2m10s"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, raised(l, tt.now)); diff != "" {
			t.Errorf("Alarms(%v) (-want +got):\n%s", after(tt.now), diff)
		}
	}
}

func TestAlarmTellsHowThingsStand(t *testing.T) {
	l := newLedger(t, rules())
	for i := range 6 {
		l.Ticket(held(fmt.Sprint(i), "", 100, 110))
	}
	l.Ticket(waits("a", "", 150))
	l.Ticket(waits("b", "", 170))
	l.Ticket(waits("c", "", 203)) // after the look
	want := []Alarm{{Reason: Missing, Since: after(200), Share: 0.75, Judged: 8, Waiting: 2, Longest: 50 * time.Second}}
	if diff := cmp.Diff(want, l.Alarms(after(205))); diff != "" {
		t.Errorf("Alarms() (-want +got):\n%s", diff)
	}
}

// TestAlarmsDoNotFlap asks every second of an hour in which one ticket after
// the other waits for a little too long: the alarm comes once and goes once.
func TestAlarmsDoNotFlap(t *testing.T) {
	l := newLedger(t, rules())
	for i := range 12 {
		l.Ticket(held(fmt.Sprint(i), "", float64(240*i), float64(240*i+135)))
	}
	changes, on := 0, false
	for s := range 3600 {
		is := false
		for _, a := range l.Alarms(after(float64(s))) {
			is = is || a.Reason == Stuck
		}
		if is != on {
			changes, on = changes+1, is
		}
	}
	if changes != 2 {
		t.Errorf("the alarm changed %d times, want on and off once", changes)
	}
}
