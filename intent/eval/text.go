package eval

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// What the text form shows of long lists, and of long questions in characters'
// widths.
const (
	shownConfusions = 20
	shownThresholds = 10
	exampleWidth    = 48
)

// WriteText writes the report for a reader, in columns that also line up where
// there are Chinese characters. With perNode it has a line for each node.
func (r *Report) WriteText(w io.Writer, perNode bool) error {
	var b bytes.Buffer
	r.writeHead(&b)
	r.writeTallies(&b)
	r.writeFigures(&b)
	r.writeDecisions(&b)
	r.writeBins(&b)
	r.writeCurve(&b)
	r.writeConfusions(&b)
	if perNode {
		r.writeNodes(&b)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("eval: writing text: %w", err)
	}
	return nil
}

func (r *Report) writeHead(b *bytes.Buffer) {
	fmt.Fprintf(b, "questions: %d in scope of %d nodes, %d !none, %d !human; %d together\n",
		r.InScope.N, len(r.Nodes), r.None.N, r.Human.N, r.All.N)
	fmt.Fprintf(b, "answers from a probability of %.3f, asks from %.3f\n", r.Thresholds.Sure, r.Thresholds.Unsure)
	if r.Away > 0 {
		fmt.Fprintf(b, "%d were matched without vectors: the embedder did not answer\n", r.Away)
	}
}

func (r *Report) writeTallies(b *bytes.Buffer) {
	t := newTable("", ">all", ">in scope", ">!none", ">!human")
	columns := []*Tally{&r.All, &r.InScope, &r.None, &r.Human}
	for _, row := range []struct {
		name string
		of   func(*Tally) Share
	}{
		{"as it should be", func(t *Tally) Share { return t.Right }},
		{"  answered right", func(t *Tally) Share { return t.AnsweredRight }},
		{"  answered wrong", func(t *Tally) Share { return t.AnsweredWrong }},
		{"  asked, the right one offered", func(t *Tally) Share { return t.AskedWith }},
		{"  asked, it was not offered", func(t *Tally) Share { return t.AskedWithout }},
		{"  not understood", func(t *Tally) Share { return t.Unknown }},
		{"  handed over", func(t *Tally) Share { return t.HandedOver }},
	} {
		cells := []string{row.name}
		for _, c := range columns {
			cells = append(cells, counted(row.of(c)))
		}
		t.add(cells...)
	}
	t.write(b, "What happened")
}

func (r *Report) writeFigures(b *bytes.Buffer) {
	t := newTable("", ">", "")
	t.add("top-1", percent(r.Top1), of(r.Top1))
	t.add("top-3", percent(r.Top3), of(r.Top3))
	t.add("macro recall", percentOf(r.MacroRecall), "mean of the nodes' top-1")
	t.add("selective accuracy", percent(r.SelectiveAccuracy), of(r.SelectiveAccuracy)+" answers")
	t.add("AUROC", figure(r.AUROC), "probability of what is right against that of !none")
	t.add("AUROC of scope", figure(r.ScopeAUROC), "the same of all in scope")
	t.add("AUROC of any", figure(r.AnyAUROC), "the same by the probability that any node is right")
	t.add("calibration error", figure(r.CalibrationError), "expected, over ten bins")
	t.add("latency p50", micro(r.Latency.P50), "")
	t.add("latency p99", micro(r.Latency.P99), "")
	t.write(b, "Figures")
}

func (r *Report) writeDecisions(b *bytes.Buffer) {
	t := newTable("answered", ">from", ">in scope: right", ">!none: silent", ">MCC")
	for _, d := range r.Decisions {
		from := "-"
		if d.Threshold != nil {
			from = fmt.Sprintf("%.3f", *d.Threshold)
		}
		t.add(d.Rule.Words(), from, percent(d.InScope), percent(d.OutOfScope), figure(d.MCC))
	}
	t.write(b, "To answer or not, by rules that were fixed without these questions")
	r.writeKinds(b)
}

