package level

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// Report is how a shop served the customers who came in a time.
type Report struct {
	Total  Figures   // of all skills; its Skill is ""
	Skills []Figures // of single skills, by name; "" is what anyone can take
}

// Figures tell of the tickets that came in a time: those created in it, and the
// messages that were left while the shop was closed and have waited since an
// opening in it. A ticket counts where its needs are now: it may have been
// transferred to another skill. The sums of all skills are those of the whole.
type Figures struct {
	Skill string

	Came      int
	PickedUp  int // an agent took it, however often afterwards
	Within    int // picked up within the target of its skill
	Abandoned int // the visitor gave up before anybody took it
	Dropped   int // closed otherwise before anybody took it, as by a supervisor
	Waiting   int // nobody has taken it yet
	Again     int // waits although somebody has had it; counted in PickedUp too

	// Share is the service level: Within of Judged, 0 where nothing was judged.
	//
	// Judged are all who were picked up, those who gave up after more than the
	// target, and those who wait for longer than it already. Who gives up
	// earlier could still have been served in time, so counting it as missed
	// would punish a shop for customers who change their minds; leaving out
	// all who gave up, or who wait, would reward one that lets them.
	Share  float64
	Judged int

	Wait   Spread // of those picked up, until they were so first
	Handle Spread // of those picked up and closed, from then to the end

	Surveys int     // scores given
	Score   float64 // mean of them, 1 to 5; 0 where there are none
	Good    float64 // share of 4 and 5 in them

	Suggested   int     // customers' messages that answers were suggested for
	Accepted    int     // replies made from one
	AcceptShare float64 // Accepted of Suggested, 0 where there were none
}

// Spread sums up durations of open time. All is 0 where there were none.
type Spread struct {
	Count int
	Mean  time.Duration
	P50   time.Duration // half of them are at most so long
	P90   time.Duration // nine of ten are at most so long
	Max   time.Duration
}

// Report tells of the tickets that came from the moment from on and before to.
// How long those wait who do so still is counted until now.
func (l *Ledger) Report(from, to, now time.Time) Report {
	open := l.clock(now)
	total := new(tally)
	skills := make(map[string]*tally)
	for _, s := range l.oldest {
		came := l.came(s)
		if came.Before(from) || !came.Before(to) {
			continue
		}
		skill := skills[s.skill]
		if skill == nil {
			skill = &tally{Figures: Figures{Skill: s.skill}}
			skills[s.skill] = skill
		}
		within := l.rules.TargetOf(s.skill).Within
		total.add(s, within, open)
		skill.add(s, within, open)
	}
	r := Report{Total: total.done()}
	for _, skill := range skills {
		r.Skills = append(r.Skills, skill.done())
	}
	sort.Slice(r.Skills, func(i, j int) bool { return r.Skills[i].Skill < r.Skills[j].Skill })
	return r
}

// tally adds up tickets.
type tally struct {
	Figures
	waits, handles []time.Duration
	scores, good   int
}

func (t *tally) add(s *summary, within, now time.Duration) {
	t.Came++
	t.Suggested += s.suggested
	t.Accepted += s.accepted
	if s.score > 0 {
		t.Surveys++
		t.scores += s.score
		if s.score >= 4 {
			t.good++
		}
	}
	switch {
	case s.again():
		t.Again++
		t.pick(s.firstWait, within)
	case s.picked():
		t.pick(s.waited(), within)
		if s.state == handoff.Closed {
			t.handles = append(t.handles, max(0, s.openEnded-s.openSettled))
		}
	case s.waiting():
		t.Waiting++
		t.judge(now-s.openStart > within)
	case s.left:
		t.Abandoned++
		t.judge(s.waited() > within)
	default:
		t.Dropped++
	}
}

func (t *tally) pick(wait, within time.Duration) {
	t.PickedUp++
	t.Judged++
	t.waits = append(t.waits, wait)
	if wait <= within {
		t.Within++
	}
}

func (t *tally) judge(late bool) {
	if late {
		t.Judged++
	}
}

func (t *tally) done() Figures {
	f := t.Figures
	f.Wait, f.Handle = spread(t.waits), spread(t.handles)
	f.Share = share(f.Within, f.Judged)
	f.AcceptShare = share(f.Accepted, f.Suggested)
	f.Score = share(t.scores, f.Surveys)
	f.Good = share(t.good, f.Surveys)
	return f
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func spread(d []time.Duration) Spread {
	if len(d) == 0 {
		return Spread{}
	}
	slices.Sort(d)
	rank := func(q float64) time.Duration { return d[int(math.Ceil(q*float64(len(d))))-1] }
	return Spread{Count: len(d), Mean: mean(d), P50: rank(0.5), P90: rank(0.9), Max: d[len(d)-1]}
}

// mean does not overflow where a sum would.
func mean(d []time.Duration) time.Duration {
	var whole, rest time.Duration
	n := time.Duration(len(d))
	for _, x := range d {
		whole, rest = whole+x/n, rest+x%n
	}
	return whole + rest/n
}
