package rpc_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

// wait starts a session that asks for a human, and returns its ticket.
func wait(t *testing.T, r *apitest.Rig, visitor string) (*visit, *handoffv1.Ticket) {
	t.Helper()
	v := start(t, r, visitor)
	v.say("怎么退货")
	v.say("快递柜")
	if _, err := v.Dialog.RequestHuman(t.Context(), &dialogv1.RequestHumanRequest{SessionId: v.id, TurnId: "h"}); err != nil {
		t.Fatal(err)
	}
	var token string
	for {
		res, err := r.As(t, apitest.Tea, auth.Agent, "finder").Handoff.ListTickets(t.Context(),
			&handoffv1.ListTicketsRequest{PageSize: 200, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, ticket := range res.GetTickets() {
			if ticket.GetSessionId() == v.id {
				return v, ticket
			}
		}
		if token = res.GetNextPageToken(); token == "" {
			t.Fatalf("session %s waits without a ticket", v.id)
		}
	}
}

func TestTicketCarriesWhatTheBotKnew(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v, listed := wait(t, r, "ann")
	res, err := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff.GetTicket(t.Context(), &handoffv1.GetTicketRequest{TicketId: listed.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	ticket, packet := res.GetTicket(), res.GetTicket().GetPacket()
	if ticket.GetSessionId() != v.id || ticket.GetState() != handoffv1.TicketState_TICKET_STATE_WAITING ||
		ticket.GetCreateTime() == nil || ticket.GetClaimTime() != nil || ticket.GetEndTime() != nil || ticket.GetRevision() == 0 {
		t.Errorf("GetTicket = %v, want one that waits", ticket)
	}
	if packet.GetReason() != "REQUESTED" || packet.GetLocale() != "zh-CN" || packet.GetRelease() != 1 {
		t.Errorf("packet = %v, want reason, locale and release", packet)
	}
	wantSlots := []string{"signed_by 签收方式 locker 快递柜"}
	var slots []string
	for _, s := range packet.GetSlots() {
		slots = append(slots, fmt.Sprint(s.GetId(), " ", s.GetTitle(), " ", s.GetValue(), " ", s.GetLabel()))
	}
	if diff := cmp.Diff(wantSlots, slots); diff != "" {
		t.Errorf("slots (-want +got):\n%s", diff)
	}
	if len(packet.GetAsked()) != 1 || packet.GetAsked()[0].GetReply() != "快递柜" {
		t.Errorf("asked = %v, want one question with its reply", packet.GetAsked())
	}
	if len(res.GetEntries()) != int(v.session().GetLastSeq()) {
		t.Errorf("%d entries, want the whole transcript of %d", len(res.GetEntries()), v.session().GetLastSeq())
	}
}

func TestAgentTakesOver(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	v, ticket := wait(t, r, "ann")
	zoe, yan := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff, r.As(t, apitest.Tea, auth.Admin, "yan").Handoff
	reply := func(c handoffv1.HandoffServiceClient, turn, text string) (uint64, error) {
		res, err := c.ReplyTicket(t.Context(), &handoffv1.ReplyTicketRequest{TicketId: ticket.GetId(), TurnId: turn, Text: text})
		return res.GetSeq(), err
	}
	_, err := reply(zoe, "a1", "您好")
	wantError(t, "ReplyTicket before ClaimTicket", err, codes.FailedPrecondition, "TICKET_NOT_HELD")
	for range 2 {
		res, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()})
		if err != nil || res.GetTicket().GetAgent() != "zoe" || res.GetTicket().GetState() != handoffv1.TicketState_TICKET_STATE_HELD {
			t.Errorf("ClaimTicket = %v, %v, want it held by zoe", res, err)
		}
	}
	_, err = yan.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()})
	wantError(t, "ClaimTicket by another", err, codes.FailedPrecondition, "TICKET_TAKEN")
	_, err = reply(yan, "a1", "您好")
	wantError(t, "ReplyTicket by another", err, codes.FailedPrecondition, "TICKET_TAKEN")
	first, err := reply(zoe, "a1", "您好")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := reply(zoe, "a1", "您好"); err != nil || again != first {
		t.Errorf("ReplyTicket again = %d, %v, want %d", again, err, first)
	}
	_, err = reply(zoe, "a1", "再见")
	wantError(t, "ReplyTicket with another text", err, codes.AlreadyExists, "TURN_REUSED")
	closed, err := zoe.CloseTicket(t.Context(), &handoffv1.CloseTicketRequest{TicketId: ticket.GetId(), Outcome: "已解决", BackToBot: true})
	if err != nil || closed.GetTicket().GetState() != handoffv1.TicketState_TICKET_STATE_CLOSED || closed.GetTicket().GetOutcome() != "已解决" {
		t.Errorf("CloseTicket = %v, %v, want it closed", closed, err)
	}
	if s := v.session(); s.GetState() != dialogv1.SessionState_SESSION_STATE_BOT {
		t.Errorf("session = %v, want it back at the bot", s)
	}
	_, err = reply(zoe, "a2", "您好")
	wantError(t, "ReplyTicket of a closed one", err, codes.FailedPrecondition, "TICKET_CLOSED")
	_, err = yan.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()})
	wantError(t, "ClaimTicket of a closed one", err, codes.FailedPrecondition, "TICKET_CLOSED")
}

