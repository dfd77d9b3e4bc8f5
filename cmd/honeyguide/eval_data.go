package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
)

// dataFlags are those of the command.
type dataFlags struct {
	train, calibrate []string
	val, test, rule  string
	none             []string
	locale           string
	tolerance        float64
	outOfScope       float64
	variants         variantFlags
	vectors          vectorFlags
	stages           stageFlags
	compare          changes
	json, perNode    bool
	curve            string
}

// rules are what --rule takes.
var rules = []eval.Rule{eval.RuleBalance, eval.RuleAccuracy, eval.RuleKeep, eval.RuleLikelier, eval.RuleSure}

func newEvalDataCommand() *cobra.Command {
	var o dataFlags
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Measure on a labelled set, such as the public ones",
		Long: `Measure on a labelled set: each label of --train becomes a node of a tree, whose
questions are the texts with that label, and the texts of --test are put to it.
Several --train are several runs, of which the mean is printed too.

The sets are TSV in UTF-8 without quoting, with a header line: a column text and
a column intent or label. FILE@VALUE takes the rows whose column split has that
value, FILE@COLUMN=VALUE those of another column; several are joined by commas.
Of a column kind the report says how each kind did.

Labels of --none mark what nothing may answer. Such rows of --train are left
out; to learn from them, or from others, name them by --calibrate, which is what
a release's test set is.

--val fixes the threshold for answering, the cut, by a rule: balance, the best sum
of the share rightly answered in scope and of that not answered out of scope;
accuracy, the most rows decided rightly; keep95, what answers 95 % in scope. The
first two need rows of --none, and balance is taken where there are some. Without
--val the matcher decides: likelier answers where a node is likelier than none,
sure from its own threshold on. Nothing is ever chosen on --test.

--ablation prints what each stage of matching adds; see "honeyguide eval --help".`,
		Example: `  honeyguide eval data --train train.tsv --test val.tsv
  honeyguide eval data --train all.tsv@train --val all.tsv@val --test all.tsv@test --none oos
  honeyguide eval data --train ten_0.tsv --train ten_1.tsv --train ten_2.tsv --test val.tsv
  honeyguide eval data --train bots.tsv@train,bot=shop --test bots.tsv@test,bot=shop
  honeyguide eval data --train train.tsv --test val.tsv --typos letters --compare calibrate=seen.tsv`,
		Args: o.check,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.evaluate(cmd)
		},
	}
	o.add(cmd.Flags())
	o.vectors.add(cmd)
	return cmd
}

func (o *dataFlags) add(fs *pflag.FlagSet) {
	fs.StringArrayVar(&o.train, "train", nil, "make the tree of the rows of this TSV `FILE[@ROWS]`")
	fs.StringVar(&o.val, "val", "", "fix the threshold on the rows of this TSV `FILE[@ROWS]`")
	fs.StringVar(&o.rule, "rule", "", "compare and average by the cut of this `rule`: balance, accuracy, keep95, likelier or sure")
	fs.StringVar(&o.test, "test", "", "put the rows of this TSV `FILE[@ROWS]` to the tree")
	fs.StringArrayVar(&o.calibrate, "calibrate", nil, "calibrate on the rows of this TSV `FILE[@ROWS]`, as on a release's test set")
	fs.StringSliceVar(&o.none, "none", []string{"oos", "NO_NODES_DETECTED"}, "`labels` of rows that nothing may answer")
	fs.StringVar(&o.locale, "locale", "", "`language` of the set, such as zh-CN or en (default: by the script of --train)")
	fs.Float64Var(&o.tolerance, "tolerance", 0, fmt.Sprintf("`share` of wrong answers to put up with (0: %v)", intent.DefaultTolerance))
	fs.Float64Var(&o.outOfScope, "out-of-scope", 0, fmt.Sprintf("`share` of what is not ours to expect where --calibrate does not tell (0: %v)", intent.DefaultOutOfScope))
	fs.StringToStringVar((*map[string]string)(&o.compare), "compare", nil, "compare with what these `CHANGES` come to: train=FILE, calibrate=FILE, tolerance=SHARE, out-of-scope=SHARE, embedder=WHAT, without=STAGE, joined by commas")
	o.variants.add(fs)
	o.stages.add(fs)
	fs.BoolVar(&o.json, "json", false, "print the report as JSON")
	fs.BoolVar(&o.perNode, "per-node", false, "also list every node (JSON always does)")
	fs.StringVar(&o.curve, "curve", "", "draw the trade-off of the thresholds into this SVG `file`")
}

