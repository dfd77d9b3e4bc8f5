package rpc_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

func TestStartSession(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	c := r.As(t, apitest.Tea, auth.Visitor, "ann").Dialog
	req := &dialogv1.StartSessionRequest{RequestId: "page-load-1"}
	first, err := c.StartSession(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	s := first.GetSession()
	if s.GetId() == "" || s.GetState() != dialogv1.SessionState_SESSION_STATE_BOT || s.GetLocale() != "zh-CN" ||
		s.GetLastSeq() != 1 || s.GetCreateTime() == nil || s.GetExpireTime() == nil {
		t.Errorf("StartSession = %v, want a session of the bot in zh-CN that expires", s)
	}
	e := first.GetEntries()
	if len(e) != 1 || e[0].GetAuthor() != dialogv1.Author_AUTHOR_BOT || e[0].GetText() != "您好，请问有什么可以帮您？" ||
		e[0].GetRelease() != 1 || e[0].GetDecision() != dialogv1.Decision_DECISION_UNSPECIFIED {
		t.Errorf("first entries = %v, want the welcome", e)
	}
	if len(e) == 1 && (len(e[0].GetOffers()) != 1 || e[0].GetOffers()[0].GetKind() != "node" || e[0].GetOffers()[0].GetLabel() != "退货") {
		t.Errorf("offers of the welcome = %v, want the suggested node", e[0].GetOffers())
	}
	again, err := c.StartSession(t.Context(), req)
	if err != nil || again.GetSession().GetId() != s.GetId() {
		t.Errorf("the same request_id again = %v, %v, want session %s", again, err, s.GetId())
	}
	other, err := r.As(t, apitest.Tea, auth.Visitor, "bob").Dialog.StartSession(t.Context(), req)
	if err != nil || other.GetSession().GetId() == s.GetId() {
		t.Errorf("another visitor's request_id = %v, %v, want a session of their own", other, err)
	}
}

func TestSendTurnWalksToAnAnswer(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v := start(t, r, "ann")
	ask := v.say("怎么退货")
	if ask.GetDecision() != dialogv1.Decision_DECISION_ASK || ask.GetReason() != "SLOT_NEEDED" || ask.GetNode() != "returns" ||
		ask.GetProbability() <= 0 || ask.GetRelease() != 1 || ask.GetFirstSeq() != 2 || ask.GetLastSeq() != 3 ||
		ask.GetState() != dialogv1.SessionState_SESSION_STATE_BOT || len(ask.GetOffers()) != 2 {
		t.Fatalf("SendTurn = %v, want a question for the slot with two offers", ask)
	}
	req := &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: v.nextTurn(), Pick: ask.GetOffers()[1].GetId()}
	answer, err := v.Dialog.SendTurn(t.Context(), req)
	if err != nil || answer.GetDecision() != dialogv1.Decision_DECISION_ANSWER || answer.GetNode() != "returns.own" || len(answer.GetRules()) != 1 {
		t.Fatalf("SendTurn of a pick = %v, %v, want the answer with its rule", answer, err)
	}
	again, err := v.Dialog.SendTurn(t.Context(), req)
	if err != nil || !proto.Equal(again, answer) {
		t.Errorf("the same turn again = %v, %v, want %v", again, err, answer)
	}
	req.Pick = ask.GetOffers()[0].GetId()
	_, err = v.Dialog.SendTurn(t.Context(), req)
	wantError(t, "SendTurn of another pick with the same turn_id", err, codes.AlreadyExists, "TURN_REUSED")
	if got := v.session().GetLastSeq(); got != 5 {
		t.Errorf("last_seq = %d, want 5", got)
	}
}

func TestSessionsAreTheVisitorsOwn(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	ann := start(t, r, "ann")
	before := ann.session()
	for _, tt := range []struct {
		name string
		c    dialogv1.DialogServiceClient
		id   string
	}{
		{"another visitor", r.As(t, apitest.Tea, auth.Visitor, "bob").Dialog, ann.id},
		{"another shop", r.As(t, apitest.Silk, auth.Visitor, "ann").Dialog, ann.id},
		{"unknown session", ann.Dialog, "QQQQQQQQQQQQQQQQQQQQQQQQQQ"},
		{"impossible session", ann.Dialog, ann.id + "\x00"},
		{"session with a path", ann.Dialog, "../" + ann.id},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for what, err := range everySessionCall(t.Context(), tt.c, tt.id) {
				wantError(t, what, err, codes.NotFound, "SESSION_NOT_FOUND")
			}
		})
	}
	for what, err := range everySessionCall(t.Context(), ann.Dialog, "") {
		wantError(t, what+" of session \"\"", err, codes.InvalidArgument, "INVALID_FIELD")
	}
	if diff := cmp.Diff(before.String(), ann.session().String()); diff != "" {
		t.Errorf("foreign calls changed the session (-before +after):\n%s", diff)
	}
}

