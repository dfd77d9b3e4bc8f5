package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
)

// TestMetrics scrapes a server that serves.
func TestMetrics(t *testing.T) {
	cfg := app.DefaultConfig()
	cfg.Data, cfg.Grpc, cfg.HTTP, cfg.Metrics = t.TempDir(), "127.0.0.1:0", "", "127.0.0.1:0"
	s, err := app.Listen(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	token, err := s.Tokens.Mint(auth.Identity{Shop: "tea", Role: auth.Visitor, Subject: "v"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient("passthrough:///"+s.GrpcAddr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	caller := metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	client := dialogv1.NewDialogServiceClient(conn)
	started, err := client.StartSession(caller, &dialogv1.StartSessionRequest{})
	if err != nil {
		t.Fatal(err)
	}
	id := started.GetSession().GetId()
	if _, err := client.SendTurn(caller, &dialogv1.SendTurnRequest{SessionId: id, TurnId: "t1", Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SendTurn(ctx, &dialogv1.SendTurnRequest{SessionId: id, TurnId: "t2", Text: "hello"}); err == nil {
		t.Fatal("a turn without a token is answered")
	}
	watch, err := client.WatchSession(caller, &dialogv1.WatchSessionRequest{SessionId: id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := watch.Recv(); err != nil {
		t.Fatal(err)
	}
	text := scraped(t, s.MetricsAddr())
	for _, want := range []string{
		`honeyguide_turn_duration_seconds_count 1`,
		`grpc_server_handled_total{grpc_code="Unauthenticated",grpc_method="SendTurn",grpc_service="honeyguide.dialog.v1.DialogService"} 1`,
		`honeyguide_streams_open{grpc_method="WatchSession",grpc_service="honeyguide.dialog.v1.DialogService"} 1`,
		"honeyguide_store_up 1",
		"honeyguide_desks_up 1",
		"# TYPE go_goroutines gauge",
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the metrics do not say %s", want)
		}
	}
	if !regexp.MustCompile(`(?m)^honeyguide_turns_total\{decision="\w+"\} 1$`).MatchString(text) {
		t.Error("the metrics do not tell of the one turn")
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve = %v", err)
	}
	if resp, err := http.Get("http://" + s.MetricsAddr() + "/metrics"); err == nil {
		_ = resp.Body.Close()
		t.Error("metrics are served after the end")
	}
}

func scraped(t *testing.T, addr string) string {
	t.Helper()
	var body []byte
	for _, tt := range []struct {
		path string
		want int
	}{{"/", http.StatusNotFound}, {"/metrics", http.StatusOK}} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != tt.want {
			t.Fatalf("GET %s = %d, %v, want %d", tt.path, resp.StatusCode, err, tt.want)
		}
	}
	return string(body)
}

func TestMetricsStayOnThisMachine(t *testing.T) {
	cfg := app.DefaultConfig()
	cfg.Metrics = "0.0.0.0:9090"
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "--metrics") {
		t.Errorf("Validate() with public metrics = %v, want an error of --metrics", err)
	}
	cfg.AllowPublic = true
	if err := cfg.Validate(); err != nil {
		t.Errorf("Validate() with --allow-public = %v", err)
	}
}
