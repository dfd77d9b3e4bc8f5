package dialog_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// calls counts what is asked of the store from now on, by operation.
func (w *world) calls() (count func(ops ...string) int) {
	seen := make(map[string]int)
	w.store.set(func(m *memStore) { m.asked = func(op string) { seen[op]++ } })
	return func(ops ...string) int {
		sum := 0
		w.store.set(func(*memStore) {
			for _, op := range ops {
				sum += seen[op]
			}
		})
		return sum
	}
}

// TestShopsRest: of shops where nobody is there a router asks nothing, however
// many there are, and of itself once a second.
func TestShopsRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil)
		for i := range 100 {
			w.staffIn(t, shop.ID("shop-"+string(rune('a'+i/10))+string(rune('a'+i%10))), "mei", handoff.Offline)
		}
		defer w.route(t, "a")()
		time.Sleep(2 * time.Minute)
		count := w.calls()
		time.Sleep(100 * time.Second)
		if n := count("stirred"); n < 90 || n > 110 {
			t.Errorf("a router asked for stirs %d times in 100 s, want once a second", n)
		}
		if n := count("agent changes"); n > 30 {
			t.Errorf("a router looked %d times in 100 s at 100 shops that rest, want once each in 10 minutes", n)
		}
		if n := count("changes", "lead", "rules", "lapsed"); n != 0 {
			t.Errorf("a router asked %d times in 100 s for other things of shops that rest, want never", n)
		}
	})
}

// staffIn puts an agent on the roster of any shop.
func (w *world) staffIn(t *testing.T, id shop.ID, agent string, p handoff.Presence) {
	t.Helper()
	if _, err := w.desk.SetPresence(t.Context(), id, agent, p, false); err != nil {
		t.Fatal(err)
	}
}

// TestShopWakesWithoutWakeUps: an agent comes to a shop that rests where a
// customer waits, and every wake-up is lost.
func TestShopWakesWithoutWakeUps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil)
		w.waker.deaf.Store(true)
		stopA := w.route(t, "a")
		defer w.route(t, "b")()
		_, ticket := w.wait()
		time.Sleep(5 * time.Minute)
		if n := w.waker.subscribers(); n != 2 {
			t.Errorf("%d subscriptions while the shop rests, want one of each router", n)
		}
		w.staff("mei", 3, handoff.Online)
		time.Sleep(2 * time.Second)
		w.wantAt(t, ticket, "rings at mei", "two seconds after mei came")
		w.claim("mei", ticket)
		// The node that leads dies: one of the two does, and stops alone.
		stopA()
		_, second := w.wait()
		time.Sleep(6 * time.Second)
		w.wantAt(t, second, "rings at mei", "after a node died")
	})
}

// TestWakeUpsWakeAtOnce: with wake-ups, nothing waits for the next round.
func TestWakeUpsWakeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil)
		defer w.route(t, "a")()
		_, ticket := w.wait()
		time.Sleep(5*time.Minute + 300*time.Millisecond)
		w.staff("mei", 3, handoff.Online)
		w.wantAt(t, ticket, "rings at mei", "as soon as mei comes to a shop that rests")
	})
}

// TestStirWithoutNewsKeepsShopAwake: what a stir stands for may be made until
// handoff.StirFor later, without another stir and without a wake-up.
func TestStirWithoutNewsKeepsShopAwake(t *testing.T) {
	for _, late := range []time.Duration{0, time.Second, 20 * time.Second, handoff.StirFor - time.Millisecond} {
		t.Run(late.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, _ := routedWorld(t, nil)
				w.waker.deaf.Store(true)
				defer w.route(t, "a")()
				_, ticket := w.wait()
				time.Sleep(5*time.Minute + 900*time.Millisecond)
				w.store.set(func(m *memStore) { m.stir(testShop); m.unsaid = true })
				time.Sleep(late)
				w.staff("mei", 3, handoff.Online)
				time.Sleep(2 * time.Second)
				w.wantAt(t, ticket, "rings at mei", "two seconds after mei came")
			})
		})
	}
}

