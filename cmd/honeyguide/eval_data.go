package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/intent/eval/labelled"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// dataFlags are those of the command.
type dataFlags struct {
	train, test, calibrate string
	none                   []string
	locale                 string
	tolerance              float64
	json, perNode          bool
}

func newEvalDataCommand() *cobra.Command {
	var o dataFlags
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Measure on a labelled set, such as the public ones",
		Long: `Measure on a labelled set: each label of --train becomes a node of a tree, whose
questions are the texts with that label, and the texts of --test are put to it.

The sets are TSV in UTF-8 with a header line: a column text and a column intent
or label. FILE@VALUE takes the rows whose column split has that value,
FILE@COLUMN=VALUE those of another column; several are joined by commas.`,
		Example: `  honeyguide eval data --train train.tsv --test val.tsv
  honeyguide eval data --train all.tsv@train --test all.tsv@val --none oos`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0:
				return usagef(cmd, "there is no argument %q to give; files go by --train and --test", args[0])
			case o.train == "" || o.test == "":
				return usagef(cmd, "it needs --train and --test")
			case !(o.tolerance > 0 && o.tolerance <= 0.5):
				return usagef(cmd, "--tolerance %v is not above 0 and at most 0.5", o.tolerance)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.evaluate(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&o.train, "train", "", "make the tree of this TSV `file`")
	fs.StringVar(&o.test, "test", "", "put the rows of this TSV `file` to it")
	fs.StringVar(&o.calibrate, "calibrate", "", "calibrate on the rows of this TSV `file`, as on a release's test set")
	fs.StringSliceVar(&o.none, "none", []string{"oos", "NO_NODES_DETECTED"}, "`labels` of rows that nothing may answer")
	fs.StringVar(&o.locale, "locale", "zh-CN", "`language` of the set: zh-CN or en")
	fs.Float64Var(&o.tolerance, "tolerance", intent.DefaultTolerance, "`share` of wrong answers to put up with, above 0 and at most 0.5")
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	fs.BoolVar(&o.perNode, "per-node", false, "also list every node (JSON always does)")
	return cmd
}

func (o *dataFlags) evaluate(ctx context.Context, stdout, stderr io.Writer) (err error) {
	sets := map[string][]labelled.Row{"": nil}
	var problems []knowledge.Problem
	for _, name := range []string{o.train, o.test, o.calibrate} {
		if _, done := sets[name]; done {
			continue
		}
		rows, bad, err := readRows(name)
		if err != nil {
			return err
		}
		sets[name] = rows
		problems = append(problems, bad...)
	}
	if len(problems) > 0 {
		return errors.Join(printProblems(stderr, problems, false), errReported)
	}
	labels := labelled.NewLabels(o.none, sets[o.train], sets[o.test], sets[o.calibrate])
	tree, err := labelled.NewTree(sets[o.train], labels, o.locale)
	if err != nil {
		return err
	}
	bar := newProgress(stderr, "building", -1)
	start := time.Now()
	matcher, err := intent.Build(ctx, tree, intent.Options{
		Tolerance: o.tolerance,
		Tests:     live.Tests(labelled.Questions(o.calibrate, sets[o.calibrate], labels)),
	})
	took := time.Since(start)
	bar.end()
	if err != nil {
		return fmt.Errorf("building the matcher: %w", err)
	}
	defer func() { err = errors.Join(err, matcher.Close()) }()
	questions := labelled.Questions(o.test, sets[o.test], labels)
	bar = newProgress(stderr, "asking", len(questions))
	report, err := eval.Run(ctx, matcher, questions, eval.Options{Progress: bar.set})
	bar.end()
	if err != nil {
		return err
	}
	if o.json {
		return report.WriteJSON(stdout)
	}
	if err := say(stdout, fmt.Sprintf("trained on   %s, %s, %s\nmeasured on  %s\nbuilt in     %v\n\n",
		o.train, count(tree.Len(), "label"), count(len(sets[o.train]), "row"), o.test, took.Round(time.Millisecond))); err != nil {
		return err
	}
	return report.WriteText(stdout, o.perNode)
}

// readRows returns the rows that a source names, or what is wrong with it.
func readRows(name string) ([]labelled.Row, []knowledge.Problem, error) {
	from, err := labelled.ParseSource(name)
	if err != nil {
		return nil, nil, err
	}
	data, bad := readFile(from.File)
	if bad != nil {
		return nil, bad, nil
	}
	rows, bad := labelled.Read(from.File, bytes.NewReader(data), from.Where)
	return rows, bad, nil
}
