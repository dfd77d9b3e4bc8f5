package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

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
	tolerance        float64
	vectors          vectorFlags
	without          []intent.Stage
	tests, questions testSet
	problems         []knowledge.Problem
}

// sources are the files that the flags name, or those that come with the
// program. A source without a name is none.
func (o *evalFlags) sources() demoFiles {
	out := demoFiles{source{name: o.tree}, source{name: o.tests}, source{name: o.questions}}
	if o.tree == "" {
		demo := demoSources(o.locale)
		out.tree = demo.tree
		if o.tests == "" && o.questions == "" {
			out.tests = demo.tests
		}
		if o.questions == "" {
			out.questions = demo.questions
		}
	}
	return out
}

// recipe is what the matcher is built from.
func (in *evalInput) recipe() *recipe {
	return &recipe{tree: in.tree, tests: in.tests.questions, tolerance: in.tolerance, vectors: in.vectors, without: in.without}
}

// load reads the files.
func (f demoFiles) load(tolerance float64, vectors vectorFlags) (*evalInput, error) {
	in := &evalInput{name: f.tree.name, files: 1, tolerance: tolerance, vectors: vectors}
	var err error
	if in.tree, in.problems, err = f.tree.tree(); err != nil || in.tree == nil {
		return in, err
	}
	for _, set := range []struct {
		from source
		to   *testSet
	}{{f.tests, &in.tests}, {f.questions, &in.questions}} {
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

// allowMissing drops the problem that measured questions are for nodes which the
// tree does not have, and returns how many there are.
func (in *evalInput) allowMissing() int {
	before := len(in.problems)
	in.problems = slices.DeleteFunc(in.problems, func(p knowledge.Problem) bool {
		return p.Rule == "dangling-reference" && p.File == in.questions.name && in.questions.name != in.tests.name
	})
	return before - len(in.problems)
}

// warn says what makes the figures better than they are.
func (in *evalInput) warn(stderr io.Writer) error {
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
	if n == 0 {
		return nil
	}
	return note(stderr, "%s also in the calibration set, which flatters", count(n, "question"))
}

// note says something about the figures, beside them.
func note(stderr io.Writer, format string, args ...any) error {
	return say(stderr, newPalette(stderr).warn.Sprintf("note: %s", fmt.Sprintf(format, args...))+"\n")
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
	return fmt.Sprintf("tree           %s, %s, %s\ncalibrated on  %s\nmeasured on    %s\ntolerated      %.4g %% wrong answers\n\n",
		in.name, count(in.tree.Len(), "node"), count(questions, "question"), calibrated, in.questions.name, 100*in.recipe().tolerates())
}
