package web

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

func TestJSON(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	res, body := s.post(t, dialogService+"StartSession", token, nil, `{"locale": "zh-CN"}`)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("StartSession = %s %s", res.Status, body)
	}
	var started struct {
		Session struct{ ID, State, LastSeq string }
		Entries []struct{ Author, Text string }
	}
	if err := json.Unmarshal([]byte(body), &started); err != nil {
		t.Fatal(err)
	}
	if started.Session.State != "SESSION_STATE_BOT" || started.Session.LastSeq != "1" || len(started.Entries) != 1 {
		t.Errorf("StartSession = %s, want a session of the bot", body)
	}
	for _, contentType := range []string{"application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8"} {
		_, body = s.post(t, dialogService+"SendTurn", token, map[string]string{"Content-Type": contentType},
			`{"sessionId": "`+started.Session.ID+`", "turnId": "1", "text": "运费多少钱"}`)
		if !strings.Contains(body, `"decision":"DECISION_ANSWER"`) || !strings.Contains(body, `"firstSeq":"2"`) || !strings.Contains(body, "满 99 元包邮。") {
			t.Errorf("SendTurn as %s = %s, want the answer", contentType, body)
		}
	}
}

func TestJSONErrors(t *testing.T) {
	s := newSite(t, apitest.Options{Config: rpc.Config{CallerRate: rpc.Rate{PerSecond: -1}}}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	agent := s.Token(t, apitest.Tea, auth.Agent, "zoe")
	tests := []struct {
		name, method, token, body string
		header                    map[string]string
		httpCode                  int
		code, reason              string
	}{
		{"no token", "SendTurn", "", `{}`, nil, 401, "unauthenticated", "TOKEN_MISSING"},
		{"no token and no JSON", "SendTurn", "", `{"text": bad`, nil, 401, "unauthenticated", "TOKEN_MISSING"},
		{"bad token", "SendTurn", "x.y.z", `{}`, nil, 401, "unauthenticated", "TOKEN_INVALID"},
		{"wrong role", "SendTurn", agent, `{}`, nil, 403, "permission_denied", "ROLE"},
		{"no such session", "SendTurn", token, `{"sessionId":"QQ","turnId":"1","text":"x"}`, nil, 404, "not_found", "SESSION_NOT_FOUND"},
		{"no session", "SendTurn", token, `{}`, nil, 400, "invalid_argument", "INVALID_FIELD"},
		{"no body", "SendTurn", token, ``, nil, 400, "invalid_argument", "INVALID_FIELD"},
		{"no JSON", "SendTurn", token, `{"text": bad`, nil, 400, "invalid_argument", "REQUEST_MALFORMED"},
		{"unknown field", "SendTurn", token, `{"sesion": "x"}`, nil, 400, "invalid_argument", "REQUEST_MALFORMED"},
		{"wrong type", "SendTurn", token, `{"text": 7}`, nil, 400, "invalid_argument", "REQUEST_MALFORMED"},
		{"invalid UTF-8", "SendTurn", token, "{\"text\": \"\xff\"}", nil, 400, "invalid_argument", "REQUEST_MALFORMED"},
		{"large", "SendTurn", token, `{"text": "` + strings.Repeat("a", 30_000) + `"}`, nil, 400, "invalid_argument", "REQUEST_TOO_LARGE"},
		{"very large", "SendTurn", token, `{"text": "` + strings.Repeat("a", 5<<20) + `"}`, nil, 400, "invalid_argument", "REQUEST_TOO_LARGE"},
		{"compressed", "SendTurn", token, `{}`, map[string]string{"Content-Encoding": "gzip"}, 501, "unimplemented", "COMPRESSION"},
		{"compressed in an unknown way", "SendTurn", token, `{}`, map[string]string{"Content-Encoding": "x"}, 501, "unimplemented", "COMPRESSION"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, body := s.post(t, dialogService+tt.method, tt.token, tt.header, tt.body)
			e := wantJSONError(t, res, body, tt.httpCode, tt.code, tt.reason)
			if tt.name == "unknown field" && !strings.Contains(e.Message, `unknown field "sesion"`) {
				t.Errorf("message = %q, want it to name the field", e.Message)
			}
		})
	}
}

// A body without a length is bounded as well: the server stops reading.
func TestEndlessBodyIsRefused(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	sent := &endless{end: 64 << 20}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+dialogService+"SendTurn", sent)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token(t, apitest.Tea, auth.Visitor, "ann"))
	req.Header.Set("Content-Type", "application/json")
	if res, err := http.DefaultClient.Do(req); err == nil { // else the connection was closed while the client still sent
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		wantJSONError(t, res, string(body), 400, "invalid_argument", "REQUEST_TOO_LARGE")
	}
	if n := sent.n.Load(); n >= sent.end {
		t.Errorf("the server took all %d bytes", n)
	}
	if !strings.Contains(s.Log.String(), "REQUEST_TOO_LARGE") {
		t.Errorf("the call is not in the log as REQUEST_TOO_LARGE:\n%s", s.Log)
	}
}

// endless gives letters, for as long as anybody could want them.
type endless struct {
	n   atomic.Int64
	end int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n.Load() >= e.end {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'a'
	}
	e.n.Add(int64(len(p)))
	return len(p), nil
}

func TestOtherRequests(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	for _, tt := range []struct {
		name, method, path, contentType string
		want                            int
	}{
		{"GET of a method", "GET", dialogService + "SendTurn", "", 405},
		{"text", "POST", dialogService + "SendTurn", "text/plain", 415},
		{"a form", "POST", dialogService + "SendTurn", "application/x-www-form-urlencoded", 415},
		{"gRPC-web in its text form", "POST", dialogService + "SendTurn", "application/grpc-web-text", 415},
		{"JSON for a stream", "POST", dialogService + "WatchSession", "application/json", 415},
		{"unknown method", "POST", dialogService + "Nothing", "application/json", 404},
		{"unknown path", "GET", "/", "", 404},
	} {
		var sent io.Reader
		if tt.method == "POST" {
			sent = strings.NewReader("{}")
		}
		req, err := http.NewRequestWithContext(t.Context(), tt.method, s.url+tt.path, sent)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", tt.contentType)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("%s = %s, want %d", tt.name, res.Status, tt.want)
		}
	}
}
