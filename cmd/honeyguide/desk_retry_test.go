package main

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
)

// lossy is a desk on which nothing happens. Of every act the first answer is
// lost.
type lossy struct {
	handoffv1.UnimplementedHandoffServiceServer
	mu    sync.Mutex
	turns map[string][]string // act -> its turn ids; guarded by mu
}

// act notes what came, and fails the first time.
func (l *lossy) act(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	r, ok := req.(interface{ GetTurnId() string })
	if !ok {
		return handle(ctx, req)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	name := info.FullMethod[strings.LastIndex(info.FullMethod, "/")+1:]
	l.turns[name] = append(l.turns[name], r.GetTurnId())
	if len(l.turns[name]) == 1 {
		return nil, status.Error(codes.Unavailable, "lost")
	}
	return handle(ctx, req)
}

func (l *lossy) SetPresence(context.Context, *handoffv1.SetPresenceRequest) (*handoffv1.SetPresenceResponse, error) {
	return &handoffv1.SetPresenceResponse{Agent: lossyAnn()}, nil
}

func lossyAnn() *handoffv1.Agent {
	return &handoffv1.Agent{
		Name: "Ann", Capacity: 3, Presence: handoffv1.Presence_PRESENCE_ONLINE,
		Work: []*handoffv1.Work{{TicketId: "T1", Weight: 1, Kind: handoffv1.WorkKind_WORK_KIND_HOLDING}},
	}
}

func (l *lossy) WatchDesk(_ *handoffv1.WatchDeskRequest, stream grpc.ServerStreamingServer[handoffv1.WatchDeskResponse]) error {
	held := &handoffv1.Ticket{Id: "T1", State: handoffv1.TicketState_TICKET_STATE_HELD, Agent: "Ann", Revision: 1}
	if err := stream.Send(&handoffv1.WatchDeskResponse{Agent: lossyAnn(), Tickets: []*handoffv1.Ticket{held}}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

func (l *lossy) ClaimTicket(context.Context, *handoffv1.ClaimTicketRequest) (*handoffv1.ClaimTicketResponse, error) {
	return &handoffv1.ClaimTicketResponse{Ticket: &handoffv1.Ticket{Id: "T1", State: handoffv1.TicketState_TICKET_STATE_HELD, Agent: "Ann"}}, nil
}

func (l *lossy) DeclineTicket(context.Context, *handoffv1.DeclineTicketRequest) (*handoffv1.DeclineTicketResponse, error) {
	return &handoffv1.DeclineTicketResponse{}, nil
}

func (l *lossy) ReplyTicket(context.Context, *handoffv1.ReplyTicketRequest) (*handoffv1.ReplyTicketResponse, error) {
	return &handoffv1.ReplyTicketResponse{}, nil
}

func (l *lossy) AddNote(context.Context, *handoffv1.AddNoteRequest) (*handoffv1.AddNoteResponse, error) {
	return &handoffv1.AddNoteResponse{}, nil
}

func (l *lossy) TransferTicket(context.Context, *handoffv1.TransferTicketRequest) (*handoffv1.TransferTicketResponse, error) {
	return &handoffv1.TransferTicketResponse{}, nil
}

func (l *lossy) RequeueTicket(context.Context, *handoffv1.RequeueTicketRequest) (*handoffv1.RequeueTicketResponse, error) {
	return &handoffv1.RequeueTicketResponse{}, nil
}

func (l *lossy) CloseTicket(context.Context, *handoffv1.CloseTicketRequest) (*handoffv1.CloseTicketResponse, error) {
	return &handoffv1.CloseTicketResponse{}, nil
}

func (l *lossy) WrapUpTicket(context.Context, *handoffv1.WrapUpTicketRequest) (*handoffv1.WrapUpTicketResponse, error) {
	return &handoffv1.WrapUpTicketResponse{}, nil
}

// TestDeskWorkRepeatsWhatWasLost: every act that got no answer is sent again
// under the same turn id.
func TestDeskWorkRepeatsWhatWasLost(t *testing.T) {
	l := &lossy{turns: make(map[string][]string)}
	server := grpc.NewServer(grpc.UnaryInterceptor(l.act))
	handoffv1.RegisterHandoffServiceServer(server, l)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			t.Errorf("Serve = %v", err)
		}
	})

	in, typing := io.Pipe()
	out := new(screen)
	worked := make(chan error, 1)
	go func() {
		worked <- run(t.Context(), []string{"desk", "work", "--server", listener.Addr().String(), "--token", "t"}, in, out, out)
	}()
	out.waitFor(t, "-- you are online", "T1")
	for _, line := range []string{"/accept T1", "/decline T1", "hello", "/note n", "/transfer agent bo", "/requeue", "/close ok", "/quit"} {
		if _, err := io.WriteString(typing, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-worked; err != nil {
		t.Fatalf("work = %v", err)
	}
	seen, times := make(map[string]string), make(map[string]int)
	for act, turns := range l.turns {
		for _, turn := range turns {
			if turn == "" || seen[turn] != "" && seen[turn] != act {
				t.Errorf("%s was sent with turn id %q, which is that of %s", act, turn, seen[turn])
			}
			seen[turn] = act
		}
		if turns[0] == turns[len(turns)-1] {
			times[act] = len(turns)
		}
	}
	want := map[string]int{
		"ClaimTicket": 2, "DeclineTicket": 2, "ReplyTicket": 2, "AddNote": 2,
		"TransferTicket": 2, "RequeueTicket": 2, "CloseTicket": 2, "WrapUpTicket": 2,
	}
	if diff := cmp.Diff(want, times); diff != "" {
		t.Errorf("how often each act was sent under one turn id (-want +got):\n%s", diff)
	}
}
