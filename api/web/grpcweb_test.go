package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// startWeb starts a session in gRPC-web and returns its id.
func startWeb(t *testing.T, s *site, token string) string {
	t.Helper()
	var res dialogv1.StartSessionResponse
	w := s.openWeb(t, dialogService+"StartSession", token, &dialogv1.StartSessionRequest{})
	if !w.next(t, &res) || w.next(t, &res) || w.err(t) != nil {
		t.Fatalf("StartSession = %v, trailers %v", &res, w.trailers)
	}
	return res.GetSession().GetId()
}

func TestGRPCWebUnary(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	id := startWeb(t, s, token)
	var res dialogv1.SendTurnResponse
	w := s.openWeb(t, dialogService+"SendTurn", token, &dialogv1.SendTurnRequest{SessionId: id, TurnId: "1", Text: "运费多少钱"})
	if !w.next(t, &res) || res.GetNode() != "shipping" {
		t.Errorf("SendTurn = %v, want the answer", &res)
	}
	if w.next(t, &res) || w.err(t) != nil {
		t.Errorf("after the message: trailers %v, want status 0", w.trailers)
	}
	if got := w.header.Get("Content-Type"); got != "application/grpc-web+proto" {
		t.Errorf("Content-Type = %q", got)
	}
}

func TestGRPCWebErrors(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	for _, tt := range []struct {
		name, token string
		req         *dialogv1.SendTurnRequest
		code        codes.Code
		reason      string
	}{
		{"no session", token, &dialogv1.SendTurnRequest{SessionId: "QQ", TurnId: "1", Text: "x"}, codes.NotFound, "SESSION_NOT_FOUND"},
		{"bad token", "x", &dialogv1.SendTurnRequest{}, codes.Unauthenticated, "TOKEN_INVALID"},
		{"too large", token, &dialogv1.SendTurnRequest{Text: strings.Repeat("茶", 8000)}, codes.InvalidArgument, "REQUEST_TOO_LARGE"},
		{"far too large", token, &dialogv1.SendTurnRequest{Text: strings.Repeat("茶", 80_000)}, codes.InvalidArgument, "REQUEST_TOO_LARGE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := s.openWeb(t, dialogService+"SendTurn", tt.token, tt.req)
			if w.next(t, new(dialogv1.SendTurnResponse)) {
				t.Errorf("a message came, want an error")
			}
			wantStatus(t, "SendTurn", w.err(t), tt.code, tt.reason)
		})
	}
}

func TestMalformedFrames(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	for name, body := range map[string]string{
		"nothing":             "",
		"half a prefix":       "\x00\x00",
		"a promise unkept":    "\x00\x00\x00\x00\x09abc",
		"more than promised":  "\x00\x00\x00\x00\x00abc",
		"two messages":        "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"4 GB":                "\x00\xff\xff\xff\xffabc",
		"trailers":            "\x80\x00\x00\x00\x00",
		"compressed":          "\x01\x00\x00\x00\x01a",
		"invalid UTF-8":       "\x00\x00\x00\x00\x04\x1a\x02\xff\xfe",
		"no message at all":   "\x00\x00\x00\x00\x02\xff\xff",
		"flags nobody knows":  "\x7e\x00\x00\x00\x00",
		"JSON without prefix": "{}",
	} {
		res, data := s.post(t, dialogService+"SendTurn", token, map[string]string{"Content-Type": "application/grpc-web+proto"}, body)
		w := &webStream{header: map[string][]string(res.Header), trailers: map[string][]string(res.Header)}
		if res.StatusCode != 200 || data != "" {
			t.Errorf("%s = %s %q, want an error in the headers", name, res.Status, data)
			continue
		}
		wantStatus(t, name, w.err(t), codes.InvalidArgument, "REQUEST_MALFORMED")
	}
}

