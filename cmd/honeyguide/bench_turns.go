package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// benchTurnsFlags are those of bench turns.
type benchTurnsFlags struct {
	load.TurnsOptions
	seconds float64
	profile string

	overload        bool
	modest, offered float64
	json            bool
}

func newBenchTurnsCommand() *cobra.Command {
	var o benchTurnsFlags
	cmd := &cobra.Command{
		Use:   "turns",
		Short: "Measure full turns over gRPC beside a bare call with a GET and a SET",
		Long: `Measure full turns over gRPC beside a bare call with a GET and a SET.

A server with an invented shop runs in this process, on Redis, and customers talk
to it over loopback. A turn is all of it: token, bounds, the session out of Redis,
matching, the commit. Beside it stands a gRPC call that only gets one value of a
kilobyte from the same Redis and sets it, and a turn whose words go to a human:
all but the matching. They take turns in short rounds, so that
what else the machine does strikes both; customers, server and Redis share its
processors. The ratio says more than the rates.

With --overload the server has the bounds that it has by default, and two shops.
Rounds with a modest load of both take turns with rounds in which one of them offers
far more; the other one should not notice.`,
		Example: `  honeyguide bench turns
  honeyguide bench turns --questions 1000 --seconds 10
  honeyguide bench turns --overload --questions 10000
  honeyguide bench turns --redis redis://127.0.0.1:6379/0 --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef(cmd, "there is no argument %q to give", args[0])
			}
			return o.check(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.overload {
				return benchOverload(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
			}
			return benchTurns(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&o.Redis, "redis", "", "`address` of the server, as of serve (default: start one on loopback)")
	fs.IntVar(&o.Questions, "questions", 100_000, "`size` of the shop")
	fs.IntVar(&o.Workers, "customers", 32, "`number` of customers who talk at once")
	fs.Float64Var(&o.seconds, "seconds", 20, "`time` to measure, for all together")
	fs.IntVar(&o.MatchCache, "match-cache", 0, "as of serve; the customers say 2000 different `utterances`, again and again")
	fs.Uint64Var(&o.Seed, "seed", 1, "`number` that the shop is invented from")
	fs.BoolVar(&o.overload, "overload", false, "measure instead what happens when one of two shops offers more than the server takes")
	fs.Float64Var(&o.modest, "modest", 50, "with --overload: `turns` a second of each shop")
	fs.Float64Var(&o.offered, "offered", 2000, "with --overload: `turns` a second of the shop that floods the server")
	fs.StringVar(&o.profile, "cpu-profile", "", "write where the time goes to this `file`, for go tool pprof")
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	return cmd
}

func (o *benchTurnsFlags) check(cmd *cobra.Command) error {
	switch {
	case o.Questions < 1 || o.Questions > knowledge.MaxQuestions:
		return usagef(cmd, "--questions %d is not 1 to %d", o.Questions, knowledge.MaxQuestions)
	case o.Workers < 1 || o.Workers > 1000:
		return usagef(cmd, "--customers %d is not 1 to 1000", o.Workers)
	case !(o.modest > 0 && o.modest <= o.offered && o.offered <= 100_000):
		return usagef(cmd, "--modest %v and --offered %v are not above 0, at most 100000, and in this order", o.modest, o.offered)
	case !(o.seconds > 0 && o.seconds <= 3600):
		return usagef(cmd, "--seconds %v is not above 0 and at most 3600", o.seconds)
	}
	return nil
}

// benchTurns measures and prints the report.
func benchTurns(ctx context.Context, o benchTurnsFlags, stdout, stderr io.Writer) (err error) {
	bar := newProgress(stderr, fmt.Sprintf("building %d questions", o.Questions), -1)
	turns, err := load.OpenTurns(ctx, o.TurnsOptions)
	bar.end()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, turns.Close(ctx)) }()
	var report *load.TurnsReport
	bar = newProgress(stderr, "measuring", 100)
	err = profiled(o.profile, func() error {
		report, err = turns.Run(ctx, seconds(o.seconds), bar.set)
		return err
	})
	bar.end()
	if err != nil {
		return err
	}
	return printReport(stdout, o.json, report, func() string { return turnsText(report) })
}

// profiled has do profiled into a file, unless its name is "".
func profiled(name string, do func() error) (err error) {
	if name == "" {
		return do()
	}
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("--cpu-profile: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("--cpu-profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return do()
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// printReport prints a report as JSON, or as text.
func printReport(w io.Writer, asJSON bool, report any, text func() string) error {
	if !asJSON {
		return say(w, benchMachine()+text())
	}
	data, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	return say(w, string(data)+"\n")
}

func turnsText(r *load.TurnsReport) string {
	var b strings.Builder
	cache := ""
	if r.Cached {
		cache = "; what was matched before is remembered"
	}
	fmt.Fprintf(&b, "\n%s, %s at once%s\n", count(r.Questions, "question"), count(r.Workers, "customer"), cache)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\ta second\tp50\tp99\tp50 alone\tp99 alone\twork of a call\tcalls\t")
	for _, row := range []struct {
		name string
		of   *load.CallsOf
	}{{"turn", &r.Turn}, {"turn without matching", &r.Silent}, {"GET and SET", &r.Bare}} {
		fmt.Fprintf(t, "  %s\t%.0f\t%.1f ms\t%.1f ms\t%.2f ms\t%.2f ms\t%.0f µs\t%d\t\n", row.name, row.of.PerSecond.Median,
			row.of.Together.P50, row.of.Together.P99, row.of.Alone.P50, row.of.Alone.P99, row.of.Work.Median, row.of.Together.Count)
	}
	_ = t.Flush() // a strings.Builder takes everything
	fmt.Fprintf(&b, "  turns a second: %s of the bare calls\n", r.Ratio)
	fmt.Fprintf(&b, "  without matching, to a human: %s of the bare calls\n", r.Unmatched)
	if r.WorkRatio.Median > 0 {
		fmt.Fprintf(&b, "  a turn takes %s times the work of a bare call\n", r.WorkRatio)
	}
	fmt.Fprint(&b, "  the bot's decisions:")
	for _, d := range r.Decisions {
		fmt.Fprintf(&b, " %s %d", d.Name, d.Count)
	}
	fmt.Fprintln(&b)
	return b.String()
}
