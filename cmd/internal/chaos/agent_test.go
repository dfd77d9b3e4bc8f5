package chaos

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// agent is somebody who answers: one who is offered work, or a supervisor who
// takes it.
type agent struct {
	*crowd
	name       string
	supervisor bool
	dice       *dice
	wire       *wire
	acts       atomic.Int64 // done, for their turn ids

	mu    sync.Mutex
	after uint64               // guarded by mu, as all that follows; the last revision seen
	known map[string]uint64    // ticket -> its last revision seen
	whose map[string]string    // ticket -> its session
	self  *handoff.Agent       // as last seen
	views map[string]*view     // ticket -> what was seen of its conversation
	rung  map[string]time.Time // ticket -> the ring that was decided about
	talks map[string]*talk     // ticket -> the conversation that is being held
	said  map[string]*Saying   // session and turn -> what became of it
	order []*Saying            // the same, in the order in which they were begun
	busy  bool                 // saying something about the presence
}

// view is what an agent saw of one conversation.
type view struct {
	seen []Glimpse
}

// maxViews is of how many conversations an agent says where to go on.
const maxViews = 90

// run works in shifts. A shift that ends is a desk that is left without a word.
func (a *agent) run(ctx context.Context) {
	for ctx.Err() == nil {
		length := time.Hour
		if !a.calm() {
			length = a.dice.between(2*time.Second, 10*time.Second)
		}
		a.shift(ctx, length)
		switch {
		case ctx.Err() != nil || a.calm():
		case a.dice.in(50):
			a.dice.pause(ctx, 2*lease, 3*lease) // long enough to be missed
		default:
			a.dice.pause(ctx, 100*time.Millisecond, lease)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for id := range a.views {
		a.forget(id)
	}
	said := make([]Saying, len(a.order))
	for i, s := range a.order {
		said[i] = *s
	}
	a.record.replies(said)
	a.record.feed(Feed{Agent: a.name, After: a.after, Known: a.known})
}

// forget hands in what was seen of a conversation; a.mu is held.
func (a *agent) forget(ticket string) {
	if session := a.whose[ticket]; session != "" {
		a.record.view(View{Agent: a.name, Session: session, Seen: a.views[ticket].seen})
	}
	delete(a.views, ticket)
}

func (a *agent) shift(ctx context.Context, length time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() {
		wait(ctx, length)
		for i := 0; i < 30 && ctx.Err() == nil && !a.holds() && !a.calm(); i++ {
			wait(ctx, 100*time.Millisecond) // who leaves nobody alone shows nothing
		}
		cancel()
	})
	working.Go(func() { a.roam(ctx) })
	a.mu.Lock()
	a.talks, a.self, a.busy = make(map[string]*talk), nil, false
	a.mu.Unlock()
	for ctx.Err() == nil {
		conn := a.wire.get()
		err := a.watch(ctx, conn, &working)
		again, elsewhere := passing(err)
		if !again && ctx.Err() == nil {
			a.record.fault("%s: WatchDesk: %v", a.name, err)
			break
		}
		if elsewhere {
			a.wire.leave(conn)
		}
		a.dice.pause(ctx, 20*time.Millisecond, 200*time.Millisecond)
	}
	cancel()
	a.wire.hangUp()
	working.Wait()
}

// holds reports whether customers talk to the agent.
func (a *agent) holds() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.talks) > 0
}

// watch follows the desk, and has what is on it worked on.
func (a *agent) watch(ctx context.Context, conn *grpc.ClientConn, working *sync.WaitGroup) error {
	streaming, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := handoffv1.NewHandoffServiceClient(conn).WatchDesk(streaming, a.where())
	if err != nil {
		return err
	}
	for {
		news, err := stream.Recv()
		if err != nil {
			return err
		}
		a.take(news)
		a.work(ctx, working)
	}
}

// where says what the agent has seen already.
func (a *agent) where() *handoffv1.WatchDeskRequest {
	a.mu.Lock()
	defer a.mu.Unlock()
	request := &handoffv1.WatchDeskRequest{AfterRevision: a.after}
	for id, v := range a.views {
		if len(a.views) > maxViews && (a.self == nil || a.self.On(id) == nil) {
			a.forget(id) // it would come from its beginning
			continue
		}
		if n := len(v.seen); n > 0 {
			request.Cursors = append(request.Cursors, &handoffv1.Cursor{TicketId: id, AfterSeq: v.seen[n-1].Entry.Seq})
		}
	}
	return request
}

// take notes what a stream brought.
func (a *agent) take(news *handoffv1.WatchDeskResponse) {
	at := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if news.GetAgent() != nil {
		self := agentOf(news.GetAgent())
		if a.self != nil && self.Revision < a.self.Revision {
			a.record.fault("%s: the desk goes from revision %d to %d", a.name, a.self.Revision, self.Revision)
		}
		a.self = self
		a.record.glimpse(self)
	}
	for _, t := range news.GetTickets() {
		if t.GetRevision() <= a.after {
			a.record.fault("%s: ticket %s comes with revision %d after %d", a.name, t.GetId(), t.GetRevision(), a.after)
		}
		a.after = t.GetRevision()
		a.known[t.GetId()] = t.GetRevision()
		a.whose[t.GetId()] = t.GetSessionId()
		if t := a.talks[t.GetId()]; t != nil {
			t.wake()
		}
	}
	for _, lines := range news.GetLines() {
		v := a.viewOf(lines.GetTicketId())
		for _, e := range lines.GetEntries() {
			v.seen = append(v.seen, Glimpse{entryOf(e), at})
		}
		if t := a.talks[lines.GetTicketId()]; t != nil {
			t.wake()
		}
	}
}

// viewOf returns the view of a ticket; a.mu is held.
func (a *agent) viewOf(ticket string) *view {
	v := a.views[ticket]
	if v == nil {
		v = new(view)
		a.views[ticket] = v
	}
	return v
}

// work begins what the desk asks for, and ends what it does not ask for any more.
func (a *agent) work(ctx context.Context, working *sync.WaitGroup) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.self == nil {
		return
	}
	if want := a.wants(); a.self.Presence != want && !a.busy && (a.calm() || a.self.Presence != handoff.Away || a.dice.in(30)) {
		a.busy = true
		working.Go(func() {
			a.dice.pause(ctx, 50*time.Millisecond, time.Second)
			a.be(ctx, want, false)
			a.mu.Lock()
			defer a.mu.Unlock()
			a.busy = false
		})
	}
	for _, w := range a.self.Work {
		switch {
		case w.Kind == handoff.Ringing && !a.rung[w.Ticket].Equal(w.Until):
			a.rung[w.Ticket] = w.Until
			working.Go(func() { a.hear(ctx, w.Ticket) })
		case w.Kind == handoff.Holding && a.talks[w.Ticket] == nil:
			talking, end := context.WithCancel(ctx)
			t := &talk{agent: a, ticket: w.Ticket, news: make(chan struct{}, 1), end: end}
			a.talks[w.Ticket] = t
			working.Go(func() { t.run(talking) })
		}
	}
	for id, t := range a.talks {
		if on := a.self.On(id); on == nil || on.Kind != handoff.Holding {
			t.end()
		}
	}
}
