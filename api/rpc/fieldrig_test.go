package rpc_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

// fieldRig makes requests of a supervisor that are good but for one field.
type fieldRig struct {
	*apitest.Rig
	t        *testing.T
	boss     apitest.Client
	rules    *handoffv1.Rules
	visitors int
}

func newFieldRig(t *testing.T) *fieldRig {
	r := &fieldRig{Rig: apitest.New(t, apitest.Options{Config: unlimited()}), t: t}
	r.boss = r.As(t, apitest.Tea, auth.Supervisor, "boss")
	yan := r.As(t, apitest.Tea, auth.Agent, "yan").Handoff
	if _, err := yan.SetPresence(t.Context(), &handoffv1.SetPresenceRequest{Presence: handoffv1.Presence_PRESENCE_ONLINE}); err != nil {
		t.Fatal(err)
	}
	rules, err := r.boss.Supervisor.GetRules(t.Context(), &handoffv1.GetRulesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	r.rules = rules.GetRules()
	period := []*handoffv1.Period{{From: "09:00", To: "18:00"}}
	r.rules.Calendar = &handoffv1.Calendar{
		Zone:       "Asia/Shanghai",
		Hours:      []*handoffv1.Hours{{Days: []string{"mon"}, Periods: period}},
		Exceptions: []*handoffv1.Exception{{Title: "国庆", First: "2026-10-01", Last: "2026-10-03", Periods: period}},
	}
	r.rules.Routes = []*handoffv1.Route{{Node: "returns", Slot: "days", Is: "8", Skill: "refund", Tags: []string{"vip"}}}
	r.rules.Canned = []*handoffv1.Canned{{Id: "hello", Title: "问候", Text: "您好"}}
	if r.rules, err = putRules(t, r.boss, r.rules); err != nil {
		t.Fatal(err)
	}
	return r
}

func putRules(t *testing.T, boss apitest.Client, rules *handoffv1.Rules) (*handoffv1.Rules, error) {
	res, err := boss.Supervisor.PutRules(t.Context(), &handoffv1.PutRulesRequest{Rules: rules})
	return res.GetRules(), err
}

// request returns a request that would be served, about a ticket of its own.
func (r *fieldRig) request(method protoreflect.MethodDescriptor) proto.Message {
	r.t.Helper()
	if !strings.HasSuffix(string(method.Name()), "Ticket") && method.Input().Fields().ByName("ticket_id") == nil {
		return r.plainRequest(string(method.Name()))
	}
	r.visitors++
	_, ticket := wait(r.t, r.Rig, fmt.Sprint("visitor-", r.visitors))
	id, name := ticket.GetId(), string(method.Name())
	if name != "ClaimTicket" && name != "DeclineTicket" && name != "TakeOverTicket" {
		if _, err := r.boss.Supervisor.TakeOverTicket(r.t.Context(), &handoffv1.TakeOverTicketRequest{TicketId: id}); err != nil {
			r.t.Fatal(err)
		}
	}
	if name == "WrapUpTicket" {
		if _, err := r.boss.Handoff.CloseTicket(r.t.Context(), &handoffv1.CloseTicketRequest{TicketId: id, Outcome: "ok"}); err != nil {
			r.t.Fatal(err)
		}
	}
	return map[string]proto.Message{
		"GetTicket":         &handoffv1.GetTicketRequest{TicketId: id},
		"ClaimTicket":       &handoffv1.ClaimTicketRequest{TicketId: id, TurnId: "t"},
		"DeclineTicket":     &handoffv1.DeclineTicketRequest{TicketId: id, TurnId: "t"},
		"ReplyTicket":       &handoffv1.ReplyTicketRequest{TicketId: id, TurnId: "t", Text: "您好"},
		"AddNote":           &handoffv1.AddNoteRequest{TicketId: id, TurnId: "t", Text: "老客户"},
		"TransferTicket":    &handoffv1.TransferTicketRequest{TicketId: id, TurnId: "t", Agent: "yan", Needs: &handoffv1.Needs{Skill: "refund"}},
		"RequeueTicket":     &handoffv1.RequeueTicketRequest{TicketId: id, TurnId: "t"},
		"CloseTicket":       &handoffv1.CloseTicketRequest{TicketId: id, TurnId: "t", Outcome: "ok"},
		"WrapUpTicket":      &handoffv1.WrapUpTicketRequest{TicketId: id, TurnId: "t", Outcome: "ok"},
		"SuggestAnswers":    &handoffv1.SuggestAnswersRequest{TicketId: id},
		"ListCannedReplies": &handoffv1.ListCannedRepliesRequest{TicketId: id},
		"SendSign":          &handoffv1.SendSignRequest{TicketId: id},
		"TakeOverTicket":    &handoffv1.TakeOverTicketRequest{TicketId: id, TurnId: "t"},
		"ForceCloseTicket":  &handoffv1.ForceCloseTicketRequest{TicketId: id, TurnId: "t", Outcome: "ok"},
	}[name]
}

func (r *fieldRig) plainRequest(name string) proto.Message {
	return map[string]proto.Message{
		"ListTickets":     &handoffv1.ListTicketsRequest{},
		"WatchTickets":    &handoffv1.WatchTicketsRequest{},
		"WatchDesk":       &handoffv1.WatchDeskRequest{},
		"GetSelf":         &handoffv1.GetSelfRequest{},
		"SetPresence":     &handoffv1.SetPresenceRequest{Presence: handoffv1.Presence_PRESENCE_BUSY},
		"ListAgents":      &handoffv1.ListAgentsRequest{},
		"PutAgent":        &handoffv1.PutAgentRequest{Name: "zoe"},
		"GetRules":        &handoffv1.GetRulesRequest{},
		"PutRules":        &handoffv1.PutRulesRequest{Rules: r.currentRules()},
		"GetServiceLevel": &handoffv1.GetServiceLevelRequest{},
	}[name]
}

// currentRules are those of the rig with the version that is in force.
func (r *fieldRig) currentRules() *handoffv1.Rules {
	r.t.Helper()
	got, err := r.boss.Supervisor.GetRules(r.t.Context(), &handoffv1.GetRulesRequest{})
	if err != nil {
		r.t.Fatal(err)
	}
	rules := proto.CloneOf(r.rules)
	rules.Version = got.GetRules().GetVersion()
	return rules
}

// send makes a call with a request of raw bytes, and returns what came back.
func (r *fieldRig) send(method protoreflect.MethodDescriptor, request []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(withToken(r.t.Context(), r.Token(r.t, apitest.Tea, auth.Supervisor, "boss")), 20*time.Second)
	defer cancel()
	path := fmt.Sprintf("/%s/%s", method.Parent().FullName(), method.Name())
	var reply []byte
	if !method.IsStreamingServer() {
		err := r.Conn().Invoke(ctx, path, &request, &reply, grpc.ForceCodec(rawCodec{}))
		return reply, err
	}
	stream, err := r.Conn().NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, path, grpc.ForceCodec(rawCodec{}))
	if err != nil {
		return nil, err
	}
	if err := stream.SendMsg(&request); err != nil {
		return nil, err
	}
	if err := stream.CloseSend(); err != nil {
		return nil, err
	}
	return reply, stream.RecvMsg(&reply)
}

func (r *fieldRig) marshal(m proto.Message) []byte {
	r.t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}
