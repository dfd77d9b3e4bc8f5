package dialog_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestCloseAsksForAnOpinion(t *testing.T) {
	for _, tt := range []struct {
		name      string
		survey    bool // the shop's rule
		ticket    func(*office) string
		by        string
		backToBot bool
		state     dialog.State
		asks      bool
		desk      string // of mei, the kind of work that is left of it
	}{
		{"by its agent", true, held, "mei", false, dialog.StateClosed, true, "wrapping"},
		{"back to the bot", true, held, "mei", true, dialog.StateBot, true, "wrapping"},
		{"where the shop does not ask", false, held, "mei", false, dialog.StateClosed, false, "wrapping"},
		{"by force, of what is held", true, held, "sup", true, dialog.StateBot, true, "wrapping"},
		{"by force, of what rings and nobody had", true, rings, "sup", false, dialog.StateClosed, false, ""},
		{"by force, of what waits", true, free, "sup", true, dialog.StateBot, false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			o.changeRules(func(r *handoff.Rules) { r.Survey = tt.survey })
			id := tt.ticket(o)
			shut := o.desk.Close
			if tt.by == "sup" {
				shut = o.desk.ForceClose
			}
			req := dialog.CloseRequest{Ticket: id, Outcome: " 已退款\x07", Tags: []string{"退款", "加急", "退款"}, BackToBot: tt.backToBot}
			got, err := shut(t.Context(), testShop, tt.by, req)
			if err != nil || got.State != handoff.Closed || got.Outcome != "已退款" || got.ClosedBy != tt.by || !got.Ended.Equal(o.now()) {
				t.Fatalf("closing = %+v, %v", got, err)
			}
			if diff := cmp.Diff([]string{"退款", "加急"}, got.Tags); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
			e, s := o.last(id)
			if asks := e.Survey != nil && e.Survey.Ticket == id && strings.Contains(e.Text, "打分"); asks != tt.asks || (e.Survey != nil) != tt.asks {
				t.Errorf("last entry = %+v, want to ask: %t", e, tt.asks)
			}
			if s.State != tt.state || s.Ticket != "" || !strings.Contains(e.Text, tt.by) {
				t.Errorf("session in %s with ticket %q, want %s without; told %q", s.State, s.Ticket, tt.state, e.Text)
			}
			kind := ""
			if on := o.agent("mei").On(id); on != nil {
				kind = string(on.Kind)
			}
			if kind != tt.desk {
				t.Errorf("on the desk it is %q, want %q", kind, tt.desk)
			}
			o.wantUntouched(t, func() {
				if _, err := shut(t.Context(), testShop, tt.by, req); err != nil {
					t.Errorf("closing again = %v", err)
				}
			})
		})
	}
}

