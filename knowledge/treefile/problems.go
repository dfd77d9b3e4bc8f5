package treefile

import (
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// maxShown bounds how much of a value a message quotes, in characters.
const maxShown = 40

// problems collects what is wrong with one file, up to knowledge.MaxProblems.
type problems struct {
	file string
	list []knowledge.Problem
	more bool // there were more
}

func (ps *problems) full() bool { return len(ps.list) >= knowledge.MaxProblems }

func (ps *problems) add(line, column int, path, rule, format string, args ...any) {
	if ps.full() {
		ps.more = true
		return
	}
	ps.append(knowledge.Problem{
		File: ps.file, Line: line, Column: column, Path: path, Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

func (ps *problems) append(p knowledge.Problem) {
	if p.Rule == tooMany || ps.full() {
		ps.more = true
		return
	}
	ps.list = append(ps.list, p)
}

// sorted returns the problems in the order of their place. If there were too
// many to list, the last one says so.
func (ps *problems) sorted() []knowledge.Problem {
	knowledge.SortProblems(ps.list)
	if !ps.more {
		return ps.list
	}
	last := ps.list[len(ps.list)-1]
	last.Rule = tooMany
	last.Message = fmt.Sprintf("there are more problems than the %d listed", len(ps.list))
	return append(ps.list, last)
}

const tooMany = "too-many-problems"

// quote returns value in quotes, shortened so that a message stays readable.
func quote(value string) string {
	if r := []rune(value); len(r) > maxShown {
		value = string(r[:maxShown]) + "…"
	}
	return fmt.Sprintf("%q", value)
}