func TestTicketsAreTheShopsOwn(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	_, ticket := wait(t, r, "ann")
	for _, tt := range []struct {
		name string
		c    handoffv1.HandoffServiceClient
		id   string
	}{
		{"another shop", r.As(t, apitest.Silk, auth.Admin, "yan").Handoff, ticket.GetId()},
		{"unknown ticket", r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff, "QQQQQQQQ"},
		{"impossible ticket", r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff, ticket.GetId() + "\x00x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.c.GetTicket(t.Context(), &handoffv1.GetTicketRequest{TicketId: tt.id})
			wantError(t, "GetTicket", err, codes.NotFound, "TICKET_NOT_FOUND")
			list, err := tt.c.ListTickets(t.Context(), &handoffv1.ListTicketsRequest{})
			if err != nil || tt.name == "another shop" && len(list.GetTickets()) != 0 {
				t.Errorf("ListTickets = %v, %v, want none of another shop", list, err)
			}
		})
	}
}

func TestListTicketsPages(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	var want []string
	for i := range 5 {
		_, ticket := wait(t, r, fmt.Sprint("visitor-", i))
		want = append(want, ticket.GetId())
	}
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	var got []string
	req := &handoffv1.ListTicketsRequest{State: handoffv1.TicketState_TICKET_STATE_WAITING, PageSize: 2}
	pages := 0
	for {
		res, err := zoe.ListTickets(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, ticket := range res.GetTickets() {
			got = append(got, ticket.GetId())
		}
		if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 3 {
		t.Errorf("tickets in %d pages, want 3 (-want +got):\n%s", pages, diff)
	}
	first, err := zoe.ListTickets(t.Context(), &handoffv1.ListTicketsRequest{PageSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, field string
		req         *handoffv1.ListTicketsRequest
	}{
		{"page size", "page_size", &handoffv1.ListTicketsRequest{PageSize: 201}},
		{"negative page size", "page_size", &handoffv1.ListTicketsRequest{PageSize: -1}},
		{"closed", "state", &handoffv1.ListTicketsRequest{State: handoffv1.TicketState_TICKET_STATE_CLOSED}},
		{"unknown state", "state", &handoffv1.ListTicketsRequest{State: 99}},
		{"made-up token", "page_token", &handoffv1.ListTicketsRequest{PageToken: "AAAA"}},
		{"token of another list", "page_token", &handoffv1.ListTicketsRequest{
			State: handoffv1.TicketState_TICKET_STATE_HELD, PageToken: first.GetNextPageToken(),
		}},
	} {
		_, err := zoe.ListTickets(t.Context(), tt.req)
		wantError(t, tt.name, err, codes.InvalidArgument, "INVALID_FIELD")
		if diff := cmp.Diff([]string{tt.field}, violations(err)); diff != "" {
			t.Errorf("%s: violations (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestWatchTickets(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	_, before := wait(t, r, "ann")
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	stream, err := zoe.WatchTickets(t.Context(), &handoffv1.WatchTicketsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	// next returns the next ticket, or nil for a heartbeat.
	next := func() *handoffv1.Ticket {
		t.Helper()
		res, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if len(res.GetTickets()) == 0 {
			return nil
		}
		return res.GetTickets()[0]
	}
	if got := next(); got.GetId() != before.GetId() {
		t.Errorf("first = %v, want the ticket that waits", got)
	}
	for next() != nil {
	}
	if _, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: before.GetId()}); err != nil {
		t.Fatal(err)
	}
	var claimed *handoffv1.Ticket
	for claimed == nil {
		claimed = next()
	}
	if claimed.GetState() != handoffv1.TicketState_TICKET_STATE_HELD || claimed.GetRevision() <= before.GetRevision() {
		t.Errorf("changed ticket = %v, want it held, at a later revision than %d", claimed, before.GetRevision())
	}
	late, err := zoe.WatchTickets(t.Context(), &handoffv1.WatchTicketsRequest{AfterRevision: 1<<64 - 1})
	if err != nil {
		t.Fatal(err)
	}
	if res, err := late.Recv(); err != nil || len(res.GetTickets()) != 0 {
		t.Errorf("after the last revision of all = %v, %v, want a heartbeat", res, err)
	}
}
