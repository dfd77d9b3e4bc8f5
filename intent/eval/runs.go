package eval

import (
	"bytes"
	"fmt"
	"io"
	"math"
)

// Mean returns the mean of each figure over runs, which must all be lists of
// Figures; the count and the whole of a share are dropped. A figure that a run
// does not have is not in the mean.
func Mean(runs [][]Figure) []Figure {
	if len(runs) == 0 {
		return nil
	}
	out := make([]Figure, len(runs[0]))
	for i := range out {
		mean, _ := spread(runs, i)
		out[i] = runs[0][i]
		out[i].Value, out[i].Count, out[i].Of = mean, 0, 0
	}
	return out
}

// spread returns the mean and the standard deviation of a figure; nil where
// too few runs have it.
func spread(runs [][]Figure, at int) (mean, deviation *float64) {
	var values []float64
	sum := 0.0
	for _, run := range runs {
		if v := run[at].Value; v != nil {
			values, sum = append(values, *v), sum+*v
		}
	}
	if len(values) == 0 {
		return nil, nil
	}
	m := sum / float64(len(values))
	if len(values) == 1 {
		return &m, nil
	}
	squares := 0.0
	for _, v := range values {
		squares += (v - m) * (v - m)
	}
	d := math.Sqrt(squares / float64(len(values)-1))
	return &m, &d
}

// WriteRuns writes the figures of several runs beside each other, with their
// mean and standard deviation, under a title. Where there are other runs to set
// them against, it also has how far the mean is from theirs: in points for
// shares.
func WriteRuns(w io.Writer, title string, runs, against [][]Figure) error {
	head := []string{""}
	for i := range runs {
		head = append(head, fmt.Sprintf(">run %d", i+1))
	}
	head = append(head, ">mean", ">deviation")
	others := Mean(against)
	if others != nil {
		head = append(head, ">change")
	}
	t := newTable(head...)
	for i, mean := range Mean(runs) {
		if mean.Value == nil {
			continue
		}
		cells := []string{mean.definition.words}
		for _, run := range runs {
			cells = append(cells, mean.definition.show(run[i].Value))
		}
		_, deviation := spread(runs, i)
		cells = append(cells, mean.definition.show(mean.Value), mean.definition.show(deviation))
		if others != nil {
			cells = append(cells, mean.definition.showDifference(minus(mean.Value, others[i].Value)))
		}
		t.add(cells...)
	}
	var b bytes.Buffer
	t.write(&b, title)
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("eval: writing text: %w", err)
	}
	return nil
}
