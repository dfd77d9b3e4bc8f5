package dialogtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
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