// check reports what does not go together.
func (o *dataFlags) check(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) > 0:
		return usagef(cmd, "there is no argument %q to give; files go by --train, --val and --test", args[0])
	case len(o.train) == 0 || o.test == "":
		return usagef(cmd, "it needs --train and --test")
	case o.rule != "" && !slices.Contains(rules, eval.Rule(o.rule)):
		return usagef(cmd, "--rule: there is no rule %q; there are %v", o.rule, rules)
	case len(o.train) > 1 && (len(o.compare) > 0 || o.curve != "" || o.stages.ablation):
		return usagef(cmd, "--compare, --curve and --ablation need a single --train")
	}
	other, err := o.changed(cmd)
	if err != nil {
		return err
	}
	return errors.Join(checkTolerance(cmd, o.tolerance), checkOutOfScope(cmd, o.outOfScope),
		checkTolerance(cmd, other.tolerance), checkOutOfScope(cmd, other.outOfScope),
		o.stages.check(cmd), other.stages.check(cmd))
}

// checkOutOfScope reports a share that the matcher does not take.
func checkOutOfScope(cmd *cobra.Command, share float64) error {
	if share == 0 || share >= 0.001 && share <= 0.9 {
		return nil
	}
	return usagef(cmd, "--out-of-scope %v is not 0.001 to 0.9, nor 0 for what the matcher expects", share)
}

// changed returns the flags as --compare changes them.
func (o *dataFlags) changed(cmd *cobra.Command) (*dataFlags, error) {
	other := *o
	var train, calibrate string
	if err := o.compare.apply(cmd, map[string]*string{"train": &train, "calibrate": &calibrate, "embedder": &other.vectors.Use, "without": &other.stages.without},
		map[string]*float64{"tolerance": &other.tolerance, "out-of-scope": &other.outOfScope}); err != nil {
		return nil, err
	}
	if train != "" {
		other.train = []string{train}
	}
	if calibrate != "" {
		other.calibrate = []string{calibrate}
	}
	return &other, nil
}

func (o *dataFlags) evaluate(cmd *cobra.Command) error {
	stderr := cmd.ErrOrStderr()
	other, err := o.changed(cmd)
	if err != nil {
		return err
	}
	variants, err := o.variants.load(stderr)
	if err != nil {
		return err
	}
	sets, err := loadSets(stderr, o.names(), other.names())
	if err != nil {
		return err
	}
	d := newDataRun(o, sets, variants, stderr)
	if err := d.notes(); err != nil {
		return err
	}
	if o.stages.ablation {
		return d.ablate(cmd.Context(), cmd.OutOrStdout())
	}
	for _, train := range o.train {
		if err := d.run(cmd.Context(), train); err != nil {
			return err
		}
	}
	if len(o.compare) > 0 {
		if err := d.compare(cmd.Context(), other); err != nil {
			return err
		}
	}
	if err := drawCurve(o.curve, d.trials[0].measured.Report(), cmp.Or(o.tolerance, intent.DefaultTolerance)); err != nil {
		return err
	}
	if o.json {
		return writeJSON(cmd.OutOrStdout(), d.report())
	}
	return d.print(cmd.OutOrStdout())
}

// names returns the sets that are read, in the order in which their labels get
// nodes.
func (o *dataFlags) names() []string {
	out := append(append([]string{}, o.train...), o.calibrate...)
	if o.val != "" {
		out = append(out, o.val)
	}
	return append(out, o.test)
}
