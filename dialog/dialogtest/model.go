package dialogtest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// model is the store of one shop, as simple as can be.
type model struct {
	h    Harness
	shop shop.ID

	now      time.Duration
	sessions map[string]*modelSession
	tickets  map[string]*modelTicket
	agents   map[string]handoff.Agent
	revision uint64 // of the last agent
}

type modelSession struct {
	session dialog.Session
	entries []dialog.Entry
	turns   map[string]*dialog.TurnRecord
	ends    time.Duration // 0: never
}

type modelTicket struct {
	ticket handoff.Ticket
	ends   time.Duration // 0: never
}

var (
	modelSessions = rapid.SampledFrom([]string{"a", "b"})
	modelTurns    = rapid.SampledFrom([]string{"one", "two", "three"})
	modelKeeps    = rapid.SampledFrom([]time.Duration{0, time.Hour, 3 * time.Hour})
	modelDesks    = rapid.SampledFrom([][]string{nil, nil, {"x"}, {"y"}, {"x", "y"}, {"y", "x"}})
	modelStates   = rapid.SampledFrom([]handoff.State{handoff.Waiting, handoff.Held, handoff.Closed})
	// Most changes are made from what is stored, some from something else.
	modelOff = rapid.SampledFrom([]uint64{0, 0, 0, 0, 0, 0, 1, 2})
)

// testModel makes random commits to a store and to the model and compares what
// can be read after each.
func testModel(t *testing.T, h Harness) {
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++ // each run has a shop of its own; the store is shared
		m := &model{
			h: h, shop: shop.ID(fmt.Sprint("shop-", run)),
			sessions: make(map[string]*modelSession), tickets: make(map[string]*modelTicket),
			agents: make(map[string]handoff.Agent),
		}
		rt.Repeat(map[string]func(*rapid.T){
			"commit":  func(rt *rapid.T) { m.commit(t, rt) },
			"put":     func(rt *rapid.T) { m.put(t, rt) },
			"advance": func(rt *rapid.T) { m.advance(rt) },
			"":        func(rt *rapid.T) { m.check(t, rt) },
		})
	})
}

// commit makes a change that may or may not follow what is stored.
func (m *model) commit(t *testing.T, rt *rapid.T) {
	c, follows := m.draw(rt)
	version := c.Session.Version
	err := m.h.Store.Commit(t.Context(), c)
	if !follows {
		if !errors.Is(err, dialog.ErrConflict) {
			rt.Fatalf("Commit(%s v%d) = %v, want ErrConflict", c.Session.ID, version, err)
		}
		return
	}
	if open := m.open(); c.MaxOpen > 0 && open >= c.MaxOpen {
		if !errors.Is(err, handoff.ErrTooMany) {
			rt.Fatalf("Commit(%s v%d) with at most %d open tickets, and %d there = %v, want ErrTooMany", c.Session.ID, version, c.MaxOpen, open, err)
		}
		return
	}
	if err != nil || c.Session.Version != version+1 {
		rt.Fatalf("Commit(%s v%d) = %v and version %d, want nil and one more", c.Session.ID, version, err, c.Session.Version)
	}
	m.apply(c)
	for _, a := range c.Agents {
		m.applyAgent(rt, a)
	}
}

// draw returns a change and whether it follows what the model has.
func (m *model) draw(rt *rapid.T) (c *dialog.Change, follows bool) {
	id := modelSessions.Draw(rt, "session")
	s := newSession(id)
	if old := m.sessions[id]; old != nil {
		*s = old.session
	}
	s.Shop = m.shop
	s.Slots = map[knowledge.SlotID]string{"drawn": fmt.Sprint(rapid.IntRange(0, 9).Draw(rt, "slot"))}
	wrongVersion, gap := modelOff.Draw(rt, "wrong version"), modelOff.Draw(rt, "gap")
	s.Version += wrongVersion
	s.Seq += gap
	c = change(s, slices.Repeat([]string{"text"}, rapid.IntRange(0, 3).Draw(rt, "entries"))...)
	c.Keep = modelKeeps.Draw(rt, "keep")
	follows = wrongVersion == 0 && gap == 0
	if rapid.Bool().Draw(rt, "has turn") {
		c.Turn = record(modelTurns.Draw(rt, "turn"), fmt.Sprint(s.Version))
		if old := m.sessions[id]; old != nil && old.turns[c.Turn.ID] != nil {
			follows = false
		}
	}
	if rapid.Bool().Draw(rt, "has ticket") {
		c.Ticket = newTicket(s, "ticket-"+id)
		if old := m.tickets[c.Ticket.ID]; old != nil {
			*c.Ticket = old.ticket
		}
		wrong := modelOff.Draw(rt, "wrong ticket version")
		c.Ticket.Version += wrong
		c.Ticket.State = modelStates.Draw(rt, "ticket state")
		follows = follows && wrong == 0
		if c.Ticket.Version == 0 && c.Ticket.Open() {
			c.MaxOpen = rapid.IntRange(0, 2).Draw(rt, "most open tickets")
		}
		for _, name := range modelDesks.Draw(rt, "desks") {
			a, fits := m.drawAgent(rt, name)
			c.Agents = append(c.Agents, a)
			follows = follows && fits
		}
	}
	return c, follows
}

