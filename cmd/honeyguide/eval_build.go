package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// recipe is what a matcher is built from.
type recipe struct {
	tree      *knowledge.Tree
	tests     []lint.Question // to calibrate on
	tolerance float64         // 0: what the tree says
	// outOfScope is the share of what is not ours that is expected; 0 leaves it
	// to the matcher.
	outOfScope float64
	vectors    vectorFlags
	without    []intent.Stage // left out of matching
}

// vectorFlags say what makes vectors while measuring: as for serve.
type vectorFlags struct{ app.EmbedderConfig }

// add gives cmd the flags. Those that the command line leaves out are taken from
// the environment, where serve finds them too.
func (v *vectorFlags) add(cmd *cobra.Command) {
	v.EmbedderConfig = app.DefaultEmbedderConfig()
	addEmbedderFlags(cmd.Flags(), &v.EmbedderConfig)
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		return fromEnvironment(cmd.Flags(), os.LookupEnv, isEmbedderFlag)
	}
}

// open returns what makes vectors, or nil.
func (v *vectorFlags) open(ctx context.Context) (intent.Embedder, func() error, error) {
	return v.Open(ctx, app.DefaultConfig().Data, slog.New(slog.DiscardHandler))
}

// tolerates returns the share of wrong answers that is put up with.
func (r *recipe) tolerates() float64 {
	return cmp.Or(r.tolerance, r.tree.Document().Tolerance, intent.DefaultTolerance)
}

// with builds a matcher as a release would, has f use it, and closes it. f also
// hears how long the building took.
func (r *recipe) with(ctx context.Context, stderr io.Writer, f func(m *intent.Matcher, took time.Duration) error) (err error) {
	embedder, closing, err := r.vectors.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	bar := newProgress(stderr, "building", -1)
	start := time.Now()
	m, err := intent.Build(ctx, r.tree, intent.Options{
		Tolerance: r.tolerates(), Tests: live.Tests(r.tests), OutOfScope: r.outOfScope, Embedder: embedder,
		Without: r.without,
	})
	took := time.Since(start)
	bar.end()
	if err != nil {
		return fmt.Errorf("building the matcher: %w", err)
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	return f(m, took)
}
