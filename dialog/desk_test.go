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
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

func TestDeskTakesATicketToItsEnd(t *testing.T) {
	w := newWorld(t, shopTree())
	ctx := t.Context()
	id, ticket := w.wait()
	w.claim("梅", ticket)
	entry, err := w.desk.Reply(ctx, testShop, "梅", dialog.ReplyRequest{Ticket: ticket, Turn: "a1", Text: " 您好\x07 "})
	if err != nil || entry.Text != "您好" || entry.Agent != "梅" || entry.Author != dialog.AuthorAgent {
		t.Fatalf("Reply = %+v, %v", entry, err)
	}
	again, err := w.desk.Reply(ctx, testShop, "梅", dialog.ReplyRequest{Ticket: ticket, Turn: "a1", Text: " 您好\x07 "})
	if diff := cmp.Diff(entry, again); err != nil || diff != "" {
		t.Errorf("Reply again = %v (-first +again):\n%s", err, diff)
	}
	if _, err := w.desk.Reply(ctx, testShop, "梅", dialog.ReplyRequest{Ticket: ticket, Turn: "a1", Text: "再见"}); !errors.Is(err, dialog.ErrTurnReused) {
		t.Errorf("Reply with a used turn id = %v, want ErrTurnReused", err)
	}
	closed, err := w.desk.Close(ctx, testShop, "梅", dialog.CloseRequest{Ticket: ticket, Outcome: "已解决", BackToBot: false})
	if err != nil || closed.State != handoff.Closed || closed.Outcome != "已解决" {
		t.Fatalf("Close = %+v, %v", closed, err)
	}
	if _, err := w.desk.Close(ctx, testShop, "梅", dialog.CloseRequest{Ticket: ticket, Outcome: "已解决", BackToBot: false}); err != nil {
		t.Errorf("Close again = %v, want nil", err)
	}
	if _, err := w.desk.Close(ctx, testShop, "梅", dialog.CloseRequest{Ticket: ticket, Outcome: "别的", BackToBot: false}); !errors.Is(err, handoff.ErrClosed) {
		t.Errorf("Close with another outcome = %v, want handoff.ErrClosed", err)
	}
	var got []string
	_, entries := w.store.stored(testShop, id)
	for _, e := range entries {
		got = append(got, fmt.Sprintf("%s %s", e.Author, e.State))
	}
	want := []string{"bot BOT", "visitor BOT", "bot WAITING", "system HUMAN", "agent HUMAN", "system CLOSED"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	if !strings.Contains(entries[3].Text, "梅") || entries[3].Agent != "梅" {
		t.Errorf("entry of the claim = %+v, want the agent's name", entries[3])
	}
}

func TestDeskRefusesWhoDoesNotHold(t *testing.T) {
	w := newWorld(t, shopTree())
	_, waiting := w.wait()
	_, held := w.wait()
	closedSession, closed := w.wait()
	w.claim("mei", held)
	if _, err := w.service.End(t.Context(), w.act(closedSession)); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name         string
		shop         shop.ID
		ticket       string
		claim, other error // of Claim, and of Reply and Close, by agent bo
	}{
		{"waiting", "demo", waiting, nil, handoff.ErrNotHolder},
		{"held by another", "demo", held, handoff.ErrTaken, handoff.ErrTaken},
		{"closed", "demo", closed, handoff.ErrClosed, handoff.ErrClosed},
		{"of another shop", "other", waiting, handoff.ErrNotFound, handoff.ErrNotFound},
		{"missing", "demo", "x", handoff.ErrNotFound, handoff.ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, reply := w.desk.Reply(t.Context(), tt.shop, "bo", dialog.ReplyRequest{Ticket: tt.ticket, Turn: "t", Text: "hi"})
			_, closing := w.desk.Close(t.Context(), tt.shop, "bo", dialog.CloseRequest{Ticket: tt.ticket, Outcome: "ok", BackToBot: false})
			_, claim := w.desk.Claim(t.Context(), tt.shop, "bo", dialog.TicketRequest{Ticket: tt.ticket})
			if !errors.Is(reply, tt.other) || !errors.Is(closing, tt.other) {
				t.Errorf("Reply = %v, Close = %v, want %v", reply, closing, tt.other)
			}
			if !errors.Is(claim, tt.claim) {
				t.Errorf("Claim = %v, want %v", claim, tt.claim)
			}
		})
	}
}

