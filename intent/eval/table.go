package eval

import (
	"bytes"
	"strings"

	"github.com/mattn/go-runewidth"
)

// table lines up columns by what they take on a terminal, where a Chinese
// character is as wide as two letters.
type table struct {
	head  []string
	right []bool // columns that end in line instead of beginning so
	rows  [][]string
}

// newTable returns a table with these columns. One whose name begins with '>'
// is flush right.
func newTable(columns ...string) *table {
	t := &table{}
	for _, c := range columns {
		name, right := strings.CutPrefix(c, ">")
		t.head, t.right = append(t.head, name), append(t.right, right)
	}
	return t
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table under a title, after an empty line.
func (t *table) write(b *bytes.Buffer, title string) {
	b.WriteString("\n" + title + "\n")
	rows := t.rows
	if strings.Join(t.head, "") != "" {
		rows = append([][]string{t.head}, rows...)
	}
	cond := widths()
	wide := make([]int, len(t.head))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], cond.StringWidth(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			gap := strings.Repeat(" ", wide[i]-cond.StringWidth(cell))
			if t.right[i] {
				line += "  " + gap + cell
			} else {
				line += "  " + cell + gap
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// shorten cuts text to a width.
func shorten(text string, width int) string { return widths().Truncate(text, width, "…") }

// widths measures the same way in every locale.
func widths() *runewidth.Condition {
	c := runewidth.NewCondition()
	c.EastAsianWidth, c.StrictEmojiNeutral = false, true
	return c
}
