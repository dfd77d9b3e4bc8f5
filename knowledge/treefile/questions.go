package treefile

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// maxUtterance is how long a test question may be, in characters: as long as
// what a customer may send.
const maxUtterance = 2000

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

var expectable = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]*$`)

// ReadQuestions reads a test set: tab-separated values in UTF-8 whose first
// line is "utterance", a tab, "expect" and, if there are more columns, a tab
// and their names, which are ignored. There is no quoting. expect holds the id
// of the node that the utterance must reach, or several joined by '|' if any of
// them is right, or !none where nothing may answer, or !human for a wish for a
// human. Empty lines are skipped.
//
// It returns the questions of the lines that are right and the problems of the
// others, in order. Whether the questions fit a tree is for
// [lint.CheckQuestions] to say. name is used in problems.
func ReadQuestions(name string, r io.Reader) ([]lint.Question, []knowledge.Problem) {
	q := &questionReader{reader: reader{problems: problems{file: name}}}
	data, err := io.ReadAll(io.LimitReader(r, knowledge.MaxDocumentSize+1))
	if err != nil {
		q.add(0, 0, "", "unreadable", "%v", err)
		return nil, q.sorted()
	}
	if data, ok := q.scan(data); ok {
		q.lines(string(data))
	}
	return q.questions, q.sorted()
}

type questionReader struct {
	reader
	questions []lint.Question
}

func (q *questionReader) lines(text string) {
	number, header := 0, false
	for line := range strings.SplitSeq(lineEnds.Replace(text), "\n") {
		number++
		switch columns := strings.Split(line, "\t"); {
		case line == "":
		case !header:
			if len(columns) < 2 || columns[0] != "utterance" || columns[1] != "expect" {
				q.add(number, 1, "", "bad-header", "the first line must be utterance, a tab, expect; it is %s", quote(line))
				return
			}
			header = true
		case len(q.questions) >= knowledge.MaxQuestions:
			q.add(number, 1, "", "too-many", "there are more than %d questions", knowledge.MaxQuestions)
			return
		default:
			q.row(number, columns)
		}
	}
	if !header {
		q.add(1, 1, "", "empty", "there is nothing in the file")
	}
}

func (q *questionReader) row(line int, columns []string) {
	text := columns[0]
	before := len(q.list)
	switch n := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		q.add(line, 1, "", "empty-question", "there is no utterance")
	case n > maxUtterance:
		q.add(line, 1, "", "too-long", "the utterance has %d characters, at most %d are allowed", n, maxUtterance)
	}
	column := utf8.RuneCountInString(text) + 2
	if len(columns) < 2 {
		q.add(line, column-1, "", "bad-expectation", "there is no tab and no second column")
		return
	}
	expect, err := parseExpect(columns[1])
	if err != nil {
		q.add(line, column, "", "bad-expectation", "%v", err)
	}
	if len(q.list) == before && !q.more {
		q.questions = append(q.questions, lint.Question{Text: text, Expect: expect, File: q.file, Line: line})
	}
}

func parseExpect(field string) ([]knowledge.NodeID, error) {
	var ids []knowledge.NodeID
	for part := range strings.SplitSeq(field, "|") {
		id := knowledge.NodeID(strings.TrimSpace(part))
		special := id == lint.ExpectNone || id == lint.ExpectHuman
		switch {
		case special && strings.Contains(field, "|"):
			return nil, fmt.Errorf("%s must stand alone", id)
		case !special && !expectable.MatchString(string(id)):
			return nil, fmt.Errorf("%s is neither the id of a node nor %s or %s", quote(string(id)), lint.ExpectNone, lint.ExpectHuman)
		case slices.Contains(ids, id):
			return nil, fmt.Errorf("%s is there twice", id)
		}
		ids = append(ids, id)
	}
	return ids, nil
}