func TestDeskRefusesBadFields(t *testing.T) {
	w := newWorld(t, shopTree())
	_, ticket := w.wait()
	ctx := t.Context()
	_, err := w.desk.Claim(ctx, testShop, "a\nb", dialog.TicketRequest{Ticket: ticket})
	wantField(t, "Claim", err, "agent")
	_, err = w.desk.Reply(ctx, testShop, "mei", dialog.ReplyRequest{Ticket: ticket, Turn: "t", Text: strings.Repeat("长", dialog.MaxReply+1)})
	wantField(t, "Reply", err, "text")
	_, err = w.desk.Reply(ctx, testShop, "mei", dialog.ReplyRequest{Ticket: ticket, Turn: "", Text: "hi"})
	wantField(t, "Reply", err, "turn")
	_, err = w.desk.Close(ctx, testShop, "mei", dialog.CloseRequest{Ticket: ticket, Outcome: "", BackToBot: false})
	wantField(t, "Close", err, "outcome")
	_, err = w.desk.List(ctx, testShop, handoff.Closed, 0, 10)
	wantField(t, "List", err, "state")
	_, err = w.desk.List(ctx, "No Shop", handoff.Waiting, 0, 10)
	wantField(t, "List", err, "shop")
}

func TestDeskLists(t *testing.T) {
	w := newWorld(t, shopTree())
	var tickets []string
	for range 3 {
		_, ticket := w.wait()
		tickets = append(tickets, ticket)
	}
	w.claim("mei", tickets[1])
	for state, want := range map[handoff.State][]string{
		handoff.Waiting: {tickets[0], tickets[2]},
		handoff.Held:    {tickets[1]},
	} {
		list, err := w.desk.List(t.Context(), testShop, state, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, ticket := range list {
			got = append(got, ticket.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("List(%s) (-want +got):\n%s", state, diff)
		}
	}
}

// The bot starts afresh when an agent gives a session back: nothing that was
// said before triggers anything, but facts stay.
func TestDeskReturnsToTheBotWithABoundary(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.say(id, "第8天还能退货吗")
	w.say(id, "量子")
	ticket := w.say(id, "黑洞").Ticket
	w.claim("mei", ticket)
	if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: ticket, Outcome: "ok", BackToBot: true}); err != nil {
		t.Fatal(err)
	}
	s, entries := w.store.stored(testShop, id)
	if s.State != dialog.StateBot || s.Boundary != s.Seq || s.Walk != nil || s.Offers != nil || s.Misses != 0 || s.Asks != 0 || s.Asked != nil {
		t.Errorf("session = %+v, want a fresh one behind a boundary", s)
	}
	if s.Slots["days"] != "8" {
		t.Errorf("slots = %v, want days 8", s.Slots)
	}
	if last := entries[len(entries)-1]; last.Author != dialog.AuthorSystem || !strings.Contains(last.Text, "智能客服") {
		t.Errorf("last entry = %+v, want to tell the customer", last)
	}
	if r := w.say(id, "量子"); brief(r) != "ASK UNKNOWN BOT" {
		t.Errorf("first miss after the boundary = %s, want to be asked, not handed over", brief(r))
	}
}

// Many agents at once: one gets the ticket, the others learn that it is taken.
func TestDeskClaimIsExclusive(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	desks := []*dialog.Desk{w.desk, dialog.NewDesk(w.newService(dialog.Config{MaxConflicts: 100}))}
	var mu sync.Mutex
	won := 0
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			_, err := desks[i%2].Claim(context.Background(), testShop, fmt.Sprintf("agent%d", i), dialog.TicketRequest{Ticket: ticket})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !errors.Is(err, handoff.ErrTaken) {
				t.Errorf("Claim = %v, want handoff.ErrTaken", err)
			}
		})
	}
	wg.Wait()
	s, entries := w.store.stored(testShop, id)
	if won != 1 || s.State != dialog.StateHuman || len(entries) != 4 {
		t.Errorf("%d winners, state %s, %d entries, want 1, HUMAN, 4", won, s.State, len(entries))
	}
}

func TestDeskFollow(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	if _, err := w.service.End(t.Context(), w.act(id)); err != nil {
		t.Fatal(err)
	}
	var got seen
	if err := w.desk.Follow(t.Context(), testShop, ticket, 0, got.emit); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(upTo(4), got.seqs); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if err := w.desk.Follow(t.Context(), testShop, "x", 0, got.emit); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Follow of a missing ticket = %v, want handoff.ErrNotFound", err)
	}
}
