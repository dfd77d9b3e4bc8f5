package dialog_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// screen is what an agent's client knows from the stream.
type screen struct {
	mu       sync.Mutex
	after    uint64 // revision of the last ticket
	tickets  map[string]handoff.Ticket
	lines    map[string][]uint64 // ticket -> sequence numbers, as they came
	signs    map[string]dialog.Signs
	agent    *handoff.Agent
	beats    int
	problems []string
	stop     func(dialog.DeskNews) bool // ends the stream after these news
}

var errCut = errors.New("cut")

func newScreen() *screen {
	return &screen{tickets: make(map[string]handoff.Ticket), lines: make(map[string][]uint64), signs: make(map[string]dialog.Signs)}
}

func (s *screen) emit(news dialog.DeskNews) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if news.Agent == nil && news.Tickets == nil && news.Lines == nil && news.Alarms == nil {
		s.beats++
	}
	if news.Agent != nil {
		if s.agent != nil && news.Agent.Version < s.agent.Version { // a new stream begins with it
			s.problems = append(s.problems, fmt.Sprintf("agent of version %d after %d", news.Agent.Version, s.agent.Version))
		}
		s.agent = news.Agent
	}
	for _, t := range news.Tickets {
		if t.Revision <= s.after {
			s.problems = append(s.problems, fmt.Sprintf("ticket %s of revision %d after %d", t.ID, t.Revision, s.after))
		}
		s.after, s.tickets[t.ID] = t.Revision, *t
	}
	for _, l := range news.Lines {
		for _, e := range l.Entries {
			s.lines[l.Ticket] = append(s.lines[l.Ticket], e.Seq)
		}
		if l.Signs != nil {
			s.signs[l.Ticket] = *l.Signs
		}
	}
	if s.stop != nil && s.stop(news) {
		return errCut
	}
	return nil
}

func (s *screen) cursors() []dialog.Cursor {
	var out []dialog.Cursor
	for ticket, seqs := range s.lines {
		out = append(out, dialog.Cursor{Ticket: ticket, Seq: seqs[len(seqs)-1]})
	}
	return out
}

// watch runs a stream from where the screen is; cut ends it.
func (s *screen) watch(t *testing.T, desk *dialog.Desk, agent string) (cut func()) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	after, cursors := s.after, s.cursors()
	go func() { done <- desk.WatchDesk(ctx, testShop, agent, after, cursors, s.emit) }()
	synctest.Wait()
	return func() {
		t.Helper()
		cancel(errCut)
		if err := <-done; !errors.Is(err, errCut) {
			t.Errorf("WatchDesk = %v, want the cause", err)
		}
	}
}

// wantAll checks that the screen has every ticket as it is, and of each one on
// the desk every entry once and in order.
func (s *screen) wantAll(t *testing.T, w *world, when string, desk ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ticket := range w.store.all(testShop, func(*handoff.Ticket) bool { return true }) {
		if diff := cmp.Diff(*ticket, s.tickets[ticket.ID]); diff != "" {
			t.Errorf("%s: ticket (-stored +seen):\n%s", when, diff)
		}
	}
	for _, ticket := range desk {
		session, _ := w.store.stored(testShop, w.ticket(ticket).Session)
		if diff := cmp.Diff(upTo(session.Seq), s.lines[ticket]); diff != "" {
			t.Errorf("%s: entries of %s (-want +got):\n%s", when, ticket, diff)
		}
	}
	if len(s.problems) > 0 {
		t.Errorf("%s: %v", when, s.problems)
	}
}

// of returns the customer's signs in the conversation of a ticket.
func (s *screen) of(ticket string) dialog.Sign {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signs[ticket].Visitor
}

func TestWatchDeskGoesOnAfterACut(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		t.Run(fmt.Sprintf("deaf=%t", deaf), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, _ := routedWorld(t, nil, "mei")
				w.waker.deaf.Store(deaf)
				desks := []*dialog.Desk{w.desk, dialog.NewDesk(w.newService(dialog.Config{}))} // two nodes
				s := newScreen()
				id, mine := w.wait()
				w.claim("mei", mine)
				for i := range 6 {
					cut := s.watch(t, desks[i%2], "mei")
					w.say(id, "在吗")
					_, other := w.wait()
					if i%2 == 0 {
						w.claim("bo", other)
					}
					time.Sleep(2500 * time.Millisecond)
					synctest.Wait()
					s.wantAll(t, w, fmt.Sprint("stream ", i), mine)
					cut()
					w.say(id, "人呢") // while nobody watches
					if i%2 == 0 {
						if _, err := w.desk.Close(t.Context(), testShop, "bo", dialog.CloseRequest{Ticket: other, Outcome: "ok"}); err != nil {
							t.Fatal(err)
						}
					}
				}
				cut := s.watch(t, desks[0], "mei")
				time.Sleep(1500 * time.Millisecond)
				synctest.Wait()
				s.wantAll(t, w, "at last", mine)
				cut()
				if n := w.waker.subscribers(); n != 0 {
					t.Errorf("%d subscriptions are left", n)
				}
			})
		})
	}
}

// A client that breaks off in the middle of a long backlog has it all after it
// asked again.
func TestWatchDeskPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei")
		id, mine := w.wait()
		w.claim("mei", mine)
		for range dialog.MaxPageSize + 100 {
			w.say(id, "在吗")
		}
		for range dialog.MaxPageSize {
			w.wait()
		}
		s := newScreen()
		s.stop = func(dialog.DeskNews) bool { return true }
		if err := w.desk.WatchDesk(t.Context(), testShop, "mei", 0, nil, s.emit); !errors.Is(err, errCut) {
			t.Fatalf("WatchDesk = %v, want the error of emit", err)
		}
		s.stop = nil
		cut := s.watch(t, w.desk, "mei")
		synctest.Wait()
		s.wantAll(t, w, "right after the start", mine)
		cut()
	})
}

