package labelled

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Limits of a set, beside knowledge.MaxDocumentSize in bytes and
// knowledge.MaxQuestions in rows. Lengths are in characters.
const (
	MaxText    = 2000
	MaxLabel   = 200
	maxColumns = 64
	maxShown   = 40 // of a value in a message
)

// Row is one utterance with its label.
type Row struct {
	Text, Label string
	Kind        string // "" where the set has no such column
	Line        int    // in the file, from 1
}

// Read reads the rows of a set that meet all of where. Empty lines are skipped.
//
// It returns the rows, or what is wrong with the file, in order and bounded. A
// set in which something is wrong has no rows: a figure must not depend on what
// was silently left out. name is used in problems.
func Read(name string, r io.Reader, where []Condition) ([]Row, []knowledge.Problem) {
	p := &parser{name: name, where: where}
	data, err := io.ReadAll(io.LimitReader(r, knowledge.MaxDocumentSize+1))
	switch {
	case err != nil:
		p.add(0, 0, "unreadable", "%v", err)
	case len(data) > knowledge.MaxDocumentSize:
		p.add(0, 0, "too-large", "the file has more than %d bytes", knowledge.MaxDocumentSize)
	default:
		p.lines(string(bytes.TrimPrefix(data, []byte("\ufeff"))))
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	return p.rows, nil
}

type parser struct {
	name     string
	where    []Condition
	header   []string
	text     int   // place of the column
	label    int   // place of the column
	kind     int   // place of the column, or -1
	tests    []int // places of the columns of where
	rows     []Row
	problems []knowledge.Problem
}

func (p *parser) add(line, column int, rule, format string, args ...any) {
	p.problems = append(p.problems, knowledge.Problem{
		File: p.name, Line: line, Column: column, Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

// maxProblems is where a list of problems ends: the first few show what is
// wrong with a file of this kind.
const maxProblems = 100

func (p *parser) lines(text string) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "":
		case !utf8.ValidString(line):
			p.add(number, validPrefix(line)+1, "not-utf8", "there is a byte that is not UTF-8")
		case p.header == nil:
			if !p.readHeader(number, line) {
				return
			}
		case len(p.rows) >= knowledge.MaxQuestions:
			p.add(number, 1, "too-many", "there are more than %d rows", knowledge.MaxQuestions)
			return
		default:
			p.row(number, line)
		}
		if len(p.problems) >= maxProblems {
			p.add(number, 1, "too-many-problems", "no further problems are listed")
			return
		}
	}
	switch {
	case len(p.problems) > 0:
	case p.header == nil:
		p.add(1, 1, "empty", "there is nothing in the file")
	case len(p.rows) == 0:
		p.add(number, 1, "no-rows", "no row is chosen%s", conditions(p.where))
	}
}

// validPrefix returns how many characters of s come before the first byte that
// is not UTF-8.
func validPrefix(s string) int {
	n := 0
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			return n
		}
		n, s = n+1, s[size:]
	}
	return n
}

func conditions(where []Condition) string {
	if len(where) == 0 {
		return ""
	}
	var parts []string
	for _, c := range where {
		parts = append(parts, c.Column+"="+quote(c.Value))
	}
	return " by " + strings.Join(parts, ", ")
}

func (p *parser) readHeader(line int, text string) bool {
	names := strings.Split(text, "\t")
	if len(names) > maxColumns {
		p.add(line, 1, "bad-header", "there are %d columns, at most %d are allowed", len(names), maxColumns)
		return false
	}
	for i, name := range names {
		if slices.Index(names, name) < i {
			p.add(line, columnAt(names, i), "bad-header", "the column %s is there twice", quote(name))
			return false
		}
	}
	p.text, p.kind = slices.Index(names, "text"), slices.Index(names, "kind")
	p.label = slices.Index(names, "intent")
	if p.label < 0 {
		p.label = slices.Index(names, "label")
	}
	if p.text < 0 || p.label < 0 {
		p.add(line, 1, "bad-header", "the first line must name the columns text, and intent or label; it is %s", quote(text))
		return false
	}
	for _, c := range p.where {
		at := slices.Index(names, c.Column)
		if at < 0 {
			p.add(line, 1, "missing-column", "there is no column %s to choose %s by", quote(c.Column), quote(c.Value))
			return false
		}
		p.tests = append(p.tests, at)
	}
	p.header = names
	return true
}

func (p *parser) row(line int, text string) {
	cells := strings.Split(text, "\t")
	if len(cells) != len(p.header) {
		p.add(line, 1, "bad-row", "there are %d columns, the header has %d", len(cells), len(p.header))
		return
	}
	for i, at := range p.tests {
		if cells[at] != p.where[i].Value {
			return
		}
	}
	before := len(p.problems)
	p.check(line, cells, p.text, MaxText)
	p.check(line, cells, p.label, MaxLabel)
	if len(p.problems) > before {
		return
	}
	row := Row{Text: cells[p.text], Label: cells[p.label], Line: line}
	if p.kind >= 0 {
		row.Kind = cells[p.kind]
	}
	p.rows = append(p.rows, row)
}

func (p *parser) check(line int, cells []string, at, most int) {
	switch n := utf8.RuneCountInString(cells[at]); {
	case strings.TrimSpace(cells[at]) == "":
		p.add(line, columnAt(cells, at), "empty-cell", "the column %s is empty", quote(p.header[at]))
	case n > most:
		p.add(line, columnAt(cells, at), "too-long", "the column %s has %d characters, at most %d are allowed", quote(p.header[at]), n, most)
	}
}

// columnAt returns where in its line a cell begins, in characters from 1.
func columnAt(cells []string, at int) int {
	n := 1
	for _, c := range cells[:at] {
		n += utf8.RuneCountInString(c) + 1
	}
	return n
}

func quote(s string) string {
	if utf8.RuneCountInString(s) > maxShown {
		s = string([]rune(s)[:maxShown]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
