package redisstore

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/wake"
)

var _ dialog.Waker = (*Waker)(nil)

const (
	wakeChannel = "hg:wake"

	// maxPending bounds the wake-ups that wait to be sent. One more is dropped:
	// it is a hint, and the server has been away for long.
	maxPending = 10_000

	firstBackoff = 50 * time.Millisecond
	lastBackoff  = 5 * time.Second
)

// Waker is a [dialog.Waker] for many processes. Watchers in this one are woken
// at once; the others hear through Redis, while [Waker.Run] runs in both.
//
// Redis may lose a message, and does while it is away. Whenever the connection
// comes back all watchers are woken, as each may have missed something.
type Waker struct {
	rdb  redis.UniversalClient
	log  *slog.Logger
	hub  *wake.Hub
	self string // tells the messages of this waker from those of others

	mu      sync.Mutex
	pending map[string]struct{} // topics to be sent; guarded by mu
	ears    []func(string)      // see Listen; guarded by mu
	more    chan struct{}       // has one element while pending may have some
}

// NewWaker returns a waker that sends nothing until [Waker.Run] is called.
func NewWaker(rdb redis.UniversalClient, log *slog.Logger) *Waker {
	return &Waker{
		rdb: rdb, log: log, hub: wake.NewHub(), self: rand.Text(),
		pending: make(map[string]struct{}), more: make(chan struct{}, 1),
	}
}

// Subscribe implements [dialog.Waker].
func (w *Waker) Subscribe(topic string) (<-chan struct{}, func()) { return w.hub.Subscribe(topic) }

// Wake implements [dialog.Waker]. It does not wait for Redis.
func (w *Waker) Wake(ctx context.Context, topic string) {
	w.hub.Wake(ctx, topic)
	w.mu.Lock()
	if len(w.pending) < maxPending {
		w.pending[topic] = struct{}{}
	}
	w.mu.Unlock()
	select {
	case w.more <- struct{}{}:
	default:
	}
}

// Listen implements [dialog.Waker].
func (w *Waker) Listen(f func(topic string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ears = append(w.ears, f)
}

// tell has those who listen hear of a topic.
func (w *Waker) tell(topic string) {
	w.mu.Lock()
	ears := w.ears
	w.mu.Unlock()
	for _, f := range ears {
		f(topic)
	}
}

// Run sends and receives wake-ups until ctx ends, and then returns nil. While
// Redis is away it tries again and again.
func (w *Waker) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Go(func() { w.send(ctx) })
	wg.Go(func() { w.receive(ctx) })
	wg.Wait()
	return nil
}

// send publishes what is pending, as soon as something is. What cannot be sent
// is lost: the others wake all their watchers when they find Redis again.
func (w *Waker) send(ctx context.Context) {
	backoff := firstBackoff
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.more:
		}
		err := w.publish(ctx, w.take())
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			backoff = firstBackoff
			continue
		}
		w.log.WarnContext(ctx, "sending wake-ups failed", "err", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, lastBackoff)
	}
}

func (w *Waker) take() map[string]struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	topics := w.pending
	w.pending = make(map[string]struct{})
	return topics
}

func (w *Waker) publish(ctx context.Context, topics map[string]struct{}) error {
	_, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for topic := range topics {
			p.Publish(ctx, wakeChannel, w.self+" "+topic)
		}
		return nil
	})
	return err
}

// receive wakes watchers in this process. The client's subscription looks after
// its connection by itself and tells of each new one.
func (w *Waker) receive(ctx context.Context) {
	sub := w.rdb.Subscribe(ctx, wakeChannel)
	defer func() { _ = sub.Close() }() // only ends: there is nothing to lose
	messages := sub.ChannelWithSubscriptions()
	for {
		var msg any
		select {
		case <-ctx.Done():
			return
		case msg = <-messages:
		}
		switch msg := msg.(type) {
		case *redis.Subscription:
			w.tell("")
			w.hub.WakeAll()
		case *redis.Message:
			if from, topic, found := strings.Cut(msg.Payload, " "); found && from != w.self {
				w.tell(topic) // before anybody looks
				w.hub.Wake(ctx, topic)
			}
		}
	}
}
