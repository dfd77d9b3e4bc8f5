package rpc

import (
	"context"

	"google.golang.org/grpc"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Desk is what HandoffService needs. *dialog.Desk is one, and says what the
// methods promise.
type Desk interface {
	DeskActs
	DeskReads
}

// DeskActs are what agents do.
type DeskActs interface {
	Claim(ctx context.Context, id shop.ID, agent, ticket string) (*handoff.Ticket, error)
	Reply(ctx context.Context, id shop.ID, agent, ticket, turn, text string) (*dialog.Entry, error)
	Close(ctx context.Context, id shop.ID, agent, ticket, outcome string, backToBot bool) (*handoff.Ticket, error)
}

// DeskReads are what agents see.
type DeskReads interface {
	List(ctx context.Context, id shop.ID, state handoff.State, offset, limit int) ([]*handoff.Ticket, error)
	Get(ctx context.Context, id shop.ID, ticket string) (*handoff.Ticket, []dialog.Entry, error)
	Watch(ctx context.Context, id shop.ID, after uint64, emit func([]*handoff.Ticket) error) error
}

// handoffService is honeyguide.handoff.v1.HandoffService.
type handoffService struct {
	handoffv1.UnimplementedHandoffServiceServer
	desk Desk
}

// Sizes of a page of tickets.
const (
	ticketsByDefault = 50
	ticketsAtMost    = 200
)

func (s *handoffService) ListTickets(ctx context.Context, req *handoffv1.ListTicketsRequest) (*handoffv1.ListTicketsResponse, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	state, err := listedState(req.GetState())
	if err != nil {
		return nil, err
	}
	size, err := pageSize(req.GetPageSize(), ticketsByDefault, ticketsAtMost)
	if err != nil {
		return nil, err
	}
	offset, err := readPageToken(req.GetPageToken(), string(state))
	if err != nil {
		return nil, err
	}
	tickets, err := s.desk.List(ctx, who.Shop, state, offset, size+1) // one more tells whether there is a next page
	if err != nil {
		return nil, err
	}
	res := &handoffv1.ListTicketsResponse{}
	if len(tickets) > size {
		tickets, res.NextPageToken = tickets[:size], pageToken(string(state), offset+size)
	}
	res.Tickets = ticketsToProto(tickets)
	return res, nil
}

func (s *handoffService) GetTicket(ctx context.Context, req *handoffv1.GetTicketRequest) (*handoffv1.GetTicketResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	ticket, entries, err := s.desk.Get(ctx, who.Shop, req.GetTicketId())
	if err != nil {
		return nil, err
	}
	return &handoffv1.GetTicketResponse{Ticket: ticketToProto(ticket), Entries: entriesToProto(entries)}, nil
}

func (s *handoffService) WatchTickets(req *handoffv1.WatchTicketsRequest, stream grpc.ServerStreamingServer[handoffv1.WatchTicketsResponse]) error {
	who, err := caller(stream.Context())
	if err != nil {
		return err
	}
	return s.desk.Watch(stream.Context(), who.Shop, req.GetAfterRevision(), func(tickets []*handoff.Ticket) error {
		return stream.Send(&handoffv1.WatchTicketsResponse{Tickets: ticketsToProto(tickets)})
	})
}

func (s *handoffService) ClaimTicket(ctx context.Context, req *handoffv1.ClaimTicketRequest) (*handoffv1.ClaimTicketResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	ticket, err := s.desk.Claim(ctx, who.Shop, who.Subject, req.GetTicketId())
	if err != nil {
		return nil, err
	}
	return &handoffv1.ClaimTicketResponse{Ticket: ticketToProto(ticket)}, nil
}

func (s *handoffService) ReplyTicket(ctx context.Context, req *handoffv1.ReplyTicketRequest) (*handoffv1.ReplyTicketResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	entry, err := s.desk.Reply(ctx, who.Shop, who.Subject, req.GetTicketId(), req.GetTurnId(), req.GetText())
	if err != nil {
		return nil, err
	}
	return &handoffv1.ReplyTicketResponse{Seq: entry.Seq}, nil
}

func (s *handoffService) CloseTicket(ctx context.Context, req *handoffv1.CloseTicketRequest) (*handoffv1.CloseTicketResponse, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	ticket, err := s.desk.Close(ctx, who.Shop, who.Subject, req.GetTicketId(), req.GetOutcome(), req.GetBackToBot())
	if err != nil {
		return nil, err
	}
	return &handoffv1.CloseTicketResponse{Ticket: ticketToProto(ticket)}, nil
}

// callerFor is caller for requests about a ticket.
func callerFor(ctx context.Context, req interface{ GetTicketId() string }) (auth.Identity, error) {
	who, err := caller(ctx)
	switch id := req.GetTicketId(); {
	case err != nil:
		return who, err
	case id == "":
		return who, badField("ticket_id", "is empty")
	case !validID(id):
		return who, handoff.ErrNotFound
	}
	return who, nil
}

func listedState(s handoffv1.TicketState) (handoff.State, error) {
	switch s {
	case handoffv1.TicketState_TICKET_STATE_UNSPECIFIED, handoffv1.TicketState_TICKET_STATE_WAITING:
		return handoff.Waiting, nil
	case handoffv1.TicketState_TICKET_STATE_HELD:
		return handoff.Held, nil
	}
	return "", badField("state", "must be WAITING or HELD")
}
