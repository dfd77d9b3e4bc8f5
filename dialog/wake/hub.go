// Package wake passes wake-ups on to the watchers in one process.
package wake

import (
	"context"
	"sync"

	"github.com/honeyguide-chat/honeyguide/dialog"
)

var _ dialog.Waker = (*Hub)(nil)

// Hub is a [dialog.Waker] for one process. It is safe for concurrent use, and
// waking never waits for a watcher.
type Hub struct {
	mu     sync.RWMutex
	topics map[string]map[*subscription]struct{} // guarded by mu; no empty sets
}

// subscription is one watcher. Its channel has room for one wake-up: more than
// one that was not read yet say no more than one.
type subscription struct{ wakes chan struct{} }

func (s *subscription) wake() {
	select {
	case s.wakes <- struct{}{}:
	default:
	}
}

// NewHub returns a hub without watchers.
func NewHub() *Hub { return &Hub{topics: make(map[string]map[*subscription]struct{})} }

// Subscribe implements [dialog.Waker]. The channel is never closed; after the
// end of the subscription nothing new comes. Ending it twice is allowed.
func (h *Hub) Subscribe(topic string) (<-chan struct{}, func()) {
	s := &subscription{wakes: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.topics[topic] == nil {
		h.topics[topic] = make(map[*subscription]struct{})
	}
	h.topics[topic][s] = struct{}{}
	return s.wakes, func() { h.leave(topic, s) }
}

func (h *Hub) leave(topic string, s *subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.topics[topic], s)
	if len(h.topics[topic]) == 0 {
		delete(h.topics, topic)
	}
}

// Wake implements [dialog.Waker].
func (h *Hub) Wake(_ context.Context, topic string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for s := range h.topics[topic] {
		s.wake()
	}
}

// Listen implements [dialog.Waker]: there are no other nodes to hear of.
func (h *Hub) Listen(func(topic string)) {}

// WakeAll wakes every watcher: any of them may have missed something.
func (h *Hub) WakeAll() {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, topic := range h.topics {
		for s := range topic {
			s.wake()
		}
	}
}

// Len returns how many topics have a watcher.
func (h *Hub) Len() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.topics)
}
