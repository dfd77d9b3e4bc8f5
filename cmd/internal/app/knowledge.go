package app

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Releases lets conversations use a catalog's releases.
type Releases struct{ *live.Catalog }

// Acquire implements dialog.Knowledge.
func (r Releases) Acquire(ctx context.Context, id shop.ID) (dialog.Release, error) {
	s, err := r.Catalog.Acquire(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, nil
}
