package dialog_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// routedWorld is a world of which the clock runs in a bubble, with agents who
// are online and heard of every five seconds until they fall silent.
func routedWorld(t *testing.T, change func(*handoff.Rules), agents ...string) (w *world, silence func(agent string)) {
	t.Helper()
	w = newWorld(t, shopTree())
	w.run()
	if change != nil {
		w.changeRules(change)
	}
	silent := make(map[string]func())
	for _, name := range agents {
		w.staff(name, 3, handoff.Online)
		time.Sleep(time.Millisecond) // so that the first one is idle longest
		ctx, cancel := context.WithCancel(t.Context())
		silent[name] = cancel
		go func() {
			for ctx.Err() == nil {
				_, err := w.desk.Self(ctx, testShop, name)
				_ = err // a store that is away is tried again
				select {
				case <-ctx.Done():
				case <-time.After(5 * time.Second):
				}
			}
		}()
	}
	return w, func(agent string) { silent[agent]() }
}

// route runs a router of its own node until the test or stop ends it.
func (w *world) route(t *testing.T, node string) (stop func()) {
	t.Helper()
	return w.routeOn(t, w.newService(dialog.Config{}), node)
}

// routeOn is route on a service that the test knows.
func (w *world) routeOn(t *testing.T, service *dialog.Service, node string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	router := dialog.NewRouter(service, node, slog.New(slog.DiscardHandler))
	go func() { done <- router.Run(ctx) }()
	synctest.Wait()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v, want nil after the end", err)
		}
	}
}

// where says where a ticket is: "rings at mei", "held by bo", "waits, front".
func (w *world) where(ticket string) string {
	w.t.Helper()
	synctest.Wait()
	switch t := w.ticket(ticket); {
	case t.State == handoff.Waiting && t.Offer != nil:
		return "rings at " + t.Offer.Agent
	case t.State == handoff.Held:
		return "held by " + t.Agent
	case t.State == handoff.Waiting && t.Front:
		return "waits, front"
	case t.State == handoff.Waiting:
		return "waits"
	}
	return "closed"
}

func (w *world) wantAt(t *testing.T, ticket, want, when string) {
	t.Helper()
	if got := w.where(ticket); got != want {
		t.Errorf("%s: the ticket %s, want %s", when, got, want)
	}
}

func TestRouterRings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei", "bo")
		defer w.route(t, "a")()
		id, ticket := w.wait()
		w.wantAt(t, ticket, "rings at mei", "at once")
		if s, _ := w.store.stored(testShop, id); s.State != dialog.StateWaiting {
			t.Errorf("the session is in %s while it rings, want WAITING", s.State)
		}
		if _, err := w.desk.Decline(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: ticket}); err != nil {
			t.Fatal(err)
		}
		w.wantAt(t, ticket, "rings at bo", "after mei said no")
		time.Sleep(21 * time.Second)
		w.wantAt(t, ticket, "rings at mei", "after bo did not hear it")
		w.claim("mei", ticket)
		w.wantAt(t, ticket, "held by mei", "after mei accepted")
		time.Sleep(time.Minute)
		w.wantAt(t, ticket, "held by mei", "after the time of a ring")
		if a := w.agent("bo"); a.Missed != 1 || a.Presence != handoff.Online {
			t.Errorf("bo is %s after %d misses, want online after 1", a.Presence, a.Missed)
		}
	})
}

func TestRouterSetsAwayWhoDoesNotHear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei", "bo")
		defer w.route(t, "a")()
		_, ticket := w.wait()
		for i, want := range []string{"rings at mei", "rings at bo", "rings at mei", "rings at bo", "waits"} {
			w.wantAt(t, ticket, want, time.Duration(i*20*int(time.Second)).String())
			time.Sleep(20*time.Second + 10*time.Millisecond)
		}
		for _, name := range []string{"mei", "bo"} {
			if a := w.agent(name); a.Presence != handoff.Away || len(a.Work) != 0 {
				t.Errorf("%s is %s with %v on the desk, want away with nothing", name, a.Presence, a.Work)
			}
		}
		w.be("bo", handoff.Online, false)
		w.wantAt(t, ticket, "rings at bo", "after bo came back")
	})
}

