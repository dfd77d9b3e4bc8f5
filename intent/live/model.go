package live

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// modelPatience bounds the reading and the writing of a model. A store that
// takes longer is slower than training, and a call that waits for its shop's
// first release has 30 s for all of it.
const modelPatience = 10 * time.Second

// learnt is a matcher, and how a catalog came by it.
type learnt struct {
	matcher *intent.Matcher
	origin  string // loaded or trained, for the log
	keep    bool   // the store lacks its model
}

const (
	loaded  = "loaded"
	trained = "trained"
)

// learn trains a matcher for a release that is new.
func (c *Catalog) learn(ctx context.Context, r *knowledge.Release, p *parsed) (learnt, error) {
	o := c.intentOptions(p)
	m, err := c.train(ctx, p.tree, o)
	if !errors.Is(err, intent.ErrEmbedder) || ctx.Err() != nil {
		return learnt{matcher: m, origin: trained, keep: true}, err
	}
	c.o.Log.Warn("release is trained without vectors, until it is loaded or published again", "shop", r.Shop, "release", r.Number, "err", err)
	o.Embedder = nil
	m, err = c.train(ctx, p.tree, o)
	return learnt{matcher: m, origin: trained}, err
}

// recall returns the matcher of a stored release: from the model that is kept
// with it or, for whatever reason that cannot be used, from training.
func (c *Catalog) recall(ctx context.Context, r *knowledge.Release, p *parsed) (learnt, error) {
	m, why := c.loadModel(ctx, r, p)
	if why == nil {
		return learnt{matcher: m, origin: loaded}, nil
	}
	if ctx.Err() != nil {
		return learnt{}, why
	}
	level := slog.LevelWarn
	if errors.Is(why, knowledge.ErrNoModel) || errors.Is(why, intent.ErrForeign) {
		level = slog.LevelInfo
	}
	c.o.Log.Log(ctx, level, "release is trained anew", "shop", r.Shop, "release", r.Number, "err", why)
	l, err := c.learn(ctx, r, p)
	// A store that is away or slow may well have the model.
	l.keep = l.keep && !errors.Is(why, knowledge.ErrUnavailable)
	return l, err
}

func (c *Catalog) loadModel(ctx context.Context, r *knowledge.Release, p *parsed) (*intent.Matcher, error) {
	reading, cancel := context.WithTimeout(ctx, modelPatience)
	defer cancel()
	model, err := c.store.Model(reading, r.Shop, r.Number)
	if err != nil {
		return nil, err
	}
	return intent.Load(ctx, p.tree, c.intentOptions(p), bytes.NewReader(model))
}

func (c *Catalog) intentOptions(p *parsed) intent.Options {
	return intent.Options{Tolerance: c.o.Tolerance, Tests: Tests(p.questions), Embedder: c.o.Embedder, Workers: c.o.Workers}
}

// settle does what is left to do for a release that answers already. It takes
// over one reference to s.
func (c *Catalog) settle(ctx context.Context, s *Snapshot) {
	defer s.Release()
	if s.keep {
		c.keepModel(ctx, s)
	}
	// Building takes several times the memory that the release keeps.
	debug.FreeOSMemory()
}

// keepModel stores what training learned. Where that fails, whoever needs it
// trains again. Of nodes that store it at once the last one wins: theirs are
// equal.
func (c *Catalog) keepModel(ctx context.Context, s *Snapshot) {
	// The release is there whether or not its author waits for the answer.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), modelPatience)
	defer cancel()
	var model bytes.Buffer // not packed: that would save half of it, and take longer to read than all else
	err := s.matcher.Save(&model)
	if err == nil {
		err = c.store.SetModel(ctx, s.release.Shop, s.Number(), model.Bytes())
	}
	log := c.o.Log.With("shop", s.release.Shop, "release", s.Number(), "bytes", model.Len())
	switch {
	case err == nil:
		log.Info("model is stored")
	case errors.Is(err, knowledge.ErrNoRelease):
		log.Info("model is not stored: another release is live")
	default:
		log.Warn("storing the model failed: whoever loads the release must train", "err", err)
	}
}
