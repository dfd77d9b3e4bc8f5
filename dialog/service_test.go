package dialog_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
)

func wantField(t *testing.T, what string, err error, field string) {
	t.Helper()
	var ferr *dialog.FieldError
	if !errors.As(err, &ferr) || ferr.Field != field {
		t.Errorf("%s = %v, want a FieldError of %q", what, err, field)
	}
}

func TestStartGreets(t *testing.T) {
	w := newWorld(t, shopTree())
	s, entries, err := w.service.Start(t.Context(), dialog.StartRequest{Shop: testShop, Visitor: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	if s.State != dialog.StateBot || s.Locale != "zh-CN" || s.Seq != 1 || len(entries) != 1 {
		t.Fatalf("Start = %+v, %v, want a session of the bot with one entry", s, entries)
	}
	e := entries[0]
	if e.Author != dialog.AuthorBot || e.Text != "您好，欢迎光临。" || e.Release != 1 {
		t.Errorf("welcome = %+v", e)
	}
	if diff := cmp.Diff([]string{"退货", "退货运费谁出"}, labels(e.Offers)); diff != "" {
		t.Errorf("offers of the welcome (-want +got):\n%s", diff)
	}
	if r, err := w.pick(s.ID, "node:freight.who_pays"); err != nil || brief(r) != "ANSWER PICKED freight.who_pays BOT" {
		t.Errorf("picking a suggestion = %v, %v", r, err)
	}
}

func TestStartWithoutKnowledge(t *testing.T) {
	w := newWorld(t, shopTree())
	w.knowledge.live.Store(nil)
	s, entries, err := w.service.Start(t.Context(), dialog.StartRequest{Shop: testShop, Visitor: "ann", Locale: "en"})
	if err != nil || len(entries) != 1 || entries[0].Text == "" || entries[0].Offers != nil {
		t.Fatalf("Start = %v, %v, want a plain greeting", entries, err)
	}
	if r := w.say(s.ID, "where is my parcel?"); brief(r) != "HANDOFF NO_KNOWLEDGE WAITING" {
		t.Errorf("first turn = %s, want a handoff", brief(r))
	}
}

func TestStartWithKeyIsIdempotent(t *testing.T) {
	w := newWorld(t, shopTree())
	req := dialog.StartRequest{Shop: testShop, Visitor: "ann", Key: "k1"}
	first, entries, err := w.service.Start(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	again, sameEntries, err := w.service.Start(t.Context(), req)
	if err != nil || again.ID != first.ID {
		t.Fatalf("Start again = %v, %v, want session %s", again, err, first.ID)
	}
	if diff := cmp.Diff(entries, sameEntries); diff != "" {
		t.Errorf("entries of the same session differ:\n%s", diff)
	}
	req.Visitor = "bob"
	if other, _, err := w.service.Start(t.Context(), req); err != nil || other.ID == first.ID {
		t.Errorf("Start by another visitor with the same key = %v, %v, want a session of its own", other, err)
	}
}

func TestStartRefuses(t *testing.T) {
	w := newWorld(t, shopTree())
	for field, req := range map[string]dialog.StartRequest{
		"shop":    {Shop: "No Shop", Visitor: "ann"},
		"visitor": {Shop: testShop},
		"locale":  {Shop: testShop, Visitor: "ann", Locale: "not a tag"},
		"key":     {Shop: testShop, Visitor: "ann", Key: "with space"},
	} {
		_, _, err := w.service.Start(t.Context(), req)
		wantField(t, field, err, field)
	}
}

func TestTurnRefuses(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	good := dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "t", Text: "你好"}
	tests := []struct {
		name, field string
		spoil       func(*dialog.TurnRequest)
	}{
		{"empty", "text", func(r *dialog.TurnRequest) { r.Text = "" }},
		{"white space", "text", func(r *dialog.TurnRequest) { r.Text = " \t\n　" }},
		{"zero width", "text", func(r *dialog.TurnRequest) { r.Text = "\u200b\u200d\ufeff\u2060" }},
		{"control", "text", func(r *dialog.TurnRequest) { r.Text = "\x00\x07\u202e" }},
		{"hangul filler", "text", func(r *dialog.TurnRequest) { r.Text = "\u3164\u2800\ufe0f" }},
		{"invalid UTF-8", "text", func(r *dialog.TurnRequest) { r.Text = "a\xff" }},
		{"too long", "text", func(r *dialog.TurnRequest) { r.Text = strings.Repeat("退", dialog.MaxUtterance+1) }},
		{"no turn id", "turn", func(r *dialog.TurnRequest) { r.Turn = "" }},
		{"turn id with a blank", "turn", func(r *dialog.TurnRequest) { r.Turn = "a b" }},
		{"turn id in Chinese", "turn", func(r *dialog.TurnRequest) { r.Turn = "一" }},
		{"turn id too long", "turn", func(r *dialog.TurnRequest) { r.Turn = strings.Repeat("a", dialog.MaxTurnID+1) }},
		{"pick and text", "pick", func(r *dialog.TurnRequest) { r.Pick = "none" }},
		{"pick that was not offered", "pick", func(r *dialog.TurnRequest) { r.Text, r.Pick = "", "node:topup" }},
		{"bad shop", "shop", func(r *dialog.TurnRequest) { r.Shop = "../x" }},
		{"no visitor", "visitor", func(r *dialog.TurnRequest) { r.Visitor = "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := good
			tt.spoil(&req)
			_, err := w.service.Turn(t.Context(), req)
			wantField(t, tt.name, err, tt.field)
		})
	}
	if s, entries := w.store.stored(testShop, id); s.Version != 1 || len(entries) != 1 {
		t.Errorf("refused turns left version %d and %d entries, want 1 and 1", s.Version, len(entries))
	}
	if r, err := w.service.Turn(t.Context(), good); err != nil || r.FirstSeq != 2 || r.LastSeq != 3 {
		t.Errorf("a good turn = %+v, %v, want entries 2 to 3", r, err)
	}
}

func TestTurnStoresWhatWasTyped(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	for text, want := range map[string]string{
		" 退\u202e款\x07 ":    "退款",
		"a\r\nb":            "a\nb",
		"ＡＢＣ　運費":            "ＡＢＣ　運費",
		"👨\u200d👩\u200d👧 好": "👨\u200d👩\u200d👧 好",
		"\ufeff你好":          "你好",
	} {
		w.say(id, text)
		_, entries := w.store.stored(testShop, id)
		var last dialog.Entry
		for _, e := range entries {
			if e.Author == dialog.AuthorVisitor {
				last = e
			}
		}
		if last.Text != want {
			t.Errorf("entry of %q = %q, want %q", text, last.Text, want)
		}
		id = w.start()
	}
}

func TestTurnAgainGivesTheSameReply(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	req := dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "t", Text: "七天无理由怎么算"}
	first, err := w.service.Turn(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	w.say(id, "8天") // the session has moved on
	w.knowledge.live.Store(nil)
	again, err := w.service.Turn(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("reply to the same turn (-first +again):\n%s", diff)
	}
	if s, _ := w.store.stored(testShop, id); s.Seq != 5 {
		t.Errorf("seq = %d, want 5: the repetition adds nothing", s.Seq)
	}
	req.Text += "！"
	if _, err := w.service.Turn(t.Context(), req); !errors.Is(err, dialog.ErrTurnReused) {
		t.Errorf("same turn id, other text = %v, want ErrTurnReused", err)
	}
	act := dialog.ActRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "t"}
	if _, err := w.service.AskHuman(t.Context(), act); !errors.Is(err, dialog.ErrTurnReused) {
		t.Errorf("same turn id, a button = %v, want ErrTurnReused", err)
	}
}

func TestSessionsOfOthersDoNotExist(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	ctx := t.Context()
	for name, who := range map[string]dialog.ActRequest{
		"another visitor": {Shop: testShop, Visitor: "bob", Session: id, Turn: "t"},
		"another shop":    {Shop: "other", Visitor: "ann", Session: id, Turn: "t"},
		"no such session": {Shop: testShop, Visitor: "ann", Session: "x", Turn: "t"},
	} {
		s := w.service
		_, turn := s.Turn(ctx, dialog.TurnRequest{Shop: who.Shop, Visitor: who.Visitor, Session: who.Session, Turn: "t", Text: "a"})
		_, human := s.AskHuman(ctx, who)
		_, back := s.BackToBot(ctx, who)
		_, end := s.End(ctx, who)
		_, rate := s.Rate(ctx, dialog.RateRequest{Shop: who.Shop, Visitor: who.Visitor, Session: who.Session, Turn: "t", Entry: 1})
		_, get := s.Get(ctx, who.Shop, who.Visitor, who.Session)
		_, transcript := s.Transcript(ctx, who.Shop, who.Visitor, who.Session, 0, 0)
		_, position := s.Position(ctx, who.Shop, who.Visitor, who.Session)
		watch := s.Watch(ctx, who.Shop, who.Visitor, who.Session, 0, func([]dialog.Entry, *dialog.Signs) error { return errors.New("emitted") })
		for call, err := range map[string]error{
			"Turn": turn, "AskHuman": human, "BackToBot": back, "End": end, "Rate": rate,
			"Get": get, "Transcript": transcript, "Position": position, "Watch": watch,
		} {
			if !errors.Is(err, dialog.ErrNotFound) {
				t.Errorf("%s with %s = %v, want ErrNotFound", call, name, err)
			}
		}
	}
}

func TestSessionExpires(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.pass(29 * time.Minute)
	w.say(id, "怎么申请退货")
	w.pass(29 * time.Minute)
	if s, err := w.service.Get(t.Context(), testShop, "ann", id); err != nil || s.State != dialog.StateBot {
		t.Errorf("Get before the end = %v, %v, want BOT", s, err)
	}
	w.pass(time.Minute)
	_, err := w.service.Turn(t.Context(), dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "late", Text: "a"})
	if !errors.Is(err, dialog.ErrClosed) {
		t.Errorf("Turn at the end = %v, want ErrClosed", err)
	}
	if s, err := w.service.Get(t.Context(), testShop, "ann", id); err != nil || s.State != dialog.StateClosed {
		t.Errorf("Get after the end = %v, %v, want CLOSED", s, err)
	}
	if _, err := w.service.AskHuman(t.Context(), w.act(id)); !errors.Is(err, dialog.ErrClosed) {
		t.Errorf("AskHuman after the end = %v, want ErrClosed", err)
	}
	if s, err := w.service.End(t.Context(), w.act(id)); err != nil || s.State != dialog.StateClosed {
		t.Errorf("End after the end = %v, %v, want CLOSED", s, err)
	}
}

func TestWaitingNeverExpires(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	w.pass(100 * 24 * time.Hour)
	if r := w.say(id, "还在吗"); brief(r) != "HUMAN_OWNS_SESSION WAITING" || r.Ticket != ticket {
		t.Errorf("turn after a long wait = %s, want silence", brief(r))
	}
	w.claim("mei", ticket)
	if _, err := w.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: ticket, Outcome: "ok", BackToBot: true}); err != nil {
		t.Fatal(err)
	}
	if r := w.say(id, "怎么申请退货"); r.Decision != dialog.Answer {
		t.Errorf("turn after the agent gave an old session back = %s, want an answer", brief(r))
	}
}
