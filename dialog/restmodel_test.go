package dialog_test

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// restModel is a shop with two nodes that no wake-up reaches. Writes come when
// they like: up to handoff.StirFor after the stir that they belong to, which
// other writes may share. Nodes stand still for a while, and die. Of the two
// places of stirs one is away for a while, and the other only when all nodes
// have read what they may have missed.
type restModel struct {
	*world
	nodes   []*restNode
	started int         // nodes, ever
	stirred time.Time   // the last stir
	late    []lateWrite // announced, and not made yet
	behind  bool        // a node may not have read what is only in one place of stirs
	vain    int         // beats for which a customer and a free agent have been left alone
}

// restNode is a process that stands still until a moment.
type restNode struct {
	*dialog.Follower
	stands time.Time
}

type lateWrite struct {
	at time.Time
	do func(*rapid.T)
}

// stirAge is how old a stir may be for which another write begins, and writeFor
// how long that may take. The two make handoff.StirFor.
const (
	stirAge  = 10 * time.Second
	writeFor = 30*time.Second - time.Millisecond
)

func TestRestModel(t *testing.T) { rapid.Check(t, testRestModel) }

func testRestModel(t *rapid.T) {
	m := &restModel{world: newWorld(t, shopTree())}
	m.changeRules(func(r *handoff.Rules) {
		r.Mode, r.Lease, r.WrapUp, r.Misses = handoff.Assign, time.Hour, 0, 0
	})
	m.waker.deaf.Store(true)
	m.store.unsaid, m.store.forgetful = true, true // the model says when
	m.start()
	m.start()
	t.Repeat(map[string]func(*rapid.T){
		"come":     func(t *rapid.T) { m.write(t, m.be(handoff.Online)) },
		"go":       func(t *rapid.T) { m.write(t, m.be(handoff.Offline)) },
		"customer": func(t *rapid.T) { m.write(t, m.comes) },
		"close":    func(t *rapid.T) { m.write(t, m.closeOne) },
		"the last moment": func(t *rapid.T) { // after a stir, for an agent to come unannounced
			m.be(handoff.Offline)(t)
			m.announce()
			m.beats(t, 9)
			m.late = append(m.late, lateWrite{m.now().Add(writeFor), m.be(handoff.Online)})
			m.beats(t, 45)
		},
		"outage": func(t *rapid.T) {
			m.nodes = nil
			m.beats(t, rapid.IntRange(1, 70).Draw(t, "beats"))
			m.start()
			m.start()
		},
		"a place of stirs is away": m.losePlace,
		"a place is away with the stir": func(t *rapid.T) { // for an agent who comes to a shop that rests
			m.be(handoff.Offline)(t)
			m.beats(t, 60)
			m.announce()
			m.losePlace(t)
			m.be(handoff.Online)(t)
			m.beats(t, 10)
		},
		"stirs are back": func(*rapid.T) { m.store.gone = [2]bool{} },
		"second":         func(t *rapid.T) { m.beats(t, 1) },
		"seconds":        func(t *rapid.T) { m.beats(t, rapid.IntRange(2, 12).Draw(t, "beats")) },
		"minute":         func(t *rapid.T) { m.beats(t, rapid.IntRange(30, 70).Draw(t, "beats")) },
		"stand still": func(t *rapid.T) {
			n := rapid.SampledFrom(m.nodes).Draw(t, "node")
			n.stands = m.now().Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second)
		},
		"die": func(t *rapid.T) {
			i := rapid.IntRange(0, len(m.nodes)-1).Draw(t, "node")
			m.nodes = slices.Delete(m.nodes, i, i+1)
			m.start()
		},
	})
	m.beats(t, 60)
}

func (m *restModel) start() {
	m.started++
	router := dialog.NewRouter(m.newService(dialog.Config{}), fmt.Sprint("node ", m.started), slog.New(slog.DiscardHandler))
	m.nodes = append(m.nodes, &restNode{Follower: dialog.NewFollower(router)})
}

// write announces a write, unless another was announced a short time ago, and
// makes it at once or late.
func (m *restModel) write(t *rapid.T, do func(*rapid.T)) {
	if m.now().Sub(m.stirred) >= stirAge {
		m.announce()
	}
	late := rapid.SampledFrom([]time.Duration{0, 0, time.Second, 9 * time.Second, writeFor}).Draw(t, "late")
	if late == 0 {
		do(t)
		return
	}
	m.late = append(m.late, lateWrite{m.now().Add(late), do})
}

func (m *restModel) announce() {
	m.stirred = m.now()
	m.store.set(func(s *memStore) {
		s.unsaid = false
		s.stir(testShop)
		s.unsaid = true
	})
}

// losePlace has one of the two places of stirs be away.
func (m *restModel) losePlace(t *rapid.T) {
	if m.store.gone == [2]bool{} && !m.behind {
		m.store.gone[rapid.IntRange(0, 1).Draw(t, "place")], m.behind = true, true
	}
}

func (m *restModel) be(p handoff.Presence) func(*rapid.T) {
	return func(t *rapid.T) {
		if _, err := m.desk.SetPresence(t.Context(), testShop, "mei", p, false); err != nil {
			t.Fatalf("SetPresence = %v", err)
		}
	}
}

func (m *restModel) comes(t *rapid.T) {
	if len(m.store.all(testShop, (*handoff.Ticket).Open)) < 50 {
		m.wait()
	}
}

func (m *restModel) closeOne(t *rapid.T) {
	for _, ticket := range m.store.all(testShop, (*handoff.Ticket).Open) {
		if ticket.State != handoff.Held {
			continue
		}
		_, err := m.desk.Close(t.Context(), testShop, ticket.Agent, dialog.CloseRequest{Ticket: ticket.ID, Outcome: "ok"})
		if err != nil {
			t.Fatalf("Close = %v", err)
		}
		return
	}
}

// beats lets seconds pass. In each the nodes that do not stand still hear which
// shops stir, and look at those that they follow.
func (m *restModel) beats(t *rapid.T, n int) {
	for range n {
		m.pass(time.Second)
		m.late = slices.DeleteFunc(m.late, func(w lateWrite) bool {
			due := !m.now().Before(w.at)
			if due {
				w.do(t)
			}
			return due
		})
		running := 0
		for _, node := range m.nodes {
			if m.now().Before(node.stands) {
				continue
			}
			running++
			if err := node.Beat(t.Context(), testShop); err != nil {
				t.Fatalf("a beat = %v", err)
			}
		}
		m.behind = m.behind && (running < len(m.nodes) || m.store.gone != [2]bool{})
		m.check(t, running > 0)
	}
}

// mostVain is how many seconds a customer may wait beside a free agent: until
// the lead of a node that is gone has ended, and then two rounds.
const mostVain = 6

// check counts for how long a customer waits although an agent is free.
func (m *restModel) check(t *rapid.T, running bool) {
	waiting := m.store.all(testShop, func(t *handoff.Ticket) bool { return t.State == handoff.Waiting })
	free := m.store.allAgents(testShop, func(a *handoff.Agent) bool { return a.MayBeOffered(1) })
	if !running || len(waiting) == 0 || len(free) == 0 {
		m.vain = 0
		return
	}
	if m.vain++; m.vain > mostVain {
		t.Fatalf("%d customers have waited for %d s though %s is free", len(waiting), m.vain, free[0].Name)
	}
}
