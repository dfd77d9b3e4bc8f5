package eval_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/eval"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// pair is one question before and after.
type pair struct {
	want          knowledge.NodeID
	before, after intent.Candidate
}

// sides measures both sides of pairs, whose texts are their numbers.
func sides(t *testing.T, pairs ...pair) (before, after *eval.Measurement) {
	t.Helper()
	a, b := stub{}, stub{}
	var as, bs []lint.Question
	for _, p := range pairs {
		as = append(as, a.put(p.want, p.before.Node, p.before.Probability))
		bs = append(bs, b.put(p.want, p.after.Node, p.after.Probability))
	}
	return measure(t, a, eval.Options{}, as...), measure(t, b, eval.Options{}, bs...)
}

func compare(t *testing.T, pairs ...pair) *eval.Comparison {
	t.Helper()
	before, after := sides(t, pairs...)
	c, err := eval.Compare(before, after, before.Sure(), after.Sure())
	if err != nil {
		t.Fatalf("Compare: %v", err)
	}
	return c
}

func difference(t *testing.T, c *eval.Comparison, name string) eval.Difference {
	t.Helper()
	for _, d := range c.Figures {
		if d.Name == name {
			return d
		}
	}
	t.Fatalf("there is no figure %s", name)
	return eval.Difference{}
}

// repeat gives so many of each pair.
func repeat(counts []int, pairs ...pair) []pair {
	var out []pair
	for i, n := range counts {
		for range n {
			out = append(out, pairs[i])
		}
	}
	return out
}

var (
	right = candidate("a", 0.9)
	wrong = candidate("b", 0.9)
	asked = candidate("a", 0.4)
	weak  = candidate("a", 0.1)
)

