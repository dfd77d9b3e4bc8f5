package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// screen is what a program has shown so far. It is safe for concurrent use.
type screen struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// waitFor waits until all of some words were shown.
func (s *screen) waitFor(t *testing.T, words ...string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		missing := ""
		for _, w := range words {
			if !strings.Contains(s.String(), w) {
				missing = w
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%q was not shown in:\n%s", missing, s)
		}
	}
}

// runDesk runs a command of the desk with a token.
func runDesk(t *testing.T, s *app.Server, role auth.Role, name string, in io.Reader, out io.Writer, args ...string) error {
	t.Helper()
	token, err := s.Tokens.Mint(auth.Identity{Shop: "books", Role: role, Subject: name}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	args = append(append([]string{"desk"}, args...), "--server", s.GrpcAddr(), "--token", token)
	return run(t.Context(), args, in, out, out)
}

// customer starts a session that waits for a human.
func customer(t *testing.T, s *app.Server, visitor string) *dialog.Session {
	t.Helper()
	session, _, err := s.Dialog.Start(t.Context(), dialog.StartRequest{Shop: "books", Visitor: visitor})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Dialog.AskHuman(t.Context(), dialog.ActRequest{Shop: "books", Visitor: visitor, Session: session.ID, Turn: "h"}); err != nil {
		t.Fatal(err)
	}
	return session
}

// TestDeskWork is an agent's shift: a customer rings, is answered and closed,
// while a supervisor watches.
func TestDeskWork(t *testing.T) {
	s, _ := server(t)
	in, typing := io.Pipe()
	out, watched := new(screen), new(screen)
	worked := make(chan error, 1)
	go func() { worked <- runDesk(t, s, auth.Agent, "Ann", in, out, "work") }()
	go func() { _ = runDesk(t, s, auth.Supervisor, "Boss", strings.NewReader(""), watched, "watch") }() // ends with the test
	enter := func(line string) {
		t.Helper()
		if _, err := io.WriteString(typing, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	out.waitFor(t, "-- you are online, with room for 3")
	watched.waitFor(t, "-- you watch: 0 wait, 0 are answered")
	session := customer(t, s, "v7")
	out.waitFor(t, "rings at the desk of Ann", "because REQUESTED")
	enter("/accept")
	out.waitFor(t, "-- you answer ")
	turn := dialog.TurnRequest{Shop: "books", Visitor: "v7", Session: session.ID, Turn: "t1", Text: "when do you open"}
	if _, err := s.Dialog.Turn(t.Context(), turn); err != nil {
		t.Fatal(err)
	}
	out.waitFor(t, "customer: when do you open")
	enter("/suggest")
	out.waitFor(t, "1. Opening hours", "From 9 to 21.")
	enter("/use 1")
	out.waitFor(t, "Ann: From 9 to 21.")
	enter("/note an old customer")
	enter("Anything else?")
	out.waitFor(t, "Ann: Anything else?")
	enter("/close solved")
	out.waitFor(t, "is closed: solved")
	watched.waitFor(t, "is closed: solved") // it looks once a second: what lies between may be left out
	enter("/quit")
	if err := <-worked; err != nil {
		t.Errorf("work = %v", err)
	}
	ticket := waiting(t, s)
	if ticket.Accepted != 1 || len(ticket.Notes) != 1 || ticket.Outcome != "solved" {
		t.Errorf("ticket = %+v, want one accepted suggestion, one note, solved", ticket)
	}
	agent, err := s.Desk.Agents(t.Context(), "books", "", 10)
	if err != nil || len(agent) == 0 || agent[0].Presence != "offline" || len(agent[0].Work) != 0 {
		t.Errorf("agents = %+v, %v, want Ann at home", agent, err)
	}
}

// A script ends at the first thing that is refused, and says why.
func TestDeskWorkInAScript(t *testing.T) {
	s, _ := server(t)
	for input, want := range map[string]string{
		"hello\n":           "no ticket is answered",
		"/accept\n":         "nothing rings",
		"/switch QQQ\n":     `there is no open ticket "QQQ"`,
		"/dance\n":          "there is no command /dance",
		"/use 1\n":          "/suggest or /canned",
		"/transfer agent\n": "no ticket is answered",
	} {
		if err := runDesk(t, s, auth.Agent, "Ann", strings.NewReader(input), new(screen), "work"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("work with %q = %v, want an error that says %q", input, err, want)
		}
	}
}

func TestDeskOfSupervisors(t *testing.T) {
	s, _ := server(t)
	boss := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if err := runDesk(t, s, auth.Supervisor, "Boss", strings.NewReader(""), &out, args...); err != nil {
			t.Fatalf("%v = %v\n%s", args, err, out.String())
		}
		return out.String()
	}
	want := func(what, got string, words ...string) {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(got, w) {
				t.Errorf("%s = %s\nwant %q in it", what, got, w)
			}
		}
	}
	want("agent set", boss("agent", "set", "Ann", "--skill", "refund=4", "--skill", "quality=2", "--language", "zh,en", "--capacity", "5"),
		"quality=2 refund=4", "zh en", "0/5", "offline")
	want("agent set again", boss("agent", "set", "Ann", "--skill", "quality=0"), "refund=4  zh en", "0/5")
	want("agents", boss("agents"), "Ann")
	want("list", boss("list"), "no tickets")
	customer(t, s, "v1")
	want("list with one", boss("list"), "REQUESTED", "anyone")
	want("level", boss("level"), "SKILL", "all ")

	file := filepath.Join(t.TempDir(), "rules.yaml")
	shown := boss("rules", "show")
	want("rules show", shown, "mode: push\n", "version: 0\n", "lease: 1m\n")
	if err := os.WriteFile(file, []byte(strings.Replace(shown, "mode: push", "mode: pull", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	want("rules set", boss("rules", "set", file), "version 1 of the rules is in force")
	want("rules show again", boss("rules", "show"), "mode: pull\n", "version: 1\n")
	want("rules set again", boss("rules", "set", file), "version 1 of the rules is in force")
	if err := os.WriteFile(file, []byte(strings.Replace(shown, "mode: push", "mode: assign", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := runDesk(t, s, auth.Supervisor, "Boss", nil, new(screen), "rules", "set", file); err == nil || !strings.Contains(err.Error(), "somebody changed the rules since version 0") {
		t.Errorf("rules set of an old version = %v, want it refused", err)
	}
	if err := os.WriteFile(file, []byte("mode: assign\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want("rules set without a version", boss("rules", "set", file), "version 2")
	if err := runDesk(t, s, auth.Agent, "Ann", nil, new(screen), "agents"); err == nil || !strings.Contains(err.Error(), "(PermissionDenied)") {
		t.Errorf("agents by an agent = %v, want it refused", err)
	}
}

// TestDeskViewOfATicketThatIsOver shows a ticket that was never seen open, unless
// it was over before the watch began.
func TestDeskViewOfATicketThatIsOver(t *testing.T) {
	over := func(id string) *handoffv1.Ticket {
		return &handoffv1.Ticket{Id: id, State: handoffv1.TicketState_TICKET_STATE_CLOSED, Outcome: "solved"}
	}
	waits := &handoffv1.Ticket{Id: "WAITS", State: handoffv1.TicketState_TICKET_STATE_WAITING}
	page := make([]*handoffv1.Ticket, dialog.MaxPageSize)
	for i := range page {
		page[i] = over(fmt.Sprintf("OLD%d", i))
	}
	var out bytes.Buffer
	v := newDeskView(&out, &handoffv1.Agent{Name: "Boss"}, true)
	for _, step := range []struct {
		tickets []*handoffv1.Ticket
		want    string
	}{
		{page, ""},
		{[]*handoffv1.Ticket{over("OLD"), waits}, "WAITS waits for anyone\n-- you watch: 1 wait, 0 are answered\n"},
		{nil, ""},
		{[]*handoffv1.Ticket{over("NEW")}, "NEW is closed: solved\n"},
		{[]*handoffv1.Ticket{over("WAITS")}, "WAITS is closed: solved\n"},
	} {
		out.Reset()
		v.show(&handoffv1.WatchDeskResponse{Tickets: step.tickets})
		if err := v.out.flush(); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != step.want {
			t.Errorf("news of %d tickets show %q, want %q", len(step.tickets), got, step.want)
		}
	}
}