// A stream delivers each message when it is sent, over HTTP/1.1 too.
func TestGRPCWebStream(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	id := startWeb(t, s, token)
	w := s.openWeb(t, dialogService+"WatchSession", token, &dialogv1.WatchSessionRequest{SessionId: id})
	var res dialogv1.WatchSessionResponse
	if !w.next(t, &res) || len(res.GetEntries()) != 1 {
		t.Fatalf("first message = %v, want the welcome", &res)
	}
	for range 2 {
		if !w.next(t, &res) || len(res.GetEntries()) != 0 {
			t.Fatalf("next message = %v, want a heartbeat", &res)
		}
	}
	var end dialogv1.EndSessionResponse
	if !s.openWeb(t, dialogService+"EndSession", token, &dialogv1.EndSessionRequest{SessionId: id, TurnId: "e"}).next(t, &end) {
		t.Fatal("EndSession failed")
	}
	var seqs []uint64
	for w.next(t, &res) {
		for _, e := range res.GetEntries() {
			seqs = append(seqs, e.GetSeq())
		}
	}
	if err := w.err(t); err != nil || len(seqs) != 1 || seqs[0] != 2 {
		t.Errorf("rest of the stream = %v, %v, want entry 2 and status 0", seqs, err)
	}
}

func TestDrainEndsStreamsAndReadiness(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	id := startWeb(t, s, token)
	w := s.openWeb(t, dialogService+"WatchSession", token, &dialogv1.WatchSessionRequest{SessionId: id})
	var res dialogv1.WatchSessionResponse
	if !w.next(t, &res) {
		t.Fatal("the stream ended at once")
	}
	wantPlain(t, s.url+"/readyz", 200)
	s.API.BeginDrain()
	for w.next(t, &res) {
	}
	wantStatus(t, "the stream", w.err(t), codes.Unavailable, "DRAINING")
	wantPlain(t, s.url+"/readyz", 503)
	wantPlain(t, s.url+"/healthz", 200)
	again := s.openWeb(t, dialogService+"WatchSession", token, &dialogv1.WatchSessionRequest{SessionId: id})
	for again.next(t, &res) {
	}
	wantStatus(t, "a new stream", again.err(t), codes.Unavailable, "DRAINING")
	startWeb(t, s, token) // calls are still served
}

// Who leaves a stream gives back its room, over HTTP/1.1 too.
func TestClientThatLeaves(t *testing.T) {
	o := apitest.Options{
		Config: rpc.Config{Streams: rpc.Bounds{Caller: 1}, CallerRate: rpc.Rate{PerSecond: -1}},
		Times:  dialog.Config{Heartbeat: time.Hour, Poll: time.Hour}, // nothing is written that could fail
	}
	s := newSite(t, o, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	id := startWeb(t, s, token)
	var res dialogv1.WatchSessionResponse
	for range 3 {
		deadline := time.Now().Add(5 * time.Second)
		for {
			w := s.openWeb(t, dialogService+"WatchSession", token, &dialogv1.WatchSessionRequest{SessionId: id})
			came := w.next(t, &res)
			if err := w.conn.Close(); err != nil {
				t.Fatal(err)
			}
			if came {
				break
			}
			wantStatus(t, "a stream while the last one's room is taken", w.err(t), codes.ResourceExhausted, "OVERLOADED")
			if time.Now().After(deadline) {
				t.Fatal("the room of a stream that was left is not given back")
			}
		}
	}
}

// nativeOver returns a native gRPC client of the HTTP side.
func nativeOver(t *testing.T, s *site) (dialogv1.DialogServiceClient, context.Context) {
	t.Helper()
	conn, err := grpc.NewClient(strings.TrimPrefix(s.url, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+s.Token(t, apitest.Tea, auth.Visitor, "ann"))
	return dialogv1.NewDialogServiceClient(conn), ctx
}

// Native gRPC works on the same port, without TLS.
func TestNativeGRPCOverHTTP2(t *testing.T) {
	c, ctx := nativeOver(t, newSite(t, apitest.Options{}, Config{}, times{}))
	started, err := c.StartSession(ctx, &dialogv1.StartSessionRequest{})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := c.WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: started.GetSession().GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if res, err := stream.Recv(); err != nil || len(res.GetEntries()) != 1 {
		t.Errorf("WatchSession = %v, %v, want the welcome", res, err)
	}
	_, err = c.GetSession(ctx, &dialogv1.GetSessionRequest{SessionId: "QQ"})
	wantStatus(t, "GetSession", err, codes.NotFound, "SESSION_NOT_FOUND")
}
