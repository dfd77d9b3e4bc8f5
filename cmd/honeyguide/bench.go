package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func newBenchCommand() *cobra.Command {
	return group(&cobra.Command{
		Use:   "bench",
		Short: "Measure how fast this program is on this machine",
	}, newBenchMatchCommand(), newBenchTurnsCommand(), newBenchQueueCommand(), newBenchStreamsCommand())
}

// benchFlags are those of bench match.
type benchFlags struct {
	questions []int
	seconds   float64
	tests     int
	seed      uint64
	json      bool
}

func newBenchMatchCommand() *cobra.Command {
	var o benchFlags
	cmd := &cobra.Command{
		Use:   "match",
		Short: "Measure matching beside a plain search with bleve",
		Long: `Measure matching beside a plain search with bleve, in one run: invented shops of
several sizes, 20 questions a node, and invented utterances of their customers.

For each size it builds the matcher as a release would, and beside it an index
that a plain MatchQuery of bleve searches, for the same words. Both take turns in
many short rounds, so that what else the machine does strikes both; a fixed piece
of work between the rounds shows how much that was. The ratio of the two says more
than the times.

Then streams of utterances, of which more and more say again what was said before,
are matched with and without the cache of recent utterances that a server has
(--match-cache of serve).

The invented questions are easier than a shop's. The share of right answers only
shows that both did the work.`,
		Example: `  honeyguide bench match
  honeyguide bench match --questions 10000 --seconds 30
  honeyguide bench match --json > bench.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef(cmd, "there is no argument %q to give", args[0])
			}
			return o.check(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return benchMatch(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fs := cmd.Flags()
	fs.IntSliceVar(&o.questions, "questions", []int{1000, 10_000, 100_000}, "`sizes` of the shops, joined by commas")
	fs.Float64Var(&o.seconds, "seconds", 10, "`time` to match at each size, for all together")
	fs.IntVar(&o.tests, "tests", 0, "calibrate on a test set of so many utterances; 0 on the tree's own questions")
	fs.Uint64Var(&o.seed, "seed", 1, "`number` that the shops are invented from")
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	return cmd
}

func (o *benchFlags) check(cmd *cobra.Command) error {
	if len(o.questions) == 0 {
		return usagef(cmd, "--questions needs a size")
	}
	for _, n := range o.questions {
		if n < 1 || n > knowledge.MaxQuestions {
			return usagef(cmd, "--questions %d is not 1 to %d", n, knowledge.MaxQuestions)
		}
	}
	if !(o.seconds > 0 && o.seconds <= 3600) {
		return usagef(cmd, "--seconds %v is not above 0 and at most 3600", o.seconds)
	}
	if o.tests < 0 || o.tests > 50_000 {
		return usagef(cmd, "--tests %d is not 0 to 50000", o.tests)
	}
	return nil
}

// benchMatch measures each size and prints the report.
func benchMatch(ctx context.Context, o benchFlags, stdout, stderr io.Writer) error {
	report := benchReport{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Processors: runtime.GOMAXPROCS(0), Tests: o.tests, Seed: o.seed,
	}
	for _, n := range o.questions {
		size, err := o.measure(ctx, n, stderr)
		if err != nil {
			return fmt.Errorf("measuring %d questions: %w", n, err)
		}
		report.Sizes = append(report.Sizes, *size)
	}
	if !o.json {
		return say(stdout, report.text())
	}
	data, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	return say(stdout, string(data)+"\n")
}

// measure builds a shop of n questions and measures it.
func (o *benchFlags) measure(ctx context.Context, n int, stderr io.Writer) (_ *benchSize, err error) {
	bar := newProgress(stderr, fmt.Sprintf("building %d questions", n), -1)
	stand, err := newBenchStand(ctx, n, o.tests, o.seed)
	bar.end()
	if err != nil {
		return nil, err
	}
	defer stand.close(&err)
	rounds := benchRounds{
		utterances: stand.utterances,
		rivals:     []*benchRival{stand.ours, stand.plain, stand.cache},
		noise:      newBenchWork(),
	}
	bar = newProgress(stderr, fmt.Sprintf("matching, %d questions", n), 100)
	err = rounds.run(ctx, time.Duration(o.seconds*float64(time.Second)), bar.set)
	bar.end()
	if err != nil {
		return nil, err
	}
	bar = newProgress(stderr, fmt.Sprintf("repeating, %d questions", n), 100)
	err = stand.tryRepeats(ctx, o.seed, bar.set)
	bar.end()
	if err != nil {
		return nil, err
	}
	size := stand.size
	size.fill(&rounds)
	return &size, nil
}
