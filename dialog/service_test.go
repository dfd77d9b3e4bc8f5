package dialog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
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
		watch := s.Watch(ctx, who.Shop, who.Visitor, who.Session, 0, func([]dialog.Entry) error { return errors.New("emitted") })
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
	if _, err := w.desk.Close(t.Context(), testShop, "mei", ticket, "ok", true); err != nil {
		t.Fatal(err)
	}
	if r := w.say(id, "怎么申请退货"); r.Decision != dialog.Answer {
		t.Errorf("turn after the agent gave an old session back = %s, want an answer", brief(r))
	}
}

func TestHandoffTellsThePlaceInTheQueue(t *testing.T) {
	w := newWorld(t, shopTree())
	for i, want := range []string{"下一位就轮到您", "您前面还有 1 位", "您前面还有 2 位"} {
		id := w.start()
		if r := w.say(id, "转人工"); !strings.Contains(r.Text, want) {
			t.Errorf("handoff %d = %q, want %q", i, r.Text, want)
		}
		if n, err := w.service.Position(t.Context(), testShop, "ann", id); err != nil || n != i {
			t.Errorf("Position = %d, %v, want %d", n, err, i)
		}
	}
	w.store.fail = func(op string) error {
		if op == "list" {
			return dialog.ErrUnavailable
		}
		return nil
	}
	if r := w.say(w.start(), "转人工"); r.Decision != dialog.Handoff || strings.Contains(r.Text, "前面还有") {
		t.Errorf("handoff while the queue cannot be read = %s %q, want one without a number", brief(r), r.Text)
	}
}

