package dialog_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/dialog"
)

// loads counts how often the store is asked for a session.
func (w *world) loads() (count func() int) {
	n := 0
	w.store.fail = func(op string) error {
		if op == "load" {
			n++
		}
		return nil
	}
	return func() int { return n }
}

// turnOn sends a turn to one node of several.
func (w *world) turnOn(node *dialog.Service, session, turn, text string) (*dialog.Reply, error) {
	return node.Turn(w.t.Context(), dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: session, Turn: turn, Text: text})
}

func TestSessionIsRememberedBetweenTurns(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(w *world, session string) // between two turns
		want int                            // how often the second one loads
	}{
		{"nothing", func(*world, string) {}, 0},
		{"another node changed it", func(w *world, s string) { w.waker.tell(dialog.SessionTopic(testShop, s)) }, 1},
		{"another node changed another one", func(w *world, s string) { w.waker.tell(dialog.SessionTopic(testShop, s+"0")) }, 0},
		{"something may have been missed", func(w *world, _ string) { w.waker.tell("") }, 1},
		{"4096 other sessions", func(w *world, _ string) {
			for range 4096 {
				w.say(w.start(), "你好")
			}
		}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shopTree())
			id := w.start()
			w.say(id, "充值没到账")
			tt.do(w, id)
			count := w.loads()
			if r := w.say(id, "没有"); brief(r) != "ANSWER WALKED topup.refund BOT" {
				t.Errorf("reply = %s", brief(r))
			}
			if got := count(); got != tt.want {
				t.Errorf("the second turn loads %d times, want %d", got, tt.want)
			}
		})
	}
}

// TestOutdatedMemoryDecidesNothing has another node change a session that this
// one remembers, with every hint of it lost.
func TestOutdatedMemoryDecidesNothing(t *testing.T) {
	for _, tt := range []struct {
		name    string
		other   func(w *world, other *dialog.Service, session string) error
		turn    dialog.TurnRequest // what comes to this node then
		want    string
		wantErr error
	}{
		{"a turn was made there",
			func(w *world, other *dialog.Service, s string) error {
				_, err := w.turnOn(other, s, "there", "没有")
				return err
			},
			dialog.TurnRequest{Turn: "here", Text: "充值没到账"}, "ASK SLOT_NEEDED topup BOT", nil},
		{"the turn before was sent again there, and another one",
			func(w *world, other *dialog.Service, s string) error {
				if _, err := w.turnOn(other, s, "first", "充值没到账"); err != nil {
					return err
				}
				_, err := w.turnOn(other, s, "there", "没有")
				return err
			},
			dialog.TurnRequest{Turn: "there", Text: "没有"}, "ANSWER WALKED topup.refund BOT", nil},
		{"the turn before comes again here",
			func(*world, *dialog.Service, string) error { return nil },
			dialog.TurnRequest{Turn: "first", Text: "充值没到账"}, "ASK SLOT_NEEDED topup BOT", nil},
		{"the turn before comes again with other words",
			func(*world, *dialog.Service, string) error { return nil },
			dialog.TurnRequest{Turn: "first", Text: "没有"}, "", dialog.ErrTurnReused},
		{"it was ended there",
			func(w *world, other *dialog.Service, s string) error {
				_, err := other.End(w.t.Context(), w.act(s))
				return err
			},
			dialog.TurnRequest{Turn: "here", Text: "没有"}, "", dialog.ErrClosed},
		{"a human was asked for there",
			func(w *world, other *dialog.Service, s string) error {
				_, err := other.AskHuman(w.t.Context(), w.act(s))
				return err
			},
			dialog.TurnRequest{Turn: "here", Text: "没有"}, "HUMAN_OWNS_SESSION WAITING", nil},
		{"something was offered there that is picked here",
			func(w *world, other *dialog.Service, s string) error {
				_, err := w.turnOn(other, s, "there", "退货")
				return err
			},
			dialog.TurnRequest{Turn: "here", Pick: "none"}, "", &dialog.FieldError{}},
		{"it is somebody else's",
			func(*world, *dialog.Service, string) error { return nil },
			dialog.TurnRequest{Visitor: "bob", Turn: "here", Text: "没有"}, "", dialog.ErrNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shopTree())
			other := w.newService(dialog.Config{})
			id := w.start()
			if _, err := w.turnOn(w.service, id, "first", "充值没到账"); err != nil {
				t.Fatal(err)
			}
			if err := tt.other(w, other, id); err != nil {
				t.Fatal(err)
			}
			before, _ := w.store.stored(testShop, id)
			req := tt.turn
			req.Shop, req.Session = testShop, id
			if req.Visitor == "" {
				req.Visitor = "ann"
			}
			got, err := w.service.Turn(t.Context(), req)
			var field *dialog.FieldError
			switch {
			case errors.As(tt.wantErr, &field):
				if !errors.As(err, &field) {
					t.Errorf("Turn = %v, want a *FieldError", err)
				}
			case !errors.Is(err, tt.wantErr):
				t.Errorf("Turn = %v, want %v", err, tt.wantErr)
			case err == nil && brief(got) != tt.want:
				t.Errorf("reply = %s, want %s", brief(got), tt.want)
			}
			after, entries := w.store.stored(testShop, id)
			if err != nil && after.Seq != before.Seq {
				t.Errorf("a refused turn left %d entries", after.Seq-before.Seq)
			}
			turns := make(map[string]int)
			for _, e := range entries {
				if e.Author == dialog.AuthorVisitor {
					turns[e.Turn]++
				}
			}
			for turn, n := range turns {
				if n > 1 {
					t.Errorf("turn %q is in the transcript %d times", turn, n)
				}
			}
		})
	}
}

