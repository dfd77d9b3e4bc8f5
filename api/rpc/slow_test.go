package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// flood is a conversation that never ends, as fast as somebody takes it.
type flood struct {
	rpc.Dialog
	entries int           // in one go
	bytes   atomic.Int64  // of text that was taken
	ended   chan struct{} // closed when the watch has ended
}

func (f *flood) Watch(ctx context.Context, _ shop.ID, _, _ string, after uint64, emit func([]dialog.Entry, *dialog.Signs) error) error {
	defer close(f.ended)
	text := strings.Repeat("茶", 2000)
	for {
		page := make([]dialog.Entry, f.entries)
		for i := range page {
			after++
			page[i] = dialog.Entry{Seq: after, Author: dialog.AuthorVisitor, Text: text}
		}
		if err := emit(page, nil); err != nil {
			return err
		}
		f.bytes.Add(int64(f.entries * len(text)))
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func floodedRig(t *testing.T, f *flood, limit time.Duration) *apitest.Rig {
	t.Helper()
	return apitest.New(t, apitest.Options{
		Config: rpc.Config{SendTimeout: limit, CallerRate: rpc.Rate{PerSecond: -1}, ShopRate: rpc.Rate{PerSecond: -1}},
		Deps:   func(d *rpc.Deps) { f.Dialog = d.Dialog; d.Dialog = f },
	})
}

// Somebody who stops reading is cut off, and told why once reading again; no
// more is kept for him than gRPC's own window and a piece of what was sent.
func TestSlowReader(t *testing.T) {
	f := &flood{entries: 1, ended: make(chan struct{})}
	r := floodedRig(t, f, 200*time.Millisecond)
	stream, err := r.As(t, apitest.Tea, auth.Visitor, "ann").Dialog.WatchSession(t.Context(), &dialogv1.WatchSessionRequest{SessionId: "s"})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-f.ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the stream of a client that does not read is still served")
	}
	if kept := f.bytes.Load(); kept > 512<<10 {
		t.Errorf("%d bytes were kept for a client that does not read, want at most 512 KiB", kept)
	}
	var last uint64
	for {
		res, err := stream.Recv()
		if err != nil {
			wantError(t, "the end", err, codes.ResourceExhausted, "SLOW_READER")
			if !retryAfter(err) {
				t.Errorf("%v does not say when to try again", err)
			}
			break
		}
		for _, e := range res.GetEntries() {
			if last++; e.GetSeq() != last {
				t.Fatalf("entry %d after %d, want none left out before the end", e.GetSeq(), last-1)
			}
		}
	}
	if last == 0 {
		t.Error("nothing came of what was sent before the cut")
	}
	if !strings.Contains(r.Log.String(), "code=ResourceExhausted") || !strings.Contains(r.Log.String(), "reason=SLOW_READER") {
		t.Errorf("log = %.2000s\nwant SLOW_READER in it", r.Log)
	}
}

// A page of the store does not become one message that clients refuse.
func TestStreamsComeInPieces(t *testing.T) {
	f := &flood{entries: 500, ended: make(chan struct{})} // 3 MB of text
	r := floodedRig(t, f, time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	stream, err := r.As(t, apitest.Tea, auth.Visitor, "ann").Dialog.WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: "s"})
	if err != nil {
		t.Fatal(err)
	}
	var last uint64
	for last < 1200 {
		res, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(res.GetEntries()); n == 0 || n > 43 { // 43 of 6 KB are 256 KiB
			t.Fatalf("a message has %d entries, want 1 to 43", n)
		}
		for _, e := range res.GetEntries() {
			if last++; e.GetSeq() != last {
				t.Fatalf("entry %d after %d", e.GetSeq(), last-1)
			}
		}
	}
	cancel()
	<-f.ended
}

