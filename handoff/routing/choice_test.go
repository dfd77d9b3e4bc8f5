package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
)

func ticket(id string, change ...func(*handoff.Ticket)) *handoff.Ticket {
	t := &handoff.Ticket{ID: id, State: handoff.Waiting, Version: 1, Created: start, Queued: start}
	for _, f := range change {
		f(t)
	}
	return t
}

func weight(n int) func(*handoff.Ticket) { return func(t *handoff.Ticket) { t.Weight = n } }

func missed(names ...string) func(*handoff.Ticket) {
	return func(t *handoff.Ticket) { t.Missed = names }
}

func prefers(name string, d time.Duration) func(*handoff.Ticket) {
	return func(t *handoff.Ticket) { t.Prefer, t.PreferUntil = name, t.Queued.Add(d) }
}

func skill(s string) func(*handoff.Ticket) {
	return func(t *handoff.Ticket) { t.Needs.Skill = s }
}

// agent is online with so much room, idle since start.
func agent(name string, room int, change ...func(*handoff.Agent)) *handoff.Agent {
	a := handoff.NewAgent("shop", name)
	a.Version, a.Capacity = 1, room
	a.Be(handoff.Online, start)
	for _, f := range change {
		f(a)
	}
	return a
}

// all takes assignments until there is none, and returns them as "ticket>agent".
func all(b *routing.Board, now time.Time) []string {
	var got []string
	for {
		as, ok := b.Next(now)
		if !ok {
			return got
		}
		got = append(got, as.Ticket+">"+as.Agent)
	}
}

