package handoff_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

var start = time.Date(2026, 11, 11, 8, 0, 0, 0, time.UTC)

const ring = 20 * time.Second

func waiting(id string) *handoff.Ticket {
	return &handoff.Ticket{ID: id, State: handoff.Waiting, Created: start, Queued: start}
}

func online(name string) *handoff.Agent {
	a := handoff.NewAgent("shop", name)
	a.Be(handoff.Online, start)
	return a
}

func clone(t *handoff.Ticket) *handoff.Ticket {
	c := *t
	c.Missed, c.Notes = slices.Clone(t.Missed), slices.Clone(t.Notes)
	if t.Offer != nil {
		offer := *t.Offer
		c.Offer = &offer
	}
	return &c
}

func cloneAgent(a *handoff.Agent) *handoff.Agent {
	c := *a
	c.Work = slices.Clone(a.Work)
	return &c
}

// office is tickets and desks, with what was last done to them.
type office struct {
	now     time.Time
	tickets []*handoff.Ticket
	agents  []*handoff.Agent
}

// TestActs does any act to any ticket with any agent, and checks after each one
// what holds whatever happened.
func TestActs(t *testing.T) {
	done := make(map[string]int)
	rapid.Check(t, func(t *rapid.T) {
		o := &office{now: start}
		for i := range 5 {
			o.tickets = append(o.tickets, waiting(fmt.Sprintf("t%d", i)))
			o.tickets[i].Weight = i
		}
		for i := range 3 {
			o.agents = append(o.agents, online(fmt.Sprintf("a%d", i)))
			o.agents[i].Capacity = i + 2
		}
		t.Repeat(map[string]func(*rapid.T){
			"acts": func(t *rapid.T) {
				for range 5 {
					o.act(t, done)
					o.check(t)
				}
			},
			"presence": o.presence,
			"time":     func(t *rapid.T) { o.now = o.now.Add(time.Second) },
			"":         func(t *rapid.T) { o.check(t) },
		})
	})
	for _, name := range []string{"Ring", "Give", "Claim", "Pass", "Requeue", "Transfer", "TakeOver", "Close"} {
		if done[name] == 0 {
			t.Errorf("%s never succeeded: the histories test too little", name)
		}
	}
}

func (o *office) act(t *rapid.T, done map[string]int) {
	ticket := rapid.SampledFrom(o.tickets).Draw(t, "ticket")
	a, from := rapid.SampledFrom(o.agents).Draw(t, "agent"), (*handoff.Agent)(nil)
	if i := rapid.IntRange(-1, len(o.agents)-1).Draw(t, "from"); i >= 0 {
		from = o.agents[i]
	}
	if i := slices.IndexFunc(o.agents, func(a *handoff.Agent) bool { return a.Name == ticket.Desk() }); i >= 0 && rapid.Bool().Draw(t, "whose desk it is on") {
		a = o.agents[i]
	}
	name := rapid.SampledFrom([]string{"Pass", "Ring", "Ring", "Claim", "Transfer", "Requeue", "Give", "TakeOver", "Close"}).Draw(t, "act")
	before, agents := clone(ticket), make([]*handoff.Agent, len(o.agents))
	for i, a := range o.agents {
		agents[i] = cloneAgent(a)
	}
	var err error
	switch name {
	case "Ring":
		err = ticket.Ring(a, o.now, ring)
	case "Give":
		err = ticket.Give(a, o.now)
	case "Claim":
		err = ticket.Claim(a, o.now)
	case "Pass":
		err = ticket.Pass(a, o.now)
	case "Requeue":
		err = ticket.Requeue(a, o.now)
	case "Transfer":
		err = ticket.Transfer(a, handoff.Needs{Skill: "returns"}, "a1", o.now, ring)
	case "TakeOver":
		err = ticket.TakeOver(a, from, o.now)
	case "Close":
		err = ticket.Close(from, "solved", o.now, time.Minute)
	}
	if err != nil {
		if diff := cmp.Diff(before, ticket) + cmp.Diff(agents, o.agents); diff != "" {
			t.Fatalf("%s = %v, and changed (-before +after):\n%s", name, err, diff)
		}
		return
	}
	done[name]++
	o.checkAct(t, name, before, ticket, agents)
	if name == "Claim" {
		again, desk := clone(ticket), cloneAgent(a)
		if err := again.Claim(desk, o.now.Add(time.Hour)); err != nil || !cmp.Equal(again, ticket) || !cmp.Equal(desk, a) {
			t.Fatalf("the same Claim again = %v, want no error and no change", err)
		}
	}
}

