package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
)

// benchQueueFlags are those of bench queue.
type benchQueueFlags struct {
	load.QueueOptions
	idle    int
	seconds float64
	json    bool
}

func newBenchQueueCommand() *cobra.Command {
	var o benchQueueFlags
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "Measure how soon free agents get the next customer",
		Long: `Measure how soon free agents get the next customer.

Many customers wait in one shop on Redis, or in an embedded store, and its agents
close their tickets at a rate. How long each agent then waits for the next one is
counted from commit to commit: all that lies between is the wake-up, the choice and
the reads. The same is counted for customers who come while agents are free, and
then agents close as fast as they can. Beside it stands a GET and a SET of the same
Redis, while nothing else happens.

With --idle it makes so many shops where nobody waits and no agent is there, and
measures what a node asks of Redis meanwhile, and how much processor that takes.`,
		Example: `  honeyguide bench queue
  honeyguide bench queue --waiting 1000 --agents 100 --rate 50
  honeyguide bench queue --data /tmp/bench
  honeyguide bench queue --idle 10000`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef(cmd, "there is no argument %q to give", args[0])
			}
			return o.check(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return benchQueue(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&o.Redis, "redis", "", "`address` of the server, as of serve (default: start one on loopback)")
	fs.StringVar(&o.Data, "data", "", "`folder` for an embedded store, instead of Redis")
	fs.IntVar(&o.Waiting, "waiting", 10_000, "`number` of customers who wait")
	fs.IntVar(&o.Agents, "agents", 1000, "`number` of agents")
	fs.Float64Var(&o.Rate, "rate", 100, "`tickets` that are closed in a second, and customers who come")
	fs.IntVar(&o.idle, "idle", 0, "`number` of shops where nothing happens, instead of one where much does")
	fs.Float64Var(&o.seconds, "seconds", 30, "`time` to measure, without what must be there before")
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	return cmd
}

func (o *benchQueueFlags) check(cmd *cobra.Command) error {
	switch {
	case o.Redis != "" && o.Data != "":
		return usagef(cmd, "--redis and --data exclude each other")
	case o.idle < 0 || o.idle > 1_000_000:
		return usagef(cmd, "--idle %d is not 0 to 1000000", o.idle)
	case o.idle > 0 && (o.Data != "" || o.Redis != ""):
		return usagef(cmd, "--idle needs a Redis of its own: neither --data nor --redis goes with it")
	case o.Waiting < 0 || o.Waiting > 1_000_000:
		return usagef(cmd, "--waiting %d is not 0 to 1000000", o.Waiting)
	case o.Agents < 1 || o.Agents > 100_000:
		return usagef(cmd, "--agents %d is not 1 to 100000", o.Agents)
	case !(o.Rate > 0 && o.Rate <= 100_000):
		return usagef(cmd, "--rate %v is not above 0 and at most 100000", o.Rate)
	case !(o.seconds > 0 && o.seconds <= 3600):
		return usagef(cmd, "--seconds %v is not above 0 and at most 3600", o.seconds)
	}
	return nil
}

// benchQueue measures and prints the report.
func benchQueue(ctx context.Context, o benchQueueFlags, stdout, stderr io.Writer) (err error) {
	queue, err := load.OpenQueue(ctx, o.QueueOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Close(ctx)) }()
	bar := newProgress(stderr, "measuring", 100)
	if o.idle > 0 {
		report, err := queue.RunIdle(ctx, o.idle, seconds(o.seconds), bar.set)
		bar.end()
		if err != nil {
			return err
		}
		return printReport(stdout, o.json, report, func() string { return idleText(report) })
	}
	report, err := queue.Run(ctx, seconds(o.seconds), bar.set)
	bar.end()
	if err != nil {
		return err
	}
	return printReport(stdout, o.json, report, func() string { return queueText(report) })
}

func queueText(r *load.QueueReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s, %s, %.0f a second\n", count(r.Waiting, "waiting customer"), count(r.Agents, "agent"), r.Rate)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tp50\tp99\tmax\tcount\t")
	for _, row := range []struct {
		name string
		of   load.Times
	}{
		{"an agent is free until the next ticket", r.Freed},
		{"a ticket comes until a free agent has it", r.Came},
		{"a GET and a SET", r.Bare},
	} {
		if row.of.Count > 0 {
			fmt.Fprintf(t, "  %s\t%.2f ms\t%.2f ms\t%.2f ms\t%d\t\n", row.name, row.of.P50, row.of.P99, row.of.Max, row.of.Count)
		}
	}
	_ = t.Flush() // a strings.Builder takes everything
	fmt.Fprintf(&b, "  all agents come at once: %.0f assignments a second, with their coming\n", r.Fill)
	fmt.Fprintf(&b, "  agents close what they get at once: %.0f assignments a second\n", r.Sustained)
	return b.String()
}

func idleText(r *load.IdleReport) string {
	return fmt.Sprintf("\n%s where nobody waits and no agent is there, one node:\n"+
		"  %.1f calls of Redis a second\n  %.3f of a processor in the node, %.3f in Redis\n",
		count(r.Shops, "shop"), r.Calls, r.Work, r.Server)
}
