package dialog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestClaim(t *testing.T) {
	tests := []struct {
		name, agent string
		ticket      func(*office) string
		presence    handoff.Presence // of the agent, afterwards
		desk        []string         // what is on it but the ticket, and what kind that is
	}{
		{"by an agent nobody knew", "zoe", free, handoff.Busy, nil},
		{"by an agent who was offline", "dan", free, handoff.Busy, nil},
		{"of the own ring", "mei", rings, handoff.Online, []string{"wrapping", "holding"}},
		{"with room for one more", "mei", free, handoff.Online, []string{"wrapping", "holding", "ringing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			id := tt.ticket(o)
			got, err := o.desk.Claim(t.Context(), testShop, tt.agent, dialog.TicketRequest{Ticket: id})
			if err != nil || got.State != handoff.Held || got.Agent != tt.agent || got.Offer != nil || !got.Claimed.Equal(o.now()) {
				t.Fatalf("Claim = %+v, %v", got, err)
			}
			a := o.agent(tt.agent)
			var others []string
			for _, w := range a.Work {
				if w.Ticket != id {
					others = append(others, string(w.Kind))
				} else if w.Kind != handoff.Holding {
					t.Errorf("the ticket is %s on the desk, want holding", w.Kind)
				}
			}
			if diff := cmp.Diff(tt.desk, others); diff != "" || a.Presence != tt.presence {
				t.Errorf("agent is %s, want %s; the rest of the desk (-want +got):\n%s", a.Presence, tt.presence, diff)
			}
			e, s := o.last(id)
			if s.State != dialog.StateHuman || s.LastAgent != tt.agent || e.Author != dialog.AuthorSystem || !strings.Contains(e.Text, tt.agent) {
				t.Errorf("session in %s, last entry %+v, want HUMAN, and the customer told", s.State, e)
			}
			o.wantUntouched(t, func() {
				if again, err := o.desk.Claim(t.Context(), testShop, tt.agent, dialog.TicketRequest{Ticket: id}); err != nil || again.Version != got.Version {
					t.Errorf("Claim again = %+v, %v, want what the first one gave", again, err)
				}
			})
		})
	}
}

func TestDecline(t *testing.T) {
	o := newOffice(t)
	was := o.ticket(o.rings)
	before, _ := o.last(o.rings)
	got, err := o.desk.Decline(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.rings})
	if err != nil || got.State != handoff.Waiting || got.Offer != nil || !got.Queued.Equal(was.Queued) || got.Front {
		t.Fatalf("Decline = %+v, %v, want it to wait where it was in line", got, err)
	}
	if diff := cmp.Diff([]string{"mei"}, got.Missed); diff != "" {
		t.Errorf("Missed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{o.closed + " wrapping", o.held + " holding"}, o.onDesk("mei")); diff != "" || o.agent("mei").Missed != 0 {
		t.Errorf("%d missed, want 0: who says no is there; desk (-want +got):\n%s", o.agent("mei").Missed, diff)
	}
	if after, s := o.last(o.rings); s.State != dialog.StateWaiting || after.Seq != before.Seq {
		t.Errorf("the customer, for whom nothing changes, was told %+v", after)
	}
	o.wantUntouched(t, func() {
		if _, err := o.desk.Decline(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.rings}); !errors.Is(err, handoff.ErrNotOffered) {
			t.Errorf("Decline again = %v, want ErrNotOffered", err)
		}
	})
}

func TestReplyFromASuggestionCountsAsAccepted(t *testing.T) {
	o := newOffice(t)
	say := func(turn, text string, from string) {
		t.Helper()
		req := dialog.ReplyRequest{Ticket: o.held, Turn: turn, Text: text}
		req.Suggestion = "freight.who_pays"
		if from == "" {
			req.Suggestion = ""
		}
		e, err := o.desk.Reply(t.Context(), testShop, "mei", req)
		if err != nil || e.Node != req.Suggestion || e.Author != dialog.AuthorAgent {
			t.Fatalf("Reply = %+v, %v", e, err)
		}
	}
	say("1", "您好", "")
	say("2", "由商家承担。", "suggested")
	say("2", "由商家承担。", "suggested") // a retry
	say("3", "七天内由您承担。", "suggested")
	if got := o.ticket(o.held); got.Accepted != 2 {
		t.Errorf("Accepted = %d, want 2", got.Accepted)
	}
}

