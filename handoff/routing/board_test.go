package routing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
)

var start = time.Date(2026, 11, 11, 8, 0, 0, 0, time.UTC)

// world is a shop's truth, the Board that is told of it, and the naive one.
type world struct {
	now     time.Time
	rules   *handoff.Rules
	tickets map[string]*handoff.Ticket
	agents  map[string]*handoff.Agent
	past    []any // versions that were true once
	board   *routing.Board
	naive   *naive
}

func newWorld(rules *handoff.Rules) *world {
	return &world{
		now: start, rules: rules, tickets: map[string]*handoff.Ticket{}, agents: map[string]*handoff.Agent{},
		board: routing.New(rules), naive: newNaive(rules),
	}
}

// tell stores ticket and agent as a commit does, and tells the boards.
func (w *world) tell(t *handoff.Ticket, a *handoff.Agent) {
	if t != nil {
		t.Version++
		w.tickets[t.ID] = t
		w.show(copyTicket(t))
	}
	if a != nil {
		a.Version++
		w.agents[a.Name] = a
		w.show(copyAgent(a))
	}
}

func (w *world) show(v any) {
	w.past = append(w.past, v)
	switch v := v.(type) {
	case *handoff.Ticket:
		fed := copyTicket(v)
		w.board.Ticket(fed)
		w.naive.ticket(v)
		fed.Needs.Skill, fed.Prefer = "changed by the caller", "changed by the caller"
		for i := range fed.Missed {
			fed.Missed[i] = "changed by the caller"
		}
	case *handoff.Agent:
		fed := copyAgent(v)
		w.board.Agent(fed)
		w.naive.agent(v)
		clear(fed.Skills)
	}
}

func (w *world) commit(as routing.Assignment) error {
	t, a := copyTicket(w.tickets[as.Ticket]), copyAgent(w.agents[as.Agent])
	var err error
	if w.rules.Mode == handoff.Assign {
		err = t.Give(a, w.now)
	} else {
		err = t.Ring(a, w.now, w.rules.Ring)
	}
	if err == nil {
		w.tell(t, a)
	}
	return err
}

func copyTicket(t *handoff.Ticket) *handoff.Ticket {
	c := *t
	c.Missed = append([]string(nil), t.Missed...)
	if t.Offer != nil {
		offer := *t.Offer
		c.Offer = &offer
	}
	return &c
}

func copyAgent(a *handoff.Agent) *handoff.Agent {
	c := *a
	c.Work = append([]handoff.Work(nil), a.Work...)
	c.Skills = make(map[string]int)
	for s, p := range a.Skills {
		c.Skills[s] = p
	}
	return &c
}

// compare checks all that both boards say now.
func (w *world) compare(t *rapid.T) (routing.Assignment, bool) {
	if diff := cmp.Diff(w.naive.due(w.now), w.board.Due(w.now)); diff != "" {
		t.Fatalf("Due (-naive +board):\n%s", diff)
	}
	if got, want := w.board.WakeAt(w.now), w.naive.wakeAt(w.now); !got.Equal(want) {
		t.Fatalf("WakeAt(%v) = %v, want %v", w.now, got, want)
	}
	want, wantOK := w.naive.next(w.now)
	got, ok := w.board.Next(w.now)
	if got != want || ok != wantOK {
		t.Fatalf("Next(%v) = %v, %t, want %v, %t", w.now, got, ok, want, wantOK)
	}
	return got, ok
}

func TestBoardSaysWhatTheNaiveOneSays(t *testing.T) {
	var assigned int
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(drawRules(t))
		h := &history{world: w}
		t.Repeat(map[string]func(*rapid.T){
			"ticket":   h.ticket,
			"agent":    h.agent,
			"presence": h.presence,
			"act":      h.act,
			"stale":    h.stale,
			"time":     h.time,
			"rules":    h.newRules,
			"settle":   h.settle,
			"": func(t *rapid.T) {
				as, ok := w.compare(t)
				if !ok {
					return
				}
				assigned++
				switch rapid.IntRange(0, 5).Draw(t, "outcome") {
				case 0:
					w.board.Undo(as)
					w.naive.undo(as)
				case 1: // the commit is under way
					h.flying = append(h.flying, as)
				default:
					if err := w.commit(as); err != nil {
						t.Fatalf("commit of %v = %v: the board had the last word of both", as, err)
					}
				}
			},
		})
	})
	if assigned < 100 {
		t.Errorf("%d assignments in all histories, want enough to mean something", assigned)
	}
}

// history draws what happens in a shop.
type history struct {
	*world
	flying []routing.Assignment
	made   int
}

func (h *history) ticket(t *rapid.T) {
	h.made++
	ticket := &handoff.Ticket{
		ID: fmt.Sprintf("t%03d", h.made), State: handoff.Waiting, Needs: drawNeeds(t),
		Priority: rapid.IntRange(0, 1).Draw(t, "priority"), Weight: rapid.SampledFrom([]int{0, 1, 1, 2, 3}).Draw(t, "weight"),
		Created: h.now.Add(-drawTime(t, "before")), Queued: h.now.Add(drawSkew(t)), Front: rapid.IntRange(0, 5).Draw(t, "front") == 0,
	}
	if rapid.IntRange(0, 2).Draw(t, "prefers") == 0 {
		ticket.Prefer, ticket.PreferUntil = drawName(t), ticket.Queued.Add(drawTime(t, "prefer"))
	}
	if rapid.IntRange(0, 3).Draw(t, "has missed") == 0 {
		ticket.Missed = []string{drawName(t)}
	}
	h.tell(ticket, nil)
}