func TestWhoGetsWhat(t *testing.T) {
	idle := func(d time.Duration) func(*handoff.Agent) {
		return func(a *handoff.Agent) { a.Idle = start.Add(d) }
	}
	knows := func(s string) func(*handoff.Agent) {
		return func(a *handoff.Agent) { a.Skills = map[string]int{s: 5} }
	}
	is := func(p handoff.Presence) func(*handoff.Agent) {
		return func(a *handoff.Agent) { a.Presence = p }
	}
	for _, tt := range []struct {
		name    string
		after   time.Duration
		tickets []*handoff.Ticket
		agents  []*handoff.Agent
		want    []string
	}{
		{"idle longest, then name", 0, []*handoff.Ticket{ticket("t1"), ticket("t2"), ticket("t3")},
			[]*handoff.Agent{agent("c", 1), agent("b", 1, idle(-time.Minute)), agent("a", 1)}, []string{"t1>b", "t2>a", "t3>c"}},
		{"one that nobody fits holds up none", 0, []*handoff.Ticket{ticket("t1", skill("x")), ticket("t2")},
			[]*handoff.Agent{agent("a", 1)}, []string{"t2>a"}},
		{"more skill is no reason", 0, []*handoff.Ticket{ticket("t1", skill("x"))},
			[]*handoff.Agent{agent("b", 1, knows("x"), idle(time.Second)), agent("a", 1, func(a *handoff.Agent) { a.Skills = map[string]int{"x": 1} })}, []string{"t1>a"}},
		{"relaxed", time.Minute, []*handoff.Ticket{ticket("t1", skill("x"))}, []*handoff.Agent{agent("a", 1)}, []string{"t1>a"}},
		{"who missed it comes last", 0, []*handoff.Ticket{ticket("t1", missed("a")), ticket("t2")},
			[]*handoff.Agent{agent("a", 1), agent("b", 1)}, []string{"t1>b", "t2>a"}},
		{"who missed it is better than nobody", 0, []*handoff.Ticket{ticket("t1", missed("a"))}, []*handoff.Agent{agent("a", 1)}, []string{"t1>a"}},
		{"waits for the preferred", 0, []*handoff.Ticket{ticket("t1", prefers("b", time.Minute))},
			[]*handoff.Agent{agent("a", 1), agent("b", 1, is(handoff.Away))}, nil},
		{"preferred whatever the skill", 0, []*handoff.Ticket{ticket("t1", skill("x"), prefers("b", time.Minute))},
			[]*handoff.Agent{agent("a", 1, knows("x")), agent("b", 1)}, []string{"t1>b"}},
		{"preferred too long", time.Minute, []*handoff.Ticket{ticket("t1", prefers("b", time.Minute))},
			[]*handoff.Agent{agent("a", 1), agent("b", 1, is(handoff.Busy))}, []string{"t1>a"}},
		{"preferred is offline", 0, []*handoff.Ticket{ticket("t1", prefers("b", time.Minute))},
			[]*handoff.Agent{agent("a", 1), agent("b", 1, is(handoff.Offline))}, []string{"t1>a"}},
		{"preferred is unknown", 0, []*handoff.Ticket{ticket("t1", prefers("b", time.Minute))}, []*handoff.Agent{agent("a", 1)}, []string{"t1>a"}},
		{"preferred for a day is for ten minutes", 10 * time.Minute, []*handoff.Ticket{ticket("t1", prefers("b", 24*time.Hour))},
			[]*handoff.Agent{agent("a", 1), agent("b", 1, is(handoff.Away))}, []string{"t1>a"}},
		{"busy, away and offline get nothing", 0, []*handoff.Ticket{ticket("t1")},
			[]*handoff.Agent{agent("a", 1, is(handoff.Busy)), agent("b", 1, is(handoff.Away)), agent("c", 1, is(handoff.Offline))}, nil},
		{"a light one may pass a heavy one at first", 0, []*handoff.Ticket{ticket("t1", weight(2)), ticket("t2")},
			[]*handoff.Agent{agent("a", 1)}, []string{"t2>a"}},
		{"a heavy one that waited keeps one desk", 30 * time.Second, []*handoff.Ticket{ticket("t1", weight(2)), ticket("t2", weight(2)), ticket("t3"), ticket("t4")},
			[]*handoff.Agent{agent("a", 1), agent("b", 1)}, []string{"t3>b"}},
		{"heavy ones that ask for different things keep one each", 30 * time.Second, []*handoff.Ticket{ticket("t1", weight(2)), ticket("t2", weight(3)), ticket("t3"), ticket("t4")},
			[]*handoff.Agent{agent("a", 1), agent("b", 1), agent("c", 1)}, []string{"t3>c"}},
		{"a heavy one keeps the desk with most room", 30 * time.Second, []*handoff.Ticket{ticket("t1", weight(3)), ticket("t3"), ticket("t4")},
			[]*handoff.Agent{agent("a", 1), agent("b", 2)}, []string{"t3>a"}},
		{"a heavy one keeps no desk that does not fit", 30 * time.Second, []*handoff.Ticket{ticket("t1", weight(2), skill("x")), ticket("t3")},
			[]*handoff.Agent{agent("a", 1)}, []string{"t3>a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := routing.New(handoff.DefaultRules("shop"))
			for _, a := range tt.agents {
				b.Agent(a)
			}
			for _, ticket := range tt.tickets {
				b.Ticket(ticket)
			}
			if diff := cmp.Diff(tt.want, all(b, start.Add(tt.after))); diff != "" {
				t.Errorf("assignments (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHeavyTicketIsServed keeps light tickets coming to two agents, each of
// whom gets one more bit of room at a time.
func TestHeavyTicketIsServed(t *testing.T) {
	rules := handoff.DefaultRules("shop")
	rules.Mode = handoff.Assign
	w := newWorld(rules)
	w.tell(ticket("heavy", weight(3)), nil)
	for _, name := range []string{"ann", "bob"} {
		a := agent(name, 3)
		for i := range 3 {
			a.Put(handoff.Work{Ticket: fmt.Sprint(name, i), Weight: 1, Kind: handoff.Holding}, w.now)
		}
		w.tell(nil, a)
	}
	for i := range 100 {
		w.now = w.now.Add(5 * time.Second)
		w.tell(ticket(fmt.Sprintf("light%02d", i), func(t *handoff.Ticket) { t.Created, t.Queued = w.now, w.now }), nil)
		a := copyAgent(w.agents[[]string{"ann", "bob"}[i%2]])
		if len(a.Work) > 0 {
			a.Clear(a.Work[0].Ticket, w.now)
			w.tell(nil, a)
		}
		for {
			as, ok := w.board.Next(w.now)
			if !ok {
				break
			}
			if as.Ticket == "heavy" {
				return
			}
			if err := w.commit(as); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Errorf("the heavy ticket waits still after %v", w.now.Sub(start))
}

func TestClockThatGoesBackKeepsNobodyWaiting(t *testing.T) {
	b := routing.New(handoff.DefaultRules("shop"))
	b.Agent(agent("a", 1))
	b.Ticket(ticket("t", skill("x")))
	if got := all(b, start); got != nil {
		t.Fatalf("assignments at once = %v, want none: nobody knows x", got)
	}
	back := start.Add(-5 * time.Hour)
	if got := b.WakeAt(back); !got.Equal(back.Add(30 * time.Second)) {
		t.Errorf("WakeAt() after the clock went back 5 h = %v later, want 30 s", got.Sub(back))
	}
	if got := all(b, back.Add(time.Minute)); len(got) != 1 {
		t.Errorf("assignments a minute later = %v, want the ticket, which asks for no skill then", got)
	}
}

// TestTimesAreThoseOfTheWall looks for the reading of the process's own clock,
// which does not jump and would hide that the wall clock did.
func TestTimesAreThoseOfTheWall(t *testing.T) {
	for _, skew := range []time.Duration{0, time.Hour} {
		now := time.Now()
		b := routing.New(handoff.DefaultRules("shop"))
		b.Ticket(ticket("t", func(t *handoff.Ticket) { t.Queued = now.Add(skew) }))
		if got := b.WakeAt(now); got.IsZero() || got != got.Round(0) {
			t.Errorf("WakeAt() with a ticket that came %v from now = %v, want a time without monotonic reading", skew, got)
		}
	}
}

func TestBoardKeepsItsOwnRules(t *testing.T) {
	rules := handoff.DefaultRules("shop")
	b := routing.New(rules)
	for i := range rules.Relax {
		rules.Relax[i].After = 0
	}
	b.Agent(agent("a", 1))
	b.Ticket(ticket("t", skill("x")))
	if got := all(b, start); got != nil {
		t.Errorf("assignments after the caller changed its rules = %v, want none: nobody knows x", got)
	}
}

func TestRingAndWrapUpOfAFastClockEnd(t *testing.T) {
	rules := handoff.DefaultRules("shop")
	rules.WrapUp = 10 * time.Second
	b := routing.New(rules)
	far := start.Add(5 * time.Hour)
	b.Ticket(ticket("t", func(t *handoff.Ticket) { t.Offer = &handoff.Offer{Agent: "a", Until: far} }))
	b.Agent(agent("b", 2, func(a *handoff.Agent) {
		a.Work = []handoff.Work{{Ticket: "done", Weight: 1, Kind: handoff.Wrapping, Until: far}}
	}))
	if got, want := b.WakeAt(start), start.Add(10*time.Second); !got.Equal(want) {
		t.Errorf("WakeAt() = %v, want %v", got, want)
	}
	// News of the ticket that does not touch the ring does not prolong it.
	b.Ticket(ticket("t", func(t *handoff.Ticket) { t.Version, t.Offer = 2, &handoff.Offer{Agent: "a", Until: far} }))
	if got := b.Due(start.Add(9 * time.Second)); got != nil {
		t.Errorf("Due() after 9 s = %v, want none", got)
	}
	want := []routing.Ended{{Kind: handoff.Wrapping, Ticket: "done", Agent: "b"}, {Kind: handoff.Ringing, Ticket: "t", Agent: "a"}}
	for range 2 { // until it is told that they are cleared away
		if diff := cmp.Diff(want, b.Due(start.Add(20*time.Second))); diff != "" {
			t.Errorf("Due() after 20 s (-want +got):\n%s", diff)
		}
	}
	if got := b.WakeAt(start.Add(20 * time.Second)); !got.IsZero() {
		t.Errorf("WakeAt() with nothing ahead = %v, want the zero time", got)
	}
}

func TestAssignmentIsPendingUntilNews(t *testing.T) {
	b := routing.New(handoff.DefaultRules("shop"))
	b.Agent(agent("a", 2))
	b.Ticket(ticket("t1"))
	b.Ticket(ticket("t2"))
	as, _ := b.Next(start)
	if got := all(b, start); got != nil {
		t.Errorf("assignments with the agent's commit under way = %v, want none", got)
	}
	b.Ticket(ticket("t1")) // the same version: no news
	b.Agent(agent("a", 2))
	if got := all(b, start); got != nil {
		t.Errorf("assignments after what was known already = %v, want none", got)
	}
	b.Undo(routing.Assignment{Ticket: as.Ticket, Agent: "another"})
	if got := all(b, start); got != nil {
		t.Errorf("assignments after the undo of another one = %v, want none", got)
	}
	b.Agent(agent("b", 1))
	if diff := cmp.Diff([]string{"t2>b"}, all(b, start)); diff != "" {
		t.Errorf("assignments with another agent there (-want +got):\n%s", diff)
	}
	b.Undo(as)
	if got, ok := b.Next(start); !ok || got != as {
		t.Errorf("Next() after Undo = %v, %t, want %v again", got, ok, as)
	}
}

func TestClosedTicketsStayClosedInBoundedMemory(t *testing.T) {
	b := routing.New(handoff.DefaultRules("shop"))
	b.Agent(agent("a", 1))
	id := func(i int) string { return fmt.Sprintf("t%05d", i) }
	const n = 5000
	for i := range n {
		b.Ticket(ticket(id(i), func(t *handoff.Ticket) { t.Version, t.State = 2, handoff.Closed }))
	}
	b.Ticket(ticket(id(n - 1)))
	b.Ticket(ticket(id(n - 4096)))
	if got := all(b, start); got != nil {
		t.Errorf("assignments = %v, want none: these tickets were closed", got)
	}
}

func TestPullGivesNothing(t *testing.T) {
	rules := handoff.DefaultRules("shop")
	rules.Mode = handoff.Pull
	b := routing.New(rules)
	b.Agent(agent("a", 1))
	b.Ticket(ticket("t"))
	if got := all(b, start); got != nil {
		t.Errorf("assignments in mode pull = %v, want none", got)
	}
	rules.Mode = handoff.Push
	if got := all(b, start); got != nil {
		t.Errorf("the board follows a change of the caller's rules: %v", got)
	}
	b.SetRules(rules)
	if got := all(b, start); len(got) != 1 {
		t.Errorf("assignments in mode push = %v, want one", got)
	}
}
