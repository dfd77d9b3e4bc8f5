package level

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// Reason says what an alarm is about.
type Reason string

// The reasons of alarms.
const (
	// Missing: the target is about to be missed. Of the tickets of the last
	// AlarmWindow of open time, and those that wait now for more than two
	// thirds of the target's time, which count as missed, the share picked up
	// within it is below the target's. Fewer than AlarmLeast tickets raise no
	// such alarm: one late pick-up at night is none.
	Missing Reason = "missing"
	// Stuck: somebody has waited past the last step by which tickets ask for
	// less, and for more than twice the target's time, and still nobody took
	// the ticket: perhaps nobody can.
	Stuck Reason = "stuck"
	// Long: the longest wait is more than ten times the target's time.
	Long Reason = "long"
)

// What alarms look at.
const (
	AlarmWindow = 30 * time.Minute // open time that Missing looks back
	AlarmLeast  = 5                // tickets that Missing needs
	AlarmLook   = 10 * time.Second // how far apart the looks are
	AlarmHold   = 5 * time.Minute  // an alarm ends so long after the last look that found a reason
	AlarmMemory = time.Hour        // how far Since reaches back, at most
)

// Alarm says that supervisors should look after a skill.
type Alarm struct {
	Skill  string // "" is what anyone can take
	Reason Reason
	Since  time.Time // the first look that found a reason for it, not more than AlarmMemory ago

	// How things stood at the last look before now, at which the reason may be
	// gone already.
	Share   float64       // picked up within the target, of Judged, as Missing counts them
	Judged  int           // 0 if the skill has no target
	Waiting int           // tickets in line
	Longest time.Duration // the longest wait in line, in open time
}

// Alarms returns the alarms of all skills, by skill and reason. There are none
// while the shop is closed.
//
// So that they do not flap, they are not judged at the moment of the question:
// every AlarmLook, at times that are the same for everyone, the skill is looked
// at as it was then, and an alarm is on if one of the looks of the last
// AlarmHold found a reason for it. Looks of the past are made again from the
// tickets, so there is no state to lose. One thing cannot be made again: that a
// ticket waited once more after somebody had had it, when that wait is over;
// alarms that are about such a ticket alone end at once.
func (l *Ledger) Alarms(now time.Time) []Alarm {
	if !l.plan.Open(now) {
		return nil
	}
	var alarms []Alarm
	for skill := range l.lines {
		alarms = append(alarms, l.alarmsOf(skill, now.Truncate(AlarmLook))...)
	}
	slices.SortFunc(alarms, func(a, b Alarm) int {
		return cmp.Or(strings.Compare(a.Skill, b.Skill), strings.Compare(string(a.Reason), string(b.Reason)))
	})
	return alarms
}

// alarmsOf looks back from the look at last until no reason has been found for
// longer than an alarm holds.
func (l *Ledger) alarmsOf(skill string, last time.Time) []Alarm {
	newest := l.look(skill, last)
	since := make(map[Reason]time.Time) // the earliest look of the row
	lost := make(map[Reason]bool)       // whether the row has ended, looking back
	for back := time.Duration(0); back <= AlarmMemory; back += AlarmLook {
		at := last.Add(-back)
		found := l.reasons(l.look(skill, at))
		goesOn := false
		for _, r := range []Reason{Missing, Stuck, Long} {
			latest, ok := since[r]
			if !ok {
				latest = last
			}
			switch {
			case lost[r]:
			case latest.Sub(at) > AlarmHold:
				lost[r] = true
			case slices.Contains(found, r):
				since[r] = at
			}
			goesOn = goesOn || !lost[r]
		}
		if !goesOn {
			break
		}
	}
	var alarms []Alarm
	for r, first := range since {
		alarms = append(alarms, Alarm{
			Skill: skill, Reason: r, Since: first, Share: share(newest.within, newest.judged),
			Judged: newest.judged, Waiting: newest.waiting, Longest: newest.longest,
		})
	}
	return alarms
}

// look is how a skill stood at a moment.
type look struct {
	target          handoff.Target
	judged, within  int
	waiting         int
	longest         time.Duration
	open            bool
	from, at, limit time.Duration // of the window, of the look, and a wait that counts as missed
}

func (l *Ledger) look(skill string, now time.Time) look {
	target := l.rules.TargetOf(skill)
	k := look{target: target, open: l.plan.Open(now), at: l.clock(now), limit: target.Within / 3 * 2}
	if !k.open {
		return k
	}
	k.from = k.at - AlarmWindow
	line := l.lines[skill]
	n := line.before(now)
	for i := n - 1; i >= 0 && line.settled[i].openSettled > k.from; i-- {
		k.settled(line.settled[i])
	}
	for _, s := range line.settled[n:] {
		k.inLine(s, now)
	}
	for _, s := range line.waiting {
		k.inLine(s, now)
	}
	return k
}

func (k *look) settled(s *summary) {
	late := s.waited() > k.target.Within
	switch {
	case k.target.Within <= 0 || !s.picked() && !(s.left && late):
	default:
		k.judged++
		if !late {
			k.within++
		}
	}
}

func (k *look) inLine(s *summary, now time.Time) {
	if s.start.After(now) {
		return
	}
	waited := k.at - s.openStart
	k.waiting++
	k.longest = max(k.longest, waited)
	if k.target.Within > 0 && waited > k.limit {
		k.judged++
	}
}

// reasons are what a look gives for alarms.
func (l *Ledger) reasons(k look) []Reason {
	if !k.open {
		return nil
	}
	var found []Reason
	if k.judged >= AlarmLeast && share(k.within, k.judged) < k.target.Share {
		found = append(found, Missing)
	}
	patience := 2 * k.target.Within
	if n := len(l.rules.Relax); n > 0 {
		patience = max(patience, l.rules.Relax[n-1].After)
	}
	if patience > 0 && k.longest > patience {
		found = append(found, Stuck)
	}
	if k.target.Within > 0 && k.longest > 10*k.target.Within {
		found = append(found, Long)
	}
	return found
}
