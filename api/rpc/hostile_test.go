package rpc_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

//go:embed testdata/hostile/strings.json
var hostileJSON []byte

// hostileStrings returns our own list, and the one that HONEYGUIDE_BLNS names.
func hostileStrings(t *testing.T) []string {
	t.Helper()
	var all []string
	lists := [][]byte{hostileJSON}
	if path := os.Getenv("HONEYGUIDE_BLNS"); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, data)
	}
	for _, data := range lists {
		var list []string
		if err := json.Unmarshal(data, &list); err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
	}
	if len(all) < 120 {
		t.Fatalf("%d hostile strings, want at least 120", len(all))
	}
	return all
}

// refusals are how a hostile request may end, besides being served.
var refusals = []codes.Code{codes.InvalidArgument, codes.NotFound, codes.FailedPrecondition, codes.AlreadyExists}

// Every string in every field of every call is served or refused; it breaks
// nothing, and what is refused changes nothing.
func TestHostileStrings(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	boss := r.As(t, apitest.Tea, auth.Supervisor, "boss").Supervisor
	ed := r.As(t, apitest.Tea, auth.Editor, "ed").Knowledge
	for i, s := range hostileStrings(t) {
		if !utf8.ValidString(s) {
			t.Fatalf("string %d is not valid UTF-8", i)
		}
		v, ticket := wait(t, r, fmt.Sprint("visitor-", i))
		if _, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()}); err != nil {
			t.Fatal(err)
		}
		check := func(what string, err error, before *dialogv1.Session) {
			t.Helper()
			code, reason := errorOf(err)
			if code == codes.OK {
				return
			}
			if !slices.Contains(refusals, code) || reason == "" {
				t.Errorf("%s with %.60q = %v (%s)", what, s, err, reason)
			}
			if after := v.session(); !proto.Equal(lasting(before), lasting(after)) {
				t.Errorf("%s with %.60q was refused, but changed %v to %v", what, s, before, after)
			}
		}
		before := v.session()
		for what, call := range hostileTickets(ticket.GetId(), s) {
			check(what, call(t.Context(), zoe), before)
			before = v.session()
		}
		for what, call := range hostileSupervision(s) {
			check(what, call(t.Context(), boss), before)
		}
		for what, call := range hostileKnowledge(s) {
			check(what, call(t.Context(), ed), before)
		}
		if _, err := boss.ForceCloseTicket(t.Context(), &handoffv1.ForceCloseTicketRequest{TicketId: ticket.GetId(), Outcome: "done"}); err != nil {
			wantError(t, "ForceCloseTicket", err, codes.FailedPrecondition, "TICKET_CLOSED") // one of the calls closed it
		}
		v = start(t, r, fmt.Sprint("visitor-", i))
		before = v.session()
		for what, call := range hostileTurns(v.id, s) {
			check(what, call(t.Context(), v.Dialog), before)
			before = v.session()
		}
		for what, err := range everySessionCall(t.Context(), v.Dialog, s) {
			check(what+".session_id", err, before)
		}
	}
}

// lasting is a session without what changes by itself: how long the wait is
// thought to be.
func lasting(s *dialogv1.Session) *dialogv1.Session {
	s = proto.CloneOf(s)
	if w := s.GetWait(); w != nil {
		w.Estimate, w.Error = nil, nil
	}
	return s
}

// hostileTurns are all calls of a visitor with s in one field.
func hostileTurns(id, s string) map[string]func(context.Context, dialogv1.DialogServiceClient) error {
	type client = dialogv1.DialogServiceClient
	calls := map[string]func(context.Context, client) error{
		"StartSession.locale": func(ctx context.Context, c client) error {
			_, err := c.StartSession(ctx, &dialogv1.StartSessionRequest{Locale: s})
			return err
		},
		"StartSession.request_id": func(ctx context.Context, c client) error {
			_, err := c.StartSession(ctx, &dialogv1.StartSessionRequest{RequestId: s})
			return err
		},
		"RateEntry.comment": func(ctx context.Context, c client) error {
			_, err := c.RateEntry(ctx, &dialogv1.RateEntryRequest{SessionId: id, TurnId: "h1", Rating: &dialogv1.Rating{Entry: 1, Comment: s}})
			return err
		},
		"RateEntry.turn_id": func(ctx context.Context, c client) error {
			_, err := c.RateEntry(ctx, &dialogv1.RateEntryRequest{SessionId: id, TurnId: s, Rating: &dialogv1.Rating{Entry: 1}})
			return err
		},
		"GetTranscript": func(ctx context.Context, c client) error {
			_, err := c.GetTranscript(ctx, &dialogv1.GetTranscriptRequest{SessionId: id})
			return err
		},
	}
	for what, req := range map[string]*dialogv1.SendTurnRequest{
		"SendTurn.text":          {SessionId: id, TurnId: "h2", Text: s},
		"SendTurn.pick":          {SessionId: id, TurnId: "h3", Pick: s},
		"SendTurn.turn_id":       {SessionId: id, TurnId: s, Text: "运费多少钱"},
		"SendTurn.text and pick": {SessionId: id, TurnId: "h4", Text: s, Pick: s},
	} {
		calls[what] = func(ctx context.Context, c client) error {
			_, err := c.SendTurn(ctx, req)
			return err
		}
	}
	return calls
}

