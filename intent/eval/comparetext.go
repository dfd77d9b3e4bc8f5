package eval

import (
	"bytes"
	"fmt"
	"io"
)

// What the text form shows of a comparison.
const (
	shownChanges = 20
	changeWidth  = 40
)

// WriteText writes the comparison for a reader, under a title.
func (c *Comparison) WriteText(w io.Writer, title string) error {
	var b bytes.Buffer
	t := newTable("", ">before", ">after", ">difference", ">95 % of draws", ">p")
	for _, d := range c.Figures {
		if d.Before == nil && d.After == nil {
			continue
		}
		t.add(d.definition.words, d.definition.show(d.Before), d.definition.show(d.After),
			d.definition.showDifference(d.Difference), d.span(), d.chance())
	}
	t.write(&b, fmt.Sprintf("%s: %d questions", title, c.Questions))
	writeChanges(&b, "Better", c.Better)
	writeChanges(&b, "Worse", c.Worse)
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("eval: writing text: %w", err)
	}
	return nil
}

func writeChanges(b *bytes.Buffer, title string, changes []Change) {
	if len(changes) == 0 {
		return
	}
	t := newTable("before", "after", "want", "got before", "got after", "question")
	for _, c := range changes[:min(len(changes), shownChanges)] {
		text := shorten(c.After.Text, changeWidth)
		if c.Before.Text != c.After.Text {
			text = shorten(c.Before.Text, changeWidth) + " -> " + text
		}
		t.add(c.Before.words(), c.After.words(), string(c.Want), c.Before.best(), c.After.best(), text)
	}
	t.write(b, fmt.Sprintf("%s (%d of %d)", title, len(t.rows), len(changes)))
}

func (e *Ending) best() string {
	if e.Node == "" {
		return "-"
	}
	return fmt.Sprintf("%s %.2f", e.Node, e.Probability)
}

func (e *Ending) words() string {
	switch e.Outcome {
	case answeredRight.String():
		return "right"
	case answeredWrong.String():
		return "wrong"
	case askedWith.String():
		return "asked"
	case askedWithout.String():
		return "asked in vain"
	case handedOver.String():
		return "handed over"
	}
	return "unknown"
}

func (d *definition) show(v *float64) string {
	if d.number {
		return figure(v)
	}
	return percentOf(v)
}

func (d *definition) showDifference(v *float64) string {
	switch {
	case v == nil:
		return "-"
	case d.number:
		return fmt.Sprintf("%+.3f", *v)
	}
	return fmt.Sprintf("%+.1f", 100**v)
}

func (d *Difference) span() string {
	if d.Low == nil || d.High == nil {
		return "-"
	}
	return d.definition.showDifference(d.Low) + " to " + d.definition.showDifference(d.High)
}

func (d *Difference) chance() string {
	switch {
	case d.P == nil:
		return "-"
	case *d.P < 0.001:
		return "<0.001"
	}
	return fmt.Sprintf("%.3f", *d.P)
}