// checkAct checks what a successful act promises about its own result.
func (o *office) checkAct(t *rapid.T, name string, before, after *handoff.Ticket, agents []*handoff.Agent) {
	for i, a := range o.agents {
		if over := a.Load() > a.Capacity && a.Load() > agents[i].Load(); over && name != "TakeOver" {
			t.Fatalf("%s: %s has %d on the desk, and room for %d", name, a.Name, a.Load(), a.Capacity)
		}
	}
	toFront := name == "Transfer" || name == "Requeue" && before.State == handoff.Held
	if toFront && (!after.Front || after.State != handoff.Waiting || !after.Queued.Equal(o.now)) {
		t.Fatalf("%s leaves front %t, state %s, queued %v, want it at the front from now", name, after.Front, after.State, after.Queued)
	}
	if name == "Requeue" && before.State == handoff.Waiting && (after.Front != before.Front || !after.Queued.Equal(before.Queued)) {
		t.Fatalf("Requeue of a ticket that only rang moved it in line")
	}
	if before.State == handoff.Closed {
		t.Fatalf("%s changed a closed ticket", name)
	}
}

// check checks that tickets and desks say the same.
func (o *office) check(t *rapid.T) {
	on := make(map[string]string)
	for _, a := range o.agents {
		for _, w := range a.Work {
			if other, twice := on[w.Ticket]; twice {
				t.Fatalf("%s lies on the desks of %s and %s", w.Ticket, other, a.Name)
			}
			on[w.Ticket] = a.Name
			ticket := o.tickets[slices.IndexFunc(o.tickets, func(t *handoff.Ticket) bool { return t.ID == w.Ticket })]
			want := map[handoff.WorkKind]handoff.State{handoff.Ringing: handoff.Waiting, handoff.Holding: handoff.Held, handoff.Wrapping: handoff.Closed}[w.Kind]
			if ticket.State != want || w.Weight != ticket.Load() || ticket.State != handoff.Closed && ticket.Desk() != a.Name {
				t.Fatalf("the desk of %s says %+v, the ticket is %s at desk %q, weight %d", a.Name, w, ticket.State, ticket.Desk(), ticket.Load())
			}
			if w.Kind == handoff.Ringing && !w.Until.Equal(ticket.Offer.Until) {
				t.Fatalf("%s rings until %v at the desk, until %v in the ticket", w.Ticket, w.Until, ticket.Offer.Until)
			}
		}
	}
	for _, ticket := range o.tickets {
		if who := ticket.Desk(); who != "" && on[ticket.ID] != who {
			t.Fatalf("%s is at the desk of %s, who does not know", ticket.ID, who)
		}
		if ticket.Offer != nil && ticket.State != handoff.Waiting {
			t.Fatalf("%s is %s and rings", ticket.ID, ticket.State)
		}
	}
}

func (o *office) presence(t *rapid.T) {
	a := rapid.SampledFrom(o.agents).Draw(t, "agent")
	a.Be(rapid.SampledFrom([]handoff.Presence{handoff.Online, handoff.Online, handoff.Busy, handoff.Away}).Draw(t, "presence"), o.now)
	a.Draining = len(a.Work) > 0 && rapid.IntRange(0, 3).Draw(t, "draining") == 0
}