// open counts the tickets that are open, which are all of one visitor.
func (m *model) open() int {
	n := 0
	for _, t := range m.tickets {
		if t.ticket.Open() {
			n++
		}
	}
	return n
}

// apply stores in the model what the store has taken.
func (m *model) apply(c *dialog.Change) {
	s := m.sessions[c.Session.ID]
	if s == nil {
		s = &modelSession{turns: make(map[string]*dialog.TurnRecord)}
		m.sessions[c.Session.ID] = s
	}
	s.session, s.ends = *c.Session, m.endAfter(c.Keep)
	s.entries = append(s.entries, c.Entries...)
	if c.Turn != nil {
		s.turns[c.Turn.ID] = c.Turn
	}
	if c.Ticket == nil {
		return
	}
	ticket := &modelTicket{ticket: *c.Ticket}
	old := m.tickets[c.Ticket.ID]
	switch {
	case c.Ticket.Open():
	case c.Keep == 0 && old != nil && !old.ticket.Open():
		ticket.ends = old.ends // it stays as long as it was to
	default:
		ticket.ends = m.endAfter(c.Keep)
	}
	m.tickets[c.Ticket.ID] = ticket
}

func (m *model) endAfter(keep time.Duration) time.Duration {
	if keep == 0 {
		return 0
	}
	return m.now + keep
}

func (m *model) advance(rt *rapid.T) {
	// Never a whole number of hours in sum: on a server a little real time
	// passes as well, so that an exact end cannot be met.
	d := time.Duration(rapid.IntRange(1, 3).Draw(rt, "hours"))*time.Hour + time.Minute
	m.h.Advance(d)
	m.now += d
	ended := func(ends time.Duration) bool { return ends != 0 && ends <= m.now }
	maps.DeleteFunc(m.sessions, func(_ string, s *modelSession) bool { return ended(s.ends) })
	maps.DeleteFunc(m.tickets, func(_ string, t *modelTicket) bool { return ended(t.ends) })
}

func (m *model) check(t *testing.T, rt *rapid.T) {
	m.checkAgents(t, rt)
	id := modelSessions.Draw(rt, "session to read")
	turn := modelTurns.Draw(rt, "turn to read")
	session, rec, err := m.h.Store.Load(t.Context(), m.shop, id, turn)
	want := m.sessions[id]
	if want == nil {
		if !errors.Is(err, dialog.ErrNotFound) {
			rt.Fatalf("Load(%s), which does not exist: err = %v, want ErrNotFound", id, err)
		}
		return
	}
	if diff := cmp.Diff(&want.session, session); err != nil || diff != "" {
		rt.Fatalf("Load(%s) = %v (-want +got):\n%s", id, err, diff)
	}
	if diff := cmp.Diff(want.turns[turn], rec); diff != "" {
		rt.Fatalf("Load(%s, %s): record (-want +got):\n%s", id, turn, diff)
	}
	m.checkEntries(t, rt, id, want)
	m.checkTicket(t, rt, "ticket-"+id)
}

func (m *model) checkEntries(t *testing.T, rt *rapid.T, id string, want *modelSession) {
	after, limit := rapid.IntRange(0, 4).Draw(rt, "after"), rapid.IntRange(1, 4).Draw(rt, "limit")
	page := want.entries[min(after, len(want.entries)):]
	page = page[:min(limit, len(page))]
	got, err := m.h.Store.Entries(t.Context(), m.shop, id, uint64(after), limit)
	if diff := cmp.Diff(page, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		rt.Fatalf("Entries(%s, %d, %d) = %v (-want +got):\n%s", id, after, limit, err, diff)
	}
}

func (m *model) checkTicket(t *testing.T, rt *rapid.T, id string) {
	got, err := m.h.Queue.Get(t.Context(), m.shop, id)
	want := m.tickets[id]
	if want == nil {
		if !errors.Is(err, handoff.ErrNotFound) {
			rt.Fatalf("Get(%s), which does not exist: err = %v, want ErrNotFound", id, err)
		}
		return
	}
	if diff := cmp.Diff(&want.ticket, got); err != nil || diff != "" {
		rt.Fatalf("Get(%s) = %v (-want +got):\n%s", id, err, diff)
	}
}
