package handoff

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Queue reads a shop's tickets. Implementations are safe for concurrent use
// and are held to this contract by handofftest.TestQueue. An error that is none
// of this package's is wrapped in ErrUnavailable where trying again may help.
type Queue interface {
	// Get returns one ticket, or ErrNotFound.
	Get(ctx context.Context, id shop.ID, ticket string) (*Ticket, error)

	// List returns the shop's open tickets in state, first in line first:
	// those at the Front, then higher priority, then earlier Created, then smaller ID. It skips the
	// first offset tickets and returns at most limit.
	List(ctx context.Context, id shop.ID, state State, offset, limit int) ([]*Ticket, error)

	// Position returns how many waiting tickets are before the given one in
	// the order of List, or ErrNotFound if it does not wait.
	Position(ctx context.Context, id shop.ID, ticket string) (int, error)

	// Before returns how many waiting tickets would be before t, which is not
	// stored yet.
	Before(ctx context.Context, t *Ticket) (int, error)

	// OpenOf returns how many open tickets a visitor has.
	OpenOf(ctx context.Context, id shop.ID, visitor string) (int, error)

	// Changes returns the tickets whose last change has a Revision above
	// after, in the order of their revisions, at most limit. A ticket that
	// changed twice appears once, as it is now.
	Changes(ctx context.Context, id shop.ID, after uint64, limit int) ([]*Ticket, error)
}
