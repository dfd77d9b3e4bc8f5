package dialog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestRouterNeedsNoWakeUps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei", "bo")
		w.waker.deaf.Store(true)
		defer w.route(t, "a")()
		_, ticket := w.wait()
		time.Sleep(2 * time.Second)
		w.wantAt(t, ticket, "rings at mei", "after a poll")
		time.Sleep(22 * time.Second)
		w.wantAt(t, ticket, "rings at bo", "after the ring")
	})
}

func TestAnotherRouterTakesTheLead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei", "bo")
		stop := w.route(t, "a")
		defer w.route(t, "b")()
		_, ticket := w.wait()
		w.wantAt(t, ticket, "rings at mei", "by the first router")
		stop() // and the ring goes on
		_, second := w.wait()
		time.Sleep(6 * time.Second)
		w.wantAt(t, second, "rings at bo", "by the second router")
		time.Sleep(15 * time.Second)
		w.wantAt(t, ticket, "rings at bo", "after the first router's ring")
	})
}

// TestTwoRoutersAtOnce lets two routers both believe that they lead, with
// agents who take tickets by themselves: no ticket goes twice, no desk is
// overfull, nobody is forgotten.
func TestTwoRoutersAtOnce(t *testing.T) {
	for _, mode := range []handoff.Mode{handoff.Assign, handoff.Push} {
		t.Run(string(mode), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				agents := []string{"a0", "a1", "a2", "a3", "a4"}
				w, _ := routedWorld(t, func(r *handoff.Rules) { r.Mode, r.Misses, r.WrapUp = mode, 0, time.Second }, agents...)
				w.store.allLead = true
				stopA, stopB := w.route(t, "a"), w.route(t, "b")
				var tickets []string
				for range 40 {
					_, ticket := w.wait()
					tickets = append(tickets, ticket)
				}
				for range 200 {
					synctest.Wait()
					w.checkDesks(t)
					for _, name := range agents {
						for _, work := range w.agent(name).Work {
							w.serve(t, name, work)
						}
					}
					time.Sleep(500 * time.Millisecond)
				}
				stopA()
				stopB()
				for _, ticket := range tickets {
					if got := w.ticket(ticket); got.State != handoff.Closed {
						t.Errorf("ticket %s is %s after all that time, want closed", ticket, got.State)
					}
					_, entries := w.store.stored(testShop, w.ticket(ticket).Session)
					joins := 0
					for _, e := range entries {
						if e.Author == dialog.AuthorSystem && e.State == dialog.StateHuman {
							joins++
						}
					}
					if joins != 1 {
						t.Errorf("%d agents have joined for ticket %s, want 1", joins, ticket)
					}
				}
			})
		})
	}
}

// serve has an agent take what rings and close what is held.
func (w *world) serve(t *testing.T, agent string, work handoff.Work) {
	t.Helper()
	var err error
	switch work.Kind {
	case handoff.Ringing:
		_, err = w.desk.Claim(t.Context(), testShop, agent, dialog.TicketRequest{Ticket: work.Ticket})
	case handoff.Holding:
		_, err = w.desk.Close(t.Context(), testShop, agent, dialog.CloseRequest{Ticket: work.Ticket, Outcome: "ok"})
	}
	if err != nil {
		t.Errorf("%s at %+v = %v", agent, work, err)
	}
}

// checkDesks checks that tickets and desks say the same, and no desk is
// overfull but those of supervisors, who may take over what they want.
func (w *world) checkDesks(t tester, supervisors ...string) {
	t.Helper()
	desks := make(map[string]string) // ticket -> whose desk
	for _, a := range w.store.allAgents(testShop, func(*handoff.Agent) bool { return true }) {
		if a.Load() > a.Capacity && !slices.Contains(supervisors, a.Name) {
			t.Fatalf("%s has %d on a desk for %d", a.Name, a.Load(), a.Capacity)
		}
		for _, work := range a.Work {
			if work.Kind == handoff.Wrapping {
				if ticket := w.ticket(work.Ticket); ticket.State != handoff.Closed {
					t.Fatalf("%s wraps up %s, which is %s", a.Name, ticket.ID, ticket.State)
				}
				continue
			}
			if other := desks[work.Ticket]; other != "" {
				t.Fatalf("%s lies on the desks of %s and %s", work.Ticket, other, a.Name)
			}
			desks[work.Ticket] = a.Name
		}
	}
	for _, ticket := range w.store.all(testShop, (*handoff.Ticket).Open) {
		if ticket.Desk() != desks[ticket.ID] {
			t.Fatalf("%s is at %q, and on the desk of %q", ticket.ID, ticket.Desk(), desks[ticket.ID])
		}
		delete(desks, ticket.ID)
	}
	if len(desks) > 0 {
		t.Fatalf("on desks though closed: %v", desks)
	}
}

func TestRouterSurvivesAStoreThatIsAway(t *testing.T) {
	for _, op := range []string{"", "rules", "agent changes", "changes", "lead", "lapsed", "commit", "shops"} {
		t.Run("op="+op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, _ := routedWorld(t, nil, "mei", "bo")
				stop := w.route(t, "a")
				_, ticket := w.wait()
				w.wantAt(t, ticket, "rings at mei", "at once")
				w.store.away.Store(&op)
				time.Sleep(30 * time.Second)
				w.store.away.Store(nil)
				time.Sleep(3 * time.Second)
				w.wantAt(t, ticket, "rings at bo", "when the store is back")
				_, second := w.wait()
				if got := w.where(second); !strings.HasPrefix(got, "rings") {
					t.Errorf("afterwards: the ticket %s, want it to ring", got)
				}
				stop()
			})
		})
	}
}