func TestPacketHoldsWhatTheBotKnows(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.say(id, "第8天还能退货吗")
	w.say(id, "丰巢")
	r := w.say(id, "我要跟人说")
	ticket, entries, err := w.desk.Get(t.Context(), testShop, r.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	p := ticket.Packet
	if len(p.Candidates) == 0 || p.Candidates[0].Node != "returns.days" || p.Candidates[0].Title != "七天无理由的期限" {
		t.Errorf("candidates = %+v, want returns.days first", p.Candidates)
	}
	p.Candidates = nil
	want := handoff.Packet{
		Reason: "WISH_FOR_HUMAN", Locale: "zh-CN", Release: 1, Utterance: "我要跟人说", Node: "returns.days.locker",
		Asked: []handoff.Asked{
			{Question: "请问包裹是谁签收的？", Reply: "丰巢"},
			{Question: "您能提供取件短信的截图吗？", Reply: "我要跟人说"},
		},
		Slots: []handoff.Slot{
			{ID: "signed_by", Title: "签收方式", Value: "locker", Label: "快递柜/驿站代收"},
			{ID: "days", Title: "签收后天数", Value: "8", Label: "8 天"},
		},
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("packet (-want +got):\n%s", diff)
	}
	if len(entries) != 7 || entries[6].State != dialog.StateWaiting {
		t.Errorf("transcript has %d entries, want 7 and WAITING after the last", len(entries))
	}
}

func TestAskHumanTwiceMakesOneTicket(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	r, err := w.service.AskHuman(t.Context(), w.act(id))
	if err != nil || brief(r) != "HUMAN_OWNS_SESSION WAITING" || r.Ticket != ticket {
		t.Errorf("AskHuman in WAITING = %v, %v, want the same ticket and silence", r, err)
	}
	w.claim("mei", ticket)
	if r, err := w.service.AskHuman(t.Context(), w.act(id)); err != nil || brief(r) != "HUMAN_OWNS_SESSION HUMAN" {
		t.Errorf("AskHuman in HUMAN = %v, %v, want silence", r, err)
	}
	if n := len(w.store.tickets); n != 1 {
		t.Errorf("%d tickets, want 1", n)
	}
}

func TestBackToBotOnlyFromWaiting(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	cancel := w.act(id)
	s, err := w.service.BackToBot(t.Context(), cancel)
	if err != nil || s.State != dialog.StateBot || s.Ticket != "" || s.Boundary != s.Seq {
		t.Fatalf("BackToBot = %+v, %v, want BOT with a boundary", s, err)
	}
	if got, _, err := w.desk.Get(t.Context(), testShop, ticket); err != nil || got.State != handoff.Closed || got.Outcome != dialog.OutcomeCancelled {
		t.Errorf("ticket = %+v, %v, want closed and cancelled", got, err)
	}
	if _, err := w.service.BackToBot(t.Context(), w.act(id)); !errors.Is(err, dialog.ErrNotWaiting) {
		t.Errorf("BackToBot in BOT = %v, want ErrNotWaiting", err)
	}
	second := w.say(id, "转人工").Ticket
	if s, err := w.service.BackToBot(t.Context(), cancel); err != nil || s.State != dialog.StateWaiting {
		t.Errorf("the first BackToBot again = %v, %v, want no effect on the new wait", s, err)
	}
	w.claim("mei", second)
	if _, err := w.service.BackToBot(t.Context(), w.act(id)); !errors.Is(err, dialog.ErrNotWaiting) {
		t.Errorf("BackToBot in HUMAN = %v, want ErrNotWaiting", err)
	}
}

func TestEndClosesTheTicket(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	if s, err := w.service.End(t.Context(), w.act(id)); err != nil || s.State != dialog.StateClosed || s.Ticket != "" {
		t.Fatalf("End = %+v, %v, want CLOSED without ticket", s, err)
	}
	if got, _, err := w.desk.Get(t.Context(), testShop, ticket); err != nil || got.State != handoff.Closed || got.Outcome != dialog.OutcomeLeft {
		t.Errorf("ticket = %+v, %v, want closed and left", got, err)
	}
	if _, err := w.desk.Claim(t.Context(), testShop, "mei", ticket); !errors.Is(err, handoff.ErrClosed) {
		t.Errorf("Claim after End = %v, want handoff.ErrClosed", err)
	}
}

func TestRate(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.say(id, "怎么申请退货")
	rate := func(turn string, entry uint64, comment string) (uint64, error) {
		return w.service.Rate(t.Context(), dialog.RateRequest{
			Shop: testShop, Visitor: "ann", Session: id, Turn: turn, Entry: entry, Good: true, Comment: comment,
		})
	}
	seq, err := rate("r1", 3, "很清楚")
	if err != nil || seq != 4 {
		t.Fatalf("Rate = %d, %v, want entry 4", seq, err)
	}
	if seq, err := rate("r1", 3, "很清楚"); err != nil || seq != 4 {
		t.Errorf("Rate again = %d, %v, want entry 4", seq, err)
	}
	_, entries := w.store.stored(testShop, id)
	want := &dialog.Rating{Entry: 3, Good: true, Comment: "很清楚"}
	if diff := cmp.Diff(want, entries[3].Rating); diff != "" || entries[3].Author != dialog.AuthorVisitor {
		t.Errorf("entry of the rating %+v (-want +got):\n%s", entries[3], diff)
	}
	_, err = rate("r2", 2, "")
	wantField(t, "rating the visitor's own words", err, "entry")
	for _, entry := range []uint64{0, 99} {
		if _, err := rate("r3", entry, ""); !errors.Is(err, dialog.ErrNotFound) {
			t.Errorf("rating entry %d = %v, want ErrNotFound", entry, err)
		}
	}
	_, err = rate("r4", 3, strings.Repeat("长", dialog.MaxComment+1))
	wantField(t, "a long comment", err, "comment")
	w.pass(time.Hour)
	if _, err := rate("r5", 1, ""); err != nil {
		t.Errorf("rating after the end = %v, want nil", err)
	}
	if s, err := w.service.Get(t.Context(), testShop, "ann", id); err != nil || s.State != dialog.StateClosed {
		t.Errorf("a rating revived the session: %v, %v", s, err)
	}
}

func TestRatingDoesNotDisturbTheWalk(t *testing.T) {
	w := newWorld(t, shopTree())
	id := w.start()
	w.say(id, "充值没到账")
	if _, err := w.service.Rate(t.Context(), dialog.RateRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: "r", Entry: 3}); err != nil {
		t.Fatal(err)
	}
	if r := w.say(id, "没有"); brief(r) != "ANSWER WALKED topup.refund BOT" {
		t.Errorf("reply after a rating = %s, want the walk to go on", brief(r))
	}
}

func TestTranscriptPages(t *testing.T) {
	w := newWorld(t, shopTree())
	id, _ := w.wait()
	for range 5 {
		w.say(id, "在吗")
	}
	var got []uint64
	for after := uint64(0); ; {
		page, err := w.service.Transcript(t.Context(), testShop, "ann", id, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			got = append(got, e.Seq)
		}
		after = got[len(got)-1]
	}
	if diff := cmp.Diff([]uint64{1, 2, 3, 4, 5, 6, 7, 8}, got); diff != "" {
		t.Errorf("sequence numbers (-want +got):\n%s", diff)
	}
}

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
	if _, err := w.desk.Close(t.Context(), testShop, "mei", r.Ticket, "ok", false); err != nil {
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
