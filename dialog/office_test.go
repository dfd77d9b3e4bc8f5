package dialog_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// office is a world with agents at work: mei is online, holds a ticket and has
// another one ringing; bo's desk is full; cai is away; dan is offline; eva holds
// a ticket and goes home after it; sup has never been seen.
type office struct {
	*world
	free, rings, held, full, drains, closed string // tickets; rings and held are at mei's desk, and mei closed the closed one
	session                                 string // of the held one
	bot                                     string // a session without a ticket
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{world: newWorld(t, shopTree())}
	o.changeRules(func(r *handoff.Rules) { r.WrapUp = time.Minute })
	o.staff("mei", 4, handoff.Online)
	o.staff("bo", 1, handoff.Online)
	o.staff("cai", 3, handoff.Online)
	o.staff("dan", 3, handoff.Offline)
	o.staff("eva", 3, handoff.Online)
	_, o.closed = o.wait()
	o.claim("mei", o.closed)
	if _, err := o.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: o.closed, Outcome: "solved", Tags: []string{"退货"}}); err != nil {
		t.Fatal(err)
	}
	_, o.free = o.wait()
	_, o.rings = o.wait()
	o.session, o.held = o.wait()
	_, o.full = o.wait()
	_, o.drains = o.wait()
	o.bot = o.start()
	o.claim("mei", o.held)
	o.claim("bo", o.full)
	o.claim("eva", o.drains)
	o.ring("mei", o.rings)
	o.be("cai", handoff.Away, false)
	o.be("eva", handoff.Offline, true)
	return o
}

// staff puts an agent on the roster.
func (w *world) staff(name string, capacity int, p handoff.Presence) {
	w.t.Helper()
	if _, err := w.desk.PutAgent(w.t.Context(), testShop, dialog.AgentSettings{Name: name, Capacity: capacity}); err != nil {
		w.t.Fatalf("PutAgent(%s) = %v", name, err)
	}
	w.be(name, p, false)
}

func (w *world) be(name string, p handoff.Presence, drain bool) *handoff.Agent {
	w.t.Helper()
	a, err := w.desk.SetPresence(w.t.Context(), testShop, name, p, drain)
	if err != nil {
		w.t.Fatalf("SetPresence(%s, %s, %t) = %v", name, p, drain, err)
	}
	return a
}

func (w *world) changeRules(change func(*handoff.Rules)) {
	w.t.Helper()
	rules, err := w.desk.Rules(w.t.Context(), testShop)
	if err != nil {
		w.t.Fatalf("Rules = %v", err)
	}
	change(rules)
	if _, err := w.desk.PutRules(w.t.Context(), rules); err != nil {
		w.t.Fatalf("PutRules = %v", err)
	}
}

// ring lets a ticket ring at a desk, as a router would.
func (w *world) ring(agent, ticket string) {
	w.t.Helper()
	t, a := w.ticket(ticket), w.agent(agent)
	if err := t.Ring(a, w.now(), 20*time.Second); err != nil {
		w.t.Fatalf("Ring = %v", err)
	}
	session, _ := w.store.stored(testShop, t.Session)
	if err := w.store.Commit(w.t.Context(), &dialog.Change{Session: &session, Ticket: t, Agents: []*handoff.Agent{a}}); err != nil {
		w.t.Fatalf("Commit = %v", err)
	}
}

// ticket and agent read what is stored, whatever the store does to others.
func (w *world) ticket(id string) *handoff.Ticket {
	w.t.Helper()
	found := w.store.all(testShop, func(t *handoff.Ticket) bool { return t.ID == id })
	if len(found) != 1 {
		w.t.Fatalf("there is no ticket %s", id)
	}
	return found[0]
}

func (w *world) agent(name string) *handoff.Agent {
	w.t.Helper()
	found := w.store.allAgents(testShop, func(a *handoff.Agent) bool { return a.Name == name })
	if len(found) != 1 {
		w.t.Fatalf("there is no agent %s", name)
	}
	return found[0]
}

// last returns the last entry of a ticket's session, and the session.
func (w *world) last(ticket string) (dialog.Entry, dialog.Session) {
	w.t.Helper()
	s, entries := w.store.stored(testShop, w.ticket(ticket).Session)
	return entries[len(entries)-1], s
}

// everything is all that the store holds but leases, which every call of an
// agent renews.
func (m *memStore) everything() map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	type session struct {
		Session dialog.Session
		Entries []dialog.Entry
		Turns   map[string]dialog.TurnRecord
	}
	sessions := make(map[string]session)
	for key, s := range m.sessions {
		sessions[key] = session{s.session, s.entries, s.turns}
	}
	b, err := json.Marshal(map[string]any{"sessions": sessions, "tickets": m.tickets, "agents": m.agents, "rules": m.rules})
	if err != nil {
		panic(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

// wantUntouched runs act and fails t where it changed anything that is stored.
func (w *world) wantUntouched(t *testing.T, act func()) {
	t.Helper()
	before := w.store.everything()
	act()
	if diff := cmp.Diff(before, w.store.everything()); diff != "" {
		t.Errorf("what is stored has changed (-before +after):\n%s", diff)
	}
}

// onDesk is what lies on an agent's desk, such as "id7 holding".
func (w *world) onDesk(agent string) []string {
	var out []string
	for _, work := range w.agent(agent).Work {
		out = append(out, work.Ticket+" "+string(work.Kind))
	}
	return out
}
