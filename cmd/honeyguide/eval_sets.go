package main

import (
	"bytes"
	"errors"
	"io"
	"unicode"

	"github.com/honeyguide-chat/honeyguide/intent/eval/labelled"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// labelledSets are sets by their names, in the order in which they were named.
type labelledSets struct {
	order [][]labelled.Row
	rows  map[string][]labelled.Row
}

// loadSets reads every named set once. What is wrong with them is printed, all
// of it.
func loadSets(stderr io.Writer, names ...[]string) (*labelledSets, error) {
	sets := &labelledSets{rows: make(map[string][]labelled.Row)}
	var problems []knowledge.Problem
	for _, list := range names {
		for _, name := range list {
			if _, done := sets.rows[name]; done {
				continue
			}
			rows, bad, err := readRows(name)
			if err != nil {
				return nil, err
			}
			sets.rows[name] = rows
			sets.order = append(sets.order, rows)
			problems = append(problems, bad...)
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(printProblems(stderr, problems, false), summarise(stderr, problems, len(sets.order)))
	}
	return sets, nil
}

// readRows returns the rows that a source names, or what is wrong with it.
func readRows(name string) ([]labelled.Row, []knowledge.Problem, error) {
	from, err := labelled.ParseSource(name)
	if err != nil {
		return nil, nil, err
	}
	data, bad := readFile(from.File)
	if bad != nil {
		return nil, bad, nil
	}
	rows, bad := labelled.Read(from.File, bytes.NewReader(data), from.Where)
	return rows, bad, nil
}

// localeOf guesses the language of a set by the script of most of its letters.
func localeOf(rows []labelled.Row) string {
	han, others := 0, 0
	for _, row := range rows {
		for _, r := range row.Text {
			switch {
			case textnorm.IsHan(r):
				han++
			case unicode.IsLetter(r):
				others++
			}
		}
	}
	if han > others/4 { // a word of Latin letters is several, a Chinese one two
		return "zh-CN"
	}
	return "en"
}

// shared returns how many rows of a set have a text that is also in another.
func shared(rows, among []labelled.Row) int {
	known := make(map[string]bool)
	for _, row := range among {
		known[textnorm.Key(row.Text)] = true
	}
	n := 0
	for _, row := range rows {
		if known[textnorm.Key(row.Text)] {
			n++
		}
	}
	return n
}
