package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statusv1 "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

const dialogService = "/honeyguide.dialog.v1.DialogService/"

// site is the HTTP side of a rig, on a port of its own.
type site struct {
	*apitest.Rig
	url string
}

func newSite(t *testing.T, o apitest.Options, cfg Config, ts times) *site {
	t.Helper()
	r := apitest.New(t, o)
	cfg.Log = slog.New(slog.NewTextHandler(r.Log, nil))
	if ts == (times{}) {
		ts = times{body: 10 * time.Second, write: 10 * time.Second}
	}
	h, err := newHandler(r.API, cfg, ts)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := NewServer(h, cfg.Log)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		r.API.BeginDrain()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown = %v", err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve = %v", err)
		}
	})
	return &site{Rig: r, url: "http://" + ln.Addr().String()}
}

// post sends a body to a method and returns the response, read whole.
func (s *site) post(t *testing.T, method, token string, header map[string]string, body string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(data)
}

// jsonError is an error as the Connect protocol tells it.
type jsonError struct {
	Code    string
	Message string
	Details []struct{ Type, Value string }
}

func (e *jsonError) reason(t *testing.T) string {
	t.Helper()
	for _, d := range e.Details {
		if d.Type != "google.rpc.ErrorInfo" {
			continue
		}
		data, err := base64.RawStdEncoding.DecodeString(d.Value)
		var info errdetails.ErrorInfo
		if err := errors.Join(err, proto.Unmarshal(data, &info)); err != nil {
			t.Fatal(err)
		}
		return info.GetReason()
	}
	return ""
}

func wantJSONError(t *testing.T, res *http.Response, body string, httpCode int, code, reason string) *jsonError {
	t.Helper()
	var e jsonError
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Errorf("%s with %q, want JSON: %v", res.Status, body, err)
		return &e
	}
	if res.StatusCode != httpCode || e.Code != code || e.reason(t) != reason {
		t.Errorf("response = %s %s, want %d, %s, %s", res.Status, body, httpCode, code, reason)
	}
	return &e
}

// webStream is a call in gRPC-web, as a browser would make it: HTTP/1.1, one
// frame to the server, frames and a frame of trailers back.
type webStream struct {
	conn     net.Conn
	body     *bufio.Reader
	header   textproto.MIMEHeader
	trailers textproto.MIMEHeader // of the last frame, or of the header where there are no frames
}

// openWeb calls a method without the help of net/http.
func (s *site) openWeb(t *testing.T, method, token string, req proto.Message) *webStream {
	t.Helper()
	message, err := proto.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	frame := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...)
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	lines := []string{
		"POST " + method + " HTTP/1.1", "Host: " + u.Host, "Content-Type: application/grpc-web+proto", "X-Grpc-Web: 1",
		"Authorization: Bearer " + token, "Content-Length: " + strconv.Itoa(len(frame)),
	}
	if _, err := conn.Write(append([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), frame...)); err != nil {
		t.Fatal(err)
	}
	return &webStream{conn: conn, body: bufio.NewReader(conn)}
}

// head reads the status line and the headers.
func (w *webStream) head(t *testing.T) {
	t.Helper()
	tp := textproto.NewReader(w.body)
	line, err := tp.ReadLine()
	if err != nil || !strings.HasPrefix(line, "HTTP/1.1 200") {
		t.Fatalf("status line = %q, %v, want 200", line, err)
	}
	if w.header, err = tp.ReadMIMEHeader(); err != nil {
		t.Fatal(err)
	}
	if w.header.Get("Transfer-Encoding") == "chunked" {
		w.body = bufio.NewReader(&chunks{r: w.body})
	}
	if w.header.Get("Grpc-Status") != "" {
		w.trailers = w.header
	}
}

// next reads the next message into res, or reports false after the trailers.
func (w *webStream) next(t *testing.T, res proto.Message) bool {
	t.Helper()
	if w.header == nil {
		w.head(t)
	}
	if w.trailers != nil {
		return false
	}
	prefix := make([]byte, 5)
	if _, err := io.ReadFull(w.body, prefix); err != nil {
		t.Fatalf("reading a frame: %v", err)
	}
	payload := make([]byte, binary.BigEndian.Uint32(prefix[1:]))
	if _, err := io.ReadFull(w.body, payload); err != nil {
		t.Fatalf("reading a frame: %v", err)
	}
	if prefix[0] == 0x80 {
		var err error
		w.trailers, err = textproto.NewReader(bufio.NewReader(bytes.NewReader(append(payload, "\r\n"...)))).ReadMIMEHeader()
		if err != nil {
			t.Fatalf("trailers %q: %v", payload, err)
		}
		return false
	}
	if err := proto.Unmarshal(payload, res); err != nil {
		t.Fatal(err)
	}
	return true
}

// err returns the status in the trailers.
func (w *webStream) err(t *testing.T) error {
	t.Helper()
	code, err := strconv.Atoi(w.trailers.Get("Grpc-Status"))
	if err != nil {
		t.Fatalf("trailers = %v, want a status", w.trailers)
	}
	if details := w.trailers.Get("Grpc-Status-Details-Bin"); details != "" {
		bin, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(details, "="))
		var st statusv1.Status
		if err := errors.Join(err, proto.Unmarshal(bin, &st)); err != nil {
			t.Fatal(err)
		}
		if int(st.GetCode()) != code {
			t.Errorf("Grpc-Status = %d, details of %d", code, st.GetCode())
		}
		return status.FromProto(&st).Err()
	}
	return status.Error(codes.Code(code), w.trailers.Get("Grpc-Message"))
}

func wantStatus(t *testing.T, what string, err error, code codes.Code, reason string) {
	t.Helper()
	got := ""
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			got = info.GetReason()
		}
	}
	if status.Code(err) != code || got != reason {
		t.Errorf("%s = %v (%s), want %v, %s", what, err, got, code, reason)
	}
}

// chunks reads a chunked body. net/http has such a reader, but would hide when
// the server flushes.
type chunks struct {
	r    *bufio.Reader
	left int64
}

func (c *chunks) Read(p []byte) (int, error) {
	if c.left == 0 {
		line, err := c.r.ReadString('\n')
		if err == nil && strings.TrimSpace(line) == "" {
			line, err = c.r.ReadString('\n')
		}
		if err != nil {
			return 0, err
		}
		if c.left, err = strconv.ParseInt(strings.TrimSpace(line), 16, 64); err != nil {
			return 0, fmt.Errorf("chunk of %q: %w", line, err)
		}
		if c.left == 0 {
			return 0, io.EOF
		}
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}
