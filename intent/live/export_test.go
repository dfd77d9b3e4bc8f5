package live

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// OnTrain has the catalog call f before each training.
func (c *Catalog) OnTrain(f func()) {
	train := c.train
	c.train = func(ctx context.Context, tree *knowledge.Tree, o intent.Options) (*intent.Matcher, error) {
		f()
		return train(ctx, tree, o)
	}
}