// A server that drains does not wait for a client that does not read.
func TestDrainDoesNotWaitForSlowReaders(t *testing.T) {
	f := &flood{entries: 1, ended: make(chan struct{})}
	r := floodedRig(t, f, time.Hour)
	stream, err := r.As(t, apitest.Tea, auth.Visitor, "ann").Dialog.WatchSession(t.Context(), &dialogv1.WatchSessionRequest{SessionId: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	r.API.BeginDrain()
	select {
	case <-f.ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the stream is still served")
	}
	for err = nil; err == nil; _, err = stream.Recv() {
	}
	wantError(t, "the end", err, codes.Unavailable, "DRAINING")
}

// crowd holds streams open, and counts them.
type crowd struct {
	rpc.Dialog
	open atomic.Int64
}

func (c *crowd) Watch(ctx context.Context, _ shop.ID, _, _ string, _ uint64, emit func([]dialog.Entry, *dialog.Signs) error) error {
	c.open.Add(1)
	defer c.open.Add(-1)
	if err := emit(nil, nil); err != nil {
		return err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// Ten thousand visitors of one shop can watch at once.
func TestManyWatchers(t *testing.T) {
	const visitors, aConn = 10_000, 1000
	c := new(crowd)
	r := apitest.New(t, apitest.Options{
		Config: rpc.Config{ShopRate: rpc.Rate{PerSecond: -1}},
		Deps:   func(d *rpc.Deps) { c.Dialog = d.Dialog; d.Dialog = c },
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client := dialogv1.NewDialogServiceClient(r.Dial(t))
	streams := make([]dialogv1.DialogService_WatchSessionClient, 0, visitors)
	for i := range visitors {
		if i%aConn == 0 {
			client = dialogv1.NewDialogServiceClient(r.Dial(t))
		}
		s, err := client.WatchSession(withToken(ctx, r.Token(t, apitest.Tea, auth.Visitor, fmt.Sprint("v", i))), &dialogv1.WatchSessionRequest{SessionId: "s"})
		if err != nil {
			t.Fatal(err)
		}
		streams = append(streams, s)
	}
	for i, s := range streams {
		if _, err := s.Recv(); err != nil {
			t.Fatalf("stream %d = %v", i, err)
		}
	}
	if n := c.open.Load(); n != visitors {
		t.Errorf("%d streams are open, want %d", n, visitors)
	}
	cancel()
	for _, s := range streams {
		if _, err := s.Recv(); err == nil || errors.Is(err, io.EOF) {
			t.Fatalf("a stream ended with %v, want CANCELLED", err)
		}
	}
}

// What an agent says is bounded before it is looked at.
func TestLongReplies(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	v, ticket := wait(t, r, "ann")
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	if _, err := zoe.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId()}); err != nil {
		t.Fatal(err)
	}
	before := v.session().GetLastSeq()
	_, err := zoe.ReplyTicket(t.Context(), &handoffv1.ReplyTicketRequest{TicketId: ticket.GetId(), TurnId: "a", Text: strings.Repeat("x", 1<<20)})
	wantError(t, "a reply of 1 MB", err, codes.InvalidArgument, "REQUEST_TOO_LARGE")
	_, err = zoe.ReplyTicket(t.Context(), &handoffv1.ReplyTicketRequest{TicketId: ticket.GetId(), TurnId: "a", Text: strings.Repeat("茶", 4001)})
	wantError(t, "a reply of 4001 characters", err, codes.InvalidArgument, "INVALID_FIELD")
	_, err = zoe.AddNote(t.Context(), &handoffv1.AddNoteRequest{TicketId: ticket.GetId(), TurnId: "a", Text: strings.Repeat("茶", 1001)})
	wantError(t, "a note of 1001 characters", err, codes.InvalidArgument, "INVALID_FIELD")
	_, err = zoe.CloseTicket(t.Context(), &handoffv1.CloseTicketRequest{TicketId: ticket.GetId(), Outcome: "x", Tags: make([]string, 21)})
	wantError(t, "21 tags", err, codes.InvalidArgument, "INVALID_FIELD")
	if after := v.session().GetLastSeq(); after != before {
		t.Errorf("the transcript grew from %d to %d", before, after)
	}
}
