package chaos

import (
	"context"
	"time"

	"google.golang.org/grpc"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// wants is the presence in which the agent works: supervisors are offered nothing.
func (a *agent) wants() handoff.Presence {
	if a.supervisor {
		return handoff.Busy
	}
	return handoff.Online
}

// be says whether the agent takes work.
func (a *agent) be(ctx context.Context, p handoff.Presence, drain bool) {
	value := map[handoff.Presence]handoffv1.Presence{
		handoff.Online: handoffv1.Presence_PRESENCE_ONLINE, handoff.Busy: handoffv1.Presence_PRESENCE_BUSY,
		handoff.Away: handoffv1.Presence_PRESENCE_AWAY, handoff.Offline: handoffv1.Presence_PRESENCE_OFFLINE,
	}[p]
	_, err := call(ctx, a.wire, func(ctx context.Context, conn *grpc.ClientConn) (*handoffv1.SetPresenceResponse, error) {
		return handoffv1.NewHandoffServiceClient(conn).SetPresence(ctx, &handoffv1.SetPresenceRequest{Presence: value, Drain: drain})
	})
	a.declined(ctx, "SetPresence", err)
}

// hear takes what rings, says no, or does not listen.
func (a *agent) hear(ctx context.Context, ticket string) {
	a.dice.pause(ctx, 10*time.Millisecond, 300*time.Millisecond)
	if !a.calm() && a.dice.in(12) {
		return
	}
	if !a.calm() && a.dice.in(12) {
		act(ctx, a, "DeclineTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.DeclineTicketResponse, error) {
			return handoffv1.NewHandoffServiceClient(conn).DeclineTicket(ctx, &handoffv1.DeclineTicketRequest{TicketId: ticket, TurnId: turn})
		})
		return
	}
	a.claim(ctx, ticket)
}

func (a *agent) claim(ctx context.Context, ticket string) {
	act(ctx, a, "ClaimTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.ClaimTicketResponse, error) {
		return handoffv1.NewHandoffServiceClient(conn).ClaimTicket(ctx, &handoffv1.ClaimTicketRequest{TicketId: ticket, TurnId: turn})
	})
}

// roam does what agents do beside the work that comes to them.
func (a *agent) roam(ctx context.Context) {
	for !a.calm() && ctx.Err() == nil {
		a.dice.pause(ctx, 200*time.Millisecond, 1200*time.Millisecond)
		switch {
		case ctx.Err() != nil || a.calm():
			return
		case a.supervisor:
			a.interfere(ctx)
		case a.dice.in(6):
			a.be(ctx, handoff.Offline, a.dice.in(50))
		case a.dice.in(6):
			a.be(ctx, handoff.Away, false)
		case a.dice.in(60):
			if list := a.list(ctx, handoffv1.TicketState_TICKET_STATE_WAITING); len(list) > 0 {
				a.claim(ctx, list[a.dice.below(len(list))].GetId())
			}
		case a.dice.in(20):
			a.wire.hangUp()
		}
	}
}

func (a *agent) list(ctx context.Context, state handoffv1.TicketState) []*handoffv1.Ticket {
	got, err := call(ctx, a.wire, func(ctx context.Context, conn *grpc.ClientConn) (*handoffv1.ListTicketsResponse, error) {
		return handoffv1.NewHandoffServiceClient(conn).ListTickets(ctx, &handoffv1.ListTicketsRequest{State: state})
	})
	a.declined(ctx, "ListTickets", err)
	return got.GetTickets()
}

// interfere is what supervisors do: they take what others have, and end it.
func (a *agent) interfere(ctx context.Context) {
	held := a.list(ctx, handoffv1.TicketState_TICKET_STATE_HELD)
	if a.dice.in(20) {
		held = append(held, a.list(ctx, handoffv1.TicketState_TICKET_STATE_WAITING)...)
	}
	if len(held) == 0 {
		return
	}
	ticket := held[a.dice.below(len(held))].GetId()
	if a.dice.in(80) {
		act(ctx, a, "TakeOverTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.TakeOverTicketResponse, error) {
			return handoffv1.NewSupervisorServiceClient(conn).TakeOverTicket(ctx, &handoffv1.TakeOverTicketRequest{TicketId: ticket, TurnId: turn})
		})
		return
	}
	back := a.dice.in(50)
	act(ctx, a, "ForceCloseTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.ForceCloseTicketResponse, error) {
		return handoffv1.NewSupervisorServiceClient(conn).ForceCloseTicket(ctx, &handoffv1.ForceCloseTicketRequest{TicketId: ticket, TurnId: turn, Outcome: "enough", BackToBot: back})
	})
}
