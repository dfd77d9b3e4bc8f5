package main

import (
	"fmt"
	"runtime"
	"strings"
	"text/tabwriter"
)

// text writes the report for a reader.
func (r *benchReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s. Times in microseconds; \"work\" is the processor's time, without that\n"+
		"in which others had it; \"a second\" is on all processors.\n", r.Go, r.System, count(r.Processors, "processor"))
	for i := range r.Sizes {
		r.Sizes[i].write(&b)
	}
	if len(r.Sizes) > 1 {
		r.writeGrowth(&b)
	}
	return b.String()
}

func (s *benchSize) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s in %s\n", count(s.Questions, "question"), count(s.Nodes, "node"))
	fmt.Fprintf(b, "  release built in %.2f s (an index alone: %.2f s), holds %s, at the peak %s\n",
		s.BuildSeconds, s.IndexSeconds, megabytes(s.HeapBytes), megabytes(s.PeakBytes))
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tp50\tp99\tp99/p50\twork p50\tp99\tp99/p50\tcalls\ta second\tallocs\tbytes\tright\t")
	for _, row := range []struct {
		name string
		of   *benchOf
	}{{"matching", &s.Match}, {"plain MatchQuery", &s.Plain}, {"found in a cache", &s.Cached}} {
		right := fmt.Sprintf("%.1f %%", 100*row.of.Right)
		if row.of == &s.Cached {
			right = "-"
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t%d\t%.0f\t%.0f\t%.0f\t%s\t\n", row.name, row.of.Time.cells(), row.of.Work.cells(),
			row.of.Calls, row.of.PerSecond, row.of.Allocs, row.of.Bytes, right)
	}
	_ = t.Flush() // a strings.Builder takes everything
	fmt.Fprintf(b, "  matching takes %s of the plain search's time\n", s.Ratio)
	if s.Match.Work.P50 > 0 {
		fmt.Fprintf(b, "  matching takes %s of the plain search's work\n", s.WorkRatio)
	}
	fmt.Fprintf(b, "  a cache of recent utterances pays from %.1f %% repeats\n", 100*s.CachePays)
	s.writeRepeats(b)
	fmt.Fprintf(b, "  noise: a fixed piece of work took %s times its shortest time\n", s.Noise)
}

// cells are those of the table.
func (t *benchTimed) cells() string {
	if t.P50 == 0 {
		return "-\t-\t-"
	}
	return fmt.Sprintf("%.0f\t%.0f\t%.1f", t.P50, t.P99, t.Tail)
}

// writeGrowth says what each size costs more than the one before.
func (r *benchReport) writeGrowth(b *strings.Builder) {
	fmt.Fprint(b, "\nGrowth, as multiples\n")
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "from\tto\tquestions\tp50\tp50 of plain\tbuild\tmemory\t")
	for i := 1; i < len(r.Sizes); i++ {
		x, y := &r.Sizes[i-1], &r.Sizes[i]
		fmt.Fprintf(t, "%d\t%d\t%s\t%s\t%s\t%s\t%s\t\n", x.Questions, y.Questions,
			multiple(float64(x.Questions), float64(y.Questions)), multiple(x.Match.Time.P50, y.Match.Time.P50),
			multiple(x.Plain.Time.P50, y.Plain.Time.P50), multiple(x.BuildSeconds, y.BuildSeconds),
			multiple(float64(x.HeapBytes), float64(y.HeapBytes)))
	}
	_ = t.Flush()
}

// multiple says how much more to is than from.
func multiple(from, to float64) string {
	if from <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", to/from)
}

func megabytes(n int64) string {
	if n <= 0 {
		return "not known"
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// benchMachine says on what something was measured.
func benchMachine() string {
	return fmt.Sprintf("%s, %s/%s, %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, count(runtime.GOMAXPROCS(0), "processor"))
}
