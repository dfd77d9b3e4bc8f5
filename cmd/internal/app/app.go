// Package app wires Honeyguide together: stores, knowledge, conversations and,
// for a server, its listeners. It is the only place that knows all rooms.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/releases"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// App is a Honeyguide without listeners: what a server serves, and what a
// program that embeds it uses directly.
type App struct {
	Dialog  *dialog.Service
	Desk    *dialog.Desk
	Catalog *live.Catalog

	router  *dialog.Router
	stores  *stores
	closing func() error // of the embedder
	log     *slog.Logger
}

// Open opens the stores of cfg and wires what stands on them. It starts
// nothing: see Run. The caller must Close the App.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	s, err := openStores(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	embedder, closing, err := cfg.OpenEmbedder(ctx, log)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	catalog := live.New(s.knowledge, time.Now, live.Options{Tolerance: cfg.Tolerance, Embedder: embedder, Recent: cfg.MatchCache, Log: log})
	service := dialog.NewService(s.dialog, releases.From(catalog), time.Now, rand.Text,
		dialog.Config{Idle: cfg.Idle, Retention: cfg.Retention})
	return &App{
		Dialog: service, Desk: dialog.NewDesk(service), Catalog: catalog,
		router: dialog.NewRouter(service, rand.Text(), log), stores: s, closing: closing, log: log,
	}, nil
}

// Run does what goes on beside the calls until ctx ends: following releases of
// other nodes, hearing their wake-ups, bringing customers to agents, removing what nobody may
// read any more.
func (a *App) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.Catalog.Run(ctx) })
	g.Go(func() error { return a.router.Run(ctx) })
	for _, work := range a.stores.work {
		g.Go(func() error { return work(ctx) })
	}
	return g.Wait()
}

// Close frees everything. Run and all calls must have ended.
func (a *App) Close() error {
	a.Catalog.Close()
	return errors.Join(a.closing(), a.stores.close())
}

// PublishIfNew puts the draft live unless the shop's live release is that very
// draft, and returns the live release once it is ready to answer.
func (a *App) PublishIfNew(ctx context.Context, id shop.ID, d live.Draft) (knowledge.Release, error) {
	stored, err := a.storedDigest(ctx, id)
	if err != nil {
		return knowledge.Release{}, fmt.Errorf("app: %w", err)
	}
	if stored != d.Digest() {
		return a.Catalog.Publish(ctx, id, d)
	}
	s, err := a.Catalog.Acquire(ctx, id)
	if err != nil {
		return knowledge.Release{}, fmt.Errorf("app: %w", err)
	}
	defer s.Release()
	return s.Info(), nil
}

// storedDigest returns the digest of the live release, or "" where the shop
// has none.
func (a *App) storedDigest(ctx context.Context, id shop.ID) (string, error) {
	number, err := a.stores.knowledge.Live(ctx, id)
	if errors.Is(err, knowledge.ErrNoRelease) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	r, err := a.stores.knowledge.Get(ctx, id, number)
	return r.Digest, err
}
