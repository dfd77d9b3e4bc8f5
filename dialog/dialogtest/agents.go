package dialogtest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// atWork returns an agent of shop A, never stored, who takes what there is.
func atWork(name string) *handoff.Agent {
	a := handoff.NewAgent(shopA, name)
	a.Be(handoff.Online, start)
	return a
}

// given returns a change of a new session whose new ticket is on the desk of a.
func given(t testing.TB, session string, a *handoff.Agent) *dialog.Change {
	t.Helper()
	c := change(newSession(session), "text")
	c.Ticket, c.Agents = newTicket(c.Session, "ticket-of-"+session), []*handoff.Agent{a}
	if err := c.Ticket.Give(a, start); err != nil {
		t.Fatal(err)
	}
	return c
}

func readAgent(t testing.TB, h Harness, name string) *handoff.Agent {
	t.Helper()
	a, err := h.Roster.Agent(t.Context(), shopA, name)
	if err != nil {
		t.Fatalf("Agent(%s, %s) = %v", shopA, name, err)
	}
	return a
}

func testAgentsRoundTrip(t *testing.T, h Harness) {
	a := atWork("客服 😀")
	a.Skills, a.Languages = map[string]int{"returns": 5}, []string{"zh"}
	c := given(t, "s", a)
	for version := uint64(1); version <= 3; version++ {
		commit(t, h, c)
		if a.Version != version || a.Revision != version {
			t.Errorf("after commit %d: agent at version %d, revision %d, want both the same", version, a.Version, a.Revision)
		}
		wantSame(t, "agent", a, readAgent(t, h, a.Name))
		wantSame(t, "agents that changed", []*handoff.Agent{a}, read(t, h, "s").Agents)
		c = change(c.Session, "more")
		c.Ticket, c.Agents = read(t, h, "s").Tickets[0], []*handoff.Agent{a}
		a.Missed++
	}
	shops, err := h.Roster.Shops(t.Context())
	if err != nil || len(shops) != 1 || shops[0] != shopA {
		t.Errorf("Shops() after a commit with an agent = %v, %v, want %s", shops, err, shopA)
	}
}

