package rerank

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Limits of a set, beside knowledge.MaxDocumentSize in bytes.
const (
	MaxLists     = 100_000
	MaxSentences = 1_000 // of one list
	MaxText      = 2_000 // characters of a query or sentence
	maxProblems  = 100
)

// Read reads a set. Empty lines are skipped, and so are other keys. It returns the lists, or what is
// wrong with the file, in order and bounded. name is used in problems.
func Read(name string, r io.Reader) ([]List, []knowledge.Problem) {
	p := &parser{name: name}
	data, err := io.ReadAll(io.LimitReader(r, knowledge.MaxDocumentSize+1))
	switch {
	case err != nil:
		p.add(0, 0, "unreadable", "%v", err)
	case len(data) > knowledge.MaxDocumentSize:
		p.add(0, 0, "too-large", "the file has more than %d bytes", knowledge.MaxDocumentSize)
	default:
		p.lines(bytes.TrimPrefix(data, []byte("\ufeff")))
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	return p.lists, nil
}

type parser struct {
	name     string
	lists    []List
	problems []knowledge.Problem
}

func (p *parser) add(line, column int, rule, format string, args ...any) {
	p.problems = append(p.problems, knowledge.Problem{
		File: p.name, Line: line, Column: column, Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

func (p *parser) lines(data []byte) {
	number := 0
	for line := range bytes.Lines(data) {
		number++
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
		case !utf8.Valid(line):
			p.add(number, 1, "not-utf8", "there is a byte that is not UTF-8")
		case len(p.lists) >= MaxLists:
			p.add(number, 1, "too-many", "there are more than %d lists", MaxLists)
			return
		default:
			p.list(number, line)
		}
		if len(p.problems) >= maxProblems {
			return
		}
	}
	if len(p.lists) == 0 && len(p.problems) == 0 {
		p.add(1, 1, "empty", "there is nothing in the file")
	}
}

func (p *parser) list(line int, data []byte) {
	var in struct {
		Query           *string
		Same, Different []string
	}
	if err := json.Unmarshal(data, &in); err != nil {
		at := int64(1)
		if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = wrong.Offset
		} else if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			at = wrong.Offset
		}
		p.add(line, column(data, at), "bad-json", "%v", err)
		return
	}
	all := slices.Concat(in.Same, in.Different)
	switch n := len(all); {
	case in.Query == nil || strings.TrimSpace(*in.Query) == "":
		p.add(line, 1, "empty-query", "there is no query")
	case len(in.Same) == 0:
		p.add(line, 1, "nothing-same", "there is no sentence of the same meaning")
	case n > MaxSentences:
		p.add(line, 1, "too-many", "there are %d sentences, at most %d are allowed", n, MaxSentences)
	case slices.ContainsFunc(append(all, *in.Query), func(s string) bool { return utf8.RuneCountInString(s) > MaxText }):
		p.add(line, 1, "too-long", "a text has more than %d characters", MaxText)
	case repeated(all) != "":
		p.add(line, 1, "twice", "%q is there twice", repeated(all))
	default:
		p.lists = append(p.lists, List{Query: *in.Query, Same: in.Same, Different: in.Different, File: p.name, Line: line})
	}
}

// column returns the place, in characters from 1, of the last of so many bytes.
func column(line []byte, offset int64) int {
	return utf8.RuneCount(line[:max(0, min(int(offset)-1, len(line)))]) + 1
}

// repeated returns a text that occurs twice, or "".
func repeated(texts []string) string {
	seen := make(map[string]bool, len(texts))
	for _, text := range texts {
		if seen[text] {
			return text
		}
		seen[text] = true
	}
	return ""
}
