package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
)

// addServerFlags gives a command the settings of a server.
func addServerFlags(fs *pflag.FlagSet, cfg *app.Config) {
	fs.StringVar(&cfg.Grpc, "grpc", cfg.Grpc, "listen for gRPC on `host:port`")
	fs.StringVar(&cfg.HTTP, "http", cfg.HTTP, "listen for gRPC-web, JSON and health checks on `host:port`; empty: do not")
	fs.StringVar(&cfg.Data, "data", cfg.Data, "`folder` of the embedded store and the key of all tokens")
	fs.StringVar(&cfg.Key, "key-file", cfg.Key, "`file` of the key of all tokens, the same on every node (default: token.key in --data)")
	fs.StringVar(&cfg.Redis, "redis", cfg.Redis, "keep state in Redis: redis://`host:port`/db, or a cluster's host:port,host:port (default: embedded store)")
	fs.StringSliceVar(&cfg.Origins, "origins", cfg.Origins, "web `origins` that may call, such as https://shop.example (default: none but its own)")
	fs.BoolVar(&cfg.AllowPublic, "allow-public", cfg.AllowPublic, "listen on addresses that others can reach")
	fs.StringVar(&cfg.Metrics, "metrics", cfg.Metrics, "serve Prometheus metrics at /metrics on `host:port` (default: do not)")
	fs.BoolVar(&cfg.MetricsByShop, "metrics-by-shop", cfg.MetricsByShop, "tell each shop apart in the metrics: many series where there are many shops")
	fs.DurationVar(&cfg.Idle, "idle", cfg.Idle, "end a conversation with the bot after this silence")
	fs.DurationVar(&cfg.Retention, "retention", cfg.Retention, "keep closed conversations readable for this long")
	fs.Float64Var(&cfg.Tolerance, "tolerance", cfg.Tolerance, "`share` of wrong answers tolerated among the given ones, instead of what each tree says (0: what it says)")
	fs.IntVar(&cfg.MatchCache, "match-cache", cfg.MatchCache, "each shop keeps the results of matching for this many `utterances`, the last ones; 0: none")
	fs.DurationVar(&cfg.Drain, "drain", cfg.Drain, "at shutdown, wait this long for running calls")
	addEmbedderFlags(fs, &cfg.Embedder)
}

func newServeCommand() *cobra.Command {
	cfg := app.DefaultConfig()
	var logLevel string
	var printConfig bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve shops over gRPC, gRPC-web and JSON",
		Long: `Serve shops over gRPC, gRPC-web and JSON.

State is kept in one file in --data, or in Redis. Every call needs a token:
see "honeyguide token". Knowledge is published through the API.`,
		Example: `  honeyguide serve
  honeyguide serve --redis redis://127.0.0.1:6379/0 --key-file /etc/honeyguide/token.key
  HONEYGUIDE_REDIS=redis://127.0.0.1:6379/0 honeyguide serve --print-config`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if printConfig {
				return printEffective(cmd.OutOrStdout(), cmd.Flags())
			}
			log, err := newLogger(cmd.ErrOrStderr(), logLevel)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), cfg, log, cmd.OutOrStdout())
		},
	}
	addServerFlags(cmd.Flags(), &cfg)
	cmd.Flags().StringVar(&logLevel, "log-level", "info", "`level` of the log: debug, info, warn or error")
	cmd.Flags().BoolVar(&printConfig, "print-config", false, "print the settings in effect and where each comes from, and stop")
	return cmd
}

func serve(ctx context.Context, cfg app.Config, log *slog.Logger, out io.Writer) error {
	s, err := app.Listen(ctx, cfg, log)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "gRPC on %s, gRPC-web and JSON on %s\n", s.GrpcAddr(), orNone(s.HTTPAddr())); err != nil {
		log.Warn("writing to standard output failed", "err", err)
	}
	return s.Serve(ctx)
}

func orNone(addr string) string {
	if addr == "" {
		return "no address"
	}
	return "http://" + addr
}

func newLogger(w io.Writer, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level: %q is not debug, info, warn or error", level)
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l})), nil
}