// testAgentsAreOne has commits and PutAgent change the same agents.
func testAgentsAreOne(t *testing.T, h Harness) {
	a := atWork("agent")
	if err := h.Roster.PutAgent(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	mine, theirs := *a, *a
	commit(t, h, given(t, "s", &mine))
	if err := h.Roster.PutAgent(t.Context(), &theirs); !errors.Is(err, handoff.ErrConflict) {
		t.Errorf("PutAgent of what was read before a commit = %v, want ErrConflict", err)
	}
	mine.Be(handoff.Busy, start)
	if err := h.Roster.PutAgent(t.Context(), &mine); err != nil || mine.Version != 3 || mine.Revision != 3 {
		t.Errorf("PutAgent after a commit = %v and version %d, revision %d, want nil, 3 and 3", err, mine.Version, mine.Revision)
	}
	wantSame(t, "agent", &mine, readAgent(t, h, "agent"))
}

func testTwoDesks(t *testing.T, h Harness) {
	from, to := atWork("from"), atWork("to")
	first := given(t, "s", from)
	commit(t, h, first)

	c := change(first.Session, "passed on")
	c.Ticket, c.Agents = first.Ticket, []*handoff.Agent{from, to}
	if err := c.Ticket.Requeue(from, start); err != nil {
		t.Fatal(err)
	}
	if err := c.Ticket.Give(to, start); err != nil {
		t.Fatal(err)
	}
	commit(t, h, c)
	if from.Version != 2 || to.Version != 1 || from.Revision != 2 || to.Revision != 3 {
		t.Errorf("versions and revisions = %d, %d and %d, %d, want 2, 1 and 2, 3", from.Version, to.Version, from.Revision, to.Revision)
	}
	wantSame(t, "agents that changed", []*handoff.Agent{from, to}, read(t, h, "s").Agents)
	wantSame(t, "ticket", c.Ticket, read(t, h, "s").Tickets[0])
}

func testStaleAgentConflicts(t *testing.T, h Harness) {
	from, to := atWork("from"), atWork("to")
	stored := given(t, "s", from)
	stored.Agents = append(stored.Agents, to)
	for range 2 {
		commit(t, h, stored)
		stored.Entries = nil
	}
	before := read(t, h, "s", "one", "two", "new")
	for what, spoil := range map[string]func(from, to *handoff.Agent){
		"the first agent new":                 func(from, _ *handoff.Agent) { from.Version = 0 },
		"the first agent old":                 func(from, _ *handoff.Agent) { from.Version = 1 },
		"the first agent to come":             func(from, _ *handoff.Agent) { from.Version = 3 },
		"the second agent new":                func(_, to *handoff.Agent) { to.Version = 0 },
		"the second agent old":                func(_, to *handoff.Agent) { to.Version = 1 },
		"a version of one who is not there":   func(_, to *handoff.Agent) { to.Name = "missing" },
		"one who is there and one who is not": func(from, to *handoff.Agent) { from.Name, from.Version, to.Version = "new", 0, 9 },
		"both stale":                          func(from, to *handoff.Agent) { from.Version, to.Version = 1, 1 },
	} {
		mine, theirs := *from, *to
		spoil(&mine, &theirs)
		c := next(stored)
		c.Agents = []*handoff.Agent{&mine, &theirs}
		wantConflict(t, what, refused(t, h, what, c, before))
	}
	// The agents are as they were read, and something else is not.
	for what, spoil := range map[string]func(*dialog.Change){
		"a stale session": func(c *dialog.Change) { c.Session.Version = 1 },
		"a stale ticket":  func(c *dialog.Change) { c.Ticket.Version = 1 },
	} {
		mine, theirs := *from, *to
		c := next(stored)
		c.Agents = []*handoff.Agent{&mine, &theirs}
		spoil(c)
		wantConflict(t, what, refused(t, h, what, c, before))
	}
	c := next(stored)
	c.Agents = []*handoff.Agent{from, to}
	commit(t, h, c)
}

func testMalformedAgentsAreRefused(t *testing.T, h Harness) {
	stored, before := whole(t, h)
	for what, spoil := range map[string]func(*dialog.Change){
		"three agents":             func(c *dialog.Change) { c.Agents = append(c.Agents, atWork("b"), atWork("c")) },
		"an agent twice":           func(c *dialog.Change) { c.Agents = append(c.Agents, atWork("a")) },
		"an agent of another shop": func(c *dialog.Change) { c.Agents[0].Shop = shopB },
		"an agent without a name":  func(c *dialog.Change) { c.Agents[0].Name = "" },
		"a name with a zero byte":  func(c *dialog.Change) { c.Agents[0].Name = "a\x00b" },
		"a name that is no text":   func(c *dialog.Change) { c.Agents[0].Name = "\xff" },
		"a name without end":       func(c *dialog.Change) { c.Agents[0].Name = strings.Repeat("a", 1025) },
		"agents without a ticket":  func(c *dialog.Change) { c.Ticket = nil },
		"no agent":                 func(c *dialog.Change) { c.Agents[0] = nil },
		"an agent beyond measure":  func(c *dialog.Change) { c.Agents[0].Languages = []string{strings.Repeat("x", 2<<20)} },
	} {
		c := next(stored)
		c.Agents = []*handoff.Agent{atWork("a")}
		spoil(c)
		if err := refused(t, h, what, c, before); errors.Is(err, dialog.ErrConflict) || errors.Is(err, dialog.ErrUnavailable) {
			t.Errorf("Commit with %s = %v, want an error that no repetition mends", what, err)
		}
	}
}

// testCapacityHoldsInARace gives many tickets to one agent at the same time:
// the agent gets as many as there is room for, and each ticket that was given
// is on the desk.
func testCapacityHoldsInARace(t *testing.T, h Harness) {
	const tickets, capacity = 40, 5
	a := atWork("agent")
	a.Capacity = capacity
	if err := h.Roster.PutAgent(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	errs := make([]error, tickets)
	var wg sync.WaitGroup
	for i := range tickets {
		wg.Go(func() { errs[i] = giveUntilDone(t, h, fmt.Sprint("s", i)) })
	}
	wg.Wait()

	var held []string
	for i, err := range errs {
		switch {
		case err == nil:
			held = append(held, fmt.Sprint("ticket-of-s", i))
		case !errors.Is(err, handoff.ErrAtCapacity):
			t.Errorf("giving ticket %d = %v, want nil or ErrAtCapacity", i, err)
		}
	}
	if len(held) != capacity {
		t.Errorf("%d tickets were given to an agent with room for %d", len(held), capacity)
	}
	got := readAgent(t, h, "agent")
	for _, ticket := range held {
		if w := got.On(ticket); w == nil || w.Kind != handoff.Holding {
			t.Errorf("given ticket %s on the desk = %v, want it held", ticket, w)
		}
	}
	if got.Load() != capacity || got.Version != 1+capacity {
		t.Errorf("agent at version %d with a load of %d, want %d and %d", got.Version, got.Load(), 1+capacity, capacity)
	}
	listed, err := h.Queue.List(t.Context(), shopA, handoff.Held, 0, everything)
	if err != nil || len(listed) != capacity {
		t.Errorf("held tickets = %d, %v, want %d", len(listed), err, capacity)
	}
}

// giveUntilDone gives the ticket of a new session to the agent, however often
// others come first.
func giveUntilDone(t *testing.T, h Harness, session string) error {
	for {
		a, err := h.Roster.Agent(t.Context(), shopA, "agent")
		if err != nil {
			return err
		}
		c := change(newSession(session), "text")
		c.Ticket, c.Agents = newTicket(c.Session, "ticket-of-"+session), []*handoff.Agent{a}
		if err := c.Ticket.Give(a, start); err != nil {
			return err
		}
		if err := h.Store.Commit(t.Context(), c); !errors.Is(err, dialog.ErrConflict) {
			return err
		}
	}
}

// testOneAgentWinsATicket has many agents, each with a desk of their own, want
// the same ticket.
func testOneAgentWinsATicket(t *testing.T, h Harness) {
	const rivals = 40
	first := change(newSession("s"), "text")
	first.Ticket = newTicket(first.Session, "t")
	commit(t, h, first)
	errs := make([]error, rivals)
	var wg sync.WaitGroup
	for i := range rivals {
		s, ticket, a := *first.Session, *first.Ticket, atWork(fmt.Sprint("agent-", i))
		if err := ticket.Claim(a, start); err != nil {
			t.Fatal(err)
		}
		c := change(&s, "claimed")
		c.Ticket, c.Agents = &ticket, []*handoff.Agent{a}
		wg.Go(func() { errs[i] = h.Store.Commit(t.Context(), c) })
	}
	wg.Wait()
	var winners []string
	for i, err := range errs {
		switch {
		case err == nil:
			winners = append(winners, fmt.Sprint("agent-", i))
		case !errors.Is(err, dialog.ErrConflict):
			t.Errorf("Commit of agent-%d = %v, want nil or ErrConflict", i, err)
		}
	}
	got := read(t, h, "s")
	wantSame(t, "agents who won the ticket", []string{got.Tickets[0].Agent}, winners)
	if len(got.Agents) != 1 || got.Agents[0].Name != got.Tickets[0].Agent {
		t.Errorf("stored agents = %v, want %s alone", got.Agents, got.Tickets[0].Agent)
	}
}

// testAgentsStay has the session end that stored an agent.
func testAgentsStay(t *testing.T, h Harness) {
	a := atWork("agent")
	c := given(t, "s", a)
	commit(t, h, c)
	c = keeping(time.Hour, change(c.Session))
	c.Ticket, c.Agents = read(t, h, "s").Tickets[0], []*handoff.Agent{a}
	if err := c.Ticket.Close(a, "solved", start, 0); err != nil {
		t.Fatal(err)
	}
	commit(t, h, c)
	h.Advance(century)
	wantMissing(t, h, shopA, "s")
	wantSame(t, "agent after a century", a, readAgent(t, h, "agent"))
}
