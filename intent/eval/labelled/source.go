package labelled

import (
	"fmt"
	"strings"
)

// Source is a file and which of its rows are meant.
type Source struct {
	File  string
	Where []Condition // all of them must hold
}

// Condition says what a column must hold.
type Condition struct{ Column, Value string }

// splitColumn is the column that a bare value after '@' is of.
const splitColumn = "split"

// ParseSource reads a file's name, or a name, '@' and conditions joined by
// commas: COLUMN=VALUE, or only VALUE for the column split. An '@' before the
// last '/' or '\' belongs to the name. It fails where a condition is empty.
func ParseSource(s string) (Source, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || at < strings.LastIndexAny(s, `/\`) {
		return Source{File: s}, nil
	}
	out := Source{File: s[:at]}
	for part := range strings.SplitSeq(s[at+1:], ",") {
		column, value, ok := strings.Cut(part, "=")
		if !ok {
			column, value = splitColumn, part
		}
		if column == "" || value == "" {
			return Source{}, fmt.Errorf("labelled: %q: after '@' come values of the column %s, or COLUMN=VALUE, joined by commas", s, splitColumn)
		}
		out.Where = append(out.Where, Condition{column, value})
	}
	return out, nil
}

// String returns what ParseSource reads.
func (s Source) String() string {
	var parts []string
	for _, c := range s.Where {
		if c.Column == splitColumn {
			parts = append(parts, c.Value)
		} else {
			parts = append(parts, c.Column+"="+c.Value)
		}
	}
	if len(parts) == 0 {
		return s.File
	}
	return s.File + "@" + strings.Join(parts, ",")
}
