package dialog_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// TestStreamEndsWithTheOwnPart: a conversation that leaves a desk ends there
// with why it left, the stream tells who has the ticket then, and nothing that
// is said after that comes, however much happens between two looks.
func TestStreamEndsWithTheOwnPart(t *testing.T) {
	transfer := func(o *office, id string) error {
		_, err := o.desk.Transfer(t.Context(), testShop, "mei", dialog.TransferRequest{Ticket: id, Agent: "fay", Note: "急"})
		return err
	}
	requeue := func(o *office, id string) error {
		_, err := o.desk.Requeue(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: id})
		return err
	}
	takeOver := func(o *office, id string) error {
		_, err := o.desk.TakeOver(t.Context(), testShop, "fay", dialog.TicketRequest{Ticket: id})
		return err
	}
	decline := func(o *office, id string) error {
		_, err := o.desk.Decline(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: id})
		return err
	}
	backToBot := func(o *office, id string) error {
		_, err := o.desk.Close(t.Context(), testShop, "mei", dialog.CloseRequest{Ticket: id, Outcome: "ok", BackToBot: true})
		return err
	}
	customerLeaves := func(o *office, id string) error {
		_, err := o.service.BackToBot(t.Context(), o.act(o.ticket(id).Session))
		return err
	}
	for _, tt := range []struct {
		name   string
		ticket func(*office) string
		leave  func(*office, string) error
		last   string // in the last entry of the stream
		with   string // who has the ticket then; "" where it is closed
	}{
		{"transfer", held, transfer, "客服 mei 正在为您转接", "fay"},
		{"requeue", held, requeue, "客服 mei", "fay"},
		{"take over", held, takeOver, "客服 fay 已接入", "fay"},
		{"close", held, backToBot, "智能客服", ""},
		{"the customer leaves", held, customerLeaves, "智能客服", ""},
		{"a declined ring", rings, decline, "", "fay"},
		{"a ring taken over", rings, takeOver, "", "fay"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			o.staff("fay", 5, handoff.Online)
			id := tt.ticket(o)
			s := newSlowStream(t, o.desk, "mei")
			before := s.texts(id)
			if err := tt.leave(o, id); err != nil {
				t.Fatal(err)
			}
			if tt.with != "" {
				o.claim(tt.with, id)
				if _, err := o.desk.Reply(t.Context(), testShop, tt.with, dialog.ReplyRequest{Ticket: id, Turn: "r", Text: "我来处理"}); err != nil {
					t.Fatal(err)
				}
			}
			o.say(o.ticket(id).Session, "怎么申请退货")
			s.goOn()
			s.until(t, func() bool {
				got := s.tickets[id]
				return s.agent != nil && s.agent.On(id) == nil && got != nil && got.Version == o.ticket(id).Version ||
					s.agent != nil && got != nil && s.agent.On(id) != nil && s.agent.On(id).Kind == handoff.Wrapping && got.State == handoff.Closed
			})
			if got := s.tickets[id]; got.Desk() != tt.with {
				t.Errorf("the stream says that the ticket is with %q, want %q", got.Desk(), tt.with)
			}
			o.say(o.ticket(id).Session, "还有一个问题")
			o.be("mei", handoff.Busy, false) // another look comes after that
			s.until(t, func() bool { return s.agent.Presence == handoff.Busy })
			after := s.texts(id)[len(before):]
			want := 1
			if tt.last == "" {
				want = 0
			}
			if len(after) != want || want == 1 && !strings.Contains(after[0], tt.last) {
				t.Errorf("after the first look came %q, want %q alone", after, tt.last)
			}
		})
	}
}

// TestStreamGoesOnWhenATicketComesBack: what was said elsewhere comes then.
func TestStreamGoesOnWhenATicketComesBack(t *testing.T) {
	o := newOffice(t)
	o.staff("fay", 5, handoff.Online)
	s := newSlowStream(t, o.desk, "mei")
	if _, err := o.desk.TakeOver(t.Context(), testShop, "fay", dialog.TicketRequest{Ticket: o.held}); err != nil {
		t.Fatal(err)
	}
	s.goOn()
	s.until(t, func() bool { return s.agent.On(o.held) == nil })
	if _, err := o.desk.Reply(t.Context(), testShop, "fay", dialog.ReplyRequest{Ticket: o.held, Turn: "r", Text: "我来处理"}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.TakeOver(t.Context(), testShop, "mei", dialog.TicketRequest{Ticket: o.held}); err != nil {
		t.Fatal(err)
	}
	_, entries := o.store.stored(testShop, o.session)
	s.until(t, func() bool { return len(s.lines[o.held]) == len(entries) })
	if diff := cmp.Diff(entries, s.lines[o.held]); diff != "" {
		t.Errorf("entries (-stored +seen):\n%s", diff)
	}
}

// slowStream is an agent's stream that stands still after its first news, until
// goOn.
type slowStream struct {
	mu      sync.Mutex
	news    *sync.Cond
	agent   *handoff.Agent
	tickets map[string]*handoff.Ticket
	lines   map[string][]dialog.Entry
	gate    chan struct{}
	goOn    func()
}

func newSlowStream(t *testing.T, desk *dialog.Desk, agent string) *slowStream {
	t.Helper()
	s := &slowStream{tickets: make(map[string]*handoff.Ticket), lines: make(map[string][]dialog.Entry), gate: make(chan struct{})}
	s.news, s.goOn = sync.NewCond(&s.mu), sync.OnceFunc(func() { close(s.gate) })
	ctx, cancel := context.WithCancel(context.Background())
	first, done := make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		done <- desk.WatchDesk(ctx, testShop, agent, 0, nil, func(n dialog.DeskNews) error {
			s.take(n)
			once.Do(func() { close(first) })
			<-s.gate
			return nil
		})
	}()
	t.Cleanup(func() {
		s.goOn()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("WatchDesk = %v, want the end of its context", err)
		}
	})
	<-first
	return s
}

func (s *slowStream) take(n dialog.DeskNews) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n.Agent != nil {
		s.agent = n.Agent
	}
	for _, t := range n.Tickets {
		s.tickets[t.ID] = t
	}
	for _, l := range n.Lines {
		s.lines[l.Ticket] = append(s.lines[l.Ticket], l.Entries...)
	}
	s.news.Broadcast()
}

// until waits for news by which cond holds.
func (s *slowStream) until(t *testing.T, cond func() bool) {
	t.Helper()
	late := time.AfterFunc(20*time.Second, func() { s.news.Broadcast() })
	defer late.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for began := time.Now(); !cond(); {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("the news did not come; the agent is %+v", s.agent)
		}
		s.news.Wait()
	}
}

func (s *slowStream) texts(ticket string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, e := range s.lines[ticket] {
		out = append(out, e.Text)
	}
	return slices.Clip(out)
}
