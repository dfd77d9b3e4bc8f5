// Package releases lets conversations answer from the live releases of a
// catalog: it joins package intent/live to package dialog.
package releases

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ dialog.Knowledge = From(nil)

// Knowledge implements [dialog.Knowledge] with a catalog.
type Knowledge struct{ catalog *live.Catalog }

// From returns the knowledge that catalog holds.
func From(catalog *live.Catalog) Knowledge { return Knowledge{catalog} }

// Acquire implements [dialog.Knowledge].
func (k Knowledge) Acquire(ctx context.Context, id shop.ID) (dialog.Release, error) {
	s, err := k.catalog.Acquire(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, nil
}