func TestWatchDeskShowsTheOwnDesk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := routedWorld(t, nil, "mei", "bo")
		defer w.route(t, "a")()
		s := newScreen()
		defer s.watch(t, w.desk, "mei")()
		id, ticket := w.wait()
		w.wantAt(t, ticket, "rings at mei", "at once")
		see := func(when string, kind handoff.WorkKind) {
			t.Helper()
			synctest.Wait()
			s.mu.Lock()
			defer s.mu.Unlock()
			if on := s.agent.On(ticket); on == nil && kind != "" || on != nil && on.Kind != kind {
				t.Errorf("%s: mei sees %+v on the desk, want %q", when, on, kind)
			}
		}
		see("while it rings", handoff.Ringing)
		s.wantAll(t, w, "while it rings", ticket)
		w.claim("mei", ticket)
		see("after the claim", handoff.Holding)
		if err := w.service.Sign(t.Context(), testShop, "ann", id, dialog.SignRequest{Typing: true}); err != nil {
			t.Fatal(err)
		}
		if got := s.of(ticket); !got.Typing {
			t.Errorf("signs of the customer = %+v, want typing", got)
		}
		time.Sleep(8 * time.Second)
		if got := s.of(ticket); got.Typing {
			t.Errorf("signs of the customer 8 s later = %+v, want nothing", got)
		}
		w.say(id, "我的订单呢")
		synctest.Wait()
		s.wantAll(t, w, "right after the customer spoke", ticket)
		if _, err := w.desk.Transfer(t.Context(), testShop, "mei", dialog.TransferRequest{Ticket: ticket, Agent: "bo"}); err != nil {
			t.Fatal(err)
		}
		see("after the transfer", "")
		w.say(id, "怎么回事") // is bo's to hear
		w.claim("bo", ticket)
		time.Sleep(2 * time.Second)
		if _, err := w.desk.Transfer(t.Context(), testShop, "bo", dialog.TransferRequest{Ticket: ticket, Agent: "mei"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.wantAll(t, w, "when it is back", ticket)
	})
}

// TestWatchDeskKeepsTheLease: who watches is there, and who does not is gone.
func TestWatchDeskKeepsTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, silence := routedWorld(t, nil, "mei")
		defer w.route(t, "a")()
		_, ticket := w.wait()
		w.claim("mei", ticket)
		s := newScreen()
		cut := s.watch(t, w.desk, "mei")
		silence("mei")
		time.Sleep(5 * time.Minute)
		w.wantAt(t, ticket, "held by mei", "while mei watches")
		s.mu.Lock()
		if s.beats < 25 || s.beats > 31 {
			t.Errorf("%d heartbeats in 5 quiet minutes, want one in 10 s", s.beats)
		}
		s.mu.Unlock()
		cut()
		time.Sleep(70 * time.Second)
		w.wantAt(t, ticket, "waits, front", "after a minute without the stream")
	})
}

// TestManyWatchersOfABusyShop: what one agent's stream reads does not grow with
// what the others do.
func TestManyWatchersOfABusyShop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const agents, seconds, perSecond = 50, 10, 40
		w := newWorld(t, shopTree())
		w.run()
		var reads [2]atomic.Int64 // of changes, and of the rest
		w.store.fail = func(op string) error {
			if op == "changes" {
				reads[0].Add(1)
			} else {
				reads[1].Add(1)
			}
			return nil
		}
		w.changeRules(func(r *handoff.Rules) { r.MaxOpen = handoff.MaxOpenLimit })
		id, ticket := w.wait()
		for i := range agents {
			defer newScreen().watch(t, w.desk, fmt.Sprint("a", i))()
		}
		time.Sleep(2 * time.Second)
		before := [2]int64{reads[0].Load(), reads[1].Load()}
		for range seconds * perSecond {
			if _, err := w.service.BackToBot(t.Context(), w.act(id)); err != nil {
				t.Fatal(err)
			}
			r, err := w.service.AskHuman(t.Context(), w.act(id))
			if err != nil {
				t.Fatal(err)
			}
			ticket = r.Ticket
			time.Sleep(time.Second / perSecond)
		}
		synctest.Wait()
		changes, others := reads[0].Load()-before[0], reads[1].Load()-before[1]
		if most := int64(agents * seconds * 3); changes > most {
			t.Errorf("%d watchers read the changes %d times in %d s, want at most %d", agents, changes, seconds, most)
		}
		// An idle agent is one read a look; what the customer does costs its own.
		if most := int64(agents*seconds*4 + seconds*perSecond*20); others > most {
			t.Errorf("%d watchers made %d other reads in %d s, want at most %d", agents, others, seconds, most)
		}
		t.Logf("%d reads of changes, %d others, last ticket %s", changes, others, ticket)
	})
}

func TestWatchDeskRefuses(t *testing.T) {
	w := newWorld(t, shopTree())
	emit := func(dialog.DeskNews) error { return errCut }
	wantField(t, "no agent", w.desk.WatchDesk(t.Context(), testShop, "", 0, nil, emit), "agent")
	wantField(t, "too many cursors", w.desk.WatchDesk(t.Context(), testShop, "mei", 0, make([]dialog.Cursor, dialog.MaxCursors+1), emit), "cursors")
	w.store.fail = func(string) error { return handoff.ErrUnavailable }
	if err := w.desk.WatchDesk(t.Context(), testShop, "mei", 0, nil, emit); !errors.Is(err, handoff.ErrUnavailable) {
		t.Errorf("WatchDesk while the store is away = %v, want ErrUnavailable", err)
	}
}
