package eval

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// Ablated is a measurement with a part of matching left out.
type Ablated struct {
	Without  string // the part; "" for all of matching
	Measured *Measurement
	Cut      Cut // of Figures; Measurement.Sure where there is no other
}

// AblationRow is what is left of matching without a part, by the matcher's own
// thresholds. A figure is nil where there was nothing to compute it from.
type AblationRow struct {
	Without       string   `json:"without"` // "" for all of matching
	Top1          *float64 `json:"top1"`
	AnsweredRight *float64 `json:"answeredRight"` // of those in scope
	AnsweredWrong *float64 `json:"answeredWrong"` // of the given answers
	NoneRight     *float64 `json:"noneRight"`     // of !none: not answered
	Calibration   *float64 `json:"calibrationError"`
	P50           float64  `json:"matchMicroseconds"` // median
	// Better and Worse count the questions in scope with a right node first
	// here only, and with all of matching only. P is how probable so uneven a
	// change would be by chance: see Difference.
	Better int      `json:"better"`
	Worse  int      `json:"worse"`
	P      *float64 `json:"p"`
}

// Ablation sets the others beside the first of the measurements, which is that
// of all of matching. It fails where they are not of the same questions.
func Ablation(measured []Ablated) ([]AblationRow, error) {
	out := make([]AblationRow, len(measured))
	for i, a := range measured {
		if i > 0 && len(a.Measured.seen) != len(measured[0].Measured.seen) {
			return nil, fmt.Errorf("eval: without %s there are %d questions, and %d with", a.Without, len(a.Measured.seen), len(measured[0].Measured.seen))
		}
		out[i] = a.row(measured[0].Measured)
	}
	return out, nil
}

func (a *Ablated) row(all *Measurement) AblationRow {
	named := make(map[string]*float64)
	for _, f := range a.Measured.Figures(a.Cut) {
		named[f.Name] = f.Value
	}
	one := 1.0
	row := AblationRow{
		Without: a.Without, Top1: named["top1"], AnsweredRight: named["answeredRight"], AnsweredWrong: minus(&one, named["selectiveAccuracy"]),
		NoneRight: named["noneRight"], Calibration: named["calibrationError"],
		P50: float64(a.Measured.Latency().P50) / float64(time.Microsecond),
	}
	if a.Without == "" {
		return row
	}
	for i := range all.seen {
		before, after := &all.seen[i], &a.Measured.seen[i]
		switch {
		case before.purpose != inScope || before.within(1) == after.within(1):
		case after.within(1):
			row.Better++
		default:
			row.Worse++
		}
	}
	defs := definitions()
	for i := range defs {
		if defs[i].name == "top1" {
			row.P = mcnemar(&defs[i], all.seen, a.Measured.seen, a.Cut, a.Cut)
		}
	}
	return row
}

// WriteAblation writes the rows for a reader.
func WriteAblation(w io.Writer, rows []AblationRow) error {
	t := newTable("without", ">top-1", ">worse", ">better", ">p", ">answered right", ">wrong of answers", ">!none not answered", ">calibration error", ">match")
	for _, r := range rows {
		name, worse, better, p := r.Without, fmt.Sprint(r.Worse), fmt.Sprint(r.Better), "-"
		if name == "" {
			name, worse, better = "(nothing)", "", ""
		}
		if r.P != nil {
			p = fmt.Sprintf("%.3f", *r.P)
		}
		t.add(name, inPercent(r.Top1), worse, better, p, inPercent(r.AnsweredRight), inPercent(r.AnsweredWrong), inPercent(r.NoneRight),
			asNumber(r.Calibration), fmt.Sprintf("%.0f µs", r.P50))
	}
	var b bytes.Buffer
	t.write(&b, "What each stage adds")
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("eval: writing text: %w", err)
	}
	return nil
}

func inPercent(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100**v)
}

func asNumber(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *v)
}