// hostileTickets are all calls of an agent with s in one field.
func hostileTickets(id, s string) map[string]func(context.Context, handoffv1.HandoffServiceClient) error {
	type client = handoffv1.HandoffServiceClient
	return map[string]func(context.Context, client) error{
		"ListTickets.page_token": func(ctx context.Context, c client) error {
			_, err := c.ListTickets(ctx, &handoffv1.ListTicketsRequest{PageToken: s, PageSize: 1})
			return err
		},
		"GetTicket.ticket_id": func(ctx context.Context, c client) error {
			_, err := c.GetTicket(ctx, &handoffv1.GetTicketRequest{TicketId: s})
			return err
		},
		"ClaimTicket.ticket_id": func(ctx context.Context, c client) error {
			_, err := c.ClaimTicket(ctx, &handoffv1.ClaimTicketRequest{TicketId: s})
			return err
		},
		"ReplyTicket.text": func(ctx context.Context, c client) error {
			_, err := c.ReplyTicket(ctx, &handoffv1.ReplyTicketRequest{TicketId: id, TurnId: "h1", Text: s})
			return err
		},
		"ReplyTicket.turn_id": func(ctx context.Context, c client) error {
			_, err := c.ReplyTicket(ctx, &handoffv1.ReplyTicketRequest{TicketId: id, TurnId: s, Text: "您好"})
			return err
		},
		"AddNote.text": func(ctx context.Context, c client) error {
			_, err := c.AddNote(ctx, &handoffv1.AddNoteRequest{TicketId: id, TurnId: "n1", Text: s})
			return err
		},
		"TransferTicket.agent": func(ctx context.Context, c client) error {
			_, err := c.TransferTicket(ctx, &handoffv1.TransferTicketRequest{TicketId: id, Agent: s})
			return err
		},
		"ReplyTicket.suggestion": func(ctx context.Context, c client) error {
			_, err := c.ReplyTicket(ctx, &handoffv1.ReplyTicketRequest{TicketId: id, TurnId: "h9", Text: "您好", Suggestion: s})
			return err
		},
		"CloseTicket.tags": func(ctx context.Context, c client) error {
			_, err := c.CloseTicket(ctx, &handoffv1.CloseTicketRequest{TicketId: id, Outcome: "x", Tags: []string{s}, BackToBot: true})
			return err
		},
		"CloseTicket.ticket_id": func(ctx context.Context, c client) error {
			_, err := c.CloseTicket(ctx, &handoffv1.CloseTicketRequest{TicketId: s, Outcome: "x"})
			return err
		},
		"CloseTicket.outcome": func(ctx context.Context, c client) error {
			_, err := c.CloseTicket(ctx, &handoffv1.CloseTicketRequest{TicketId: id, Outcome: s, BackToBot: true})
			return err
		},
	}
}

// hostileSupervision are calls of a supervisor with s in one field.
func hostileSupervision(s string) map[string]func(context.Context, handoffv1.SupervisorServiceClient) error {
	type client = handoffv1.SupervisorServiceClient
	return map[string]func(context.Context, client) error{
		"PutAgent.name": func(ctx context.Context, c client) error {
			_, err := c.PutAgent(ctx, &handoffv1.PutAgentRequest{Name: s})
			return err
		},
		"PutAgent.skills": func(ctx context.Context, c client) error {
			_, err := c.PutAgent(ctx, &handoffv1.PutAgentRequest{Name: "yan", Skills: map[string]int32{s: 1}})
			return err
		},
		"PutAgent.languages": func(ctx context.Context, c client) error {
			_, err := c.PutAgent(ctx, &handoffv1.PutAgentRequest{Name: "yan", Languages: []string{s}})
			return err
		},
		"ListAgents.page_token": func(ctx context.Context, c client) error {
			_, err := c.ListAgents(ctx, &handoffv1.ListAgentsRequest{PageToken: s})
			return err
		},
		"PutRules.routes": func(ctx context.Context, c client) error {
			_, err := c.PutRules(ctx, &handoffv1.PutRulesRequest{Rules: &handoffv1.Rules{
				Routes: []*handoffv1.Route{{Node: s, Slot: s, Is: s, Skill: s, Tags: []string{s}}},
			}})
			return err
		},
		"PutRules.calendar": func(ctx context.Context, c client) error {
			_, err := c.PutRules(ctx, &handoffv1.PutRulesRequest{Rules: &handoffv1.Rules{
				Calendar: &handoffv1.Calendar{Zone: s, Hours: []*handoffv1.Hours{{Days: []string{s}, Periods: []*handoffv1.Period{{From: s, To: s}}}}},
			}})
			return err
		},
	}
}

// hostileKnowledge are all calls of an editor with s in one field. Publishing
// is left out: a test of its own does it less often.
func hostileKnowledge(s string) map[string]func(context.Context, knowledgev1.KnowledgeServiceClient) error {
	type client = knowledgev1.KnowledgeServiceClient
	return map[string]func(context.Context, client) error{
		"LintTree.source": func(ctx context.Context, c client) error {
			_, err := c.LintTree(ctx, &knowledgev1.LintTreeRequest{Source: []byte(s)})
			return err
		},
		"PublishTree.source": func(ctx context.Context, c client) error {
			_, err := c.PublishTree(ctx, &knowledgev1.PublishTreeRequest{Source: []byte(s)})
			return err
		},
		"ExplainMatch.text": func(ctx context.Context, c client) error {
			_, err := c.ExplainMatch(ctx, &knowledgev1.ExplainMatchRequest{Text: s})
			return err
		},
		"ExplainMatch.topic": func(ctx context.Context, c client) error {
			_, err := c.ExplainMatch(ctx, &knowledgev1.ExplainMatchRequest{Text: "运费", Topic: s})
			return err
		},
	}
}
