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
		out[i] = Figure{Name: runs[0][i].Name, Value: mean, definition: runs[0][i].definition}
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
// mean and standard deviation, under a title.
func WriteRuns(w io.Writer, title string, runs [][]Figure) error {
	head := []string{""}
	for i := range runs {
		head = append(head, fmt.Sprintf(">run %d", i+1))
	}
	t := newTable(append(head, ">mean", ">deviation")...)
	for i, mean := range Mean(runs) {
		if mean.Value == nil {
			continue
		}
		cells := []string{mean.definition.words}
		for _, run := range runs {
			cells = append(cells, mean.definition.show(run[i].Value))
		}
		_, deviation := spread(runs, i)
		t.add(append(cells, mean.definition.show(mean.Value), mean.definition.show(deviation))...)
	}
	var b bytes.Buffer
	t.write(&b, title)
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("eval: writing text: %w", err)
	}
	return nil
}
