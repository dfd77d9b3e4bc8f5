package chaos

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// talk is one conversation that an agent holds.
type talk struct {
	*agent
	ticket string
	news   chan struct{}
	end    context.CancelFunc

	answered uint64 // guarded by mu; the last message that was answered, which the stream may not know yet
}

func (t *talk) wake() {
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// run answers every message, until the customer says goodbye or the agent wants
// to be rid of it.
func (t *talk) run(ctx context.Context) {
	defer func() {
		t.end()
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.talks[t.ticket] == t {
			delete(t.talks, t.ticket)
		}
	}()
	for ctx.Err() == nil {
		message, over := t.next()
		switch {
		case message != nil:
			t.dice.pause(ctx, 20*time.Millisecond, 200*time.Millisecond)
			if !t.reply(ctx, message) {
				return
			}
			if !t.calm() && t.dice.in(10) {
				t.pass(ctx)
				return
			}
		case over:
			t.close(ctx)
			return
		default:
			select {
			case <-ctx.Done():
			case <-t.news:
			}
		}
	}
}

// next returns the first message that nobody has answered, or that the customer
// has said goodbye. What was said to the bot before is not meant.
func (t *talk) next() (message *dialog.Entry, over bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.views[t.ticket]
	if v == nil || t.whose[t.ticket] == "" {
		return nil, false // the stream has not told everything yet
	}
	var open []*dialog.Entry
	for i := range v.seen {
		e := &v.seen[i].Entry
		switch {
		case e.State == dialog.StateBot:
			open, over = nil, false
		case e.Author == dialog.AuthorVisitor && strings.HasPrefix(e.Text, "#") && e.Seq <= t.answered:
			over = strings.HasSuffix(e.Text, bye)
		case e.Author == dialog.AuthorVisitor && strings.HasPrefix(e.Text, "#"):
			open, over = append(open, e), strings.HasSuffix(e.Text, bye)
		case e.Author == dialog.AuthorAgent:
			for to := answeredBy(e.Text); len(open) > 0 && open[0].Seq <= to; {
				open = open[1:]
			}
		}
	}
	if len(open) > 0 {
		return open[0], false
	}
	return nil, over
}

// reply answers a message. It reports false where that is not the agent's any
// more, or the shift is over.
func (t *talk) reply(ctx context.Context, message *dialog.Entry) bool {
	turn, text := fmt.Sprint("re", message.Seq), answerTo(message.Seq)+message.Text
	said, tries := t.saying(turn, text), 0
	send := func() (*handoffv1.ReplyTicketResponse, error) {
		return call(ctx, t.wire, func(ctx context.Context, conn *grpc.ClientConn) (*handoffv1.ReplyTicketResponse, error) {
			tries++
			return handoffv1.NewHandoffServiceClient(conn).ReplyTicket(ctx, &handoffv1.ReplyTicketRequest{TicketId: t.ticket, TurnId: turn, Text: text})
		})
	}
	first, err := send()
	t.declined(ctx, "ReplyTicket", err)
	t.mu.Lock()
	switch {
	case err == nil:
		said.Fate, t.answered = Acked, message.Seq
	case ctx.Err() == nil && said.Fate == Unknown && tries == 1:
		// Not where it was tried before: a server that was stopped then may
		// still do it, once the agent has the ticket again.
		said.Fate = Refused
	}
	t.mu.Unlock()
	if err == nil && t.dice.in(10) {
		if again, err := send(); err == nil && again.GetSeq() != first.GetSeq() {
			t.record.fault("%s: reply %s made entry %d, and again %d", t.name, turn, first.GetSeq(), again.GetSeq())
		}
	}
	return err == nil
}

// saying returns the record of what is said under a turn. The same may have
// been tried in an earlier shift.
func (t *talk) saying(turn, text string) *Saying {
	t.mu.Lock()
	defer t.mu.Unlock()
	session := t.whose[t.ticket]
	said := t.said[session+" "+turn]
	if said == nil {
		said = &Saying{Session: session, Agent: t.name, Turn: turn, Text: text}
		t.said[session+" "+turn] = said
		t.order = append(t.order, said)
	}
	return said
}

// pass gives the ticket to somebody else.
func (t *talk) pass(ctx context.Context) {
	if t.dice.in(40) {
		act(ctx, t.agent, "RequeueTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.RequeueTicketResponse, error) {
			return handoffv1.NewHandoffServiceClient(conn).RequeueTicket(ctx, &handoffv1.RequeueTicketRequest{TicketId: t.ticket, TurnId: turn})
		})
		return
	}
	request := &handoffv1.TransferTicketRequest{TicketId: t.ticket, Note: "please", Needs: &handoffv1.Needs{Skill: skills[t.dice.below(len(skills))]}}
	if t.dice.in(50) {
		request.Needs = nil
		if request.Agent = t.colleagues[t.dice.below(len(t.colleagues))]; request.Agent == t.name {
			return
		}
	}
	act(ctx, t.agent, "TransferTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.TransferTicketResponse, error) {
		request.TurnId = turn
		return handoffv1.NewHandoffServiceClient(conn).TransferTicket(ctx, request)
	})
}

// close ends the conversation.
func (t *talk) close(ctx context.Context) {
	back := t.dice.in(50)
	closed := act(ctx, t.agent, "CloseTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.CloseTicketResponse, error) {
		return handoffv1.NewHandoffServiceClient(conn).CloseTicket(ctx, &handoffv1.CloseTicketRequest{TicketId: t.ticket, TurnId: turn, Outcome: "solved", BackToBot: back})
	})
	if !closed || t.dice.in(50) {
		return
	}
	act(ctx, t.agent, "WrapUpTicket", func(ctx context.Context, conn *grpc.ClientConn, turn string) (*handoffv1.WrapUpTicketResponse, error) {
		return handoffv1.NewHandoffServiceClient(conn).WrapUpTicket(ctx, &handoffv1.WrapUpTicketRequest{TicketId: t.ticket, TurnId: turn, Outcome: "solved well"})
	})
}

// act does something with a ticket under a turn id of its own, until it is done
// or refused, which it records, and reports whether it was done. What was done is sometimes sent again, later and
// perhaps to another node, and must never be refused then, whatever has happened
// to the ticket since.
func act[R any](ctx context.Context, a *agent, what string, do func(ctx context.Context, conn *grpc.ClientConn, turn string) (R, error)) bool {
	turn := fmt.Sprint("act", a.acts.Add(1))
	send := func() error {
		_, err := call(ctx, a.wire, func(ctx context.Context, conn *grpc.ClientConn) (R, error) { return do(ctx, conn, turn) })
		return err
	}
	err := send()
	a.declined(ctx, what, err)
	if err != nil || !a.dice.in(20) {
		return err == nil
	}
	a.dice.pause(ctx, 0, 500*time.Millisecond)
	if again := send(); again != nil && ctx.Err() == nil {
		a.record.fault("%s: %s with turn %s was done, and refused when it came again: %v", a.name, what, turn, again)
	}
	return true
}

// declined records an error that no race explains: a ticket may always be
// somebody else's by now, but it cannot be unknown or the request wrong.
func (a *agent) declined(ctx context.Context, what string, err error) {
	if err == nil || ctx.Err() != nil || status.Code(err) == codes.FailedPrecondition {
		return
	}
	a.record.fault("%s: %s: %v", a.name, what, err)
}
