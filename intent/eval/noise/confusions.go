package noise

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Confusions are characters written for others, such as those of the same sound.
type Confusions struct {
	others map[rune][]rune // never empty, sorted, without the character itself
}

func (c *Confusions) slip(text []rune, draw *rand.Rand) ([]rune, bool) {
	var places []int
	for i, r := range text {
		if len(c.others[r]) > 0 {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return nil, false
	}
	at := places[draw.IntN(len(places))]
	others := c.others[text[at]]
	out := slices.Clone(text)
	out[at] = others[draw.IntN(len(others))]
	return out, true
}

// ReadConfusions reads a table in UTF-8 with a header line, in one of two forms:
//
//   - tab-separated columns: a character, then, in one or more columns,
//     characters that are written for it, without anything between them;
//   - one column: characters joined by commas, each of which is written for any
//     other of its line.
//
// It returns the table, or what is wrong with the file, in order and bounded.
// name is used in problems.
func ReadConfusions(name string, r io.Reader) (*Confusions, []knowledge.Problem) {
	t := &table{name: name, others: make(map[rune]map[rune]bool)}
	data, err := io.ReadAll(io.LimitReader(r, maxTable+1))
	switch {
	case err != nil:
		t.add(0, 0, "unreadable", "%v", err)
	case len(data) > maxTable:
		t.add(0, 0, "too-large", "the file has more than %d bytes", maxTable)
	default:
		t.lines(string(bytes.TrimPrefix(data, []byte("\ufeff"))))
	}
	if len(t.problems) > 0 {
		return nil, t.problems
	}
	return t.done(), nil
}

// Limits of a table.
const (
	maxTable    = 8 << 20 // bytes
	maxGroup    = 500     // characters of a line
	maxProblems = 100
)

type table struct {
	name     string
	others   map[rune]map[rune]bool
	problems []knowledge.Problem
}

func (t *table) add(line, column int, rule, format string, args ...any) {
	t.problems = append(t.problems, knowledge.Problem{
		File: t.name, Line: line, Column: column, Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

func (t *table) lines(text string) {
	number, columns := 0, 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		switch n := strings.Count(line, "\t") + 1; {
		case line == "":
		case !utf8.ValidString(line):
			t.add(number, 1, "not-utf8", "there is a byte that is not UTF-8")
		case columns == 0:
			columns = n
		case n != columns:
			t.add(number, 1, "bad-row", "there are %d columns, the header has %d", n, columns)
		case columns == 1:
			t.group(number, line)
		default:
			t.row(number, line)
		}
		if len(t.problems) >= maxProblems {
			return
		}
	}
	if len(t.others) == 0 && len(t.problems) == 0 {
		t.add(1, 1, "empty", "there are no characters in the file")
	}
}

func (t *table) row(line int, text string) {
	cell, rest, _ := strings.Cut(text, "\t")
	from, ok := single(cell)
	if !ok {
		t.add(line, 1, "bad-character", "%q is not one character", cell)
		return
	}
	to := []rune(strings.ReplaceAll(rest, "\t", ""))
	if len(to) > maxGroup {
		t.add(line, 3, "too-many", "there are %d characters, at most %d are allowed", len(to), maxGroup)
		return
	}
	for _, r := range to {
		t.confuse(from, r)
	}
}

func (t *table) group(line int, text string) {
	var group []rune
	column := 1
	for cell := range strings.SplitSeq(text, ",") {
		r, ok := single(cell)
		if !ok {
			t.add(line, column, "bad-character", "%q is not one character", cell)
			return
		}
		group, column = append(group, r), column+2
	}
	if len(group) > maxGroup {
		t.add(line, 1, "too-many", "there are %d characters, at most %d are allowed", len(group), maxGroup)
		return
	}
	for _, from := range group {
		for _, to := range group {
			t.confuse(from, to)
		}
	}
}

func single(cell string) (rune, bool) {
	r, size := utf8.DecodeRuneInString(cell)
	return r, size > 0 && size == len(cell)
}

func (t *table) confuse(from, to rune) {
	if from == to {
		return
	}
	if t.others[from] == nil {
		t.others[from] = make(map[rune]bool)
	}
	t.others[from][to] = true
}

func (t *table) done() *Confusions {
	c := &Confusions{others: make(map[rune][]rune, len(t.others))}
	for from, to := range t.others {
		for r := range to {
			c.others[from] = append(c.others[from], r)
		}
		slices.Sort(c.others[from])
	}
	return c
}