// sameButTickets: an id that was drawn in vain is not drawn again.
var sameButTickets = cmp.Options{
	cmpopts.IgnoreFields(dialog.Reply{}, "Ticket"), cmpopts.IgnoreFields(dialog.Session{}, "Ticket"),
}

// TestMemoryChangesNothing compares any dialog on nodes that remember, of which
// each turn comes to any and none hears of the others, with the same dialog on
// nodes that have just started.
func TestMemoryChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, plain := newWorld(t, shopTree()), newWorld(t, shopTree())
		nodes := []*dialog.Service{w.service, w.newService(dialog.Config{}), w.newService(dialog.Config{})}
		id := w.start()
		if other := plain.start(); other != id {
			t.Fatalf("sessions %s and %s, want the same", id, other)
		}
		var sent []dialog.TurnRequest
		for i := range rapid.IntRange(1, 12).Draw(t, "turns") {
			req := dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: fmt.Sprint("t", i)}
			if len(sent) > 0 && rapid.IntRange(0, 4).Draw(t, "again") == 0 {
				req = rapid.SampledFrom(sent).Draw(t, "turn")
			} else {
				req.Text = anyWords(t)
				if session, _ := w.store.stored(testShop, id); len(session.Offers) > 0 && rapid.Bool().Draw(t, "picks") {
					req.Text, req.Pick = "", rapid.SampledFrom(session.Offers).Draw(t, "offer").ID
				}
				sent = append(sent, req)
			}
			got, err := nodes[rapid.IntRange(0, len(nodes)-1).Draw(t, "node")].Turn(t.Context(), req)
			want, wantErr := plain.newService(dialog.Config{}).Turn(t.Context(), req)
			if fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Fatalf("Turn(%+v) = %v, without memory %v", req, err, wantErr)
			}
			if diff := cmp.Diff(want, got, sameButTickets); diff != "" {
				t.Fatalf("reply to %+v differs from that without memory (-want +got):\n%s", req, diff)
			}
		}
		session, entries := w.store.stored(testShop, id)
		wantSession, wantEntries := plain.store.stored(testShop, id)
		if diff := cmp.Diff(wantEntries, entries); diff != "" {
			t.Errorf("transcript differs from that without memory (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(wantSession, session, sameButTickets); diff != "" {
			t.Errorf("session differs from that without memory (-want +got):\n%s", diff)
		}
	})
}
