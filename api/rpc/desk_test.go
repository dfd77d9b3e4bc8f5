package rpc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

// deskStream reads a desk until something has come.
type deskStream struct {
	t      *testing.T
	stream handoffv1.HandoffService_WatchDeskClient
	seqs   map[string]uint64
	last   uint64 // revision
}

func watchDesk(t *testing.T, c handoffv1.HandoffServiceClient, req *handoffv1.WatchDeskRequest) *deskStream {
	t.Helper()
	stream, err := c.WatchDesk(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return &deskStream{t: t, stream: stream, seqs: make(map[string]uint64)}
}

// until reads until found says so. Every entry must come once and in order.
func (s *deskStream) until(what string, found func(*handoffv1.WatchDeskResponse) bool) {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		res, err := s.stream.Recv()
		if err != nil {
			s.t.Fatalf("waiting for %s: %v", what, err)
		}
		for _, ticket := range res.GetTickets() {
			s.last = max(s.last, ticket.GetRevision())
		}
		for _, l := range res.GetLines() {
			for _, e := range l.GetEntries() {
				if before, known := s.seqs[l.GetTicketId()]; known && e.GetSeq() != before+1 {
					s.t.Fatalf("entry %d after %d", e.GetSeq(), before)
				}
				s.seqs[l.GetTicketId()] = e.GetSeq()
			}
		}
		if found(res) {
			return
		}
	}
	s.t.Fatalf("%s did not come", what)
}

// said finds an entry by its text.
func said(text string) func(*handoffv1.WatchDeskResponse) bool {
	return func(res *handoffv1.WatchDeskResponse) bool {
		for _, l := range res.GetLines() {
			for _, e := range l.GetEntries() {
				if e.GetText() == text {
					return true
				}
			}
		}
		return false
	}
}

// A customer rings at a desk, is served, cut off, passed on and asked what the
// service was worth.
func TestDesk(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited(), Route: true})
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	if _, err := zoe.SetPresence(t.Context(), &handoffv1.SetPresenceRequest{Presence: handoffv1.Presence_PRESENCE_ONLINE}); err != nil {
		t.Fatal(err)
	}
	desk := watchDesk(t, zoe, &handoffv1.WatchDeskRequest{})
	v, ticket := wait(t, r, "ann")
	id := ticket.GetId()
	desk.until("the ring", func(res *handoffv1.WatchDeskResponse) bool {
		work := res.GetAgent().GetWork()
		return len(work) == 1 && work[0].GetTicketId() == id && work[0].GetKind() == handoffv1.WorkKind_WORK_KIND_RINGING
	})
	yan := r.As(t, apitest.Tea, auth.Agent, "yan").Handoff
	_, err := yan.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: id})
	wantError(t, "ClaimTicket of what rings elsewhere", err, codes.FailedPrecondition, "TICKET_OFFERED")
	_, err = yan.DeclineTicket(t.Context(), &handoffv1.DeclineTicketRequest{TicketId: id})
	if code, _ := errorOf(err); code != codes.FailedPrecondition && code != codes.NotFound {
		t.Errorf("DeclineTicket by another = %v, want it refused", err)
	}
	if _, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: id}); err != nil {
		t.Fatal(err)
	}
	v.say("运费多少钱")
	desk.until("the customer's words", said("运费多少钱"))

	suggested, err := zoe.SuggestAnswers(t.Context(), &handoffv1.SuggestAnswersRequest{TicketId: id})
	if err != nil || len(suggested.GetSuggestions()) == 0 || suggested.GetSuggestions()[0].GetText() != "满 99 元包邮。" {
		t.Fatalf("SuggestAnswers = %v, %v, want the answer", suggested, err)
	}
	hint := suggested.GetSuggestions()[0]
	if _, err := zoe.ReplyTicket(t.Context(), &handoffv1.ReplyTicketRequest{TicketId: id, TurnId: "r1", Text: hint.GetText(), Suggestion: hint.GetNode()}); err != nil {
		t.Fatal(err)
	}
	desk.until("the reply", said("满 99 元包邮。"))
	if got := ticketOf(t, r, id); got.GetSuggested() != 1 || got.GetAccepted() != 1 {
		t.Errorf("suggested %d, accepted %d, want 1 and 1", got.GetSuggested(), got.GetAccepted())
	}

	// After a cut the stream goes on where it was.
	if _, err := v.Dialog.SendSign(t.Context(), &dialogv1.SendSignRequest{SessionId: v.id, Typing: true}); err != nil {
		t.Fatal(err)
	}
	v.say("谢谢")
	again := watchDesk(t, zoe, &handoffv1.WatchDeskRequest{AfterRevision: desk.last, Cursors: []*handoffv1.Cursor{{TicketId: id, AfterSeq: desk.seqs[id]}}})
	again.seqs[id] = desk.seqs[id]
	again.until("what was said meanwhile", said("谢谢"))

	res, err := zoe.AddNote(t.Context(), &handoffv1.AddNoteRequest{TicketId: id, TurnId: "n1", Text: "老客户"})
	if err != nil || len(res.GetTicket().GetNotes()) != 1 {
		t.Errorf("AddNote = %v, %v", res, err)
	}
	_, err = zoe.TransferTicket(t.Context(), &handoffv1.TransferTicketRequest{TicketId: id, Agent: "nobody"})
	wantError(t, "TransferTicket to nobody", err, codes.NotFound, "AGENT_NOT_FOUND")
	closed, err := zoe.CloseTicket(t.Context(), &handoffv1.CloseTicketRequest{TicketId: id, Outcome: "已解答", Tags: []string{"运费"}})
	if err != nil || !cmp.Equal(closed.GetTicket().GetTags(), []string{"运费"}) {
		t.Errorf("CloseTicket = %v, %v", closed, err)
	}
	survey := &dialogv1.AnswerSurveyRequest{SessionId: v.id, TurnId: "v1", Score: 5, Comment: "很快"}
	for range 2 { // a retry changes nothing
		if _, err := v.Dialog.AnswerSurvey(t.Context(), survey); err != nil {
			t.Errorf("AnswerSurvey = %v", err)
		}
	}
	_, err = v.Dialog.AnswerSurvey(t.Context(), &dialogv1.AnswerSurveyRequest{SessionId: v.id, TurnId: "v2", Score: 1})
	wantError(t, "AnswerSurvey once more", err, codes.FailedPrecondition, "SURVEY_ANSWERED")
	if got := ticketOf(t, r, id).GetSurvey(); got.GetScore() != 5 || got.GetComment() != "很快" {
		t.Errorf("survey = %v", got)
	}
}

