// Package live keeps each shop's live release built and ready to answer: it
// publishes drafts, swaps releases under running turns, and follows what other
// nodes publish.
package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Options tune a catalog.
type Options struct {
	Tolerance float64 // see intent.Options
	Workers   int     // see intent.Options
	// Embedder adds its vectors to the signals of matching; nil goes without,
	// and so does a release that is trained while it is away.
	Embedder intent.Embedder
	// Recent is how many results of matching each shop keeps in memory, of the
	// utterances that came last to its live release, at most recent.MaxEntries; 0
	// keeps none.
	Recent  int
	Refresh time.Duration // how often Run looks for releases of other nodes; 0 means 2 s
	Log     *slog.Logger  // nil discards
}

// Catalog holds the live releases of all shops. It is safe for concurrent use.
type Catalog struct {
	store knowledge.Store
	now   func() time.Time
	o     Options
	// train is intent.Build, which tests count.
	train func(context.Context, *knowledge.Tree, intent.Options) (*intent.Matcher, error)

	mu    sync.Mutex
	shops map[shop.ID]*entry // guarded by mu
}

// entry is one shop's place. Readers of live take no lock.
type entry struct {
	live atomic.Pointer[Snapshot]
	// loading serialises what builds or swaps; turns never wait for it once
	// a release is live.
	loading sync.Mutex
}

// New returns a catalog that loads releases from store when a shop is first
// asked for. It starts nothing; see Run.
func New(store knowledge.Store, now func() time.Time, o Options) *Catalog {
	o.Refresh = cmp.Or(o.Refresh, 2*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Catalog{store: store, now: now, o: o, train: intent.Build, shops: make(map[shop.ID]*entry)}
}

func (c *Catalog) entry(id shop.ID) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.shops[id]
	if e == nil {
		e = new(entry)
		c.shops[id] = e
	}
	return e
}

// Acquire pins the shop's live release; the caller must Release it. A shop
// that was not asked for before is loaded first. Errors: knowledge.ErrNoRelease,
// and those of the store.
func (c *Catalog) Acquire(ctx context.Context, id shop.ID) (*Snapshot, error) {
	e := c.entry(id)
	if s := e.acquire(); s != nil {
		return s, nil
	}
	if err := c.refresh(ctx, id, e); err != nil {
		return nil, err
	}
	if s := e.acquire(); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("live: shop %s: %w", id, knowledge.ErrNoRelease)
}

func (e *entry) acquire() *Snapshot {
	for {
		s := e.live.Load()
		if s == nil || s.retain() {
			return s
		}
		// It was replaced and closed after Load: load again.
	}
}

// refresh brings the shop to the release that the store calls live.
func (c *Catalog) refresh(ctx context.Context, id shop.ID, e *entry) error {
	s, err := c.reload(ctx, id, e)
	if s != nil {
		c.settle(ctx, s)
	}
	return err
}

// reload swaps in the live release, if it is another one, and returns it with a
// reference for settle.
func (c *Catalog) reload(ctx context.Context, id shop.ID, e *entry) (*Snapshot, error) {
	e.loading.Lock()
	defer e.loading.Unlock()
	start := c.now()
	number, err := c.store.Live(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("live: shop %s: %w", id, err)
	}
	if s := e.live.Load(); s != nil && s.Number() == number {
		return nil, nil
	}
	r, err := c.store.Get(ctx, id, number)
	if err != nil {
		return nil, fmt.Errorf("live: shop %s release %d: %w", id, number, err)
	}
	draft := Draft{Source: r.Source, Tests: r.Tests}
	// It was judged when it was published. A rule that is younger than the
	// release must not take a shop's answers away.
	p := draft.parse()
	if len(p.problems) > 0 {
		return nil, fmt.Errorf("live: shop %s release %d: %w", id, number, &knowledge.InvalidError{Problems: p.problems})
	}
	s, err := c.build(ctx, r, p, c.recall)
	if err != nil {
		return nil, err
	}
	s.retain()
	e.swap(s)
	c.o.Log.Info("release is live", "shop", id, "release", number, "model", s.origin, "took", c.now().Sub(start))
	return s, nil
}

func (e *entry) swap(s *Snapshot) {
	if old := e.live.Swap(s); old != nil {
		old.Release()
	}
}