func TestChanges(t *testing.T) {
	c := compare(t,
		pair{"a", right, right}, pair{"a", wrong, right}, pair{"a", asked, right}, pair{"a", right, weak},
		pair{"a", weak, asked}, pair{"a", right, wrong}, pair{"a", wrong, weak}, pair{"a", asked, weak},
		pair{no, wrong, weak}, pair{no, asked, weak}, pair{no, weak, wrong})
	texts := func(changes []eval.Change) (out []string) {
		for _, c := range changes {
			out = append(out, c.Before.Text)
		}
		return out
	}
	// The numbers are the places above. Answered wrong is worst, then not
	// understood, then asked with the right one on offer.
	if diff := cmp.Diff([]string{"1", "8", "2", "4", "6"}, texts(c.Better)); diff != "" {
		t.Errorf("Better (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"5", "10", "3", "7"}, texts(c.Worse)); diff != "" {
		t.Errorf("Worse (-want +got):\n%s", diff)
	}
	want := eval.Change{
		File: "q.tsv", Line: 2, Want: "a",
		Before: eval.Ending{Text: "5", Outcome: "answeredRight", Node: "a", Probability: 0.9},
		After:  eval.Ending{Text: "5", Outcome: "answeredWrong", Node: "b", Probability: 0.9},
	}
	got := c.Worse[0]
	got.Before.Text, got.After.Text = "5", "5"
	if diff := cmp.Diff(want.Before, got.Before); diff != "" {
		t.Errorf("Before (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.After, got.After); diff != "" {
		t.Errorf("After (-want +got):\n%s", diff)
	}
	if got.File != want.File || got.Line != want.Line || got.Want != want.Want {
		t.Errorf("change = %+v, want %+v", got, want)
	}
}

func TestDifferences(t *testing.T) {
	d := difference(t, compare(t, repeat([]int{6, 1, 3}, pair{"a", right, right}, pair{"a", right, wrong}, pair{"a", wrong, right})...), "top1")
	near(t, "Before", d.Before, 0.7)
	near(t, "After", d.After, 0.9)
	near(t, "Difference", d.Difference, 0.2)
	// Of four coins one or none, or three or four, fall to one side.
	near(t, "P", d.P, 2*(1.0/16+4.0/16))
}

func TestMcNemar(t *testing.T) {
	for _, tt := range []struct {
		name         string
		gained, lost int
		want         float64
	}{
		{"nothing changed", 0, 0, 1},
		{"one", 1, 0, 1},
		{"even", 3, 3, 1},
		{"all one way", 6, 0, 2.0 / 64},
		{"all the other way", 0, 6, 2.0 / 64},
		{"two of nine", 7, 2, 2 * (1 + 9 + 36) / 512.0},
		{"many", 90, 110, 0.178964}, // by whole numbers, elsewhere
	} {
		t.Run(tt.name, func(t *testing.T) {
			pairs := repeat([]int{1, tt.gained, tt.lost}, pair{"a", right, right}, pair{"a", wrong, right}, pair{"a", right, wrong})
			d := difference(t, compare(t, pairs...), "top1")
			if d.P == nil || math.Abs(*d.P-tt.want) > 1e-6 {
				t.Errorf("P = %v, want %v", *d.P, tt.want)
			}
		})
	}
	c := compare(t, pair{"a", right, asked}, pair{"a", right, right})
	for _, name := range []string{"selectiveAccuracy", "auroc", "noneRight"} {
		if d := difference(t, c, name); d.P != nil {
			t.Errorf("P of %s = %v, want nil", name, *d.P)
		}
	}
}

// TestDraws: a difference that every question has has no spread, one that is
// luck has 0 in it, and the interval of a share is about what the binomial
// distribution says.
func TestDraws(t *testing.T) {
	d := difference(t, compare(t, repeat([]int{20}, pair{"a", wrong, right})...), "top1")
	near(t, "Low", d.Low, 1)
	near(t, "High", d.High, 1)

	pairs := repeat([]int{80, 11, 9}, pair{"a", right, right}, pair{"a", wrong, right}, pair{"a", right, wrong})
	d = difference(t, compare(t, pairs...), "top1")
	// The standard deviation is that of 100 draws of +1 (11 %), -1 (9 %) and 0.
	deviation := math.Sqrt((0.2 - 0.02*0.02) / 100)
	for _, end := range []struct {
		got  *float64
		want float64
	}{{d.Low, 0.02 - 1.96*deviation}, {d.High, 0.02 + 1.96*deviation}} {
		if end.got == nil || math.Abs(*end.got-end.want) > 0.02 {
			t.Errorf("interval %v to %v, want an end near %v", *d.Low, *d.High, end.want)
		}
	}
	again := difference(t, compare(t, pairs...), "top1")
	if *again.Low != *d.Low || *again.High != *d.High {
		t.Errorf("the interval is %v to %v, then %v to %v", *d.Low, *d.High, *again.Low, *again.High)
	}
}

func TestCompareRefuses(t *testing.T) {
	s := stub{}
	q, other := s.put("a", "a", 0.9), s.put("b", "a", 0.9)
	one := measure(t, s, eval.Options{}, q)
	for name, after := range map[string]*eval.Measurement{
		"more questions": measure(t, s, eval.Options{}, q, q), "other expectations": measure(t, s, eval.Options{}, other),
	} {
		if c, err := eval.Compare(one, after, one.Sure(), after.Sure()); err == nil {
			t.Errorf("Compare with %s = %v, want an error", name, c)
		}
	}
}

func TestCompareNothing(t *testing.T) {
	c := compare(t)
	for _, d := range c.Figures {
		if d.Before != nil || d.Low != nil || d.P != nil {
			t.Errorf("%s of nothing = %+v", d.Name, d)
		}
	}
	if err := c.WriteText(new(bytes.Buffer), "nothing"); err != nil {
		t.Error(err)
	}
}

// TestFiguresAreThoseOfTheReport: the two ways to the same number agree.
func TestFiguresAreThoseOfTheReport(t *testing.T) {
	m := sampleMeasurement(t)
	r := m.Report()
	sure := r.Decisions[0]
	share := func(s eval.Share) *float64 { v := s.Value(); return &v }
	want := map[string]*float64{
		"right": share(r.All.Right), "answeredRight": share(r.InScope.AnsweredRight), "askedWith": share(r.InScope.AskedWith),
		"answeredWrong": share(r.All.AnsweredWrong), "noneRight": share(r.None.Right), "humanRight": share(r.Human.Right),
		"selectiveAccuracy": share(r.SelectiveAccuracy), "top1": share(r.Top1), "top3": share(r.Top3), "macroRecall": r.MacroRecall,
		"auroc": r.AUROC, "scopeAuroc": r.ScopeAUROC, "anyAuroc": r.AnyAUROC, "calibrationError": r.CalibrationError,
		"inScope": share(sure.InScope), "outOfScope": share(sure.OutOfScope), "mcc": sure.MCC,
	}
	got := make(map[string]*float64)
	for _, f := range m.Figures(m.Sure()) {
		got[f.Name] = f.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Figures (-report +figures):\n%s", diff)
	}
}

func TestRuns(t *testing.T) {
	var runs [][]eval.Figure
	for _, rights := range []int{5, 6, 10} {
		s := stub{}
		var qs []lint.Question
		for i := range 10 {
			got := right
			if i >= rights {
				got = wrong
			}
			qs = append(qs, s.put("a", got.Node, got.Probability))
		}
		m := measure(t, s, eval.Options{}, qs...)
		runs = append(runs, m.Figures(m.Sure()))
	}
	for _, f := range eval.Mean(runs) {
		switch f.Name {
		case "top1":
			near(t, "mean of top1", f.Value, 0.7)
			if f.Count != 0 || f.Of != 0 {
				t.Errorf("the mean is %d of %d, want no count", f.Count, f.Of)
			}
		case "auroc":
			if f.Value != nil {
				t.Errorf("mean of auroc = %v, want nil", *f.Value)
			}
		}
	}
	var b bytes.Buffer
	if err := eval.WriteRuns(&b, "Draws", runs, runs[:1]); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nDraws\n", "run 1   run 2    run 3    mean  deviation  change\n", "  top-1   50.0 %  60.0 %  100.0 %  70.0 %     26.5 %   +20.0\n"} {
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("WriteRuns = %s, want %q in it", &b, want)
		}
	}
	if err := eval.WriteRuns(broken{}, "", runs, nil); !errors.Is(err, errStub) {
		t.Errorf("WriteRuns = %v, want %v", err, errStub)
	}
	if got := eval.Mean(nil); got != nil {
		t.Errorf("Mean of no runs = %v, want nil", got)
	}
}
