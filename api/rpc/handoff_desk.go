package rpc

import (
	"context"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// DeskWords are what agents say, and what helps them to.
type DeskWords interface {
	Reply(ctx context.Context, id shop.ID, agent string, req dialog.ReplyRequest) (*dialog.Entry, error)
	Note(ctx context.Context, id shop.ID, agent string, req dialog.NoteRequest) (*handoff.Ticket, error)
	Suggest(ctx context.Context, id shop.ID, agent, ticket string, seq uint64) ([]dialog.Suggestion, error)
	Canned(ctx context.Context, id shop.ID, agent, ticket string) ([]handoff.Canned, error)
	Sign(ctx context.Context, id shop.ID, agent, ticket string, sign dialog.SignRequest) error
}

// DeskSelf is what agents say about themselves.
type DeskSelf interface {
	SetPresence(ctx context.Context, id shop.ID, agent string, p handoff.Presence, drain bool) (*handoff.Agent, error)
	Self(ctx context.Context, id shop.ID, agent string) (*handoff.Agent, error)
}

func (s *handoffService) ReplyTicket(ctx context.Context, req *handoffv1.ReplyTicketRequest) (*handoffv1.ReplyTicketResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	entry, err := s.desk.Reply(ctx, who.Shop, who.Subject, dialog.ReplyRequest{
		Ticket: req.GetTicketId(), Turn: req.GetTurnId(), Text: req.GetText(), Suggestion: knowledge.NodeID(req.GetSuggestion()),
	})
	if err != nil {
		return nil, err
	}
	return &handoffv1.ReplyTicketResponse{Seq: entry.Seq}, nil
}

func (s *handoffService) AddNote(ctx context.Context, req *handoffv1.AddNoteRequest) (*handoffv1.AddNoteResponse, error) {
	ticket, err := withTicket(ctx, req, s.desk.Note, dialog.NoteRequest{
		Ticket: req.GetTicketId(), Turn: req.GetTurnId(), Text: req.GetText(),
	})
	if err != nil {
		return nil, err
	}
	return &handoffv1.AddNoteResponse{Ticket: ticket}, nil
}

func (s *handoffService) SuggestAnswers(ctx context.Context, req *handoffv1.SuggestAnswersRequest) (*handoffv1.SuggestAnswersResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	suggestions, err := s.desk.Suggest(ctx, who.Shop, who.Subject, req.GetTicketId(), req.GetSeq())
	if err != nil {
		return nil, err
	}
	res := &handoffv1.SuggestAnswersResponse{}
	for _, g := range suggestions {
		res.Suggestions = append(res.Suggestions, &handoffv1.Suggestion{
			Node: string(g.Node), Title: g.Title, Text: g.Text, Probability: g.Probability, Sure: g.Sure,
		})
	}
	return res, nil
}

func (s *handoffService) ListCannedReplies(ctx context.Context, req *handoffv1.ListCannedRepliesRequest) (*handoffv1.ListCannedRepliesResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	canned, err := s.desk.Canned(ctx, who.Shop, who.Subject, req.GetTicketId())
	if err != nil {
		return nil, err
	}
	return &handoffv1.ListCannedRepliesResponse{Replies: cannedToProto(canned)}, nil
}

func (s *handoffService) SendSign(ctx context.Context, req *handoffv1.SendSignRequest) (*handoffv1.SendSignResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	err = s.desk.Sign(ctx, who.Shop, who.Subject, req.GetTicketId(), dialog.SignRequest{Typing: req.GetTyping(), Read: req.GetReadSeq()})
	if err != nil {
		return nil, err
	}
	return &handoffv1.SendSignResponse{}, nil
}

func (s *handoffService) GetSelf(ctx context.Context, _ *handoffv1.GetSelfRequest) (*handoffv1.GetSelfResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	agent, err := s.desk.Self(ctx, who.Shop, who.Subject)
	if err != nil {
		return nil, err
	}
	return &handoffv1.GetSelfResponse{Agent: agentToProto(agent)}, nil
}

func (s *handoffService) SetPresence(ctx context.Context, req *handoffv1.SetPresenceRequest) (*handoffv1.SetPresenceResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	presence, err := presenceFromProto(req.GetPresence())
	if err != nil {
		return nil, err
	}
	if req.GetDrain() && presence != handoff.Offline {
		return nil, badField("drain", "goes with OFFLINE only")
	}
	agent, err := s.desk.SetPresence(ctx, who.Shop, who.Subject, presence, req.GetDrain())
	if err != nil {
		return nil, err
	}
	return &handoffv1.SetPresenceResponse{Agent: agentToProto(agent)}, nil
}
