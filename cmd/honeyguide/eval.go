package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/dialog/wish"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// evalFlags are those of the command.
type evalFlags struct {
	tree, questions, tests string
	locale                 string
	tolerance              float64
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

Without --tree the tree and the questions that come with the program are used.`,
		Example: `  honeyguide eval
  honeyguide eval --locale en --per-node
  honeyguide eval --tree shop.yaml --tests known.tsv --questions new.tsv --curve curve.svg
  honeyguide eval --json > report.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0:
				return usagef(cmd, "there is no argument %q to give; files go by --tree, --questions and --tests; the one command below is: data", args[0])
			case o.tree != "" && o.questions == "":
				return usagef(cmd, "--tree needs --questions to put to it")
			case !(o.tolerance > 0 && o.tolerance <= 0.5):
				return usagef(cmd, "--tolerance %v is not above 0 and at most 0.5", o.tolerance)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return evaluate(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&o.tree, "tree", "", "measure the tree in this YAML `file`")
	fs.StringVar(&o.questions, "questions", "", "put the questions of this TSV `file` to it")
	fs.StringVar(&o.tests, "tests", "", "calibrate on the questions of this TSV `file`")
	fs.StringVar(&o.locale, "locale", "zh-CN", "`language` of the tree that comes with the program: zh-CN or en")
	fs.Float64Var(&o.tolerance, "tolerance", intent.DefaultTolerance, "`share` of wrong answers to put up with, above 0 and at most 0.5")
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	fs.BoolVar(&o.perNode, "per-node", false, "also list every node (JSON always does)")
	fs.StringVar(&o.curve, "curve", "", "draw the trade-off of the thresholds into this SVG `file`")
	cmd.AddCommand(newEvalDataCommand())
	return cmd
}

// evaluate builds a matcher as a release would, measures it and prints what
// came of it.
func evaluate(ctx context.Context, o evalFlags, stdout, stderr io.Writer) (err error) {
	in, err := o.load()
	if err != nil {
		return err
	}
	if len(in.problems) > 0 {
		return errors.Join(printProblems(stderr, in.problems, false), summarise(stderr, in.problems, in.files))
	}
	if n := in.overlap(); n > 0 {
		if err := say(stderr, newPalette(stderr).warn.Sprintf("note: %s also in the calibration set, which flatters\n", count(n, "question"))); err != nil {
			return err
		}
	}
	bar := newProgress(stderr, "building", -1)
	matcher, err := intent.Build(ctx, in.tree, intent.Options{Tolerance: o.tolerance, Tests: live.Tests(in.tests.questions)})
	bar.end()
	if err != nil {
		return fmt.Errorf("building the matcher: %w", err)
	}
	defer func() { err = errors.Join(err, matcher.Close()) }()
	bar = newProgress(stderr, "asking", len(in.questions.questions))
	report, err := eval.Run(ctx, matcher, in.questions.questions, eval.Options{
		Wish:     func(text string) bool { return wish.Wants(text, in.tree.Document().Locale) },
		Progress: bar.set,
	})
	bar.end()
	if err != nil {
		return err
	}
	if err := o.drawCurve(report); err != nil {
		return err
	}
	if o.json {
		return report.WriteJSON(stdout)
	}
	if err := say(stdout, in.describe()); err != nil {
		return err
	}
	return report.WriteText(stdout, o.perNode)
}

func (o *evalFlags) drawCurve(report *eval.Report) error {
	if o.curve == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.WriteCurve(&b, o.tolerance); err != nil {
		return err
	}
	if err := os.WriteFile(o.curve, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("--curve: %w", err)
	}
	return nil
}

// testSet is a file of questions.
type testSet struct {
	name      string
	questions []lint.Question
}

// evalInput is what is measured, or what is wrong with it.
type evalInput struct {
	name             string // of the tree
	files            int    // that were read
	tree             *knowledge.Tree
	tests, questions testSet
	problems         []knowledge.Problem
}

// load reads the files, or what comes with the program.
func (o *evalFlags) load() (*evalInput, error) {
	tree, tests, questions := source{name: o.tree}, source{name: o.tests}, source{name: o.questions}
	if o.tree == "" {
		demo := demoSources(o.locale)
		tree = demo.tree
		if o.tests == "" && o.questions == "" {
			tests = demo.tests
		}
		if o.questions == "" {
			questions = demo.questions
		}
	}
	in := &evalInput{name: tree.name, files: 1}
	var err error
	if in.tree, in.problems, err = tree.tree(); err != nil || in.tree == nil {
		return in, err
	}
	for _, set := range []struct {
		from source
		to   *testSet
	}{{tests, &in.tests}, {questions, &in.questions}} {
		if set.from.name == "" {
			continue
		}
		qs, bad, err := set.from.questions(in.tree)
		if err != nil {
			return nil, err
		}
		*set.to = testSet{set.from.name, qs}
		in.files++
		in.problems = append(in.problems, bad...)
	}
	return in, nil
}

// overlap returns how many questions are in both sets.
func (in *evalInput) overlap() int {
	known := make(map[string]bool)
	for _, q := range in.tests.questions {
		known[textnorm.Key(q.Text)] = true
	}
	n := 0
	for _, q := range in.questions.questions {
		if known[textnorm.Key(q.Text)] {
			n++
		}
	}
	return n
}

// describe says what the report is about.
func (in *evalInput) describe() string {
	questions := 0
	for n := range in.tree.Nodes() {
		questions += len(n.Questions())
	}
	calibrated := "the tree's own questions"
	if in.tests.name != "" {
		calibrated = fmt.Sprintf("%s, %s", in.tests.name, count(len(in.tests.questions), "question"))
	}
	return fmt.Sprintf("tree           %s, %s, %s\ncalibrated on  %s\nmeasured on    %s\n\n",
		in.name, count(in.tree.Len(), "node"), count(questions, "question"), calibrated, in.questions.name)
}
