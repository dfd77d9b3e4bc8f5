package dialog_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// seen collects what a watcher is told.
type seen struct {
	seqs  []uint64
	beats int
}

func (s *seen) emit(entries []dialog.Entry, signs *dialog.Signs) error {
	if len(entries) == 0 && signs == nil {
		s.beats++
	}
	for _, e := range entries {
		s.seqs = append(s.seqs, e.Seq)
	}
	return nil
}

// upTo is 1, 2, … n.
func upTo(n uint64) []uint64 {
	var out []uint64
	for i := uint64(1); i <= n; i++ {
		out = append(out, i)
	}
	return out
}

func TestWatchEmitsEachEntryOnceAndEnds(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		t.Run(fmt.Sprintf("deaf=%t", deaf), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, shopTree())
				w.waker.deaf.Store(deaf)
				id, ticket := w.wait()
				var got seen
				done := make(chan error, 1)
				go func() { done <- w.service.Watch(t.Context(), testShop, "ann", id, 1, got.emit) }()
				synctest.Wait()
				w.say(id, "在吗")
				w.claim("mei", ticket)
				if !deaf {
					synctest.Wait()
					if diff := cmp.Diff([]uint64{2, 3, 4, 5}, got.seqs); diff != "" {
						t.Errorf("entries right after the wake-up (-want +got):\n%s", diff)
					}
				}
				time.Sleep(6 * time.Second) // of the bubble: a poll
				synctest.Wait()
				w.say(id, "好的")
				if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: ticket, Outcome: "ok", BackToBot: false}); err != nil {
					t.Fatal(err)
				}
				if err := <-done; err != nil {
					t.Errorf("Watch = %v, want nil after the end", err)
				}
				if diff := cmp.Diff(upTo(7)[1:], got.seqs); diff != "" {
					t.Errorf("entries (-want +got):\n%s", diff)
				}
				if n := w.waker.subscribers(); n != 0 {
					t.Errorf("%d subscriptions are left", n)
				}
			})
		})
	}
}

func TestWatchBeatsWhileIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, shopTree())
		id := w.start()
		ctx, cancel := context.WithCancelCause(t.Context())
		drain := errors.New("drain")
		var got seen
		done := make(chan error, 1)
		go func() { done <- w.service.Watch(ctx, testShop, "ann", id, 0, got.emit) }()
		time.Sleep(46 * time.Second)
		synctest.Wait()
		if got.beats != 4 {
			t.Errorf("%d heartbeats in 46 s, want 4", got.beats)
		}
		cancel(drain)
		if err := <-done; !errors.Is(err, drain) {
			t.Errorf("Watch = %v, want the cause", err)
		}
	})
}

func TestWatchEndsWithAnExpiredSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, shopTree())
		id := w.start()
		var got seen
		done := make(chan error, 1)
		go func() { done <- w.service.Watch(t.Context(), testShop, "ann", id, 0, got.emit) }()
		synctest.Wait()
		w.pass(time.Hour)
		if err := <-done; err != nil { // the next poll sees it
			t.Errorf("Watch = %v, want nil", err)
		}
	})
}

func TestWatchReadsLongTranscriptsInPages(t *testing.T) {
	w := newWorld(t, shopTree())
	id, _ := w.wait()
	for range 1200 {
		w.say(id, "在吗")
	}
	if _, err := w.service.End(t.Context(), w.act(id)); err != nil {
		t.Fatal(err)
	}
	var got seen
	if err := w.service.Watch(t.Context(), testShop, "ann", id, 0, got.emit); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(upTo(1204), got.seqs); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestWatchReturnsTheErrorOfEmit(t *testing.T) {
	w := newWorld(t, shopTree())
	gone := errors.New("gone")
	err := w.service.Watch(t.Context(), testShop, "ann", w.start(), 0, func([]dialog.Entry, *dialog.Signs) error { return gone })
	if !errors.Is(err, gone) {
		t.Errorf("Watch = %v, want the error of emit", err)
	}
}

func TestDeskWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, shopTree())
		ctx, cancel := context.WithCancel(t.Context())
		var got []string
		beats := 0
		done := make(chan error, 1)
		go func() {
			done <- w.desk.Watch(ctx, testShop, 0, func(tickets []*handoff.Ticket) error {
				if len(tickets) == 0 {
					beats++
				}
				for _, ticket := range tickets {
					got = append(got, ticket.ID+" "+string(ticket.State))
				}
				return nil
			})
		}()
		synctest.Wait()
		_, first := w.wait()
		synctest.Wait()
		id, second := w.wait()
		w.claim("mei", first)
		synctest.Wait()
		w.say(id, "在吗") // changes no ticket
		if _, err := w.service.End(t.Context(), w.act(id)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(25 * time.Second)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Watch = %v, want context.Canceled", err)
		}
		want := []string{first + " waiting", second + " waiting", first + " held", second + " closed"}
		if diff := cmp.Diff(want, got); diff != "" || beats != 2 {
			t.Errorf("%d heartbeats in 25 s, want 2; tickets (-want +got):\n%s", beats, diff)
		}
	})
}