func TestActErrors(t *testing.T) {
	ann, bob := "ann", "bob"
	ringsAt := func(name string) func(*handoff.Ticket) {
		return func(t *handoff.Ticket) { t.Offer = &handoff.Offer{Agent: name, Until: start.Add(ring)} }
	}
	heldBy := func(name string) func(*handoff.Ticket) {
		return func(t *handoff.Ticket) { t.State, t.Agent = handoff.Held, name }
	}
	closed := func(t *handoff.Ticket) { t.State = handoff.Closed }
	free := func(*handoff.Ticket) {}
	full := func(a *handoff.Agent) {
		a.Put(handoff.Work{Ticket: "other", Weight: a.Capacity, Kind: handoff.Holding}, start)
	}
	is := func(p handoff.Presence) func(*handoff.Agent) { return func(a *handoff.Agent) { a.Be(p, start) } }
	draining := func(a *handoff.Agent) { a.Draining = true }
	ringing := func(t *handoff.Ticket, a *handoff.Agent) error { return t.Ring(a, start, ring) }
	give := func(t *handoff.Ticket, a *handoff.Agent) error { return t.Give(a, start) }
	claim := func(t *handoff.Ticket, a *handoff.Agent) error { return t.Claim(a, start) }
	for _, tt := range []struct {
		name   string
		ticket func(*handoff.Ticket)
		agent  func(*handoff.Agent)
		act    func(*handoff.Ticket, *handoff.Agent) error
		want   error
	}{
		{"ring of what rings", ringsAt(bob), is(handoff.Online), ringing, handoff.ErrOffered},
		{"ring of what is held", heldBy(bob), is(handoff.Online), ringing, handoff.ErrTaken},
		{"ring of what is closed", closed, is(handoff.Online), ringing, handoff.ErrClosed},
		{"ring at a full desk", free, full, ringing, handoff.ErrAtCapacity},
		{"ring at a busy agent", free, is(handoff.Busy), ringing, handoff.ErrNotTaking},
		{"ring at a draining agent", free, draining, ringing, handoff.ErrNotTaking},
		{"give to an agent away", free, is(handoff.Away), give, handoff.ErrNotTaking},
		{"claim when busy", free, is(handoff.Busy), claim, nil},
		{"claim when away", free, is(handoff.Away), claim, handoff.ErrNotTaking},
		{"claim with a full desk", free, full, claim, handoff.ErrAtCapacity},
		{"claim of what rings elsewhere", ringsAt(bob), is(handoff.Online), claim, handoff.ErrOffered},
		{"claim of what rings here", ringsAt(ann), is(handoff.Online), claim, nil},
		{"claim of what another holds", heldBy(bob), is(handoff.Online), claim, handoff.ErrTaken},
		{"claim again", heldBy(ann), full, claim, nil},
		{"pass of what rings elsewhere", ringsAt(bob), is(handoff.Online), func(t *handoff.Ticket, a *handoff.Agent) error { return t.Pass(a, start) }, handoff.ErrNotOffered},
		{"requeue of what another holds", heldBy(bob), is(handoff.Online), func(t *handoff.Ticket, a *handoff.Agent) error { return t.Requeue(a, start) }, handoff.ErrTaken},
		{"requeue of what waits", free, is(handoff.Online), func(t *handoff.Ticket, a *handoff.Agent) error { return t.Requeue(a, start) }, handoff.ErrNotHolder},
		{"take-over without the desk it is at", heldBy(bob), is(handoff.Online), func(t *handoff.Ticket, a *handoff.Agent) error { return t.TakeOver(a, nil, start) }, handoff.ErrConflict},
		{"take-over from a desk it is not at", free, is(handoff.Online), func(t *handoff.Ticket, a *handoff.Agent) error { return t.TakeOver(a, online(bob), start) }, handoff.ErrConflict},
		{"close without the desk it is at", heldBy(ann), is(handoff.Online), func(t *handoff.Ticket, _ *handoff.Agent) error { return t.Close(nil, "", start, 0) }, handoff.ErrConflict},
		{"close with a desk it is not at", free, is(handoff.Online), func(t *handoff.Ticket, a *handoff.Agent) error { return t.Close(a, "", start, 0) }, handoff.ErrConflict},
		{"close twice", closed, is(handoff.Online), func(t *handoff.Ticket, _ *handoff.Agent) error { return t.Close(nil, "", start, 0) }, handoff.ErrClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ticket, a := waiting("t"), online(ann)
			tt.ticket(ticket)
			tt.agent(a)
			if err := tt.act(ticket, a); !errors.Is(err, tt.want) {
				t.Errorf("act = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestTicketNoLongerWaitsForWhoPassedIt(t *testing.T) {
	ticket, ann := waiting("t"), online("ann")
	ticket.Prefer, ticket.PreferUntil = "ann", start.Add(time.Minute)
	must(t, ticket.Ring(ann, start, ring))
	must(t, ticket.Pass(ann, start))
	if ticket.Prefer != "" || !ticket.PreferUntil.IsZero() {
		t.Errorf("Pass() leaves Prefer = %q until %v, want none: it would ring there again at once", ticket.Prefer, ticket.PreferUntil)
	}
	if diff := cmp.Diff([]string{"ann"}, ticket.Missed); diff != "" {
		t.Errorf("Missed (-want +got):\n%s", diff)
	}
}

func TestMissedIsBounded(t *testing.T) {
	ticket := waiting("t")
	for i := range handoff.MaxMissed + 1 {
		a := online(fmt.Sprintf("a%d", i))
		must(t, ticket.Ring(a, start, ring))
		must(t, ticket.Pass(a, start))
	}
	if len(ticket.Missed) != handoff.MaxMissed || slices.Contains(ticket.Missed, "a0") {
		t.Errorf("Missed = %v, want the last %d", ticket.Missed, handoff.MaxMissed)
	}
}

func TestTransferNamesWhoToWaitFor(t *testing.T) {
	ticket, ann := waiting("t"), online("ann")
	must(t, ticket.Claim(ann, start))
	later := start.Add(time.Minute)
	must(t, ticket.Transfer(ann, handoff.Needs{Skill: "returns"}, "bob", later, ring))
	want := waiting("t")
	want.Agent, want.Needs, want.Front, want.Claimed, want.Queued = "ann", handoff.Needs{Skill: "returns"}, true, start, later
	want.Prefer, want.PreferUntil, want.Missed = "bob", later.Add(ring), []string{"ann"}
	if diff := cmp.Diff(want, ticket); diff != "" {
		t.Errorf("ticket after Transfer (-want +got):\n%s", diff)
	}
}

func TestClaimedIsTheFirstTime(t *testing.T) {
	ticket, ann := waiting("t"), online("ann")
	must(t, ticket.Claim(ann, start))
	must(t, ticket.Requeue(ann, start.Add(time.Minute)))
	must(t, ticket.Claim(ann, start.Add(time.Hour)))
	if !ticket.Claimed.Equal(start) {
		t.Errorf("Claimed = %v, want %v, when it was first taken", ticket.Claimed, start)
	}
}

func TestWrapUpKeepsRoomOnlyForWhatWasHeld(t *testing.T) {
	for _, tt := range []struct {
		name   string
		wrapUp time.Duration
		claim  bool
		want   int
	}{
		{"held", time.Minute, true, 1},
		{"held, no wrap-up", 0, true, 0},
		{"rang", time.Minute, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ticket, ann := waiting("t"), online("ann")
			must(t, ticket.Ring(ann, start, ring))
			if tt.claim {
				must(t, ticket.Claim(ann, start))
			}
			must(t, ticket.Close(ann, "solved", start, tt.wrapUp))
			if got := ann.Load(); got != tt.want {
				t.Errorf("Load() after Close = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestNotesAreBounded(t *testing.T) {
	ticket := waiting("t")
	for range handoff.MaxNotes {
		must(t, ticket.AddNote(handoff.Note{Text: "note"}))
	}
	if err := ticket.AddNote(handoff.Note{}); !errors.Is(err, handoff.ErrFull) || len(ticket.Notes) != handoff.MaxNotes {
		t.Errorf("one note too many = %v with %d notes kept, want ErrFull and %d", err, len(ticket.Notes), handoff.MaxNotes)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
