package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
)

// benchOverload measures and prints the report.
func benchOverload(ctx context.Context, o benchTurnsFlags, stdout, stderr io.Writer) (err error) {
	bar := newProgress(stderr, fmt.Sprintf("building two shops of %d questions", o.Questions), -1)
	server, err := load.OpenOverload(ctx, load.OverloadOptions{
		Redis: o.Redis, Questions: o.Questions, Modest: o.modest, Offered: o.offered, Seed: o.Seed,
	})
	bar.end()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close(ctx)) }()
	bar = newProgress(stderr, "measuring", 100)
	report, err := server.Run(ctx, seconds(o.seconds), bar.set)
	bar.end()
	if err != nil {
		return err
	}
	return printReport(stdout, o.json, report, func() string { return overloadText(report) })
}

func overloadText(r *load.OverloadReport) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nTwo shops of %s, %.0f turns a second each; one of them then offers %.0f\n", count(r.Questions, "question"), r.Modest, r.Offered)
	fmt.Fprintf(&b, "  of these %.0f a second are accepted, %.1f %% are shed, %.1f %% of those with a time to try again\n",
		r.Accepted, 100*r.Shed, 100*r.WithRetry)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tp50\tp99\tmax\tturns\t")
	for _, row := range []struct {
		name string
		of   load.Times
	}{
		{"the shop, modest", r.QuietTimes}, {"the shop, what is accepted", r.FloodTimes}, {"the shop, what is shed", r.ShedTimes},
		{"the other shop, without the flood", r.Alone}, {"the other shop, beside it", r.Beside},
	} {
		fmt.Fprintf(t, "  %s\t%.1f ms\t%.1f ms\t%.1f ms\t%d\t\n", row.name, row.of.P50, row.of.P99, row.of.Max, row.of.Count)
	}
	_ = t.Flush() // a strings.Builder takes everything
	fmt.Fprintf(&b, "  p99 of what is accepted: %s times that without the flood\n", r.FloodP99)
	fmt.Fprintf(&b, "  p99 of the other shop: %s times that without the flood\n", r.BesideP99)
	if r.BesideShed > 0 {
		fmt.Fprintf(&b, "  %d turns of modest load were shed, too\n", r.BesideShed)
	}
	if r.Other > 0 {
		fmt.Fprintf(&b, "  %d turns failed that should not have\n", r.Other)
	}
	return b.String()
}
