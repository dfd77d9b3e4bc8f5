package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
)

// stageFlags say what of matching is left out.
type stageFlags struct {
	without  string // stages, joined by commas
	ablation bool
}

func (f *stageFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.without, "without", "", "leave these `stages` of matching out, joined by commas: "+stageNames())
	fs.BoolVar(&f.ablation, "ablation", false, "print what each stage of matching adds: the figures without it, one after the other")
}

func stageNames() string {
	var names []string
	for _, s := range intent.Stages() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// check reports what is no stage.
func (f *stageFlags) check(cmd *cobra.Command) error {
	known := make(map[intent.Stage]bool)
	for _, s := range intent.Stages() {
		known[s] = true
	}
	for _, s := range f.stages() {
		if !known[s] {
			return usagef(cmd, "--without: there is no stage %q; there are: %s", s, stageNames())
		}
	}
	return nil
}

// stages are what --without names.
func (f *stageFlags) stages() []intent.Stage {
	if f.without == "" {
		return nil
	}
	var out []intent.Stage
	for name := range strings.SplitSeq(f.without, ",") {
		out = append(out, intent.Stage(name))
	}
	return out
}

// ablate measures all of matching, and then without each stage. measure builds a
// matcher without these.
func (f *stageFlags) ablate(measure func(without []intent.Stage) (*eval.Measurement, error)) ([]eval.AblationRow, error) {
	var out []eval.Ablated
	for _, s := range append([]intent.Stage{""}, intent.Stages()...) {
		without := f.stages()
		if s != "" {
			without = append(without, s)
		}
		m, err := measure(without)
		if err != nil {
			return nil, err
		}
		out = append(out, eval.Ablated{Without: string(s), Measured: m, Cut: m.Sure()})
	}
	return eval.Ablation(out)
}

// printAblation writes the rows, after what they are about.
func printAblation(w io.Writer, about string, rows []eval.AblationRow, json bool) error {
	if json {
		return writeJSON(w, rows)
	}
	if err := say(w, about); err != nil {
		return err
	}
	return eval.WriteAblation(w, rows)
}
