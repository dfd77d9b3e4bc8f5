package dialog_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// TestTransferTakesAllAlong: the next agent knows what the first one knew, and
// the customer is told and neither asked again nor sent to the end of the line.
func TestTransferTakesAllAlong(t *testing.T) {
	o := newOffice(t)
	o.staff("fay", 3, handoff.Online)
	o.pass(time.Minute)
	was := o.ticket(o.held)
	_, before := o.store.stored(testShop, o.session)
	got, err := o.desk.Transfer(t.Context(), testShop, "mei", dialog.TransferRequest{
		Ticket: o.held, Needs: handoff.Needs{Skill: "运费", Proficiency: 2}, Agent: "fay", Note: "已核对订单",
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(was.Packet, got.Packet); diff != "" {
		t.Errorf("packet (-before +after):\n%s", diff)
	}
	want := []handoff.Note{{Agent: "mei", Text: "已核对订单", Time: o.now(), After: uint64(len(before))}}
	if diff := cmp.Diff(want, got.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if got.State != handoff.Waiting || !got.Front || !got.Created.Equal(was.Created) || got.Prefer != "fay" || got.PreferUntil.Before(o.now()) {
		t.Errorf("ticket = %+v, want it at the front of the line, for fay", got)
	}
	if wantNeeds := (handoff.Needs{Skill: "运费", Proficiency: 2, Language: "zh"}); got.Needs != wantNeeds {
		t.Errorf("needs = %+v, want %+v", got.Needs, wantNeeds)
	}
	s, after := o.store.stored(testShop, o.session)
	if diff := cmp.Diff(before, after[:len(before)]); diff != "" || len(after) != len(before)+1 {
		t.Errorf("%d entries after %d; the earlier ones (-before +after):\n%s", len(after), len(before), diff)
	}
	if e := after[len(before)]; s.State != dialog.StateWaiting || !strings.Contains(e.Text, "mei") || !strings.Contains(e.Text, "无需重复") || e.Agent != "mei" {
		t.Errorf("session in %s, the customer was told %+v", s.State, e)
	}
	list, err := o.desk.List(t.Context(), testShop, handoff.Waiting, 0, 1)
	if err != nil || list[0].ID != o.held {
		t.Errorf("first in line = %v, %v, want the transferred ticket", list, err)
	}
	if n, err := o.service.Position(t.Context(), testShop, "ann", o.session); err != nil || n != 0 {
		t.Errorf("Position = %d, %v, want 0", n, err)
	}
	if diff := cmp.Diff([]string{o.closed + " wrapping", o.rings + " ringing"}, o.onDesk("mei")); diff != "" {
		t.Errorf("desk of who passed it on (-want +got):\n%s", diff)
	}
	o.claim("fay", o.held)
	_, entries, err := o.desk.Get(t.Context(), testShop, o.held)
	if err != nil || len(entries) != len(before)+2 {
		t.Errorf("fay sees %d entries, %v, want %d", len(entries), err, len(before)+2)
	}
	if r := o.say(o.session, "那运费呢"); r.Decision != dialog.None {
		t.Errorf("the bot says %q to a customer whom an agent has", r.Text)
	}
}

func TestTransferToNeeds(t *testing.T) {
	for _, tt := range []struct {
		name       string
		give, want handoff.Needs
	}{
		{"another skill", handoff.Needs{Skill: "games"}, handoff.Needs{Skill: "games", Language: "zh"}},
		{"another language", handoff.Needs{Language: "en"}, handoff.Needs{Language: "en"}},
		{"a whole language tag", handoff.Needs{Skill: "games", Language: "EN-gb"}, handoff.Needs{Skill: "games", Language: "en"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			got, err := o.desk.Transfer(t.Context(), testShop, "mei", dialog.TransferRequest{Ticket: o.held, Needs: tt.give})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Needs); diff != "" || got.Prefer != "" {
				t.Errorf("waits for %q, want nobody; needs (-want +got):\n%s", got.Prefer, diff)
			}
			if diff := cmp.Diff([]string{"mei"}, got.Missed); diff != "" {
				t.Errorf("Missed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequeue(t *testing.T) {
	o := newOffice(t)
	o.pass(time.Minute)
	got, err := o.desk.Requeue(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.held})
	if err != nil || got.State != handoff.Waiting || !got.Front || !got.Queued.Equal(o.now()) {
		t.Fatalf("Requeue of what is held = %+v, %v, want it at the front from now", got, err)
	}
	if e, s := o.last(o.held); s.State != dialog.StateWaiting || !strings.Contains(e.Text, "mei") || !strings.Contains(e.Text, "最前面") {
		t.Errorf("session in %s, the customer was told %+v", s.State, e)
	}
	told, _ := o.last(o.rings)
	if got, err = o.desk.Requeue(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.rings}); err != nil || got.Front || got.Offer != nil {
		t.Errorf("Requeue of a ring = %+v, %v, want it to keep its place", got, err)
	}
	if e, _ := o.last(o.rings); e.Seq != told.Seq {
		t.Errorf("a customer whose ticket only rang was told %+v", e)
	}
	if diff := cmp.Diff([]string{o.closed + " wrapping"}, o.onDesk("mei")); diff != "" {
		t.Errorf("desk (-want +got):\n%s", diff)
	}
}

func TestTakeOver(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ticket func(*office) string
		from   string
	}{
		{"of what waits", free, ""},
		{"of what rings", rings, "mei"},
		{"of what is held", held, "mei"},
		{"of what a leaving agent holds", func(o *office) string { return o.drains }, "eva"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			id := tt.ticket(o)
			got, err := o.desk.TakeOver(t.Context(), testShop, "sup", dialog.TicketRequest{Ticket: id})
			if err != nil || got.State != handoff.Held || got.Agent != "sup" || got.Offer != nil {
				t.Fatalf("TakeOver = %+v, %v", got, err)
			}
			if diff := cmp.Diff([]string{id + " holding"}, o.onDesk("sup")); diff != "" {
				t.Errorf("desk of the supervisor (-want +got):\n%s", diff)
			}
			if tt.from != "" && o.agent(tt.from).On(id) != nil {
				t.Errorf("the ticket still lies on the desk of %s", tt.from)
			}
			if tt.from == "eva" && o.agent("eva").Presence != handoff.Offline {
				t.Errorf("eva, whose last ticket it was, is %s, want offline", o.agent("eva").Presence)
			}
			if e, s := o.last(id); s.State != dialog.StateHuman || e.Agent != "sup" || !strings.Contains(e.Text, "sup") {
				t.Errorf("session in %s, the customer was told %+v", s.State, e)
			}
			o.wantUntouched(t, func() {
				if _, err := o.desk.TakeOver(t.Context(), testShop, "sup", dialog.TicketRequest{Ticket: id}); err != nil {
					t.Errorf("TakeOver again = %v", err)
				}
			})
			if tt.from == "mei" && id == o.held {
				if _, err := o.desk.Reply(t.Context(), testShop, "mei", dialog.ReplyRequest{Ticket: id, Turn: "t", Text: "您好"}); !errors.Is(err, handoff.ErrTaken) {
					t.Errorf("Reply of who held it = %v, want ErrTaken", err)
				}
			}
		})
	}
}

// A supervisor may have more than there is room for, and what rings at the own desk.
func TestTakeOverKnowsNoCapacity(t *testing.T) {
	o := newOffice(t)
	for _, id := range []string{o.free, o.held, o.rings} {
		if _, err := o.desk.TakeOver(t.Context(), testShop, "bo", dialog.TicketRequest{Ticket: id}); err != nil {
			t.Errorf("TakeOver by a full desk = %v", err)
		}
	}
	if a := o.agent("bo"); a.Load() != 4 || a.Capacity != 1 || a.Room() != 0 {
		t.Errorf("bo has %d of %d, want 4 of 1", a.Load(), a.Capacity)
	}
	o.staff("sup", 1, handoff.Online)
	_, id := o.wait()
	o.ring("sup", id)
	if got, err := o.desk.TakeOver(t.Context(), testShop, "sup", dialog.TicketRequest{Ticket: id}); err != nil || got.Agent != "sup" || o.agent("sup").Load() != 1 {
		t.Errorf("TakeOver of the own ring = %+v, %v, with %v on the desk", got, err, o.onDesk("sup"))
	}
}

// TestWhoTakesNothingNewIsNotRung: what rings at the desk of somebody who goes
// away rings elsewhere, and is no missed ring.
func TestWhoTakesNothingNewIsNotRung(t *testing.T) {
	for _, p := range []handoff.Presence{handoff.Away, handoff.Busy} {
		o := newOffice(t)
		a := o.be("mei", p, false)
		if ticket := o.ticket(o.rings); ticket.Offer != nil || a.On(o.rings) != nil || a.Missed != 0 || a.Presence != p {
			t.Errorf("%s: the ticket rings at %v, mei is %s with %v and missed %d", p, ticket.Offer, a.Presence, a.Work, a.Missed)
		}
	}
}

// TestStreamShowsTheEndOfAConversation, which comes when the ticket has left the
// desk.
func TestStreamShowsTheEndOfAConversation(t *testing.T) {
	o := newOffice(t)
	ctx, cancel := context.WithCancel(t.Context())
	last := make(chan string, 100)
	done := make(chan error, 1)
	go func() {
		done <- o.desk.WatchDesk(ctx, testShop, "mei", 0, nil, func(n dialog.DeskNews) error {
			for _, l := range n.Lines {
				for _, e := range l.Entries {
					last <- e.Text
				}
			}
			return nil
		})
	}()
	<-last
	if _, err := o.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: o.held, Outcome: "ok"}); err != nil {
		t.Fatal(err)
	}
	deadline := time.After(10 * time.Second)
	for seen := false; !seen; {
		select {
		case text := <-last:
			seen = strings.Contains(text, "已结束本次服务")
		case <-deadline:
			t.Fatal("the stream ends without the last line of the conversation")
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("WatchDesk = %v, want the end of its context", err)
	}
}

// TestDeclinedTwiceSetsAway: a ticket that only one can take would ring there
// without end.
func TestDeclinedTwiceSetsAway(t *testing.T) {
	o := newOffice(t)
	if _, err := o.desk.Decline(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.rings}); err != nil {
		t.Fatal(err)
	}
	if a := o.agent("mei"); a.Presence != handoff.Online {
		t.Fatalf("after one no mei is %s, want online", a.Presence)
	}
	o.ring("mei", o.rings)
	if _, err := o.desk.Decline(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.rings}); err != nil {
		t.Fatal(err)
	}
	if a := o.agent("mei"); a.Presence != handoff.Away || a.On(o.rings) != nil {
		t.Errorf("after the second no mei is %s with %v, want her away", a.Presence, a.Work)
	}
}