// Publish checks the draft, builds its release aside, stores it and puts it
// live: all of it or nothing. Turns that run finish on the release they have.
// Its model is stored last: where that fails it is trained again by whoever
// loads it. Errors: *knowledge.InvalidError, knowledge.ErrReleaseExists where
// another publisher was faster or Base is not live, and those of the store.
func (c *Catalog) Publish(ctx context.Context, id shop.ID, d Draft) (knowledge.Release, error) {
	p, problems := d.check()
	if len(problems) > 0 {
		return knowledge.Release{}, &knowledge.InvalidError{Problems: problems}
	}
	s, err := c.publish(ctx, id, d, p)
	if err != nil {
		return knowledge.Release{}, err
	}
	r := s.Info()
	c.settle(ctx, s)
	return r, nil
}

// publish returns the release that it put live with a reference for settle.
func (c *Catalog) publish(ctx context.Context, id shop.ID, d Draft, p parsed) (*Snapshot, error) {
	e := c.entry(id)
	e.loading.Lock()
	defer e.loading.Unlock()
	start := c.now()
	newest, err := c.store.Newest(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("live: publish: %w", err)
	}
	if err := c.checkBase(ctx, id, d.Base); err != nil {
		return nil, err
	}
	r := knowledge.Release{
		Shop: id, Number: newest + 1, Created: start.UTC(), Author: d.Author, Note: d.Note,
		Source: d.Source, Tests: d.Tests, Digest: d.Digest(), Nodes: p.tree.Len(), Questions: countQuestions(p.tree),
	}
	s, err := c.build(ctx, r, p, c.learn)
	if err != nil {
		return nil, err
	}
	if err := c.store.Publish(ctx, r); err != nil {
		s.Release()
		return nil, fmt.Errorf("live: publish: %w", err)
	}
	s.retain()
	e.swap(s)
	c.o.Log.Info("release is published", "shop", id, "release", r.Number, "author", d.Author, "model", s.origin, "took", c.now().Sub(start))
	return s, nil
}

func (c *Catalog) checkBase(ctx context.Context, id shop.ID, base uint64) error {
	if base == 0 {
		return nil
	}
	live, err := c.store.Live(ctx, id)
	if err != nil && !errors.Is(err, knowledge.ErrNoRelease) {
		return fmt.Errorf("live: publish: %w", err)
	}
	if live != base {
		return fmt.Errorf("live: release %d is live, not %d: %w", live, base, knowledge.ErrReleaseExists)
	}
	return nil
}

func countQuestions(tree *knowledge.Tree) int {
	n := 0
	for node := range tree.Nodes() {
		n += len(node.Questions())
	}
	return n
}

// Live returns the shop's live release with its source, and its thresholds.
func (c *Catalog) Live(ctx context.Context, id shop.ID) (knowledge.Release, intent.Thresholds, error) {
	s, err := c.Acquire(ctx, id)
	if err != nil {
		return knowledge.Release{}, intent.Thresholds{}, err
	}
	defer s.Release()
	r, err := c.store.Get(ctx, id, s.Number())
	if err != nil {
		return knowledge.Release{}, intent.Thresholds{}, fmt.Errorf("live: shop %s: %w", id, err)
	}
	return r, s.Thresholds(), nil
}

// Run follows the releases that other nodes publish for the shops in use,
// until ctx ends. It blocks; the caller owns the goroutine. A look that fails
// is logged and repeated: until then the shop goes on with what it has.
func (c *Catalog) Run(ctx context.Context) error {
	tick := time.NewTicker(c.o.Refresh)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			c.follow(ctx)
		}
	}
}

func (c *Catalog) follow(ctx context.Context) {
	c.mu.Lock()
	inUse := make(map[shop.ID]*entry, len(c.shops))
	for id, e := range c.shops {
		if e.live.Load() != nil {
			inUse[id] = e
		}
	}
	c.mu.Unlock()
	for id, e := range inUse {
		if err := c.refresh(ctx, id, e); err != nil && ctx.Err() == nil {
			c.o.Log.Warn("looking for a newer release failed", "shop", id, "err", err)
		}
	}
}

// Close releases every shop's live release. Turns that still hold one keep it
// until they are done; new ones must not begin.
func (c *Catalog) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.shops {
		e.swap(nil)
	}
}