// An agent who is about to leave and misses rings still leaves.
func TestRouterLetsLeavingAgentsLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, func(r *handoff.Rules) { r.Misses = 1 }, "mei")
		defer w.route(t, "a")()
		_, ticket := w.wait()
		w.wantAt(t, ticket, "rings at mei", "at once")
		w.claim("mei", ticket)
		_, second := w.wait()
		w.wantAt(t, second, "rings at mei", "at once")
		w.be("mei", handoff.Offline, true)
		time.Sleep(25 * time.Second)
		w.wantAt(t, second, "waits", "after the ring")
		if a := w.agent("mei"); !a.Draining || a.Presence != handoff.Online {
			t.Errorf("mei is %s, draining %t, want her still to leave after her work", a.Presence, a.Draining)
		}
		if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: ticket, Outcome: "ok"}); err != nil {
			t.Fatal(err)
		}
		if a := w.agent("mei"); a.Presence != handoff.Offline {
			t.Errorf("mei is %s after her last ticket, want offline", a.Presence)
		}
	})
}

func TestRouterAssignsWithinCapacity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, func(r *handoff.Rules) { r.Mode, r.WrapUp = handoff.Assign, 30*time.Second }, "mei")
		if _, err := w.desk.PutAgent(t.Context(), testShop, dialog.AgentSettings{Name: "mei", Capacity: 1}); err != nil {
			t.Fatal(err)
		}
		defer w.route(t, "a")()
		id, first := w.wait()
		_, second := w.wait()
		w.wantAt(t, first, "held by mei", "at once")
		w.wantAt(t, second, "waits", "while the desk is full")
		if e, s := w.last(first); s.State != dialog.StateHuman || s.ID != id || e.Agent != "mei" {
			t.Errorf("session in %s, last entry %+v, want HUMAN and the customer told", s.State, e)
		}
		if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: first, Outcome: "ok"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(29 * time.Second)
		w.wantAt(t, second, "waits", "while mei wraps up")
		time.Sleep(2 * time.Second)
		w.wantAt(t, second, "held by mei", "after the time for it")
		_, third := w.wait()
		if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: second, Outcome: "ok"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.desk.WrapUp(t.Context(), testShop, "mei", dialog.WrapUpRequest{Ticket: second}); err != nil {
			t.Fatal(err)
		}
		w.wantAt(t, third, "held by mei", "right after the wrap-up")
	})
}

// A customer whose agent's connection is gone is told so, is first in line, and
// gets another agent.
func TestRouterTakesFromWhoIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, silence := routedWorld(t, func(r *handoff.Rules) { r.WrapUp = time.Hour }, "mei", "bo")
		defer w.route(t, "a")()
		w.be("bo", handoff.Away, false)
		id, ticket := w.wait()
		w.wantAt(t, ticket, "rings at mei", "at once")
		w.claim("mei", ticket)
		_, rang := w.wait()
		w.wantAt(t, rang, "rings at mei", "at once")
		_, wrapped := w.wait()
		w.wantAt(t, wrapped, "rings at mei", "at once")
		w.claim("mei", wrapped)
		if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: wrapped, Outcome: "ok"}); err != nil {
			t.Fatal(err)
		}
		w.claim("mei", rang)
		silence("mei")
		time.Sleep(50 * time.Second)
		w.wantAt(t, ticket, "held by mei", "before the lease has ended")
		time.Sleep(20 * time.Second)
		w.wantAt(t, ticket, "waits, front", "after it")
		if a := w.agent("mei"); a.Presence != handoff.Offline || len(a.Work) != 0 {
			t.Errorf("mei is %s with %v on the desk, want offline with nothing", a.Presence, a.Work)
		}
		if e, s := w.last(ticket); s.State != dialog.StateWaiting || !strings.Contains(e.Text, "连接中断") || e.Agent != "mei" {
			t.Errorf("session in %s, the customer was told %+v", s.State, e)
		}
		_, later := w.wait()
		w.be("bo", handoff.Online, false)
		w.wantAt(t, ticket, "rings at bo", "after bo is back")
		w.claim("bo", ticket)
		if e, s := w.last(ticket); s.State != dialog.StateHuman || s.ID != id || !strings.Contains(e.Text, "bo") {
			t.Errorf("session in %s, the customer was told %+v", s.State, e)
		}
		w.wantAt(t, later, "rings at bo", "behind those who were there before")
		// Whoever was gone and comes back finds an empty desk, and works again.
		if _, err := w.desk.Reply(t.Context(), testShop, "mei", dialog.ReplyRequest{Ticket: ticket, Turn: "t", Text: "在吗"}); err == nil {
			t.Error("Reply of who lost the ticket = nil, want an error")
		}
	})
}

