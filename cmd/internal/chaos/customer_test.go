package chaos

import (
	"context"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// bye ends what a customer has to say: the agent then closes.
const bye = "bye"

// customer is somebody with questions, one conversation after the other.
type customer struct {
	*crowd
	name string
	dice *dice
	wire *wire
}

// run has conversations until the run gets calm.
func (c *customer) run(ctx context.Context) {
	for i := 0; !c.calm() && ctx.Err() == nil; i++ {
		c.converse(ctx, i)
		c.dice.pause(ctx, 10*time.Millisecond, 300*time.Millisecond)
	}
	c.wire.hangUp()
}

// chat is one conversation of a customer.
type chat struct {
	*customer
	id    string
	asked int
	said  int

	mu    sync.Mutex
	log   *Conversation // guarded by mu
	state dialog.State  // guarded by mu; as last seen
	news  chan struct{} // something was seen
}

func (c *customer) converse(ctx context.Context, i int) {
	locale := "zh-CN"
	if c.dice.in(50) {
		locale = "en"
	}
	started, err := call(ctx, c.wire, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.StartSessionResponse, error) {
		return dialogv1.NewDialogServiceClient(conn).StartSession(ctx, &dialogv1.StartSessionRequest{Locale: locale, RequestId: fmt.Sprint("c", i)})
	})
	if err != nil {
		c.refused(ctx, c.name+": StartSession", err)
		return
	}
	t := &chat{
		customer: c, id: started.GetSession().GetId(), state: dialog.StateBot, news: make(chan struct{}, 1),
		log: &Conversation{Session: started.GetSession().GetId(), Visitor: c.name},
	}
	c.record.conversation(t.log)
	watching, stop := context.WithCancel(ctx)
	defer stop()
	var watched sync.WaitGroup
	watched.Go(func() { t.watch(watching) })
	t.live(ctx)
	t.end(ctx)
	watched.Wait() // the session is closed: its stream ends when everything was sent
}

// live is what the customer wants, up to closing the window.
func (t *chat) live(ctx context.Context) {
	for round := true; round && ctx.Err() == nil; {
		if !t.ask(ctx) {
			return
		}
		leaves, cancels := t.dice.in(10), t.dice.in(12)
		for n := 1 + t.dice.below(4); n > 0 && ctx.Err() == nil; n-- {
			seq, ok := t.say(ctx, "hello")
			if !ok {
				return
			}
			if t.dice.in(70) {
				t.await(ctx, t.dice.between(20*time.Millisecond, 500*time.Millisecond), func() bool { return t.answered(seq) })
			}
			if t.dice.in(4) && !t.calm() {
				t.wire.hangUp()
			}
			if leaves && t.dice.in(40) {
				return
			}
			if cancels && t.dice.in(40) {
				if !t.goBack(ctx) {
					return
				}
				break
			}
		}
		if !t.finish(ctx) {
			return
		}
		round = t.dice.in(35) && !t.calm()
	}
}

// finish says goodbye until an agent has heard it. It reports whether the
// session goes on, with the bot.
func (t *chat) finish(ctx context.Context) bool {
	for ctx.Err() == nil {
		switch t.now(ctx) {
		case dialog.StateClosed:
			return false
		case dialog.StateBot:
			return true
		}
		if _, ok := t.say(ctx, bye); !ok {
			return false
		}
		t.await(ctx, 5*time.Second, func() bool { return t.peek() == dialog.StateBot || t.peek() == dialog.StateClosed })
	}
	return false
}

// ask gets the session into the line, by a question that only humans answer or
// by the button. It reports false where the session is over.
func (t *chat) ask(ctx context.Context) bool {
	t.asked++
	if t.dice.in(60) {
		if _, ok := t.send(ctx, fmt.Sprint("q", t.asked), questions[t.dice.below(len(questions))]); !ok {
			return false
		}
		if t.now(ctx) != dialog.StateBot {
			return t.now(ctx) != dialog.StateClosed
		}
	}
	turn := fmt.Sprint("ask", t.asked)
	_, err := call(ctx, t.wire, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.RequestHumanResponse, error) {
		return dialogv1.NewDialogServiceClient(conn).RequestHuman(ctx, &dialogv1.RequestHumanRequest{SessionId: t.id, TurnId: turn})
	})
	return t.noted(ctx, Saying{Session: t.id, Turn: turn}, err)
}

// say says the next numbered message and returns its place in the transcript.
func (t *chat) say(ctx context.Context, what string) (seq uint64, ok bool) {
	t.said++
	return t.send(ctx, fmt.Sprint("m", t.said), fmt.Sprintf("#%d %s", t.said, what))
}

func (t *chat) send(ctx context.Context, turn, text string) (seq uint64, ok bool) {
	send := func() (*dialogv1.SendTurnResponse, error) {
		return call(ctx, t.wire, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.SendTurnResponse, error) {
			return dialogv1.NewDialogServiceClient(conn).SendTurn(ctx, &dialogv1.SendTurnRequest{SessionId: t.id, TurnId: turn, Text: text})
		})
	}
	sent, err := send()
	if err == nil && t.dice.in(10) {
		if again, err := send(); err == nil && again.GetFirstSeq() != sent.GetFirstSeq() {
			t.record.fault("%s: turn %s made entry %d, and again %d", t.name, turn, sent.GetFirstSeq(), again.GetFirstSeq())
		}
	}
	return sent.GetFirstSeq(), t.noted(ctx, Saying{Session: t.id, Turn: turn, Text: text}, err)
}

// noted records what became of something said, and reports whether it was said.
func (t *chat) noted(ctx context.Context, s Saying, err error) bool {
	switch {
	case err == nil:
		s.Fate = Acked
	case ctx.Err() == nil:
		s.Fate = Refused
		t.refused(ctx, t.name+": turn "+s.Turn, err, "SESSION_CLOSED")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.log.Said = append(t.log.Said, s)
	return err == nil
}

// goBack leaves the line or the agent. It reports false where the session is over.
func (t *chat) goBack(ctx context.Context) bool {
	t.mu.Lock()
	t.log.Went = true
	t.mu.Unlock()
	turn := fmt.Sprint("back", t.said)
	_, err := call(ctx, t.wire, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.CancelHandoffResponse, error) {
		return dialogv1.NewDialogServiceClient(conn).CancelHandoff(ctx, &dialogv1.CancelHandoffRequest{SessionId: t.id, TurnId: turn})
	})
	if err != nil {
		t.refused(ctx, t.name+": CancelHandoff", err, "SESSION_NOT_WAITING", "SESSION_CLOSED")
	}
	return err == nil || reason(err) == "SESSION_NOT_WAITING"
}

// end closes the session, if nobody else has.
func (t *chat) end(ctx context.Context) {
	if t.peek() == dialog.StateClosed {
		return
	}
	t.mu.Lock()
	t.log.Left = true
	t.mu.Unlock()
	_, err := call(ctx, t.wire, func(ctx context.Context, conn *grpc.ClientConn) (*dialogv1.EndSessionResponse, error) {
		return dialogv1.NewDialogServiceClient(conn).EndSession(ctx, &dialogv1.EndSessionRequest{SessionId: t.id, TurnId: "end"})
	})
	if err != nil {
		t.refused(ctx, t.name+": EndSession", err)
	}
}