// An assignment that is refused again and again must neither spin nor keep
// other customers from other agents.
func TestRouterIsNotHeldUpByOneTicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei", "bo")
		_, bad := w.wait()
		_, good := w.wait()
		refused := 0
		w.store.set(func(m *memStore) {
			m.refuse = func(c *dialog.Change) error {
				if c.Ticket != nil && c.Ticket.ID == bad {
					refused++
					return fmt.Errorf("store: %w", dialog.ErrConflict)
				}
				return nil
			}
		})
		stop := w.route(t, "a")
		time.Sleep(10 * time.Second)
		w.wantAt(t, bad, "waits", "refused")
		w.wantAt(t, good, "rings at bo", "behind it")
		w.store.set(func(m *memStore) {
			if refused > 15*8 {
				t.Errorf("%d commits were refused in 10 s, want a few a second", refused)
			}
			m.refuse = nil
		})
		time.Sleep(2 * time.Second)
		w.wantAt(t, bad, "rings at mei", "when it is no longer refused")
		stop()
	})
}

// TestManySilentAgentsKeepNobodyWaiting: their desks are cleared a few at a time.
func TestManySilentAgentsKeepNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, func(r *handoff.Rules) { r.Mode, r.Lease = handoff.Assign, 10*time.Second }, "mei")
		for i := range 100 {
			w.staff(fmt.Sprint("silent", i), 1, handoff.Online)
		}
		w.be("mei", handoff.Away, false)
		w.store.fail = func(op string) error {
			if op == "put agent" {
				time.Sleep(100 * time.Millisecond)
			}
			return nil
		}
		defer w.route(t, "a")()
		time.Sleep(10500 * time.Millisecond) // their leases have just ended
		w.be("mei", handoff.Online, false)
		_, ticket := w.wait()
		time.Sleep(3 * time.Second)
		if got := w.ticket(ticket); got.State != handoff.Held || got.Agent != "mei" {
			t.Errorf("the ticket is %s, agent %q, 3 s after it came; want held by mei", got.State, got.Agent)
		}
		time.Sleep(10 * time.Second)
		if n := len(w.store.allAgents(testShop, func(a *handoff.Agent) bool { return a.Presence == handoff.Online })); n != 1 {
			t.Errorf("%d agents are online, want mei alone", n)
		}
	})
}

// TestRouterWithAClockThatJumps: leases go by the store's clock, and no jump of
// the router's keeps a customer waiting for longer than the rules say.
func TestRouterWithAClockThatJumps(t *testing.T) {
	for _, tt := range []struct {
		jump  time.Duration
		after time.Duration // by then the ring must be over
	}{
		{time.Hour, 2 * time.Second},
		{-time.Hour, 22 * time.Second},
	} {
		t.Run(tt.jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, _ := routedWorld(t, func(r *handoff.Rules) { r.WrapUp = 30 * time.Second }, "mei", "bo")
				w.store.set(func(m *memStore) { m.now = time.Now })
				time.Sleep(5 * time.Second) // leases by the store's clock
				_, kept := w.wait()
				w.claim("mei", kept)
				_, wrapped := w.wait()
				w.claim("mei", wrapped)
				if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: wrapped, Outcome: "ok"}); err != nil {
					t.Fatal(err)
				}
				defer w.route(t, "a")()
				_, ticket := w.wait()
				w.wantAt(t, ticket, "rings at bo", "at once")
				w.pass(tt.jump)
				time.Sleep(tt.after)
				if a := w.agent("bo"); a.Missed != 1 {
					t.Errorf("bo has missed %d rings %v after the jump, want 1", a.Missed, tt.after)
				}
				w.wantAt(t, ticket, "rings at mei", "soon after the jump")
				w.claim("mei", ticket)
				time.Sleep(33*time.Second - tt.after)
				if w.agent("mei").On(wrapped) != nil {
					t.Error("a wrap-up of 30 s still takes room 33 s after the jump")
				}
				w.wantAt(t, kept, "held by mei", "after the jump")
				_, next := w.wait()
				w.wantAt(t, next, "rings at bo", "a customer who came after the jump")
				for range 30 {
					time.Sleep(5 * time.Second)
				}
				w.wantAt(t, kept, "held by mei", "minutes after the jump")
			})
		})
	}
}

// Somebody without a desk whose lease has ended does not come onto the roster.
func TestRouterPutsNobodyOnTheRoster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei")
		defer w.route(t, "a")()
		_, ticket := w.wait()
		if _, err := w.desk.Note(t.Context(), testShop, "sup", dialog.NoteRequest{Ticket: ticket, Turn: "n", Text: "老顾客"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		agents, err := w.desk.Agents(t.Context(), testShop, "", 0)
		if err != nil || len(agents) != 1 {
			t.Errorf("Agents = %v, %v, want mei alone", agents, err)
		}
		if lapsed, err := w.store.Lapsed(t.Context(), testShop, 10); err != nil || len(lapsed) != 0 {
			t.Errorf("Lapsed = %v, %v, want none left to see to", lapsed, err)
		}
	})
}