func TestWrapUp(t *testing.T) {
	o := newOffice(t)
	wrap := func(agent, ticket, outcome string, tags ...string) (*handoff.Ticket, error) {
		return o.desk.WrapUp(t.Context(), testShop, agent, dialog.WrapUpRequest{Ticket: ticket, Outcome: outcome, Tags: tags})
	}
	told, _ := o.last(o.closed)
	got, err := wrap("mei", o.closed, "", "质量")
	if err != nil || got.Outcome != "solved" || got.State != handoff.Closed {
		t.Fatalf("WrapUp = %+v, %v, want the outcome to stay", got, err)
	}
	if diff := cmp.Diff([]string{"退货", "质量"}, got.Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if o.agent("mei").On(o.closed) != nil {
		t.Error("the wrap-up still takes room on the desk")
	}
	o.pass(time.Hour)
	if got, err := wrap("mei", o.closed, "换新", "质量"); err != nil || got.Outcome != "换新" || len(got.Tags) != 2 {
		t.Errorf("WrapUp after its time = %+v, %v", got, err)
	}
	if e, s := o.last(o.closed); e.Seq != told.Seq || s.State != dialog.StateClosed {
		t.Errorf("session in %s, last entry %+v: want nothing new for the customer", s.State, e)
	}
	// A supervisor who closed by force has no desk; the agent's is left alone.
	if _, err := o.desk.ForceClose(t.Context(), testShop, "sup", dialog.CloseRequest{Ticket: o.held, Outcome: "ok"}); err != nil {
		t.Fatal(err)
	}
	if got, err := wrap("sup", o.held, "升级处理"); err != nil || got.Outcome != "升级处理" {
		t.Errorf("WrapUp by the supervisor = %+v, %v", got, err)
	}
	if on := o.agent("mei").On(o.held); on == nil || on.Kind != handoff.Wrapping {
		t.Errorf("on the desk of who held it = %+v, want a wrap-up", on)
	}
	if _, err := wrap("mei", o.held, ""); err != nil || o.agent("mei").On(o.held) != nil {
		t.Errorf("WrapUp by who held it = %v", err)
	}
}

func TestSurvey(t *testing.T) {
	o := newOffice(t)
	give := func(turn, ticket string, score int, comment string) error {
		return o.service.Survey(t.Context(), dialog.SurveyRequest{
			ActRequest: dialog.ActRequest{Shop: testShop, Visitor: "ann", Session: o.session, Turn: turn},
			Ticket:     ticket, Score: score, Comment: comment,
		})
	}
	end := func(ticket string) {
		t.Helper()
		if _, err := o.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: ticket, Outcome: "ok", BackToBot: true}); err != nil {
			t.Fatal(err)
		}
	}
	end(o.held)
	if err := give("s1", "", 5, " 很好\x07 "); err != nil {
		t.Fatal(err)
	}
	e, _ := o.last(o.held)
	want := dialog.Entry{Seq: 6, Time: o.now(), Author: dialog.AuthorVisitor, Text: "很好", Turn: "s1", State: dialog.StateBot, Survey: &dialog.Survey{Ticket: o.held, Score: 5}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&handoff.Survey{Score: 5, Comment: "很好", Time: o.now()}, o.ticket(o.held).Survey); diff != "" {
		t.Errorf("survey of the ticket (-want +got):\n%s", diff)
	}
	o.wantUntouched(t, func() {
		if err := give("s1", "", 5, " 很好\x07 "); err != nil {
			t.Errorf("the same again = %v, want nil", err)
		}
		if err := give("s1", "", 1, ""); !errors.Is(err, dialog.ErrTurnReused) {
			t.Errorf("another one in the same turn = %v, want ErrTurnReused", err)
		}
		if err := give("s2", "", 1, ""); !errors.Is(err, dialog.ErrSurveyed) {
			t.Errorf("a second opinion = %v, want ErrSurveyed", err)
		}
	})
	second := o.say(o.session, "转人工").Ticket
	o.claim("mei", second)
	end(second)
	third := o.say(o.session, "转人工").Ticket // nobody takes it
	if _, err := o.service.BackToBot(t.Context(), o.act(o.session)); err != nil {
		t.Fatal(err)
	}
	wantField(t, "survey of a wait", give("s3", third, 1, ""), "ticket")
	o.pass(24 * time.Hour) // the session is over
	if err := give("s4", "", 2, ""); err != nil {
		t.Fatalf("survey of the second part after the end = %v", err)
	}
	if got := o.ticket(second).Survey; got == nil || got.Score != 2 || o.ticket(third).Survey != nil {
		t.Errorf("the last human's part has survey %+v, want score 2", got)
	}
	if s, err := o.service.Get(t.Context(), testShop, "ann", o.session); err != nil || s.State != dialog.StateClosed {
		t.Errorf("the survey revived the session: %v, %v", s, err)
	}
}

// TestVisitorLeavesAHuman checks that what the customer ends is cleared from
// the agent's desk, in whatever way it lies there.
func TestVisitorLeavesAHuman(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ticket func(*office) string
		end    bool
		kind   handoff.WorkKind // on mei's desk afterwards; "" is nothing
		asks   bool
	}{
		{"back from an agent", held, false, handoff.Wrapping, true},
		{"end with an agent", held, true, handoff.Wrapping, true},
		{"back while it rings", rings, false, "", false},
		{"end while it rings", rings, true, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			id := tt.ticket(o)
			act, state := o.service.BackToBot, dialog.StateBot
			if tt.end {
				act, state = o.service.End, dialog.StateClosed
			}
			s, err := act(t.Context(), o.act(o.ticket(id).Session))
			if err != nil || s.State != state || s.Ticket != "" {
				t.Fatalf("session = %+v, %v, want %s without a ticket", s, err, state)
			}
			var kind handoff.WorkKind
			if on := o.agent("mei").On(id); on != nil {
				kind = on.Kind
			}
			if got := o.ticket(id); kind != tt.kind || got.State != handoff.Closed || got.Offer != nil || got.ClosedBy != "" {
				t.Errorf("on the desk %q, want %q; ticket %+v", kind, tt.kind, got)
			}
			if e, _ := o.last(id); (e.Survey != nil) != tt.asks {
				t.Errorf("last entry = %+v, want to ask for an opinion: %t", e, tt.asks)
			}
			if _, err := o.desk.Reply(t.Context(), testShop, "mei", dialog.ReplyRequest{Ticket: id, Turn: "t", Text: "您好"}); !errors.Is(err, handoff.ErrClosed) {
				t.Errorf("Reply afterwards = %v, want ErrClosed", err)
			}
		})
	}
}
