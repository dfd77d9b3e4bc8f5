package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// A client that never finishes its request is told so, and let go.
func TestSlowRequest(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{body: 50 * time.Millisecond, write: time.Second})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "POST %sSendTurn HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
		"Authorization: Bearer %s\r\nContent-Length: 100\r\n\r\n{\"text\":", dialogService, s.Token(t, apitest.Tea, auth.Visitor, "ann")); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	wantJSONError(t, res, string(body), 504, "deadline_exceeded", "DEADLINE_EXCEEDED")
}

// A client that stops reading does not keep its stream for ever.
func TestClientThatStopsReading(t *testing.T) {
	o := apitest.Options{
		Config: rpc.Config{Streams: rpc.Bounds{Caller: 1}, CallerRate: rpc.Rate{PerSecond: -1}, ShopRate: rpc.Rate{PerSecond: -1}},
		Times:  dialog.Config{Heartbeat: time.Hour, Poll: time.Hour},
	}
	s := newSite(t, o, Config{}, times{body: time.Second, write: 100 * time.Millisecond})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	id := talkMuch(t, s, token)
	deaf := s.openWeb(t, dialogService+"WatchSession", token, &dialogv1.WatchSessionRequest{SessionId: id})
	if err := deaf.conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	wantCutOff(t, s)
}

// So does one over HTTP/2, where other streams of the connection go on.
func TestClientThatStopsReadingOverHTTP2(t *testing.T) {
	o := apitest.Options{
		Config: rpc.Config{CallerRate: rpc.Rate{PerSecond: -1}, ShopRate: rpc.Rate{PerSecond: -1}},
		Times:  dialog.Config{Heartbeat: time.Hour, Poll: time.Hour},
	}
	s := newSite(t, o, Config{}, times{body: time.Second, write: 100 * time.Millisecond})
	id := talkMuch(t, s, s.Token(t, apitest.Tea, auth.Visitor, "ann"))
	c, ctx := nativeOver(t, s)
	if _, err := c.WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: id}); err != nil {
		t.Fatal(err)
	}
	wantCutOff(t, s)
	if _, err := c.GetSession(ctx, &dialogv1.GetSessionRequest{SessionId: id}); err != nil {
		t.Errorf("another call on the connection = %v", err)
	}
}

// talkMuch returns a session with more words than the buffers on the way hold.
func talkMuch(t *testing.T, s *site, token string) string {
	t.Helper()
	id := startWeb(t, s, token)
	native := s.As(t, apitest.Tea, auth.Visitor, "ann").Dialog
	if _, err := native.RequestHuman(t.Context(), &dialogv1.RequestHumanRequest{SessionId: id, TurnId: "h"}); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("茶", 2000)
	for i := range 1500 { // 9 MB, more than the buffers on the way hold
		if _, err := native.SendTurn(t.Context(), &dialogv1.SendTurnRequest{SessionId: id, TurnId: fmt.Sprint(i), Text: long}); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

// wantCutOff waits until a stream was ended because nobody reads it.
func wantCutOff(t *testing.T, s *site) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		for line := range strings.Lines(s.Log.String()) {
			if strings.Contains(line, "DialogService/WatchSession code=ResourceExhausted") && strings.Contains(line, "reason=SLOW_READER") {
				return
			}
		}
		if time.Now().After(deadline) {
			log := s.Log.String()
			t.Fatalf("the stream is still there:\n%s", log[max(0, len(log)-2000):])
		}
	}
}

// A quiet stream outlives the time that a single write has.
func TestQuietStream(t *testing.T) {
	o := apitest.Options{Times: dialog.Config{Heartbeat: 150 * time.Millisecond, Poll: time.Hour}}
	s := newSite(t, o, Config{}, times{body: 40 * time.Millisecond, write: 40 * time.Millisecond})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	w := s.openWeb(t, dialogService+"WatchSession", token, &dialogv1.WatchSessionRequest{SessionId: startWeb(t, s, token)})
	for range 4 {
		if !w.next(t, new(dialogv1.WatchSessionResponse)) {
			t.Fatalf("the stream ended: %v", w.trailers)
		}
	}
}

// So does one over HTTP/2, where deadlines belong to streams.
func TestQuietStreamOverHTTP2(t *testing.T) {
	o := apitest.Options{Times: dialog.Config{Heartbeat: 150 * time.Millisecond, Poll: time.Hour}}
	s := newSite(t, o, Config{}, times{body: 40 * time.Millisecond, write: 40 * time.Millisecond})
	c, ctx := nativeOver(t, s)
	started, err := c.StartSession(ctx, &dialogv1.StartSessionRequest{})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := c.WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: started.GetSession().GetId()})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := stream.Recv(); err != nil {
			t.Fatalf("the stream ended: %v", err)
		}
	}
}
