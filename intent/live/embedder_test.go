package live_test

import (
	"context"
	"errors"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/live"
)

// away is an embedder that cannot be reached.
type away struct{}

func (away) ID() string      { return "away/1" }
func (away) Dimensions() int { return 3 }
func (away) Embed(context.Context, []string) ([][]float32, error) {
	return nil, errors.New("connection refused")
}

func TestReleaseIsAnsweredWithoutItsEmbedder(t *testing.T) {
	store := newStore(t)
	n := newNode(t, store, live.Options{Embedder: away{}})
	r := publish(t, n.Catalog, "s1", "一")
	if got, _ := answer(t, n.Catalog, "s1"); got != "一" {
		t.Errorf("answer = %q, want it without vectors", got)
	}
	n.wantLog(t, "trained without vectors", "connection refused")
	if model, err := store.Model(t.Context(), "s1", r.Number); err == nil {
		t.Errorf("a model of %d bytes is kept: the next node would go without vectors for ever", len(model))
	}
}