func TestCancelHandoffInHuman(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v, ticket := wait(t, r, "ann")
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	if _, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()}); err != nil {
		t.Fatal(err)
	}
	res, err := v.Dialog.CancelHandoff(t.Context(), &dialogv1.CancelHandoffRequest{SessionId: v.id, TurnId: "c"})
	if err != nil || res.GetSession().GetState() != dialogv1.SessionState_SESSION_STATE_BOT {
		t.Errorf("CancelHandoff = %v, %v, want it back at the bot", res, err)
	}
	if got := ticketOf(t, r, ticket.GetId()); got.GetState() != handoffv1.TicketState_TICKET_STATE_CLOSED {
		t.Errorf("ticket = %v, want it closed", got)
	}
}

func TestSupervisor(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	boss := r.As(t, apitest.Tea, auth.Supervisor, "boss")
	for _, name := range []string{"zoe", "bo", "yan"} {
		_, err := boss.Supervisor.PutAgent(t.Context(), &handoffv1.PutAgentRequest{Name: name, Skills: map[string]int32{"refund": 4}, Languages: []string{"zh"}, Capacity: 2})
		if err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	req := &handoffv1.ListAgentsRequest{PageSize: 2}
	for {
		res, err := boss.Supervisor.ListAgents(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range res.GetAgents() {
			names = append(names, a.GetName())
		}
		if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"bo", "yan", "zoe"}, names); diff != "" {
		t.Errorf("agents (-want +got):\n%s", diff)
	}
	_, err := boss.Supervisor.PutAgent(t.Context(), &handoffv1.PutAgentRequest{Name: "zoe", Skills: map[string]int32{"refund": 9}, Languages: []string{"chinese"}, Capacity: 1000})
	wantError(t, "PutAgent", err, codes.InvalidArgument, "INVALID_FIELD")
	if diff := cmp.Diff([]string{`skills["refund"]`, "languages[0]", "capacity"}, violations(err)); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}

	_, ticket := wait(t, r, "ann")
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	if _, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()}); err != nil {
		t.Fatal(err)
	}
	taken, err := boss.Supervisor.TakeOverTicket(t.Context(), &handoffv1.TakeOverTicketRequest{TicketId: ticket.GetId()})
	if err != nil || taken.GetTicket().GetAgent() != "boss" {
		t.Errorf("TakeOverTicket = %v, %v, want it held by boss", taken, err)
	}
	_, err = zoe.ReplyTicket(t.Context(), &handoffv1.ReplyTicketRequest{TicketId: ticket.GetId(), TurnId: "a", Text: "您好"})
	wantError(t, "ReplyTicket after it was taken over", err, codes.FailedPrecondition, "TICKET_TAKEN")
	if _, err := boss.Supervisor.ForceCloseTicket(t.Context(), &handoffv1.ForceCloseTicketRequest{TicketId: ticket.GetId(), Outcome: "done"}); err != nil {
		t.Errorf("ForceCloseTicket = %v", err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) { // figures may be a second old
		level, err := boss.Supervisor.GetServiceLevel(t.Context(), &handoffv1.GetServiceLevelRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if total := level.GetLevel().GetTotal(); total.GetCame() == 1 && total.GetPickedUp() == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("GetServiceLevel = %v, want one who came and was picked up", level)
		}
	}
	now := time.Now()
	for field, req := range map[string]*handoffv1.GetServiceLevelRequest{
		"start_time": {StartTime: timestamppb.New(now), EndTime: timestamppb.New(now)},
		"end_time":   {EndTime: &timestamppb.Timestamp{Nanos: -1}},
	} {
		_, err := boss.Supervisor.GetServiceLevel(t.Context(), req)
		wantError(t, field, err, codes.InvalidArgument, "INVALID_FIELD")
		if diff := cmp.Diff([]string{field}, violations(err)); diff != "" {
			t.Errorf("violations (-want +got):\n%s", diff)
		}
	}
}

