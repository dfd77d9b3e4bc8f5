package level

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func drawTicket(t *rapid.T, id string) *handoff.Ticket {
	seconds := func(name string, to float64) float64 {
		return math.Round(rapid.Float64Range(0, to).Draw(t, name))
	}
	created := seconds("created", 7200)
	taken := created + seconds("wait", 150)
	skill := rapid.SampledFrom([]string{"", "refund"}).Draw(t, "skill")
	var got *handoff.Ticket
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		got = waits(id, skill, created)
	case 1:
		got = held(id, skill, created, taken)
	case 2:
		got = left(id, skill, created, taken)
	case 3:
		got = held(id, skill, created, taken)
		got.State, got.Queued, got.Front = handoff.Waiting, after(taken+seconds("again", 300)), true
	default:
		got = closed(id, skill, created, taken, taken+seconds("handling", 900))
		got.Survey = &handoff.Survey{Score: rapid.IntRange(0, 6).Draw(t, "score")}
	}
	got.Priority = rapid.IntRange(0, 2).Draw(t, "priority")
	got.Message = rapid.Bool().Draw(t, "message")
	got.Estimate = time.Duration(seconds("told", 60)) * time.Second
	return got
}

// naive recomputes the main figures from the tickets, second by second.
func naive(r *handoff.Rules, tickets []*handoff.Ticket, from, to, now time.Time) Figures {
	open := func(t time.Time) bool { // office hours, on the Monday
		h := t.Hour()
		return 9 <= h && h < 12 || 13 <= h && h < 18
	}
	between := func(a, b time.Time) (d time.Duration) {
		for ; a.Before(b); a = a.Add(time.Second) {
			if open(a) {
				d += time.Second
			}
		}
		return d
	}
	var f Figures
	var waits []time.Duration
	for _, t := range tickets {
		came := t.Created
		for t.Message && !open(came) {
			came = came.Add(time.Second)
		}
		if came.Before(from) || !came.Before(to) {
			continue
		}
		f.Came++
		within := r.TargetOf(t.Needs.Skill).Within
		switch {
		case !t.Claimed.IsZero():
			wait := between(t.Created, t.Claimed)
			waits = append(waits, wait)
			f.PickedUp++
			f.Judged++
			if wait <= within {
				f.Within++
			}
		case t.State == handoff.Waiting:
			f.Waiting++
			if between(t.Created, now) > within {
				f.Judged++
			}
		default:
			f.Abandoned++
			if between(t.Created, t.Ended) > within {
				f.Judged++
			}
		}
	}
	if len(waits) > 0 {
		slices.Sort(waits)
		f.Wait = Spread{Count: len(waits), P50: waits[(len(waits)+1)/2-1], P90: waits[(9*len(waits)+9)/10-1], Max: waits[len(waits)-1]}
	}
	return f
}

func TestReportAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rules()
		r.Calendar = officeHours()
		l, err := New(r)
		if err != nil {
			t.Fatal(err)
		}
		var tickets []*handoff.Ticket
		for i := range rapid.IntRange(0, 30).Draw(t, "tickets") {
			tickets = append(tickets, drawTicket(t, fmt.Sprint(i)))
			l.Ticket(tickets[i])
		}
		from, to, now := after(600), after(5000), after(7200)
		got, want := l.Report(from, to, now).Total, naive(r, tickets, from, to, now)
		main := Figures{
			Came: got.Came, PickedUp: got.PickedUp, Within: got.Within, Abandoned: got.Abandoned, Waiting: got.Waiting, Judged: got.Judged,
			Wait: Spread{Count: got.Wait.Count, P50: got.Wait.P50, P90: got.Wait.P90, Max: got.Wait.Max},
		}
		if diff := cmp.Diff(want, main); diff != "" {
			t.Fatalf("Report() (-want +got):\n%s", diff)
		}
	})
}

// TestOrderDoesNotMatter feeds one ledger with every version of the tickets and
// another one, which may forget as much, with the last versions in any order.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(5, 60).Draw(t, "limit")
		ledgers := make([]*Ledger, 2)
		for i := range ledgers {
			l, err := New(rules())
			if err != nil {
				t.Fatal(err)
			}
			l.max = limit
			ledgers[i] = l
		}
		var tickets []*handoff.Ticket
		for i := range rapid.IntRange(0, 50).Draw(t, "tickets") {
			last := drawTicket(t, fmt.Sprint(i))
			last.Version = 5
			first := waits(last.ID, rapid.SampledFrom([]string{"", "x"}).Draw(t, "first skill"), last.Created.Sub(noon).Seconds())
			ledgers[0].Ticket(first)
			ledgers[0].Ticket(last)
			ledgers[0].Ticket(first)
			tickets = append(tickets, last)
		}
		for _, ticket := range rapid.Permutation(tickets).Draw(t, "order") {
			ledgers[1].Ticket(ticket)
		}
		now := after(float64(rapid.IntRange(0, 9000).Draw(t, "now")))
		joins := waits("new", "refund", now.Sub(noon).Seconds())
		type answers struct {
			Report   Report
			Estimate Estimate
			OK       bool
			Alarms   []Alarm
		}
		var said [2]answers
		for i, l := range ledgers {
			e, ok := l.Estimate(joins, now)
			said[i] = answers{l.Report(noon, now, now), e, ok, l.Alarms(now)}
		}
		if diff := cmp.Diff(said[0], said[1]); diff != "" {
			t.Fatalf("the ledgers differ (-all versions +last ones):\n%s", diff)
		}
	})
}

// busy is a shop of 100,000 tickets over ten days, of which 1,000 wait.
func busy() []*handoff.Ticket {
	const n = 100_000
	random := rand.New(rand.NewPCG(1, 2))
	tickets := make([]*handoff.Ticket, n)
	for i := range tickets {
		created := float64(i-n) * 8.64
		skill := []string{"", "refund", "gift", "vip"}[random.IntN(4)]
		taken := created + 60*random.Float64()
		switch {
		case i >= n-1000:
			tickets[i] = waits(fmt.Sprint(i), skill, created)
		case random.IntN(10) == 0:
			tickets[i] = left(fmt.Sprint(i), skill, created, taken)
		default:
			tickets[i] = closed(fmt.Sprint(i), skill, created, taken, taken+300)
		}
	}
	return tickets
}

func BenchmarkLedger(b *testing.B) {
	tickets := busy()
	r := rules()
	r.Calendar.Zone = "Europe/Berlin"
	filled := func() *Ledger {
		l := newLedger(b, r)
		for _, t := range tickets {
			l.Ticket(t)
		}
		return l
	}
	b.Run("fill 100000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			filled()
		}
	})
	l := filled()
	b.Run("report", func(b *testing.B) {
		for b.Loop() {
			l.Report(noon.AddDate(0, 0, -30), noon, noon)
		}
	})
	b.Run("estimate", func(b *testing.B) {
		joins := waits("new", "vip", 0)
		for b.Loop() {
			l.Estimate(joins, noon)
		}
	})
	b.Run("alarms", func(b *testing.B) {
		for b.Loop() {
			l.Alarms(noon)
		}
	})
}