func TestRouterPrefersWhoKnowsTheCustomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei", "bo")
		id, ticket := w.wait()
		w.claim("mei", ticket)
		defer w.route(t, "a")()
		if _, err := w.service.BackToBot(t.Context(), w.act(id)); err != nil {
			t.Fatal(err)
		}
		again := w.say(id, "转人工").Ticket
		w.wantAt(t, again, "rings at mei", "although bo is idle longer")
		time.Sleep(21 * time.Second)
		w.wantAt(t, again, "rings at bo", "after mei did not hear it")
	})
}

func TestRouterFollowsTheRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, func(r *handoff.Rules) { r.Mode = handoff.Pull }, "mei")
		defer w.route(t, "a")()
		_, ticket := w.wait()
		time.Sleep(10 * time.Second)
		w.wantAt(t, ticket, "waits", "in mode pull")
		w.changeRules(func(r *handoff.Rules) { r.Mode, r.Ring, r.Misses = handoff.Push, time.Minute, 0 })
		time.Sleep(4 * time.Second)
		w.wantAt(t, ticket, "rings at mei", "in mode push")
		w.changeRules(func(r *handoff.Rules) { r.Ring = 5 * time.Second })
		time.Sleep(8 * time.Second)
		if got := w.agent("mei").Missed; got == 0 {
			t.Error("no ring has ended 8 s after rings of 5 s became the rule")
		}
		w.changeRules(func(r *handoff.Rules) { r.Mode = handoff.Assign })
		time.Sleep(8 * time.Second)
		w.wantAt(t, ticket, "held by mei", "in mode assign")
	})
}

func TestRouterSkillNobodyHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, func(r *handoff.Rules) { r.Routes = []handoff.Route{{Skill: "klingon", Proficiency: 5}} }, "mei")
		defer w.route(t, "a")()
		_, ticket := w.wait()
		time.Sleep(59 * time.Second)
		w.wantAt(t, ticket, "waits", "before any skill will do")
		time.Sleep(2 * time.Second)
		w.wantAt(t, ticket, "rings at mei", "after a minute")
		if diff := cmp.Diff([]string{ticket + " ringing"}, w.onDesk("mei")); diff != "" {
			t.Errorf("desk (-want +got):\n%s", diff)
		}
	})
}

// TestRouterCommitsSideBySide: of a store that takes its time, assignments do
// not have to wait for each other.
func TestRouterCommitsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		agents := []string{"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"}
		w, _ := routedWorld(t, func(r *handoff.Rules) { r.Mode = handoff.Assign }, agents...)
		var tickets []string
		for range agents {
			_, ticket := w.wait()
			tickets = append(tickets, ticket)
		}
		w.store.fail = func(op string) error {
			if op == "commit" {
				time.Sleep(time.Second)
			}
			return nil
		}
		defer w.route(t, "a")()
		time.Sleep(2 * time.Second)
		for _, ticket := range tickets {
			if got := w.ticket(ticket).State; got != handoff.Held {
				t.Errorf("after the time of one commit, the ticket is %s, want held", got)
			}
		}
		w.checkDesks(t)
	})
}
