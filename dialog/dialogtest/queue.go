package dialogtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// TestQueue runs handofftest.TestQueue on tickets that a store committed with
// their sessions, and so checks the part of [dialog.Store] that a queue reads.
func TestQueue(t *testing.T, newHarness func(*testing.T) Harness) {
	t.Helper()
	handofftest.TestQueue(t, func(t *testing.T) handofftest.Harness {
		h := newHarness(t)
		return handofftest.Harness{
			Queue: h.Queue,
			Put: func(ctx context.Context, ticket *handoff.Ticket, keep time.Duration) error {
				return h.put(ctx, ticket, keep)
			},
			Conflict: dialog.ErrConflict,
			Advance:  h.Advance,
		}
	})
}

// TestStirs runs handofftest.TestStirs with the tickets and agents that a store
// commits.
func TestStirs(t *testing.T, newHarness func(*testing.T) Harness) {
	t.Helper()
	handofftest.TestStirs(t, func(t *testing.T) handofftest.StirHarness {
		h := newHarness(t)
		return handofftest.StirHarness{Stirs: h.Stirs, Change: map[string]func(testing.TB, shop.ID){
			"ticket": func(t testing.TB, id shop.ID) {
				ticket := &handoff.Ticket{Shop: id, ID: "ticket", Visitor: "ann", State: handoff.Waiting}
				if err := h.put(t.Context(), ticket, 0); err != nil {
					t.Errorf("Commit with a ticket = %v", err)
				}
			},
			"desk": func(t testing.TB, id shop.ID) {
				s := newSession("session")
				s.Shop = id
				c := change(s, "about the ticket")
				c.Ticket = &handoff.Ticket{Shop: id, ID: "ticket", Visitor: "ann", Session: s.ID, State: handoff.Waiting}
				c.Agents = []*handoff.Agent{handoff.NewAgent(id, "agent")}
				if err := h.Store.Commit(t.Context(), c); err != nil {
					t.Errorf("Commit with an agent = %v", err)
				}
			},
		}}
	})
}

// put commits the ticket with a session that has no other purpose.
func (h Harness) put(ctx context.Context, ticket *handoff.Ticket, keep time.Duration) error {
	if ticket.Session == "" {
		ticket.Session = "session-of-" + ticket.ID
	}
	s, _, err := h.Store.Load(ctx, ticket.Shop, ticket.Session, "")
	if errors.Is(err, dialog.ErrNotFound) {
		s, err = newSession(ticket.Session), nil
		s.Shop = ticket.Shop
	}
	if err != nil {
		return err
	}
	c := change(s, "about the ticket")
	c.Ticket, c.Keep = ticket, keep
	return h.Store.Commit(ctx, c)
}