// everySessionCall makes each call about a session, and returns the errors.
func everySessionCall(ctx context.Context, c dialogv1.DialogServiceClient, id string) map[string]error {
	errs := make(map[string]error)
	_, errs["SendTurn"] = c.SendTurn(ctx, &dialogv1.SendTurnRequest{SessionId: id, TurnId: "x", Text: "你好"})
	_, errs["GetSession"] = c.GetSession(ctx, &dialogv1.GetSessionRequest{SessionId: id})
	_, errs["GetTranscript"] = c.GetTranscript(ctx, &dialogv1.GetTranscriptRequest{SessionId: id})
	_, errs["RateEntry"] = c.RateEntry(ctx, &dialogv1.RateEntryRequest{SessionId: id, TurnId: "x", Rating: &dialogv1.Rating{Entry: 1}})
	_, errs["RequestHuman"] = c.RequestHuman(ctx, &dialogv1.RequestHumanRequest{SessionId: id, TurnId: "x"})
	_, errs["CancelHandoff"] = c.CancelHandoff(ctx, &dialogv1.CancelHandoffRequest{SessionId: id, TurnId: "x"})
	_, errs["EndSession"] = c.EndSession(ctx, &dialogv1.EndSessionRequest{SessionId: id, TurnId: "x"})
	stream, err := c.WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: id})
	if err == nil {
		_, err = stream.Recv()
	}
	errs["WatchSession"] = err
	return errs
}

func TestTranscriptPages(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v := start(t, r, "ann")
	v.say("运费多少钱")
	v.say("怎么泡茶") // 5 entries with the welcome
	page := func(after uint64, size int32) []uint64 {
		t.Helper()
		res, err := v.Dialog.GetTranscript(t.Context(), &dialogv1.GetTranscriptRequest{SessionId: v.id, AfterSeq: after, PageSize: size})
		if err != nil {
			t.Fatal(err)
		}
		seqs := []uint64{}
		for _, e := range res.GetEntries() {
			seqs = append(seqs, e.GetSeq())
		}
		return seqs
	}
	for _, tt := range []struct {
		after uint64
		size  int32
		want  []uint64
	}{
		{0, 0, []uint64{1, 2, 3, 4, 5}},
		{0, 500, []uint64{1, 2, 3, 4, 5}},
		{0, 2, []uint64{1, 2}},
		{2, 2, []uint64{3, 4}},
		{4, 2, []uint64{5}},
		{5, 2, []uint64{}},
		{1<<64 - 1, 2, []uint64{}},
	} {
		if diff := cmp.Diff(tt.want, page(tt.after, tt.size)); diff != "" {
			t.Errorf("page of %d after %d (-want +got):\n%s", tt.size, tt.after, diff)
		}
	}
	for _, size := range []int32{-1, 501, 1<<31 - 1, -1 << 31} {
		_, err := v.Dialog.GetTranscript(t.Context(), &dialogv1.GetTranscriptRequest{SessionId: v.id, PageSize: size})
		wantError(t, "GetTranscript", err, codes.InvalidArgument, "INVALID_FIELD")
		if diff := cmp.Diff([]string{"page_size"}, violations(err)); diff != "" {
			t.Errorf("violations (-want +got):\n%s", diff)
		}
	}
}

