package chaos

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// lead is who reads everything: a supervisor that does nothing else.
type lead struct{ *wire }

// agents returns all agents with their desks.
func (l lead) agents(ctx context.Context) ([]*handoff.Agent, error) {
	got, err := call(ctx, l.wire, func(ctx context.Context, conn *grpc.ClientConn) (*handoffv1.ListAgentsResponse, error) {
		return handoffv1.NewSupervisorServiceClient(conn).ListAgents(ctx, &handoffv1.ListAgentsRequest{PageSize: 200})
	})
	if err != nil {
		return nil, fmt.Errorf("ListAgents: %w", err)
	}
	var list []*handoff.Agent
	for _, a := range got.GetAgents() {
		list = append(list, agentOf(a))
	}
	return list, nil
}

// listed returns the ids of all open tickets of a state.
func (l lead) listed(ctx context.Context, state handoffv1.TicketState) (ids []string, err error) {
	for token := ""; ; {
		got, err := call(ctx, l.wire, func(ctx context.Context, conn *grpc.ClientConn) (*handoffv1.ListTicketsResponse, error) {
			return handoffv1.NewHandoffServiceClient(conn).ListTickets(ctx, &handoffv1.ListTicketsRequest{State: state, PageSize: 200, PageToken: token})
		})
		if err != nil {
			return nil, fmt.Errorf("ListTickets: %w", err)
		}
		for _, t := range got.GetTickets() {
			ids = append(ids, t.GetId())
		}
		if token = got.GetNextPageToken(); token == "" {
			return ids, nil
		}
	}
}

// quiet reports whether nothing waits and nobody has anything to do.
func (l lead) quiet(ctx context.Context) (bool, error) {
	for _, state := range []handoffv1.TicketState{handoffv1.TicketState_TICKET_STATE_WAITING, handoffv1.TicketState_TICKET_STATE_HELD} {
		if ids, err := l.listed(ctx, state); err != nil || len(ids) > 0 {
			return false, err
		}
	}
	agents, err := l.agents(ctx)
	for _, a := range agents {
		if len(a.Work) > 0 {
			return false, err
		}
	}
	return err == nil, err
}

// read completes the history by what is stored. tokenOf makes the token of a
// visitor.
func (l lead) read(ctx context.Context, h *History, tokenOf func(visitor string) string) error {
	var err error
	if h.Agents, err = l.agents(ctx); err != nil {
		return err
	}
	h.Line = make(map[handoff.State][]string)
	for state, value := range map[handoff.State]handoffv1.TicketState{
		handoff.Waiting: handoffv1.TicketState_TICKET_STATE_WAITING, handoff.Held: handoffv1.TicketState_TICKET_STATE_HELD,
	} {
		if h.Line[state], err = l.listed(ctx, value); err != nil {
			return err
		}
	}
	if h.Tickets, err = l.feed(ctx); err != nil {
		return err
	}
	for _, c := range h.Conversations {
		if err := l.transcript(ctx, c, tokenOf(c.Visitor)); err != nil {
			return fmt.Errorf("session %s: %w", c.Session, err)
		}
	}
	h.Read = time.Now()
	return nil
}

// feedEnds is after how long without news a feed has told everything.
const feedEnds = 2 * time.Second

// feed returns all tickets, by watching them from the beginning.
func (l lead) feed(ctx context.Context) (list []*handoff.Ticket, err error) {
	latest := make(map[string]int)
	_, err = call(ctx, l.wire, func(_ context.Context, conn *grpc.ClientConn) (struct{}, error) {
		watching, cancel := context.WithCancel(ctx) // longer than a call may take
		defer cancel()
		stream, err := handoffv1.NewHandoffServiceClient(conn).WatchTickets(watching, &handoffv1.WatchTicketsRequest{})
		for err == nil {
			end := time.AfterFunc(feedEnds, cancel)
			var got *handoffv1.WatchTicketsResponse
			got, err = stream.Recv()
			if !end.Stop() && ctx.Err() == nil {
				return struct{}{}, nil
			}
			for _, t := range got.GetTickets() {
				if i, known := latest[t.GetId()]; known {
					list[i] = ticketOf(t)
					continue
				}
				latest[t.GetId()] = len(list)
				list = append(list, ticketOf(t))
			}
		}
		return struct{}{}, fmt.Errorf("WatchTickets: %w", err)
	})
	return list, err
}

// transcript reads a session as its visitor.
func (l lead) transcript(ctx context.Context, c *Conversation, token string) error {
	w := newWire(l.dice, token, l.nodes)
	defer w.hangUp()
	got, err := call(ctx, w, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.GetSessionResponse, error) {
		return dialogv1.NewDialogServiceClient(conn).GetSession(ctx, &dialogv1.GetSessionRequest{SessionId: c.Session})
	})
	if err != nil {
		return fmt.Errorf("GetSession: %w", err)
	}
	c.State, c.Entries = stateOf(got.GetSession().GetState()), nil
	for after := uint64(0); ; {
		page, err := call(ctx, w, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.GetTranscriptResponse, error) {
			return dialogv1.NewDialogServiceClient(conn).GetTranscript(ctx, &dialogv1.GetTranscriptRequest{SessionId: c.Session, AfterSeq: after, PageSize: 500})
		})
		if err != nil {
			return fmt.Errorf("GetTranscript: %w", err)
		}
		for _, e := range page.GetEntries() {
			c.Entries = append(c.Entries, entryOf(e))
		}
		if len(page.GetEntries()) < 500 {
			return nil
		}
		after = c.Entries[len(c.Entries)-1].Seq
	}
}
