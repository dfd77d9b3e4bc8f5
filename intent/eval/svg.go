package eval

import (
	"bytes"
	"fmt"
	"io"
	"math"
)

// The drawing, in pixels: its size and the frame of the axes.
const (
	drawWidth, drawHeight         = 640, 400
	drawLeft, drawTop             = 64, 48
	drawRight, drawBottom float64 = drawWidth - 24, drawHeight - 56
)

// drawStyle has the colours for light and dark pages; the background is the
// page's own.
const drawStyle = `<style>
text{font:13px system-ui,sans-serif;fill:#24292f}
.title{font-weight:600;font-size:15px}
.axis{stroke:#57606a;fill:none}
.grid{stroke:#d0d7de;fill:none}
.curve{stroke:#0969da;stroke-width:2;fill:none;stroke-linejoin:round}
.limit{stroke:#bc4c00;stroke-dasharray:5 4;fill:none}
.limit-text{fill:#bc4c00}
.chosen{fill:#0969da}
@media(prefers-color-scheme:dark){
text{fill:#e6edf3}
.axis{stroke:#8b949e}
.grid{stroke:#30363d}
.curve{stroke:#4493f8}
.limit{stroke:#f0883e}
.limit-text{fill:#f0883e}
.chosen{fill:#4493f8}
}
</style>
`

// WriteCurve draws the trade-off as an SVG image: how much is answered, to the
// right, against how much of that is wrong, upwards, with the matcher's own
// threshold marked. A tolerance above 0 is drawn as a line.
func (r *Report) WriteCurve(w io.Writer, tolerance float64) error {
	d := &drawing{top: r.topOfCurve(tolerance)}
	fmt.Fprintf(&d.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n",
		drawWidth, drawHeight, drawWidth, drawHeight)
	const title = "Answered questions and the wrong ones among them"
	fmt.Fprintf(&d.b, "<title>%s</title>\n%s", title, drawStyle)
	d.text(drawLeft, 28, "start", "title", title)
	d.axes()
	if tolerance > 0 {
		d.limit(tolerance)
	}
	d.curve(r.Curve)
	d.chosen(r.Chosen)
	d.b.WriteString("</svg>\n")
	if _, err := d.b.WriteTo(w); err != nil {
		return fmt.Errorf("eval: writing the curve: %w", err)
	}
	return nil
}

// topOfCurve returns the upper end of the wrong axis: a round share that
// everything drawn is below.
func (r *Report) topOfCurve(tolerance float64) float64 {
	highest := max(tolerance, r.Chosen.Wrong.Value())
	for _, p := range r.Curve {
		highest = max(highest, p.Wrong.Value())
	}
	for _, top := range []float64{0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 0.75} {
		if highest*1.05 <= top {
			return top
		}
	}
	return 1
}

type drawing struct {
	b   bytes.Buffer
	top float64 // the share at the upper end
}

func (d *drawing) x(answered float64) float64 { return drawLeft + answered*(drawRight-drawLeft) }
func (d *drawing) y(wrong float64) float64    { return drawBottom - wrong/d.top*(drawBottom-drawTop) }

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&d.b, `<path class="%s" d="M%.1f %.1fL%.1f %.1f"/>`+"\n", class, x1, y1, x2, y2)
}

// text writes words that need no escaping.
func (d *drawing) text(x, y float64, anchor, class, words string) {
	fmt.Fprintf(&d.b, `<text x="%.1f" y="%.1f" text-anchor="%s" class="%s">%s</text>`+"\n", x, y, anchor, class, words)
}

func (d *drawing) axes() {
	for i := range 6 {
		share := float64(i) / 5
		x, y := d.x(share), d.y(share*d.top)
		d.line("grid", drawLeft, y, drawRight, y)
		d.line("grid", x, drawTop, x, drawBottom)
		d.text(x, drawBottom+20, "middle", "tick", fmt.Sprintf("%.0f %%", 100*share))
		d.text(drawLeft-8, y+4, "end", "tick", fmt.Sprintf("%.4g %%", round(100*share*d.top)))
	}
	d.line("axis", drawLeft, drawTop, drawLeft, drawBottom)
	d.line("axis", drawLeft, drawBottom, drawRight, drawBottom)
	d.text((drawLeft+drawRight)/2, drawBottom+42, "middle", "label", "answered, of all questions")
	const middle = (drawTop + drawBottom) / 2
	fmt.Fprintf(&d.b, `<text transform="translate(16 %.1f) rotate(-90)" text-anchor="middle">wrong, of the answers</text>`+"\n", middle)
}

// round takes off what binary fractions add.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

func (d *drawing) limit(tolerance float64) {
	y := d.y(tolerance)
	d.line("limit", drawLeft, y, drawRight, y)
	d.text(drawLeft+6, y-6, "start", "limit-text", fmt.Sprintf("tolerated: %.4g %%", round(100*tolerance)))
}

func (d *drawing) curve(points []Point) {
	if len(points) == 0 {
		return
	}
	d.b.WriteString(`<path class="curve" d="`)
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&d.b, "%s%.1f %.1f", command, d.x(p.Answered.Value()), d.y(p.Wrong.Value()))
	}
	d.b.WriteString("\"/>\n")
}

// chosen marks a point. Its words stand where the curve, which rises to the
// right, rarely is: to the left of it and above, or to the right and below.
func (d *drawing) chosen(p Point) {
	x, y := d.x(p.Answered.Value()), d.y(p.Wrong.Value())
	fmt.Fprintf(&d.b, `<circle class="chosen" cx="%.1f" cy="%.1f" r="5"/>`+"\n", x, y)
	const wordsWidth, lineHeight = 210, 16
	anchor, at, first := "end", x-10, max(y-10-lineHeight, drawTop+lineHeight)
	if x < drawLeft+wordsWidth {
		anchor, at, first = "start", x+10, min(y+2*lineHeight, drawBottom-6-lineHeight)
	}
	d.text(at, first, anchor, "chosen-text", fmt.Sprintf("from %.2f: answers %s,", p.Threshold, percent(p.Answered)))
	d.text(at, first+lineHeight, anchor, "chosen-text", percent(p.Wrong)+" of them wrong")
}