// TestSweepFindsWhatNoStirTells: a store that lost its last moments.
func TestSweepFindsWhatNoStirTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil)
		w.waker.deaf.Store(true)
		w.staff("mei", 3, handoff.Offline)
		defer w.route(t, "a")()
		_, ticket := w.wait()
		time.Sleep(5 * time.Minute)
		w.store.set(func(m *memStore) { m.unsaid = true })
		w.be("mei", handoff.Online, false)
		time.Sleep(30 * time.Second)
		w.wantAt(t, ticket, "waits", "while nobody can know")
		for range 60 { // mei is there all the time
			time.Sleep(10 * time.Second)
			w.be("mei", handoff.Online, false)
		}
		w.wantAt(t, ticket, "rings at mei", "after ten minutes")
	})
}

// TestSweepPassesOverShopsThatCannotBeReached: a node starts while a master is
// away, and no stir tells of a customer of another.
func TestSweepPassesOverShopsThatCannotBeReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil)
		for i := range 100 {
			w.staffIn(t, shop.ID(fmt.Sprint("shop-", i)), "mei", handoff.Offline)
		}
		time.Sleep(handoff.StirFor)
		w.store.set(func(m *memStore) { m.unsaid, m.forgetful = true, true })
		w.staff("mei", 3, handoff.Online)
		_, ticket := w.wait()
		there := w.store.fail
		w.store.fail = func(op string) error {
			if strings.HasPrefix(op, "agent changes of shop-") {
				return dialog.ErrUnavailable
			}
			return there(op)
		}
		defer w.route(t, "a")()
		time.Sleep(time.Millisecond)
		w.wantAt(t, ticket, "rings at mei", "when a node has started")
	})
}

// TestLevelsOfShopsThatRest are right, and cost nothing.
func TestLevelsOfShopsThatRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil)
		w.waker.deaf.Store(true)
		service := w.newService(dialog.Config{})
		desk := dialog.NewDesk(service)
		defer w.routeOn(t, service, "a")()
		w.wait()
		time.Sleep(5 * time.Minute)
		came := func() int {
			now := w.now()
			report, _, err := desk.ServiceLevel(t.Context(), testShop, now.Add(-time.Hour), now)
			if err != nil {
				t.Fatal(err)
			}
			return report.Total.Came
		}
		if n := came(); n != 1 {
			t.Errorf("customers who came = %d, want 1", n)
		}
		count := w.calls()
		for range 50 {
			came()
			if _, err := desk.Presences(t.Context(), testShop); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
		}
		if n := count("changes", "rules"); n != 0 {
			t.Errorf("figures of a shop that rests took %d reads, want none", n)
		}
		w.wait()
		time.Sleep(2 * time.Second)
		if n := came(); n != 2 {
			t.Errorf("customers who came = %d two seconds after the second, want 2", n)
		}
		w.staff("mei", 3, handoff.Away)
		time.Sleep(2 * time.Second)
		if p, err := desk.Presences(t.Context(), testShop); err != nil || p[handoff.Away] != 1 {
			t.Errorf("Presences = %v, %v, want one away", p, err)
		}
	})
}

// TestShopsAreForgotten when they have rested for a day, and read again.
func TestShopsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil)
		service := w.newService(dialog.Config{})
		defer w.routeOn(t, service, "a")()
		_, ticket := w.wait()
		time.Sleep(time.Hour)
		if n := dialog.Pictures(service); n != 1 {
			t.Errorf("shops known after an hour = %d, want 1", n)
		}
		time.Sleep(25 * time.Hour)
		if n := dialog.Pictures(service); n != 0 {
			t.Errorf("shops known after a day = %d, want none", n)
		}
		w.staff("mei", 3, handoff.Online)
		w.wantAt(t, ticket, "rings at mei", "as soon as mei comes")
	})
}
