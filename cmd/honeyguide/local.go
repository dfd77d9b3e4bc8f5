package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Whose session it is that this process holds itself.
const (
	localShop    = shop.ID("local")
	localVisitor = "terminal"
)

// local is a session held in this process.
type local struct {
	app *app.App
	id  string
}

// openLocal builds the bot, in a folder that is removed at the end, and starts
// a session with it.
func openLocal(ctx context.Context, o askFlags, stderr io.Writer) (_ host, leave func() error, err error) {
	draft, problems, err := o.draft()
	if err != nil {
		return nil, nil, err
	}
	if len(problems) > 0 {
		return nil, nil, errors.Join(errReported, printProblems(stderr, problems, false))
	}
	folder, err := os.MkdirTemp("", "honeyguide-ask-")
	if err != nil {
		return nil, nil, fmt.Errorf("a folder for the conversation: %w", err)
	}
	leave = func() error { return os.RemoveAll(folder) }
	defer func() {
		if err != nil {
			err = errors.Join(err, leave())
		}
	}()
	cfg := app.DefaultConfig()
	cfg.Data = folder
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	leave = func() error { return errors.Join(a.Close(), os.RemoveAll(folder)) }
	bar := newProgress(stderr, "building", -1)
	_, err = a.Catalog.Publish(ctx, localShop, draft)
	bar.end()
	if err != nil {
		return nil, nil, err
	}
	s, _, err := a.Dialog.Start(ctx, dialog.StartRequest{Shop: localShop, Visitor: localVisitor})
	if err != nil {
		return nil, nil, err
	}
	return &local{app: a, id: s.ID}, leave, nil
}

// draft returns what the bot answers from, or what is wrong with it.
func (o *askFlags) draft() (live.Draft, []knowledge.Problem, error) {
	tree, tests := source{name: o.tree}, source{name: o.tests}
	if o.tree == "" {
		demo := demoSources(cmp.Or(o.locale, "zh-CN"))
		tree, tests = demo.tree, demo.tests
	}
	d := live.Draft{Author: localVisitor}
	parsed, problems, err := tree.tree()
	if err != nil || problems != nil {
		return d, problems, err
	}
	if d.Source, problems, err = tree.read(); err != nil || problems != nil {
		return d, problems, err
	}
	if tests.name == "" {
		return d, nil, nil
	}
	if _, problems, err = tests.questions(parsed); err != nil || problems != nil {
		return d, problems, err
	}
	d.Tests, problems, err = tests.read()
	return d, problems, err
}

func (l *local) say(ctx context.Context, text string) error {
	_, err := l.app.Dialog.Turn(ctx, dialog.TurnRequest{
		Shop: localShop, Visitor: localVisitor, Session: l.id, Turn: rand.Text(), Text: text,
	})
	return err
}

func (l *local) human(ctx context.Context) error {
	_, err := l.app.Dialog.AskHuman(ctx, dialog.ActRequest{
		Shop: localShop, Visitor: localVisitor, Session: l.id, Turn: rand.Text(),
	})
	return err
}

func (l *local) session(ctx context.Context) (*dialog.Session, int, error) {
	s, err := l.app.Dialog.Get(ctx, localShop, localVisitor, l.id)
	if err != nil || s.State != dialog.StateWaiting {
		return s, 0, err
	}
	before, err := l.app.Dialog.Position(ctx, localShop, localVisitor, l.id)
	return s, before, err
}

func (l *local) entries(ctx context.Context, after uint64) ([]dialog.Entry, error) {
	return allPages(after, func(after uint64) ([]dialog.Entry, error) {
		return l.app.Dialog.Transcript(ctx, localShop, localVisitor, l.id, after, dialog.MaxPageSize)
	})
}

func (l *local) watch(ctx context.Context, after uint64, wake func(uint64)) error {
	return l.app.Dialog.Watch(ctx, localShop, localVisitor, l.id, after, func(entries []dialog.Entry, _ *dialog.Signs) error {
		if len(entries) > 0 {
			wake(entries[len(entries)-1].Seq)
		}
		return nil
	})
}

// explain says what the bot will make of an utterance in this session.
func (l *local) explain(ctx context.Context, text string) (*intent.Explanation, error) {
	s, _, err := l.session(ctx)
	if err != nil {
		return nil, err
	}
	release, err := l.app.Catalog.Acquire(ctx, localShop)
	if err != nil {
		return nil, err
	}
	defer release.Release()
	return release.Explain(ctx, text, s.Topic, time.Now())
}

// allPages reads until a page is not full.
func allPages(after uint64, page func(after uint64) ([]dialog.Entry, error)) ([]dialog.Entry, error) {
	var all []dialog.Entry
	for {
		entries, err := page(after)
		all = append(all, entries...)
		if err != nil || len(entries) < dialog.MaxPageSize {
			return all, err
		}
		after = entries[len(entries)-1].Seq
	}
}
