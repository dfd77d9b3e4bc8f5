package level

import (
	"strconv"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/calendar"
)

// noon is a Monday's.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func after(s float64) time.Time { return noon.Add(time.Duration(s * float64(time.Second))) }

// rules are those of a shop that wants 80 % picked up within 30 s and, of
// refunds, half within 60 s.
func rules() *handoff.Rules {
	return &handoff.Rules{
		Shop: "tea", Target: handoff.Target{Within: 30 * time.Second, Share: 0.8},
		Skills: map[string]handoff.Target{"refund": {Within: time.Minute, Share: 0.5}},
		Relax:  []handoff.Relax{{After: 30 * time.Second, Proficiency: 1}, {After: 2 * time.Minute, AnySkill: true}},
	}
}

// officeHours are 9 to 12 and 13 to 18 on workdays.
func officeHours() calendar.Calendar {
	return calendar.Calendar{Hours: []calendar.Hours{{
		Days:    []string{"mon", "tue", "wed", "thu", "fri"},
		Periods: []calendar.Period{{From: "09:00", To: "12:00"}, {From: "13:00", To: "18:00"}},
	}}}
}

func newLedger(t testing.TB, r *handoff.Rules) *Ledger {
	t.Helper()
	l, err := New(r)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The tickets of the tests are made in seconds after noon.

func waits(id, skill string, created float64) *handoff.Ticket {
	return &handoff.Ticket{
		Shop: "tea", ID: id, State: handoff.Waiting, Needs: handoff.Needs{Skill: skill},
		Created: after(created), Queued: after(created), Version: 1,
	}
}

func held(id, skill string, created, claimed float64) *handoff.Ticket {
	t := waits(id, skill, created)
	t.State, t.Agent, t.Claimed, t.Version = handoff.Held, "amy", after(claimed), 2
	return t
}

func closed(id, skill string, created, claimed, ended float64) *handoff.Ticket {
	t := held(id, skill, created, claimed)
	t.State, t.Outcome, t.Ended, t.Version = handoff.Closed, "solved", after(ended), 3
	return t
}

func left(id, skill string, created, ended float64) *handoff.Ticket {
	t := waits(id, skill, created)
	t.State, t.Outcome, t.Ended, t.Version = handoff.Closed, handoff.OutcomeLeft, after(ended), 2
	return t
}

// steady adds tickets that are picked up one every so many seconds, after a
// wait that takes a second more, so that somebody is always in line.
func steady(l *Ledger, skill string, first, every float64, n int) {
	for i := range n {
		at := first + every*float64(i)
		l.Ticket(held(skill+strconv.Itoa(i), skill, at-every-1, at))
	}
}