func (h *history) agent(t *rapid.T) {
	name := drawName(t)
	a := handoff.NewAgent("shop", name)
	if h.agents[name] != nil {
		a = copyAgent(h.agents[name])
	} else {
		a.Be(rapid.SampledFrom([]handoff.Presence{handoff.Online, handoff.Online, handoff.Offline}).Draw(t, "presence"), h.now.Add(drawSkew(t)))
	}
	a.Capacity = rapid.IntRange(1, 4).Draw(t, "capacity")
	a.Skills = map[string]int{"a": rapid.IntRange(0, 3).Draw(t, "a"), "b": rapid.IntRange(0, 3).Draw(t, "b")}
	a.Languages = rapid.SampledFrom([][]string{nil, {"zh"}, {"en", "zh"}}).Draw(t, "languages")
	h.tell(nil, a)
}

func (h *history) presence(t *rapid.T) {
	a := h.agents[drawName(t)]
	if a == nil {
		return
	}
	a = copyAgent(a)
	a.Be(rapid.SampledFrom([]handoff.Presence{handoff.Offline, handoff.Online, handoff.Online, handoff.Busy, handoff.Away}).Draw(t, "presence"), h.now)
	a.Draining = len(a.Work) > 0 && rapid.IntRange(0, 4).Draw(t, "draining") == 0
	h.tell(nil, a)
}

// act does to a ticket what agents, customers and the router do.
func (h *history) act(t *rapid.T) {
	if h.made == 0 {
		return
	}
	old := h.tickets[fmt.Sprintf("t%03d", rapid.IntRange(1, h.made).Draw(t, "ticket"))]
	ticket, desk := copyTicket(old), h.agents[old.Desk()]
	if desk != nil {
		desk = copyAgent(desk)
	}
	var err error
	switch what := rapid.IntRange(0, 6).Draw(t, "act"); {
	case what == 0:
		err = ticket.Close(desk, "done", h.now, rapid.SampledFrom([]time.Duration{0, h.rules.WrapUp, time.Hour}).Draw(t, "wrap"))
	case what == 1: // the customer writes on: only the version changes
		desk = nil
	case desk == nil:
		if desk = h.agents[drawName(t)]; desk == nil {
			return
		}
		desk = copyAgent(desk)
		err = ticket.Claim(desk, h.now)
	case what == 2:
		err = ticket.Pass(desk, h.now)
	case what == 3:
		err = ticket.Requeue(desk, h.now)
	case what == 4:
		err = ticket.Claim(desk, h.now)
	default:
		err = ticket.Transfer(desk, drawNeeds(t), rapid.SampledFrom([]string{"", "ann", "bob"}).Draw(t, "to"), h.now, drawTime(t, "prefer"))
	}
	if err == nil {
		h.tell(ticket, desk)
	}
}

func (h *history) stale(t *rapid.T) {
	if len(h.past) > 0 {
		h.show(rapid.SampledFrom(h.past).Draw(t, "past"))
	}
}

func (h *history) time(t *rapid.T) { h.now = h.now.Add(drawTime(t, "passes") + drawJump(t)) }

func (h *history) newRules(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "change") == 0 {
		h.rules = drawRules(t)
		h.board.SetRules(h.rules)
		h.naive.rules = h.rules
	}
}

// settle ends a commit that was under way, well or badly.
func (h *history) settle(t *rapid.T) {
	if len(h.flying) == 0 {
		return
	}
	as := h.flying[0]
	h.flying = h.flying[1:]
	if rapid.Bool().Draw(t, "undone") || h.commit(as) != nil {
		h.board.Undo(as)
		h.naive.undo(as)
	}
}

func drawRules(t *rapid.T) *handoff.Rules {
	r := handoff.DefaultRules("shop")
	r.Mode = rapid.SampledFrom([]handoff.Mode{handoff.Push, handoff.Push, handoff.Assign, handoff.Pull}).Draw(t, "mode")
	r.Ring = time.Duration(rapid.IntRange(5, 20).Draw(t, "ring")) * time.Second
	r.WrapUp = time.Duration(rapid.IntRange(0, 20).Draw(t, "wrapUp")) * time.Second
	if rapid.Bool().Draw(t, "never relaxes") {
		r.Relax = nil
	}
	return r
}

func drawNeeds(t *rapid.T) handoff.Needs {
	return handoff.Needs{
		Skill:       rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "skill"),
		Proficiency: rapid.IntRange(0, 3).Draw(t, "proficiency"),
		Language:    rapid.SampledFrom([]string{"", "", "zh", "en"}).Draw(t, "language"),
	}
}

func drawName(t *rapid.T) string {
	return rapid.SampledFrom([]string{"ann", "bob", "cai", "dai"}).Draw(t, "agent")
}

func drawTime(t *rapid.T, what string) time.Duration {
	return time.Duration(rapid.IntRange(0, 40).Draw(t, what)) * time.Second
}

// drawSkew is by how much the clock of another node differs.
func drawSkew(t *rapid.T) time.Duration {
	return rapid.SampledFrom([]time.Duration{0, 0, 0, time.Second, 5 * time.Hour, -time.Minute}).Draw(t, "skew")
}

func drawJump(t *rapid.T) time.Duration {
	return rapid.SampledFrom([]time.Duration{0, 0, 0, 0, 0, 3 * time.Hour, -2 * time.Hour, -time.Second}).Draw(t, "jump")
}
