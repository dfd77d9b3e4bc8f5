package rpc

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Desk is what HandoffService and SupervisorService need. *dialog.Desk is one,
// and says what the methods promise.
type Desk interface {
	DeskReads
	DeskStreams
	DeskTickets
	DeskWords
	DeskSelf
	Supervision
}

// DeskReads are what agents see.
type DeskReads interface {
	List(ctx context.Context, id shop.ID, state handoff.State, offset, limit int) ([]*handoff.Ticket, error)
	Get(ctx context.Context, id shop.ID, ticket string) (*handoff.Ticket, []dialog.Entry, error)
}

// DeskTickets are what agents do with tickets.
type DeskTickets interface {
	Claim(ctx context.Context, id shop.ID, agent string, req dialog.TicketRequest) (*handoff.Ticket, error)
	Decline(ctx context.Context, id shop.ID, agent string, req dialog.TicketRequest) (*handoff.Ticket, error)
	Transfer(ctx context.Context, id shop.ID, agent string, req dialog.TransferRequest) (*handoff.Ticket, error)
	Requeue(ctx context.Context, id shop.ID, agent string, req dialog.TicketRequest) (*handoff.Ticket, error)
	Close(ctx context.Context, id shop.ID, agent string, req dialog.CloseRequest) (*handoff.Ticket, error)
	WrapUp(ctx context.Context, id shop.ID, agent string, req dialog.WrapUpRequest) (*handoff.Ticket, error)
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

func (s *handoffService) ClaimTicket(ctx context.Context, req *handoffv1.ClaimTicketRequest) (*handoffv1.ClaimTicketResponse, error) {
	ticket, err := onTicket(ctx, req, s.desk.Claim)
	if err != nil {
		return nil, err
	}
	return &handoffv1.ClaimTicketResponse{Ticket: ticket}, nil
}

func (s *handoffService) DeclineTicket(ctx context.Context, req *handoffv1.DeclineTicketRequest) (*handoffv1.DeclineTicketResponse, error) {
	ticket, err := onTicket(ctx, req, s.desk.Decline)
	if err != nil {
		return nil, err
	}
	return &handoffv1.DeclineTicketResponse{Ticket: ticket}, nil
}

func (s *handoffService) RequeueTicket(ctx context.Context, req *handoffv1.RequeueTicketRequest) (*handoffv1.RequeueTicketResponse, error) {
	ticket, err := onTicket(ctx, req, s.desk.Requeue)
	if err != nil {
		return nil, err
	}
	return &handoffv1.RequeueTicketResponse{Ticket: ticket}, nil
}

func (s *handoffService) TransferTicket(ctx context.Context, req *handoffv1.TransferTicketRequest) (*handoffv1.TransferTicketResponse, error) {
	ticket, err := withTicket(ctx, req, s.desk.Transfer, dialog.TransferRequest{
		Ticket: req.GetTicketId(), Turn: req.GetTurnId(), Agent: req.GetAgent(), Needs: needsFromProto(req.GetNeeds()), Note: req.GetNote(),
	})
	if err != nil {
		return nil, err
	}
	return &handoffv1.TransferTicketResponse{Ticket: ticket}, nil
}

func (s *handoffService) CloseTicket(ctx context.Context, req *handoffv1.CloseTicketRequest) (*handoffv1.CloseTicketResponse, error) {
	ticket, err := withTicket(ctx, req, s.desk.Close, dialog.CloseRequest{
		Ticket: req.GetTicketId(), Turn: req.GetTurnId(), Outcome: req.GetOutcome(), Tags: req.GetTags(), BackToBot: req.GetBackToBot(),
	})
	if err != nil {
		return nil, err
	}
	return &handoffv1.CloseTicketResponse{Ticket: ticket}, nil
}

func (s *handoffService) WrapUpTicket(ctx context.Context, req *handoffv1.WrapUpTicketRequest) (*handoffv1.WrapUpTicketResponse, error) {
	ticket, err := withTicket(ctx, req, s.desk.WrapUp, dialog.WrapUpRequest{
		Ticket: req.GetTicketId(), Turn: req.GetTurnId(), Outcome: req.GetOutcome(), Tags: req.GetTags(),
	})
	if err != nil {
		return nil, err
	}
	return &handoffv1.WrapUpTicketResponse{Ticket: ticket}, nil
}

// ofTicket is a request about one ticket.
type ofTicket interface{ GetTicketId() string }

// turnOfTicket is a request to change a ticket, safe to send again.
type turnOfTicket interface {
	ofTicket
	GetTurnId() string
}

// onTicket does what needs no more than the ticket and who does it.
func onTicket(ctx context.Context, req turnOfTicket, do func(context.Context, shop.ID, string, dialog.TicketRequest) (*handoff.Ticket, error)) (*handoffv1.Ticket, error) {
	return withTicket(ctx, req, do, dialog.TicketRequest{Ticket: req.GetTicketId(), Turn: req.GetTurnId()})
}

// withTicket does one of the acts that return the ticket.
func withTicket[T any](ctx context.Context, req ofTicket, do func(context.Context, shop.ID, string, T) (*handoff.Ticket, error), act T) (*handoffv1.Ticket, error) {
	who, err := callerFor(ctx, req)
	if err != nil {
		return nil, err
	}
	ticket, err := do(ctx, who.Shop, who.Subject, act)
	if err != nil {
		return nil, err
	}
	return ticketToProto(ticket), nil
}

// callerFor is caller for requests about a ticket.
func callerFor(ctx context.Context, req ofTicket) (auth.Identity, error) {
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