func TestRateEntry(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v := start(t, r, "ann")
	v.say("运费多少钱")
	rate := func(turn string, rating *dialogv1.Rating) (uint64, error) {
		res, err := v.Dialog.RateEntry(t.Context(), &dialogv1.RateEntryRequest{SessionId: v.id, TurnId: turn, Rating: rating})
		return res.GetSeq(), err
	}
	for range 2 { // the second is a retry
		if seq, err := rate("r1", &dialogv1.Rating{Entry: 3, Good: true, Comment: "谢谢"}); err != nil || seq != 4 {
			t.Errorf("RateEntry = %d, %v, want 4", seq, err)
		}
	}
	_, err := rate("r2", &dialogv1.Rating{Entry: 99})
	wantError(t, "RateEntry of no entry", err, codes.NotFound, "SESSION_NOT_FOUND")
	for _, tt := range []struct {
		name, field string
		turn        string
		rating      *dialogv1.Rating
	}{
		{"no rating", "rating", "r3", nil},
		{"long comment", "rating.comment", "r4", &dialogv1.Rating{Entry: 3, Comment: strings.Repeat("好", 1001)}},
		{"the visitor's own entry", "rating.entry", "r5", &dialogv1.Rating{Entry: 2}},
		{"no turn", "turn_id", "", &dialogv1.Rating{Entry: 3}},
	} {
		_, err := rate(tt.turn, tt.rating)
		wantError(t, "RateEntry: "+tt.name, err, codes.InvalidArgument, "INVALID_FIELD")
		if diff := cmp.Diff([]string{tt.field}, violations(err)); diff != "" {
			t.Errorf("%s: violations (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestHandoffAndBack(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	first, second := start(t, r, "ann"), start(t, r, "bob")
	ask := func(v *visit, turn string) *dialogv1.Session {
		t.Helper()
		res, err := v.Dialog.RequestHuman(t.Context(), &dialogv1.RequestHumanRequest{SessionId: v.id, TurnId: turn})
		if err != nil {
			t.Fatal(err)
		}
		return res.GetSession()
	}
	cancel := func(v *visit, turn string) (*dialogv1.Session, error) {
		res, err := v.Dialog.CancelHandoff(t.Context(), &dialogv1.CancelHandoffRequest{SessionId: v.id, TurnId: turn})
		return res.GetSession(), err
	}
	_, err := cancel(first, "c0")
	wantError(t, "CancelHandoff in BOT", err, codes.FailedPrecondition, "SESSION_NOT_WAITING")
	for i, v := range []*visit{first, second} {
		s := ask(v, "h1")
		if s.GetState() != dialogv1.SessionState_SESSION_STATE_WAITING || int(s.GetWait().GetPosition()) != i || s.GetExpireTime() != nil {
			t.Errorf("RequestHuman %d = %v, want WAITING at place %d, without an end", i, s, i)
		}
	}
	if s := ask(second, "h1"); s.GetState() != dialogv1.SessionState_SESSION_STATE_WAITING || s.GetWait().GetPosition() != 1 {
		t.Errorf("RequestHuman again = %v, want WAITING at place 1", s)
	}
	if res := first.say("在吗"); res.GetDecision() != dialogv1.Decision_DECISION_NONE || res.GetText() != "" {
		t.Errorf("SendTurn in WAITING = %v, want a silent bot", res)
	}
	s, err := cancel(first, "c1")
	if err != nil || s.GetState() != dialogv1.SessionState_SESSION_STATE_BOT || s.GetExpireTime() == nil {
		t.Errorf("CancelHandoff = %v, %v, want BOT", s, err)
	}
	if s := second.session(); s.GetWait().GetPosition() != 0 {
		t.Errorf("place of the second = %d, want 0", s.GetWait().GetPosition())
	}
}

func TestEndSession(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v := start(t, r, "ann")
	for _, turn := range []string{"e1", "e1", "e2"} {
		res, err := v.Dialog.EndSession(t.Context(), &dialogv1.EndSessionRequest{SessionId: v.id, TurnId: turn})
		if err != nil || res.GetSession().GetState() != dialogv1.SessionState_SESSION_STATE_CLOSED {
			t.Errorf("EndSession(%s) = %v, %v, want CLOSED", turn, res, err)
		}
	}
	_, err := v.Dialog.SendTurn(t.Context(), &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: "t", Text: "你好"})
	wantError(t, "SendTurn", err, codes.FailedPrecondition, "SESSION_CLOSED")
	_, err = v.Dialog.RequestHuman(t.Context(), &dialogv1.RequestHumanRequest{SessionId: v.id, TurnId: "h"})
	wantError(t, "RequestHuman", err, codes.FailedPrecondition, "SESSION_CLOSED")
	if s := v.session(); s.GetLastSeq() != 2 || s.GetExpireTime() != nil {
		t.Errorf("session = %v, want two entries and no end to come", s)
	}
}

func TestWatchSession(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v := start(t, r, "ann")
	v.say("运费多少钱")
	stream, err := v.Dialog.WatchSession(t.Context(), &dialogv1.WatchSessionRequest{SessionId: v.id, AfterSeq: 1})
	if err != nil {
		t.Fatal(err)
	}
	var seqs []uint64
	beats := 0
	read := func() bool {
		res, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(res.GetEntries()) == 0 {
			beats++
		}
		for _, e := range res.GetEntries() {
			seqs = append(seqs, e.GetSeq())
		}
		return true
	}
	for beats == 0 {
		read()
	}
	agent := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	if _, err := v.Dialog.RequestHuman(t.Context(), &dialogv1.RequestHumanRequest{SessionId: v.id, TurnId: "h"}); err != nil {
		t.Fatal(err)
	}
	waiting, err := agent.ListTickets(t.Context(), &handoffv1.ListTicketsRequest{})
	if err != nil || len(waiting.GetTickets()) != 1 {
		t.Fatalf("ListTickets = %v, %v, want one", waiting, err)
	}
	id := waiting.GetTickets()[0].GetId()
	if _, err := agent.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: id}); err != nil {
		t.Fatal(err)
	}
	if _, err := agent.CloseTicket(t.Context(), &handoffv1.CloseTicketRequest{TicketId: id, Outcome: "solved"}); err != nil {
		t.Fatal(err)
	}
	for read() {
	}
	if diff := cmp.Diff([]uint64{2, 3, 4, 5, 6, 7}, seqs); diff != "" {
		t.Errorf("sequence numbers that were watched (-want +got):\n%s", diff)
	}
}
