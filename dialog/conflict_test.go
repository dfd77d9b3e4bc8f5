package dialog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestTurnIsDecidedAgainAfterAConflict(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.say(id, "充值没到账")
	conflicts := 2
	w.store.fail = func(op string) error {
		if op == "commit" && conflicts > 0 {
			conflicts--
			return fmt.Errorf("store: %w", dialog.ErrConflict)
		}
		return nil
	}
	if r := w.say(id, "没有"); brief(r) != "ANSWER WALKED topup.refund BOT" {
		t.Errorf("reply after conflicts = %s", brief(r))
	}
	w.store.fail = func(op string) error {
		if op == "commit" {
			return dialog.ErrConflict
		}
		return nil
	}
	_, err := w.service.Turn(t.Context(), dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "x", Text: "a"})
	if !errors.Is(err, dialog.ErrConflict) {
		t.Errorf("Turn under endless conflicts = %v, want ErrConflict", err)
	}
	if n := w.knowledge.pinned.Load(); n != 0 {
		t.Errorf("%d releases are still pinned", n)
	}
}

func TestErrorsComeThrough(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	for _, op := range []string{"load", "commit"} {
		w.store.fail = func(o string) error {
			if o == op {
				return fmt.Errorf("dial: %w", dialog.ErrUnavailable)
			}
			return nil
		}
		_, err := w.service.Turn(t.Context(), dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "x", Text: "a"})
		if !errors.Is(err, dialog.ErrUnavailable) {
			t.Errorf("Turn while %s fails = %v, want ErrUnavailable", op, err)
		}
	}
	w.store.fail = func(string) error { return nil }
	w.knowledge.err = errors.New("disk")
	_, err := w.service.Turn(t.Context(), dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "x", Text: "a"})
	if !errors.Is(err, w.knowledge.err) {
		t.Errorf("Turn while knowledge fails = %v, want its error", err)
	}
	if s, _ := w.store.stored(testShop, id); s.Seq != 1 {
		t.Errorf("failed turns left %d entries, want 1", s.Seq)
	}
}

// Two nodes of the service share a store and no locks: turns of one session
// from both must all happen, once each and one after the other.
func TestTurnsFromTwoProcessesAreSerial(t *testing.T) {
	w := newWorld(t, shopTree())
	id, _ := w.wait()
	nodes := []*dialog.Service{w.service, w.newService(dialog.Config{MaxConflicts: 1000})}
	const each = 20
	var wg sync.WaitGroup
	for n, node := range nodes {
		for worker := range 2 {
			wg.Go(func() {
				for i := range each {
					req := dialog.TurnRequest{
						Shop: testShop, Visitor: "ann", Session: id, Text: "在吗",
						Turn: fmt.Sprintf("%d-%d-%d", n, worker, i),
					}
					for {
						_, err := node.Turn(context.Background(), req)
						if err == nil {
							break
						}
						if !errors.Is(err, dialog.ErrConflict) {
							t.Errorf("Turn = %v", err)
							return
						}
					}
				}
			})
		}
	}
	wg.Wait()
	_, entries := w.store.stored(testShop, id)
	turns := make(map[string]int)
	for i, e := range entries {
		if e.Seq != uint64(i+1) {
			t.Fatalf("entry %d has seq %d", i+1, e.Seq)
		}
		if e.Author == dialog.AuthorVisitor {
			turns[e.Turn]++
		}
	}
	if len(turns) != 4*each+1 || len(entries) != 4*each+3 {
		t.Errorf("%d turns in %d entries, want %d in %d", len(turns), len(entries), 4*each+1, 4*each+3)
	}
}

