package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval/rerank"
)

// rerankFlags are those of the command.
type rerankFlags struct {
	file, locale string
	json         bool
	vectors      vectorFlags
}

// shownMisses is how many of the lists that went wrong the text form shows.
const shownMisses = 20

func newEvalRerankCommand() *cobra.Command {
	var o rerankFlags
	cmd := &cobra.Command{
		Use:   "rerank FILE",
		Short: "Measure how well sentences of the same meaning come first",
		Long: `Measure how well sentences of the same meaning come first. FILE is JSON lines:

  {"query": "怎么还款", "same": ["还款方式"], "different": ["利率是多少"]}

All sentences become nodes of one tree, with nothing but their own words to learn
from; for each query those of its own list are ranked. Printed are the share of the
lists with a sentence of the same meaning first (P@1), and the mean average
precision (MAP).`,
		Example: `  honeyguide eval rerank lists.jsonl
  honeyguide eval rerank lists.jsonl --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.file = args[0]
			return o.evaluate(cmd)
		},
	}
	cmd.Flags().StringVar(&o.locale, "locale", "zh-CN", "`language` of the sentences, such as zh-CN or en")
	o.vectors.add(cmd)
	cmd.Flags().BoolVar(&o.json, "json", false, "print the report as JSON, with every list that went wrong")
	return cmd
}

func (o *rerankFlags) evaluate(cmd *cobra.Command) error {
	stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	data, problems := readFile(o.file)
	var lists []rerank.List
	if problems == nil {
		lists, problems = rerank.Read(o.file, bytes.NewReader(data))
	}
	if len(problems) > 0 {
		return errors.Join(printProblems(stderr, problems, false), summarise(stderr, problems, 1))
	}
	set, err := rerank.NewSet(lists, o.locale)
	if err != nil {
		return fmt.Errorf("%s: %w", o.file, err)
	}
	r := recipe{tree: set.Tree, vectors: o.vectors}
	return r.with(cmd.Context(), stderr, func(m *intent.Matcher, took time.Duration) error {
		bar := newProgress(stderr, "ranking", len(lists))
		report, err := set.Measure(cmd.Context(), m, bar.set)
		bar.end()
		if err != nil {
			return err
		}
		if o.json {
			return writeJSON(stdout, report)
		}
		return printRerank(stdout, report, set.Tree.Len(), took)
	})
}

func printRerank(w io.Writer, r *rerank.Report, sentences int, took time.Duration) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s of %s, built in %.1f s\n\n", count(r.Lists, "list"), count(sentences, "sentence"), took.Seconds())
	fmt.Fprintf(&b, "  P@1  %5.1f %%  %d of %d\n", 100*r.PrecisionAt1, r.First, r.Lists)
	fmt.Fprintf(&b, "  MAP  %5.1f %%\n", 100*r.MeanAveragePrecision)
	if r.Unranked > 0 {
		fmt.Fprintf(&b, "  %s had nothing in common with their queries and came last\n", count(r.Unranked, "sentence"))
	}
	if len(r.Wrong) > 0 {
		shown := r.Wrong[:min(len(r.Wrong), shownMisses)]
		fmt.Fprintf(&b, "\nAnother one first (%d of %d)\n", len(shown), len(r.Wrong))
		for _, miss := range shown {
			fmt.Fprintf(&b, "  line %d: %q: got %q, want %q\n", miss.Line, miss.Query, miss.First, miss.Same)
		}
	}
	return say(w, b.String())
}
