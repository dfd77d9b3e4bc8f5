package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/dialog/wish"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
)

// evalFlags are those of the command.
type evalFlags struct {
	tree, questions, tests string
	locale                 string
	tolerance              float64
	variants               variantFlags
	vectors                vectorFlags
	stages                 stageFlags
	compare                changes
	json, perNode          bool
	curve                  string
}

func newEvalCommand() *cobra.Command {
	var o evalFlags
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure how well a tree answers labelled questions",
		Long: `Measure how well a tree answers labelled questions: what is answered, asked
about and handed over, what of it is right, which nodes are taken for others,
and what other thresholds would come to.

--questions are TSV: the utterance, and the node that it must reach (or several
joined by '|', or !none where nothing may answer, or !human for a wish for a
human). --tests are of the same kind: what a release is calibrated on. Keep the
two apart, or the figures flatter.

Without --tree the tree and the questions that come with the program are used.

--typos and --traditional put the same questions a second time, written as
hurried customers do, and --compare puts them to a matcher that differs in
tree, tests or tolerance: the report then has both beside each other, with the
questions that ended otherwise.

--ablation prints a table instead: what is left of the figures without each stage
of matching. Worse and better are the questions whose right node is no longer, or
only then, the first.`,
		Example: `  honeyguide eval
  honeyguide eval --locale en --per-node
  honeyguide eval --tree shop.yaml --tests known.tsv --questions new.tsv --curve curve.svg
  honeyguide eval --typos same_pinyin.tsv --traditional
  honeyguide eval --tree shop.yaml --questions new.tsv --compare tree=edited.yaml
  honeyguide eval --compare tolerance=0.05
  honeyguide eval --ablation
  honeyguide eval --compare without=typos
  honeyguide eval --json > report.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0:
				return usagef(cmd, "there is no argument %q to give; files go by --tree, --questions and --tests; the commands below are: data, rerank", args[0])
			case o.tree != "" && o.questions == "":
				return usagef(cmd, "--tree needs --questions to put to it")
			}
			other := o
			return errors.Join(checkTolerance(cmd, o.tolerance), o.stages.check(cmd),
				other.change(cmd), checkTolerance(cmd, other.tolerance), other.stages.check(cmd))
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.evaluate(cmd)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&o.tree, "tree", "", "measure the tree in this YAML `file`")
	fs.StringVar(&o.questions, "questions", "", "put the questions of this TSV `file` to it")
	fs.StringVar(&o.tests, "tests", "", "calibrate on the questions of this TSV `file`")
	fs.StringVar(&o.locale, "locale", "zh-CN", "`language` of the tree that comes with the program: zh-CN or en")
	fs.Float64Var(&o.tolerance, "tolerance", 0, "`share` of wrong answers to put up with, instead of what the tree says (0: what it says)")
	fs.StringToStringVar((*map[string]string)(&o.compare), "compare", nil, "compare with what these `CHANGES` come to: tree=FILE, tests=FILE, tolerance=SHARE, embedder=WHAT, without=STAGE, joined by commas")
	o.variants.add(fs)
	o.vectors.add(cmd)
	o.stages.add(fs)
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	fs.BoolVar(&o.perNode, "per-node", false, "also list every node (JSON always does)")
	fs.StringVar(&o.curve, "curve", "", "draw the trade-off of the thresholds into this SVG `file`")
	cmd.AddCommand(newEvalDataCommand(), newEvalRerankCommand())
	return cmd
}

// change applies what --compare changes.
func (o *evalFlags) change(cmd *cobra.Command) error {
	return o.compare.apply(cmd, map[string]*string{"tree": &o.tree, "tests": &o.tests, "embedder": &o.vectors.Use, "without": &o.stages.without}, map[string]*float64{"tolerance": &o.tolerance})
}

// evaluate builds a matcher as a release would, measures it and prints what
// came of it.
func (o *evalFlags) evaluate(cmd *cobra.Command) error {
	ctx, stdout, stderr := cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	in, other, err := o.inputs(cmd)
	if err != nil {
		return err
	}
	if err := in.warn(stderr); err != nil {
		return err
	}
	if o.stages.ablation {
		rows, err := o.stages.ablate(func(without []intent.Stage) (*eval.Measurement, error) {
			in.without = without
			m, _, err := in.measure(ctx, nil, stderr)
			return m, err
		})
		if err != nil {
			return err
		}
		return printAblation(stdout, in.describe(), rows, o.json)
	}
	variants, err := o.variants.load(stderr)
	if err != nil {
		return err
	}
	measured, comparisons, err := in.measure(ctx, variants, stderr)
	if err != nil {
		return err
	}
	if other != nil {
		after, _, err := other.measure(ctx, nil, stderr)
		if err != nil {
			return err
		}
		c, err := eval.Compare(measured, after, measured.Sure(), after.Sure())
		if err != nil {
			return err
		}
		comparisons = append(comparisons, comparison{"with " + o.compare.String(), c})
	}
	return o.print(in, evalReport{measured.Report(), comparisons}, stdout)
}

// inputs loads what is measured and, where --compare is given, what it is
// compared with. What is wrong with them is printed.
func (o *evalFlags) inputs(cmd *cobra.Command) (in, other *evalInput, err error) {
	stderr := cmd.ErrOrStderr()
	from := o.sources()
	if in, err = from.load(o.tolerance, o.vectors); err != nil {
		return nil, nil, err
	}
	in.without = o.stages.stages()
	if len(in.problems) > 0 {
		return nil, nil, errors.Join(printProblems(stderr, in.problems, false), summarise(stderr, in.problems, in.files))
	}
	if len(o.compare) == 0 {
		return in, nil, nil
	}
	changed := *o
	if err := changed.change(cmd); err != nil {
		return nil, nil, err
	}
	if changed.tree != o.tree {
		from.tree = source{name: changed.tree}
	}
	if changed.tests != o.tests {
		from.tests = source{name: changed.tests}
	}
	if other, err = from.load(changed.tolerance, changed.vectors); err != nil {
		return nil, nil, err
	}
	other.without = changed.stages.stages()
	missing := other.allowMissing()
	if len(other.problems) > 0 {
		return nil, nil, errors.Join(printProblems(stderr, other.problems, false), summarise(stderr, other.problems, other.files))
	}
	if missing > 0 {
		err = note(stderr, "%s to a node that %s does not have: counted wrong there", count(missing, "question"), from.tree.name)
	}
	return in, other, err
}

// measure builds the matcher and puts the questions to it, as they are and in
// the other ways.
func (in *evalInput) measure(ctx context.Context, variants []variant, stderr io.Writer) (measured *eval.Measurement, comparisons []comparison, err error) {
	o := eval.Options{Wish: func(text string) bool { return wish.Wants(text, in.tree.Document().Locale) }}
	r := in.recipe()
	err = r.with(ctx, stderr, func(m *intent.Matcher, _ time.Duration) (err error) {
		if measured, err = measure(ctx, m, in.questions.questions, o, stderr); err != nil {
			return err
		}
		others, err := measureVariants(ctx, variants, m, measured, measured.Sure(), in.questions.questions, o, stderr)
		for _, v := range others {
			comparisons = append(comparisons, v.comparison)
		}
		return err
	})
	return measured, comparisons, err
}

func (o *evalFlags) print(in *evalInput, report evalReport, stdout io.Writer) error {
	if err := drawCurve(o.curve, report.Report, in.recipe().tolerates()); err != nil {
		return err
	}
	if o.json {
		return writeJSON(stdout, report)
	}
	if err := say(stdout, in.describe()); err != nil {
		return err
	}
	if err := report.WriteText(stdout, o.perNode); err != nil {
		return err
	}
	for _, c := range report.Comparisons {
		if err := c.WriteText(stdout, "Compared: "+c.Name); err != nil {
			return err
		}
	}
	return nil
}

// drawCurve draws into a file, if one is named.
func drawCurve(name string, report *eval.Report, tolerance float64) error {
	if name == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.WriteCurve(&b, tolerance); err != nil {
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("--curve: %w", err)
	}
	return nil
}
