package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/intent/eval/labelled"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// dataRun measures on labelled sets, run by run.
type dataRun struct {
	o         *dataFlags
	sets      *labelledSets
	labels    *labelled.Labels
	questions []lint.Question // that are measured
	kinds     []string
	variants  []variant
	stderr    io.Writer

	trials      []*trial
	comparisons []comparison // of --compare
}

// trial is one training set measured.
type trial struct {
	name         string // of the training set
	labels, rows int    // that are in the tree
	building     time.Duration
	measured     *eval.Measurement
	cut          eval.Cut   // that the figures are by
	fixed        []eval.Cut // that --val suggests
	variants     []varied
}

func newDataRun(o *dataFlags, sets *labelledSets, variants []variant, stderr io.Writer) *dataRun {
	d := &dataRun{o: o, sets: sets, labels: labelled.NewLabels(o.none, sets.order...), variants: variants, stderr: stderr}
	rows := sets.rows[o.test]
	d.questions = labelled.Questions(o.test, rows, d.labels)
	d.kinds = make([]string, len(rows))
	for i, row := range rows {
		d.kinds[i] = row.Kind
	}
	return d
}

// notes says what makes the figures better or worse than they are.
func (d *dataRun) notes() error {
	test := d.sets.rows[d.o.test]
	for _, name := range append(append([]string{}, d.o.train...), d.o.calibrate...) {
		if n := shared(test, d.sets.rows[name]); n > 0 {
			if err := note(d.stderr, "%s of %s also in %s, which flatters", count(n, "text"), d.o.test, name); err != nil {
				return err
			}
		}
	}
	if d.o.val == d.o.test {
		if err := note(d.stderr, "the threshold is fixed on what is measured, which flatters"); err != nil {
			return err
		}
	}
	for _, train := range d.o.train {
		if rows, unseen := d.unseen(train); rows > 0 {
			if err := note(d.stderr, "%s of %s that %s does not have: counted wrong", count(rows, "row"), count(unseen, "label"), train); err != nil {
				return err
			}
		}
	}
	return nil
}

// unseen returns how many measured rows have a label that the training set does
// not have, and how many such labels there are.
func (d *dataRun) unseen(train string) (rows, labels int) {
	known := make(map[string]bool)
	for _, row := range d.sets.rows[train] {
		known[row.Label] = true
	}
	unseen := make(map[string]bool)
	for _, row := range d.sets.rows[d.o.test] {
		if !known[row.Label] && d.labels.Node(row.Label) != lint.ExpectNone {
			rows++
			unseen[row.Label] = true
		}
	}
	return rows, len(unseen)
}

func (d *dataRun) run(ctx context.Context, train string) error {
	t, err := d.try(ctx, d.o, train, d.variants)
	if err == nil {
		d.trials = append(d.trials, t)
	}
	return err
}

// compare measures once more, with other flags, and sets it beside the first run.
func (d *dataRun) compare(ctx context.Context, other *dataFlags) error {
	after, err := d.try(ctx, other, other.train[0], nil)
	if err != nil {
		return err
	}
	before := d.trials[0]
	c, err := eval.Compare(before.measured, after.measured, before.cut, after.cut)
	if err != nil {
		return err
	}
	d.comparisons = append(d.comparisons, comparison{"with " + d.o.compare.String(), c})
	return nil
}

// ablate prints what each stage of matching adds.
func (d *dataRun) ablate(ctx context.Context, w io.Writer) error {
	rows, err := d.o.stages.ablate(func(without []intent.Stage) (*eval.Measurement, error) {
		other := *d.o
		var names []string
		for _, s := range without {
			names = append(names, string(s))
		}
		other.stages.without = strings.Join(names, ",")
		t, err := d.try(ctx, &other, other.train[0], nil)
		if err != nil {
			return nil, err
		}
		if len(without) == len(d.o.stages.stages()) {
			d.trials = append(d.trials, t) // all of matching, to describe
		}
		return t.measured, nil
	})
	if err != nil {
		return err
	}
	return printAblation(w, d.describe(), rows, d.o.json)
}