// writeKinds has a column for each decision, in their order above.
func (r *Report) writeKinds(b *bytes.Buffer) {
	if len(r.Decisions) == 0 || len(r.Decisions[0].Kinds) == 0 {
		return
	}
	head := []string{"kind", ">n"}
	for _, d := range r.Decisions {
		head = append(head, ">"+string(d.Rule))
	}
	t := newTable(head...)
	for i, k := range r.Decisions[0].Kinds {
		cells := []string{k.Kind, fmt.Sprint(k.Right.Of)}
		for _, d := range r.Decisions {
			cells = append(cells, percent(d.Kinds[i].Right))
		}
		t.add(cells...)
	}
	t.write(b, "Decided rightly, by kind of question")
}

// Words say what a rule does.
func (r Rule) Words() string {
	switch r {
	case RuleSure:
		return "from the matcher's own threshold"
	case RuleLikelier:
		return "where a node is likelier than none"
	case RuleBalance:
		return "from the best sum of both on others"
	case RuleAccuracy:
		return "from where most others are right"
	case RuleKeep:
		return "from what answers 95 % of others in scope"
	}
	return string(r)
}

func (r *Report) writeBins(b *bytes.Buffer) {
	t := newTable(">probability", ">n", ">mean", ">right")
	for _, bin := range r.Bins {
		if bin.N > 0 {
			t.add(fmt.Sprintf("%.1f to %.1f", bin.From, bin.To), fmt.Sprint(bin.N),
				fmt.Sprintf("%.3f", bin.Probability), fmt.Sprintf("%.3f", bin.Right))
		}
	}
	t.write(b, "Calibration")
}

func (r *Report) writeCurve(b *bytes.Buffer) {
	t := newTable(">threshold", ">answered", ">wrong of these", ">right of in scope", "")
	add := func(p Point, note string) {
		t.add(fmt.Sprintf("%.3f", p.Threshold), percent(p.Answered), percent(p.Wrong), percent(p.Right), note)
	}
	chosen := false
	next := 1
	for i, p := range r.Curve {
		if !chosen && p.Threshold <= r.Chosen.Threshold {
			add(r.Chosen, "<- the matcher's")
			chosen = true
		}
		if i == len(r.Curve)-1 || p.Answered.Count*shownThresholds >= next*p.Answered.Of {
			add(p, "")
			next = p.Answered.Count*shownThresholds/p.Answered.Of + 1
		}
	}
	if !chosen {
		add(r.Chosen, "<- the matcher's")
	}
	t.write(b, "Other thresholds: how much would be answered, and how much of it wrong")
}

func (r *Report) writeConfusions(b *bytes.Buffer) {
	if len(r.Confusions) == 0 {
		return
	}
	t := newTable("want", "got", ">n", ">answered", ">highest", "example")
	for _, c := range r.Confusions[:min(len(r.Confusions), shownConfusions)] {
		t.add(string(c.Want), string(c.Got), fmt.Sprint(c.Count), fmt.Sprint(c.Answered),
			fmt.Sprintf("%.3f", c.Probability), shorten(c.Example, exampleWidth))
	}
	t.write(b, fmt.Sprintf("Taken for another (%d of %d)", len(t.rows), len(r.Confusions)))
}

func (r *Report) writeNodes(b *bytes.Buffer) {
	t := newTable("node", ">n", ">right", ">wrong", ">asked", ">other")
	for _, n := range r.Nodes {
		t.add(string(n.Node), fmt.Sprint(n.N), fmt.Sprint(n.Right), fmt.Sprint(n.Wrong), fmt.Sprint(n.Asked), fmt.Sprint(n.Other))
	}
	t.write(b, "Nodes, the worst first")
}

func percent(s Share) string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*s.Value())
}

func counted(s Share) string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d %7s", s.Count, percent(s))
}

func of(s Share) string { return fmt.Sprintf("%d of %d", s.Count, s.Of) }

func percentOf(f *float64) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100**f)
}

func figure(f *float64) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *f)
}

func micro(d time.Duration) string { return fmt.Sprintf("%.0f µs", micros(d)) }
