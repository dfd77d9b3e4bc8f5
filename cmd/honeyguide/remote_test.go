package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/intent/live"
)

// testTree is the smallest knowledge that a server can have.
const testTree = `honeyguide: 1
locale: en
nodes:
  - id: hours
    title: Opening hours
    question: when do you open
    answer: From 9 to 21.
`

// server is a running server with a release, and a visitor's token.
func server(t *testing.T) (*app.Server, string) {
	t.Helper()
	cfg := app.DefaultConfig()
	cfg.Grpc, cfg.HTTP, cfg.Data, cfg.Drain = "127.0.0.1:0", "", t.TempDir(), time.Second
	s, err := app.Listen(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
	})
	if _, err := s.Catalog.Publish(t.Context(), "books", live.Draft{Source: []byte(testTree), Author: "test"}); err != nil {
		t.Fatal(err)
	}
	token, err := s.Tokens.Mint(auth.Identity{Shop: "books", Role: auth.Visitor, Subject: "v1"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return s, token
}

// askServer runs "honeyguide ask" against a server.
func askServer(t *testing.T, s *app.Server, token string, in io.Reader, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	args = append([]string{"ask", "--server", s.GrpcAddr(), "--token", token}, args...)
	err = run(t.Context(), args, in, &out, &errs)
	return out.String(), errs.String(), err
}

func TestAskServer(t *testing.T) {
	s, token := server(t)
	out, stderr, err := askServer(t, s, token, strings.NewReader("when do you open\n/state\n/transcript\n/human\n"), "--explain")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"> when do you open\nbot: From 9 to 21.\n", "ANSWER because EXACT_QUESTION; release 1, then BOT", "node hours, probability 0.999",
		": BOT, 3 entries, locale en\nends at ", "  BOT      visitor  when do you open\n", "HANDOFF because REQUESTED; release 1, then WAITING",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("output = %s\nwant %q in it", out, want)
		}
	}
	for _, want := range []string{"shows to editors only", "go on with it by --session"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr = %s\nwant %q in it", stderr, want)
		}
	}
	id := regexp.MustCompile(`This was session (\S+);`).FindStringSubmatch(stderr)
	if id == nil {
		t.Fatalf("stderr = %s\nwant the session's id in it", stderr)
	}
	out, _, err = askServer(t, s, token, strings.NewReader("/state\n"), "--session", id[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"> when do you open\nbot: From 9 to 21.\n", "WAITING, 5 entries", "waiting for a human, 0 before"} {
		if !strings.Contains(out, want) {
			t.Errorf("output in the session again = %s\nwant %q in it", out, want)
		}
	}
}

// TestAskServerHearsAgents has an agent answer while the customer waits, and
// close the session, which ends the conversation.
func TestAskServerHearsAgents(t *testing.T) {
	s, token := server(t)
	in, typing := io.Pipe()
	defer func() { _ = typing.Close() }()
	type result struct {
		out string
		err error
	}
	done := make(chan result, 1)
	go func() {
		out, _, err := askServer(t, s, token, in)
		done <- result{out, err}
	}()
	if _, err := io.WriteString(typing, "/human\n"); err != nil {
		t.Fatal(err)
	}
	ticket := waiting(t, s)
	if _, err := s.Desk.Claim(t.Context(), "books", "Ann", dialog.TicketRequest{Ticket: ticket.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Desk.Reply(t.Context(), "books", "Ann", dialog.ReplyRequest{Ticket: ticket.ID, Turn: "r1", Text: "How can I help?"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Desk.Close(t.Context(), "books", "Ann", dialog.CloseRequest{Ticket: ticket.ID, Outcome: "solved"}); err != nil {
		t.Fatal(err)
	}
	got := <-done
	if got.err != nil {
		t.Errorf("ask = %v, want nil", got.err)
	}
	if n := strings.Count(got.out, "Ann: How can I help?\n"); n != 1 {
		t.Errorf("output = %s\nhas the agent's words %d times, want 1", got.out, n)
	}
}

// waiting returns the one ticket that comes into the queue.
func waiting(t *testing.T, s *app.Server) *handoff.Ticket {
	t.Helper()
	var found *handoff.Ticket
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := s.Desk.Watch(ctx, "books", 0, func(tickets []*handoff.Ticket) error {
		if len(tickets) > 0 {
			found = tickets[0]
			cancel()
		}
		return nil
	})
	if found == nil {
		t.Fatalf("no ticket came: %v", err)
	}
	return found
}

func TestAskServerRefused(t *testing.T) {
	s, token := server(t)
	for _, tc := range []struct {
		name  string
		token string
		args  []string
		want  string
	}{
		{"a bad token", "nonsense", []string{"hello"}, "the server does not accept the token"},
		{"no such session", token, []string{"--session", "none", "hello"}, "(NotFound)"},
		{"an utterance that is too long", token, []string{strings.Repeat("x", 2001)}, "(InvalidArgument)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, _, err := askServer(t, s, tc.token, strings.NewReader(""), tc.args...)
			if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), tc.token) {
				t.Errorf("ask = %v, want an error that says %q and not the token", err, tc.want)
			}
			if out != "" {
				t.Errorf("output = %q, want none", out)
			}
		})
	}
}

// TestTokensGoOutEncrypted checks that a token is not sent to another machine in
// the clear.
func TestTokensGoOutEncrypted(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": false, "::1": false, "localhost": false, "10.0.0.1": true, "shop.example": true, "0.0.0.0": true,
	} {
		r, err := dialRemote(net.JoinHostPort(host, "1"), "t")
		if err != nil {
			t.Fatal(err) // among others where a token that needs encryption would not get it
		}
		if err := r.close(); err != nil {
			t.Error(err)
		}
		if got := !loopback(host); got != want {
			t.Errorf("encrypted to %s: %t, want %t", host, got, want)
		}
	}
}

// TestAskLeavesNothing checks that a conversation in this process removes its
// folder.
func TestAskLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	tree := filepath.Join(t.TempDir(), "tree.yaml")
	if err := os.WriteFile(tree, []byte(testTree), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, stderr bytes.Buffer
	if err := run(t.Context(), []string{"ask", "--tree", tree, "when do you open"}, strings.NewReader(""), &out, &stderr); err != nil {
		t.Fatal(err)
	}
	if want := "bot: From 9 to 21.\n"; out.String() != want {
		t.Errorf("output = %q, want %q", out.String(), want)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v, want nothing", left, err)
	}
}
