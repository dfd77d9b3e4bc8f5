package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

func wantPlain(t *testing.T, url string, code int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != code {
		t.Errorf("GET %s = %s %q, %v, want %d", url, res.Status, body, err, code)
	}
}

func TestReadinessAsksTheApplication(t *testing.T) {
	var broken error
	s := newSite(t, apitest.Options{}, Config{Ready: func(context.Context) error { return broken }}, times{})
	wantPlain(t, s.url+"/readyz", 200)
	broken = errors.New("the store is away")
	wantPlain(t, s.url+"/readyz", 503)
	wantPlain(t, s.url+"/healthz", 200)
}

func TestPreflight(t *testing.T) {
	for _, tt := range []struct {
		name    string
		origins []string
		origin  string
		allowed bool
	}{
		{"listed", []string{"https://shop.example", "http://localhost:5173"}, "http://localhost:5173", true},
		{"listed in capitals", []string{"https://Shop.Example"}, "https://shop.example", true},
		{"every", []string{"*"}, "https://anything.example", true},
		{"not listed", []string{"https://shop.example"}, "https://evil.example", false},
		{"another scheme", []string{"https://shop.example"}, "http://shop.example", false},
		{"ends alike", []string{"https://shop.example"}, "https://evilshop.example", false},
		{"no origin", []string{"https://shop.example"}, "null", false},
		{"none listed", nil, "https://shop.example", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, apitest.Options{}, Config{Origins: tt.origins}, times{})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, s.url+dialogService+"SendTurn", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Origin", tt.origin)
			req.Header.Set("Access-Control-Request-Method", "POST")
			req.Header.Set("Access-Control-Request-Headers", "authorization,content-type,x-grpc-web")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			h := res.Header
			if got := h.Get("Access-Control-Allow-Origin") == tt.origin; got != tt.allowed {
				t.Fatalf("preflight = %s %v, want it allowed: %t", res.Status, h, tt.allowed)
			}
			if !tt.allowed {
				return
			}
			if !strings.Contains(h.Get("Access-Control-Allow-Headers"), "authorization") ||
				!strings.Contains(h.Get("Access-Control-Allow-Methods"), "POST") || h.Get("Access-Control-Max-Age") != "7200" {
				t.Errorf("preflight = %v, want authorization and POST allowed for two hours", h)
			}
		})
	}
}

func TestOrigins(t *testing.T) {
	s := newSite(t, apitest.Options{}, Config{Origins: []string{"https://shop.example"}}, times{})
	token := s.Token(t, apitest.Tea, auth.Visitor, "ann")
	tests := []struct {
		name, origin, site string
		token              string
		code               int
		exposed            bool
	}{
		{"no browser", "", "", token, 200, false},
		{"own page", s.url, "same-origin", token, 200, false},
		{"own page of an old browser", s.url, "", token, 200, false},
		{"listed page", "https://shop.example", "cross-site", token, 200, true},
		{"listed page, refused", "https://shop.example", "cross-site", "x", 401, true},
		{"foreign page", "https://evil.example", "cross-site", token, 403, false},
		{"foreign page of an old browser", "https://evil.example", "", token, 403, false},
		{"page of a neighbour", "http://evil.example", "same-site", token, 403, false},
		{"sandboxed page", "null", "cross-site", token, 403, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := s.Log.String()
			res, body := s.post(t, dialogService+"StartSession", tt.token,
				map[string]string{"Origin": tt.origin, "Sec-Fetch-Site": tt.site}, `{}`)
			if res.StatusCode != tt.code {
				t.Errorf("StartSession = %s %s, want %d", res.Status, body, tt.code)
			}
			exposed := strings.ToLower(res.Header.Get("Access-Control-Expose-Headers"))
			for _, name := range []string{"grpc-status", "grpc-message", "grpc-status-details-bin"} {
				if strings.Contains(exposed, name) != tt.exposed {
					t.Errorf("exposed headers = %q, want %s: %t", exposed, name, tt.exposed)
				}
			}
			if tt.code == 403 && strings.Contains(strings.TrimPrefix(s.Log.String(), before), "StartSession") {
				t.Errorf("the call of a foreign page was made")
			}
		})
	}
}

func TestNewHandlerRefusesOrigins(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	for _, origin := range []string{"", "shop.example", "https://", "https://shop.example/", "https://*.example", "https://a.example https://b.example"} {
		if _, err := NewHandler(r.API, Config{Origins: []string{origin}, Log: slog.New(slog.DiscardHandler)}); err == nil {
			t.Errorf("NewHandler with origin %q = nil error, want one", origin)
		}
	}
}
