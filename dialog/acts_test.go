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

func TestBackToBotFromWaitingAndHuman(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	cancel := w.act(id)
	s, err := w.service.BackToBot(t.Context(), cancel)
	if err != nil || s.State != dialog.StateBot || s.Ticket != "" || s.Boundary != s.Seq {
		t.Fatalf("BackToBot = %+v, %v, want BOT with a boundary", s, err)
	}
	if got, _, err := w.desk.Get(t.Context(), testShop, ticket); err != nil || got.State != handoff.Closed || got.Outcome != handoff.OutcomeCancelled {
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
	if s, err := w.service.BackToBot(t.Context(), w.act(id)); err != nil || s.State != dialog.StateBot || s.Boundary != s.Seq {
		t.Errorf("BackToBot in HUMAN = %+v, %v, want BOT with a boundary", s, err)
	}
	if a, err := w.store.Agent(t.Context(), testShop, "mei"); err != nil || len(a.Work) != 0 {
		t.Errorf("desk of the agent = %+v, %v, want an empty one", a, err)
	}
}

func TestEndClosesTheTicket(t *testing.T) {
	w := newWorld(t, shopTree())
	id, ticket := w.wait()
	if s, err := w.service.End(t.Context(), w.act(id)); err != nil || s.State != dialog.StateClosed || s.Ticket != "" {
		t.Fatalf("End = %+v, %v, want CLOSED without ticket", s, err)
	}
	if got, _, err := w.desk.Get(t.Context(), testShop, ticket); err != nil || got.State != handoff.Closed || got.Outcome != handoff.OutcomeLeft {
		t.Errorf("ticket = %+v, %v, want closed and left", got, err)
	}
	if _, err := w.desk.Claim(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: ticket}); !errors.Is(err, handoff.ErrClosed) {
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