// try builds a matcher of one training set and measures it.
func (d *dataRun) try(ctx context.Context, o *dataFlags, train string, variants []variant) (*trial, error) {
	rows := d.sets.rows[train]
	locale := o.locale
	if locale == "" {
		locale = localeOf(rows)
	}
	tree, err := labelled.NewTree(rows, d.labels, locale)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", train, err)
	}
	t := &trial{name: train, labels: tree.Len()}
	for n := range tree.Nodes() {
		t.rows += len(n.Questions())
	}
	r := recipe{tree: tree, tolerance: o.tolerance, outOfScope: o.outOfScope, vectors: o.vectors, without: o.stages.stages()}
	for _, name := range o.calibrate {
		r.tests = append(r.tests, labelled.Questions(name, d.sets.rows[name], d.labels)...)
	}
	err = r.with(ctx, d.stderr, func(m *intent.Matcher, took time.Duration) error {
		t.building = took
		return d.measure(ctx, t, m, variants)
	})
	return t, err
}

// measure fixes the cut and puts the questions, as they are and in other ways.
func (d *dataRun) measure(ctx context.Context, t *trial, m *intent.Matcher, variants []variant) error {
	if d.o.val != "" {
		val, err := measure(ctx, m, labelled.Questions(d.o.val, d.sets.rows[d.o.val], d.labels), eval.Options{}, d.stderr)
		if err != nil {
			return err
		}
		if t.fixed = val.Fix(); len(t.fixed) == 0 {
			return fmt.Errorf("--val %s: no row is in scope to fix a threshold on", d.o.val)
		}
	}
	o := eval.Options{Kinds: d.kinds}
	var err error
	if t.measured, err = measure(ctx, m, d.questions, o, d.stderr); err != nil {
		return err
	}
	if t.cut, err = t.choose(eval.Rule(d.o.rule)); err != nil {
		return err
	}
	t.variants, err = measureVariants(ctx, variants, m, t.measured, t.cut, d.questions, o, d.stderr)
	return err
}

// choose returns the cut of a rule. No rule is the first that --val suggests, or
// RuleLikelier without --val.
func (t *trial) choose(rule eval.Rule) (eval.Cut, error) {
	all := append(slices.Clone(t.fixed), eval.Cut{Rule: eval.RuleLikelier}, t.measured.Sure())
	if rule == "" {
		return all[0], nil
	}
	var names []string
	for _, cut := range all {
		if cut.Rule == rule {
			return cut, nil
		}
		names = append(names, string(cut.Rule))
	}
	return eval.Cut{}, fmt.Errorf("--rule %s: there is nothing to fix that cut on; there are %s", rule, strings.Join(names, ", "))
}

// describe says what the report is about.
func (d *dataRun) describe() string {
	var b strings.Builder
	for _, t := range d.trials {
		took := t.measured.Latency()
		fmt.Fprintf(&b, "tree           %s, %s, %s, built in %.1f s, matches in %.1f ms (p99 %.1f)\n", t.name,
			count(t.labels, "label"), count(t.rows, "row"), t.building.Seconds(), 1e3*took.P50.Seconds(), 1e3*took.P99.Seconds())
	}
	calibrated := "the tree's own questions"
	if len(d.o.calibrate) > 0 {
		calibrated = strings.Join(d.o.calibrate, ", ")
	}
	fmt.Fprintf(&b, "calibrated on  %s\nmeasured on    %s, %s\n", calibrated, d.o.test, count(len(d.questions), "row"))
	cut := d.trials[0].cut
	fmt.Fprintf(&b, "the cut        %s: %s%s\n", cut.Rule, cut.Rule.Words(), d.fixedOn(cut))
	if peak := peakMemory(); peak > 0 {
		fmt.Fprintf(&b, "memory         %d MB at most\n", peak>>20)
	}
	b.WriteByte('\n')
	return b.String()
}

// fixedOn says what a cut was fixed on, if that was not the matcher.
func (d *dataRun) fixedOn(cut eval.Cut) string {
	if cut.Rule == eval.RuleLikelier || cut.Rule == eval.RuleSure {
		return ""
	}
	return ", which are " + d.o.val
}
