package main

import (
	"io"

	"github.com/honeyguide-chat/honeyguide/intent/eval"
)

// dataReport is what eval data prints as JSON.
type dataReport struct {
	MeasuredOn   string        `json:"measuredOn"`
	FixedOn      string        `json:"fixedOn"`      // the cuts beside the matcher's own; "" is none
	CalibratedOn []string      `json:"calibratedOn"` // none: the tree's own questions
	Runs         []trialReport `json:"runs"`
	// Mean has the means of the runs' figures, by each one's cut: of the questions as
	// they are, then of each other way to put them.
	Mean       []meanReport `json:"mean"`
	PeakMemory int64        `json:"peakMemoryBytes"` // resident; 0 where it is not known
}

type trialReport struct {
	TrainedOn string    `json:"trainedOn"`
	Rule      eval.Rule `json:"rule"` // of the cut that Mean is by
	Labels    int       `json:"labels"`
	Rows      int       `json:"rows"`
	Building  float64   `json:"buildSeconds"`
	evalReport
}

type meanReport struct {
	Name    string        `json:"name"` // "" for the questions as they are
	Figures []eval.Figure `json:"figures"`
}

func (d *dataRun) report() dataReport {
	out := dataReport{
		MeasuredOn: d.o.test, FixedOn: d.o.val, CalibratedOn: append([]string{}, d.o.calibrate...), PeakMemory: peakMemory(),
	}
	for _, t := range d.trials {
		r := evalReport{Report: t.measured.Report(t.fixed...)}
		for _, v := range t.variants {
			r.Comparisons = append(r.Comparisons, v.comparison)
		}
		r.Comparisons = append(r.Comparisons, d.comparisons...)
		out.Runs = append(out.Runs, trialReport{t.name, t.cut.Rule, t.labels, t.rows, t.building.Seconds(), r})
	}
	d.eachWay(func(name string, runs [][]eval.Figure) error {
		out.Mean = append(out.Mean, meanReport{name, eval.Mean(runs)})
		return nil
	})
	return out
}

// eachWay calls f with the figures of all runs: of the questions as they are,
// which has no name, then of each other way to put them.
func (d *dataRun) eachWay(f func(name string, runs [][]eval.Figure) error) error {
	var clean [][]eval.Figure
	for _, t := range d.trials {
		clean = append(clean, t.measured.Figures(t.cut))
	}
	if err := f("", clean); err != nil {
		return err
	}
	for i, v := range d.variants {
		var runs [][]eval.Figure
		for _, t := range d.trials {
			runs = append(runs, t.variants[i].figures)
		}
		if err := f(v.name, runs); err != nil {
			return err
		}
	}
	return nil
}

// print writes a full report of a single run, and the figures of several.
func (d *dataRun) print(w io.Writer) error {
	if err := say(w, d.describe()); err != nil {
		return err
	}
	if len(d.trials) > 1 {
		var clean [][]eval.Figure
		return d.eachWay(func(name string, runs [][]eval.Figure) error {
			if name == "" {
				clean = runs
				return eval.WriteRuns(w, "Figures", runs, nil)
			}
			return eval.WriteRuns(w, name, runs, clean)
		})
	}
	t := d.trials[0]
	if err := t.measured.Report(t.fixed...).WriteText(w, d.o.perNode); err != nil {
		return err
	}
	for _, c := range d.report().Runs[0].Comparisons {
		if err := c.WriteText(w, "Compared: "+c.Name); err != nil {
			return err
		}
	}
	return nil
}
