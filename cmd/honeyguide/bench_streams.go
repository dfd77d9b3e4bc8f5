package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
)

// benchStreamsFlags are those of bench streams.
type benchStreamsFlags struct {
	load.StreamsOptions
	settle float64
	json   bool
}

func newBenchStreamsCommand() *cobra.Command {
	var o benchStreamsFlags
	cmd := &cobra.Command{
		Use:   "streams",
		Short: "Measure what an open stream costs a server",
		Long: `Measure what an open stream costs a server.

This program is started once more as a server, on Redis. Customers begin their
conversations, and then each watches the own one. The memory of the server's process
before and after, and what it works while nothing is said, are those of the streams.
Linux only.`,
		Example: `  honeyguide bench streams
  honeyguide bench streams --streams 1000 --connections 1000`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef(cmd, "there is no argument %q to give", args[0])
			}
			return o.check(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return benchStreams(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&o.Redis, "redis", "", "`address` of the server, as of serve (default: start one on loopback)")
	fs.IntVar(&o.Streams, "streams", 10_000, "`number` of streams")
	fs.IntVar(&o.Conns, "connections", 20, "`number` of connections that they share, at most 1000 each")
	fs.Float64Var(&o.settle, "seconds", 15, "`time` to wait before each look")
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	return cmd
}

func (o *benchStreamsFlags) check(cmd *cobra.Command) error {
	switch {
	case o.Streams < 1 || o.Streams > 50_000:
		return usagef(cmd, "--streams %d is not 1 to 50000", o.Streams)
	case o.Conns < 1 || o.Streams > 1000*o.Conns:
		return usagef(cmd, "--connections %d are too few for %d streams", o.Conns, o.Streams)
	case !(o.settle > 0 && o.settle <= 3600):
		return usagef(cmd, "--seconds %v is not above 0 and at most 3600", o.settle)
	}
	return nil
}

// benchStreams measures and prints the report.
func benchStreams(ctx context.Context, o benchStreamsFlags, stdout, stderr io.Writer) (err error) {
	if o.Program, err = os.Executable(); err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	bar := newProgress(stderr, "measuring", 100)
	report, err := load.Streams(ctx, o.StreamsOptions, seconds(o.settle), bar.set)
	bar.end()
	if err != nil {
		return err
	}
	return printReport(stdout, o.json, report, func() string { return streamsText(report) })
}

func streamsText(r *load.StreamsReport) string {
	return fmt.Sprintf("\n%s on %s\n  server: %s without, %s with them: %.1f kB each\n  while nothing is said they take %.2f of a processor\n",
		count(r.Streams, "stream"), count(r.Conns, "connection"), megabytes(r.Before), megabytes(r.After), r.PerStream/1000, r.Idle)
}