// The same turn sent many times at once is handled once.
func TestTheSameTurnAtOnce(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	other := w.newService(dialog.Config{MaxConflicts: 100})
	replies := make([]*dialog.Reply, 16)
	var wg sync.WaitGroup
	for i := range replies {
		service := []*dialog.Service{w.service, other}[i%2]
		wg.Go(func() {
			r, err := service.Turn(context.Background(), dialog.TurnRequest{
				Shop: testShop, Visitor: "ann", Session: id, Turn: "same", Text: "转人工",
			})
			if err != nil {
				t.Errorf("Turn = %v", err)
			}
			replies[i] = r
		})
	}
	wg.Wait()
	for _, r := range replies {
		if diff := cmp.Diff(replies[0], r); diff != "" {
			t.Errorf("replies differ:\n%s", diff)
		}
	}
	if n := len(w.store.tickets); n != 1 {
		t.Errorf("%d tickets, want 1", n)
	}
}

func TestLongSessionIsHandedOver(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.store.sessions[string(testShop)+"/"+id].session.Seq = dialog.MaxEntries - 500 // as if much had been said
	w.store.sessions[string(testShop)+"/"+id].entries = make([]dialog.Entry, dialog.MaxEntries-500)
	r := w.say(id, "怎么申请退货")
	if brief(r) != "HANDOFF SESSION_TOO_LONG WAITING" {
		t.Fatalf("turn of a long session = %s, want a handoff", brief(r))
	}
	w.claim("mei", r.Ticket)
	full := false
	for range 600 {
		_, err := w.service.Turn(t.Context(), dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: w.turnID(), Text: "在吗"})
		if full = errors.Is(err, dialog.ErrFull); full {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if s, _ := w.store.stored(testShop, id); !full || s.Seq != dialog.MaxEntries {
		t.Errorf("full = %t at %d entries, want true at %d", full, s.Seq, dialog.MaxEntries)
	}
	if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: r.Ticket, Outcome: "ok", BackToBot: false}); err != nil {
		t.Errorf("Close of a full session = %v, want nil", err)
	}
}

func TestNodesOutsideTheirTimeAreNotReached(t *testing.T) {
	doc := shopTree()
	w := newWorld(t, doc)
	doc.Nodes[0].Children[1].Valid = knowledge.Validity{Until: w.clock}                   // returns.how
	doc.Nodes[0].Children[0].Children[1].Valid = knowledge.Validity{From: w.clock.Add(1)} // returns.days.locker
	w.knowledge.publish(t, 2, doc)
	id := w.start()
	if r := w.say(id, "我要退货"); len(r.Offers) != 2 {
		t.Errorf("menu offers %v, want one child and none", labels(r.Offers))
	}
	if r := w.say(id, "怎么申请退货"); r.Node == "returns.how" {
		t.Errorf("turn = %s, want another node", brief(r))
	}
	id = w.start()
	w.say(id, "第8天还能退货吗")
	if r := w.say(id, "丰巢"); brief(r) != "HANDOFF NODE_DEMANDS_HUMAN returns.days WAITING" {
		t.Errorf("a branch to a node outside its time = %s, want a handoff", brief(r))
	}
}

func TestReleaseSwappedInTheMiddle(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.say(id, "第8天还能退货吗")
	doc := shopTree()
	doc.Slots[0].Options = doc.Slots[0].Options[:1]          // the locker is gone
	doc.Nodes[0].Children[0].Branches[1].When = "days > 100" // as lint demands
	w.knowledge.publish(t, 2, doc)
	r, err := w.pick(id, "value:locker")
	if err != nil || brief(r) != "ASK SLOT_NOT_UNDERSTOOD returns.days BOT" || r.Release != 2 {
		t.Errorf("picking an option that is gone = %v, %v, want to be asked again", r, err)
	}
	doc = shopTree()
	doc.Nodes = doc.Nodes[1:] // the whole walk is gone
	w.knowledge.publish(t, 3, doc)
	if r := w.say(id, "退货运费谁出"); brief(r) != "ANSWER EXACT_QUESTION freight.who_pays BOT" || strings.Contains(r.Text, "回到") {
		t.Errorf("turn after the walk was removed = %s %q", brief(r), r.Text)
	}
}
