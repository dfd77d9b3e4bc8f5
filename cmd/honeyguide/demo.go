package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

// The demo's shop, and how long the tokens that it writes are valid.
const (
	demoShop shop.ID = "demo"
	demoTTL          = 24 * time.Hour
)

func newDemoCommand() *cobra.Command {
	cfg := app.DefaultConfig()
	var locale, logLevel string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a shop with the dispute tree, on this machine only",
		Long: `Run a shop with the dispute tree, on this machine only.

It needs nothing but this program: no Redis, no browser tools. Conversations
are kept in --data and go on after a restart.`,
		Example: `  honeyguide demo
  honeyguide demo --locale en --data /tmp/honeyguide-en`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLogger(cmd.ErrOrStderr(), logLevel)
			if err != nil {
				return err
			}
			return demo(cmd.Context(), cfg, locale, log, cmd.OutOrStdout())
		},
	}
	addServerFlags(cmd.Flags(), &cfg)
	cmd.Flags().StringVar(&locale, "locale", "zh-CN", "language of the tree: zh-CN or en")
	cmd.Flags().StringVar(&logLevel, "log-level", "warn", "`level` of the log: debug, info, warn or error")
	return cmd
}

func demo(ctx context.Context, cfg app.Config, locale string, log *slog.Logger, out io.Writer) error {
	draft, err := demoDraft(locale)
	if err != nil {
		return err
	}
	s, err := app.Listen(ctx, cfg, log)
	if err != nil {
		return err
	}
	if err := prepareDemo(ctx, s, cfg, draft, out); err != nil {
		if closeErr := s.Close(); closeErr != nil {
			log.Error("closing failed", "err", closeErr)
		}
		return err
	}
	return s.Serve(ctx)
}

func prepareDemo(ctx context.Context, s *app.Server, cfg app.Config, draft live.Draft, out io.Writer) error {
	start := time.Now()
	release, err := s.PublishIfNew(ctx, demoShop, draft)
	if err != nil {
		return err
	}
	took := time.Since(start)
	for _, role := range []auth.Role{auth.Visitor, auth.Agent, auth.Supervisor, auth.Editor} {
		token, err := s.Tokens.Mint(auth.Identity{Shop: demoShop, Role: role, Subject: "demo-" + string(role)}, demoTTL)
		if err != nil {
			return err
		}
		if err := os.WriteFile(tokenFile(cfg, role), []byte(token+"\n"), 0o600); err != nil {
			return fmt.Errorf("demo: token: %w", err)
		}
	}
	_, err = fmt.Fprintf(out, demoText, demoShop, release.Number, release.Nodes, release.Questions, took.Round(time.Millisecond), s.GrpcAddr(), orNone(s.HTTPAddr()),
		s.GrpcAddr(), tokenFile(cfg, auth.Visitor), orNone(s.HTTPAddr()), tokenFile(cfg, auth.Visitor),
		s.GrpcAddr(), tokenFile(cfg, auth.Visitor), tokenFile(cfg, auth.Agent), s.GrpcAddr())
	return err
}

func tokenFile(cfg app.Config, role auth.Role) string {
	return filepath.Join(cfg.Data, string(role)+".token")
}

// demoDraft is the tree that ships with the program, with its test set.
func demoDraft(locale string) (live.Draft, error) {
	tree, err := testdata.Files.ReadFile("trees/disputes." + locale + ".yaml")
	if err != nil {
		return live.Draft{}, fmt.Errorf("--locale: there is no tree in %q; choose zh-CN or en", locale)
	}
	tests, err := testdata.Files.ReadFile("questions/disputes." + locale + ".calibration.tsv")
	if err != nil {
		return live.Draft{}, fmt.Errorf("demo: test set: %w", err)
	}
	return live.Draft{Source: tree, Tests: tests, Author: "demo", Note: "the tree that ships with the demo"}, nil
}

const demoText = `Honeyguide demo: shop %q, knowledge release %d: %d nodes, %d questions (ready in %v)
  gRPC               %s
  gRPC-web and JSON  %s

Three things to try, in another terminal:
  1. Talk to the bot. Ask 签收第8天了还能退吗，快递柜签的我昨天才拿
       go run ./cmd/honeyguide ask --server %s --token "$(cat %s)"
  2. Start a session with curl.
       curl %s/honeyguide.dialog.v1.DialogService/StartSession \
         -H "Authorization: Bearer $(cat %s)" -H 'Content-Type: application/json' -d '{}'
  3. Say 转人工 in the conversation, and answer as an agent in a third terminal.
       go run ./cmd/honeyguide ask --server %s --token "$(cat %s)"
       HONEYGUIDE_TOKEN=$(cat %s) go run ./cmd/honeyguide desk work --server %s
Ctrl-C stops it; conversations are kept.
`
