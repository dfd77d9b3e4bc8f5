package load

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// watch is a store that notes when tickets were committed: it sees who waits,
// and since when, without costing the store anything.
type watch struct {
	dialog.Store

	mu    sync.Mutex
	shops map[shop.ID]*watched // guarded by mu
	news  chan struct{}        // closed and replaced with each assignment; guarded by mu
}

// watched is what was seen of one shop.
type watched struct {
	free  map[string]time.Time // agents who had something and have nothing, since when
	came  map[string]time.Time // tickets that nobody had yet
	held  []holding            // those that nobody took from here yet, oldest first
	count int                  // assignments
	waits []time.Duration      // of each: the agent's, or the ticket's where no agent was freed for it
}

type holding struct{ agent, ticket string }

func newWatch(s dialog.Store) *watch {
	return &watch{Store: s, shops: make(map[shop.ID]*watched), news: make(chan struct{})}
}

// Commit implements [dialog.Store].
func (w *watch) Commit(ctx context.Context, c *dialog.Change) error {
	err := w.Store.Commit(ctx, c)
	if err == nil && c.Ticket != nil {
		w.see(c.Ticket, c.Agents, time.Now())
	}
	return err
}

func (w *watch) see(t *handoff.Ticket, agents []*handoff.Agent, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.of(t.Shop)
	switch t.State {
	case handoff.Waiting:
		s.came[t.ID] = now
	case handoff.Held:
		since, freed := s.free[t.Agent]
		if !freed {
			since = s.came[t.ID]
		}
		delete(s.free, t.Agent)
		delete(s.came, t.ID)
		s.held = append(s.held, holding{t.Agent, t.ID})
		s.waits = append(s.waits, now.Sub(since))
		s.count++
		close(w.news)
		w.news = make(chan struct{})
	case handoff.Closed:
		for _, a := range agents {
			s.free[a.Name] = now
		}
	}
}

func (w *watch) of(id shop.ID) *watched {
	s := w.shops[id]
	if s == nil {
		s = &watched{free: make(map[string]time.Time), came: make(map[string]time.Time)}
		w.shops[id] = s
	}
	return s
}

// next takes the ticket that is held for longest.
func (w *watch) next(ctx context.Context, id shop.ID) (holding, error) {
	var h holding
	err := w.until(ctx, func() bool {
		s := w.of(id)
		if len(s.held) == 0 {
			return false
		}
		h, s.held = s.held[0], s.held[1:]
		return true
	})
	return h, err
}

// await waits until so many tickets were assigned, and forgets how long each
// had waited.
func (w *watch) await(ctx context.Context, id shop.ID, n int) error {
	_, err := w.settled(ctx, id, n)
	return err
}

// settled waits until so many tickets were assigned in all, and returns how
// long those waited that it has not returned before.
func (w *watch) settled(ctx context.Context, id shop.ID, n int) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var waits []time.Duration
	err := w.until(ctx, func() bool {
		s := w.of(id)
		if s.count < n {
			return false
		}
		waits, s.waits = slices.Clone(s.waits), nil
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("load: %d of %d tickets were assigned: %w", w.count(id), n, err)
	}
	return waits, nil
}

// until waits for done, which is called with mu held after each assignment.
func (w *watch) until(ctx context.Context, done func() bool) error {
	for {
		w.mu.Lock()
		ok, news := done(), w.news
		w.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-news:
		}
	}
}

func (w *watch) count(id shop.ID) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of(id).count
}