func TestNotesAreForAgentsOnly(t *testing.T) {
	o := newOffice(t)
	const secret = "顾客上次投诉过"
	s, entries := o.store.stored(testShop, o.session)
	for _, ticket := range []string{o.held, o.closed, o.free} { // whoever has it
		got, err := o.desk.Note(t.Context(), testShop, "bo", dialog.NoteRequest{Ticket: ticket, Turn: "n", Text: " " + secret + "\x07"})
		if err != nil || len(got.Notes) != 1 {
			t.Fatalf("Note = %+v, %v", got, err)
		}
	}
	want := []handoff.Note{{Agent: "bo", Text: secret, Time: o.now(), After: s.Seq}}
	if diff := cmp.Diff(want, o.ticket(o.held).Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	o.wantUntouched(t, func() {
		if _, err := o.desk.Note(t.Context(), testShop, "bo", dialog.NoteRequest{Ticket: o.held, Turn: "n", Text: " " + secret + "\x07"}); err != nil {
			t.Errorf("Note again = %v", err)
		}
	})
	if _, err := o.service.End(t.Context(), o.act(o.session)); err != nil {
		t.Fatal(err)
	}
	var seen []string
	err := o.service.Watch(t.Context(), testShop, "ann", o.session, 0, func(entries []dialog.Entry, signs *dialog.Signs) error {
		seen = append(seen, fmt.Sprintf("%+v %+v", entries, signs))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	view, err := o.service.Get(t.Context(), testShop, "ann", o.session)
	if err != nil {
		t.Fatal(err)
	}
	transcript, err := o.service.Transcript(t.Context(), testShop, "ann", o.session, 0, 0)
	if err != nil || len(transcript) != len(entries)+1 {
		t.Errorf("transcript has %d entries, %v, want %d and the end", len(transcript), err, len(entries))
	}
	if all := fmt.Sprintf("%+v %+v %+v", seen, view, transcript); strings.Contains(all, secret) {
		t.Errorf("the customer sees the note: %s", all)
	}
}

func TestNotesAreBounded(t *testing.T) {
	o := newOffice(t)
	note := func(i int) error {
		_, err := o.desk.Note(t.Context(), testShop, "mei", dialog.NoteRequest{Ticket: o.held, Turn: fmt.Sprint(i), Text: "a"})
		return err
	}
	for i := range handoff.MaxNotes {
		if err := note(i); err != nil {
			t.Fatal(err)
		}
	}
	o.wantUntouched(t, func() {
		if err := note(handoff.MaxNotes); !errors.Is(err, handoff.ErrFull) {
			t.Errorf("one note too many = %v, want ErrFull", err)
		}
		if _, err := o.desk.Transfer(t.Context(), testShop, "mei", dialog.TransferRequest{Ticket: o.held, Agent: "bo", Note: "b"}); !errors.Is(err, handoff.ErrFull) {
			t.Errorf("transfer with one note too many = %v, want ErrFull", err)
		}
	})
	if _, err := o.desk.Transfer(t.Context(), testShop, "mei", dialog.TransferRequest{Ticket: o.held, Agent: "bo"}); err != nil {
		t.Errorf("transfer without a note = %v", err)
	}
}

func TestSuggestCountsAMessageOnce(t *testing.T) {
	o := newOffice(t)
	suggest := func(seq uint64, want string, counted int) {
		t.Helper()
		got, err := o.desk.Suggest(t.Context(), testShop, "mei", o.held, seq)
		if err != nil {
			t.Fatal(err)
		}
		first := ""
		if len(got) > 0 {
			first = fmt.Sprintf("%s %t %s", got[0].Node, got[0].Sure, got[0].Text)
		}
		if !strings.HasPrefix(first, want) || want == "" && first != "" || len(got) > dialog.MaxSuggestions {
			t.Errorf("Suggest(%d) = %+v, want %q first", seq, got, want)
		}
		if n := o.ticket(o.held).Suggested; n != counted {
			t.Errorf("Suggest(%d) leaves Suggested at %d, want %d", seq, n, counted)
		}
	}
	const freight = "freight.who_pays true 质量问题由商家承担"
	suggest(0, "", 0) // the button's words, to which there is no answer
	o.say(o.session, "退货运费谁出")
	suggest(0, freight, 1)
	suggest(0, freight, 1)
	suggest(5, freight, 1)
	o.say(o.session, "已经超过七天了怎么办")
	o.say(o.session, "量子纠缠")
	suggest(0, "", 1)
	suggest(6, "returns.days.late true 已超过七天，不能无理由退货；有质量问题仍可退。\n依据：", 2)
	suggest(5, freight, 2)
	if _, err := o.desk.Requeue(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.held}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Suggest(t.Context(), testShop, "mei", o.held, 0); !errors.Is(err, handoff.ErrNotHolder) {
		t.Errorf("Suggest to who held it = %v, want ErrNotHolder", err)
	}
	if n := o.knowledge.pinned.Load(); n != 0 {
		t.Errorf("%d releases are still pinned", n)
	}
}

// A node that asks first is suggested with its question and what can be
// replied, or with the answer that the facts in the message lead to.
func TestSuggestWalksTheTree(t *testing.T) {
	o := newOffice(t)
	before, _ := o.store.stored(testShop, o.session)
	for _, tt := range []struct{ message, want string }{
		{"七天无理由退货怎么算", "到今天是第几天？"},
		{"第8天还能退货吗", "1. 本人"},
	} {
		o.say(o.session, tt.message)
		got, err := o.desk.Suggest(t.Context(), testShop, "mei", o.held, 0)
		if err != nil || len(got) == 0 || !strings.Contains(got[0].Text, tt.want) {
			t.Errorf("Suggest for %q = %+v, %v, want its text to hold %q", tt.message, got, err, tt.want)
		}
	}
	after, _ := o.store.stored(testShop, o.session)
	if diff := cmp.Diff(before.Slots, after.Slots); diff != "" || after.Walk != nil || after.Topic != before.Topic {
		t.Errorf("Suggest changed the session: %+v (-before +after):\n%s", after, diff)
	}
}

func TestSuggestWithoutKnowledge(t *testing.T) {
	o := newOffice(t)
	o.say(o.session, "退货运费谁出")
	o.knowledge.live.Store(nil)
	o.wantUntouched(t, func() {
		if got, err := o.desk.Suggest(t.Context(), testShop, "mei", o.held, 0); err != nil || got != nil {
			t.Errorf("Suggest = %+v, %v, want nothing", got, err)
		}
	})
}

func TestSignsAreSeenByTheOtherSide(t *testing.T) {
	o := newOffice(t)
	get := func() dialog.Signs {
		t.Helper()
		signs, err := o.signs.Get(t.Context(), testShop, o.session)
		if err != nil {
			t.Fatal(err)
		}
		return signs
	}
	if err := o.desk.Sign(t.Context(), testShop, "mei", o.held, dialog.SignRequest{Typing: true, Read: 99}); err != nil {
		t.Fatal(err)
	}
	if err := o.service.Sign(t.Context(), testShop, "ann", o.session, dialog.SignRequest{Read: 3}); err != nil {
		t.Fatal(err)
	}
	want := dialog.Signs{Visitor: dialog.Sign{Read: 3}, Agent: dialog.Sign{Typing: true, Read: 4}} // of 4 entries
	if diff := cmp.Diff(want, get()); diff != "" {
		t.Errorf("signs (-want +got):\n%s", diff)
	}
	o.pass(7 * time.Second)
	want.Agent.Typing = false
	if diff := cmp.Diff(want, get()); diff != "" {
		t.Errorf("signs 7 s later (-want +got):\n%s", diff)
	}
	if err := o.service.Sign(t.Context(), testShop, "ann", o.bot, dialog.SignRequest{Typing: true}); err != nil {
		t.Errorf("Sign to the bot = %v, want nil", err)
	}
	if signs, err := o.signs.Get(t.Context(), testShop, o.bot); err != nil || signs != (dialog.Signs{}) {
		t.Errorf("signs to the bot = %+v, %v, want none", signs, err)
	}
}