func TestRules(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	boss := r.As(t, apitest.Tea, auth.Supervisor, "boss").Supervisor
	got, err := boss.GetRules(t.Context(), &handoffv1.GetRulesRequest{})
	if err != nil || got.GetRules().GetVersion() != 0 || got.GetRules().GetMode() != handoffv1.Mode_MODE_PUSH {
		t.Fatalf("GetRules = %v, %v, want the defaults", got, err)
	}
	rules := got.GetRules()
	rules.Canned = []*handoffv1.Canned{{Id: "hello", Title: "问候", Text: "您好，我是{{agent}}。"}}
	put, err := boss.PutRules(t.Context(), &handoffv1.PutRulesRequest{Rules: rules})
	if err != nil || put.GetRules().GetVersion() != 1 {
		t.Fatalf("PutRules = %v, %v, want version 1", put, err)
	}
	again, err := boss.PutRules(t.Context(), &handoffv1.PutRulesRequest{Rules: rules})
	if err != nil || again.GetRules().GetVersion() != 1 {
		t.Errorf("PutRules again = %v, %v, want what the first one gave", again, err)
	}
	rules.Canned = nil
	_, err = boss.PutRules(t.Context(), &handoffv1.PutRulesRequest{Rules: rules})
	wantError(t, "PutRules of an old version", err, codes.Aborted, "CONFLICT")
	_, err = boss.PutRules(t.Context(), &handoffv1.PutRulesRequest{})
	wantError(t, "PutRules of nothing", err, codes.InvalidArgument, "INVALID_FIELD")

	bad := put.GetRules()
	bad.Ring = durationpb.New(time.Millisecond)
	bad.Relax[1].After = durationpb.New(0)
	bad.Calendar = &handoffv1.Calendar{Zone: "Nowhere/Atoll"}
	_, err = boss.PutRules(t.Context(), &handoffv1.PutRulesRequest{Rules: bad})
	wantError(t, "PutRules of wrong rules", err, codes.InvalidArgument, "INVALID_FIELD")
	if diff := cmp.Diff([]string{"rules.ring", "rules.relax[1].after", "rules.calendar.zone"}, violations(err)); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
	if _, err := r.As(t, apitest.Silk, auth.Admin, "x").Supervisor.GetRules(t.Context(), &handoffv1.GetRulesRequest{}); err != nil {
		t.Errorf("GetRules of another shop = %v", err)
	}

	_, ticket := wait(t, r, "ann")
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	if _, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()}); err != nil {
		t.Fatal(err)
	}
	replies, err := zoe.ListCannedReplies(t.Context(), &handoffv1.ListCannedRepliesRequest{TicketId: ticket.GetId()})
	if err != nil || len(replies.GetReplies()) != 1 || !strings.Contains(replies.GetReplies()[0].GetText(), "zoe") {
		t.Errorf("ListCannedReplies = %v, %v, want one with the agent's name", replies, err)
	}
}

func TestPresence(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	self, err := zoe.GetSelf(t.Context(), &handoffv1.GetSelfRequest{})
	if err != nil || self.GetAgent().GetName() != "zoe" || self.GetAgent().GetPresence() != handoffv1.Presence_PRESENCE_OFFLINE {
		t.Errorf("GetSelf = %v, %v, want zoe, offline", self, err)
	}
	for field, req := range map[string]*handoffv1.SetPresenceRequest{
		"presence": {},
		"drain":    {Presence: handoffv1.Presence_PRESENCE_AWAY, Drain: true},
	} {
		_, err := zoe.SetPresence(t.Context(), req)
		wantError(t, field, err, codes.InvalidArgument, "INVALID_FIELD")
		if diff := cmp.Diff([]string{field}, violations(err)); diff != "" {
			t.Errorf("violations (-want +got):\n%s", diff)
		}
	}
	_, ticket := wait(t, r, "ann")
	if _, err := zoe.SetPresence(t.Context(), &handoffv1.SetPresenceRequest{Presence: handoffv1.Presence_PRESENCE_AWAY}); err != nil {
		t.Fatal(err)
	}
	_, err = zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()})
	wantError(t, "ClaimTicket while away", err, codes.FailedPrecondition, "NOT_TAKING")
}
