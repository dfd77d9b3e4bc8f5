package condition

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Error says why a condition does not compile.
type Error struct {
	Column  int // from 1, in characters from the beginning of the condition
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Message) }

// MissingError says that the outcome of a condition depends on a slot that has
// no value yet.
type MissingError struct {
	Slot knowledge.SlotID
}

func (e *MissingError) Error() string { return fmt.Sprintf("condition: slot %s has no value", e.Slot) }

// firstIssue returns the issue nearest to the beginning of expr.
func firstIssue(expr string, issues *cel.Issues) *Error {
	first := slices.MinFunc(issues.Errors(), func(a, b *cel.Error) int {
		return cmp.Or(cmp.Compare(a.Location.Line(), b.Location.Line()),
			cmp.Compare(a.Location.Column(), b.Location.Column()))
	})
	column := max(first.Location.Column(), 0) + 1 // -1 for an empty expression
	lines := strings.SplitAfter(expr, "\n")
	for _, line := range lines[:min(len(lines), max(0, first.Location.Line()-1))] {
		column += len([]rune(line))
	}
	return &Error{Column: column, Message: plain(first.Message)}
}

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	overload   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`)
	badToken   = regexp.MustCompile(`^Syntax error: .*?'(.*?)' expecting `)
)

// plain turns a message of the CEL compiler into words for an editor.
func plain(msg string) string {
	switch m := undeclared.FindStringSubmatch(msg); {
	case m == nil:
	case strings.ContainsAny(m[1], "_@") && symbol(m[1]) != m[1]:
		return fmt.Sprintf("conditions have no operator %s", symbol(m[1]))
	default:
		return fmt.Sprintf("there is no slot %s", m[1])
	}
	if m := overload.FindStringSubmatch(msg); m != nil {
		return fmt.Sprintf("%s cannot be applied to %s", symbol(m[1]), m[2])
	}
	switch m := badToken.FindStringSubmatch(msg); {
	case m == nil:
		return strings.Replace(msg, "Syntax error", "syntax error", 1)
	case m[1] == "<EOF>":
		return "syntax error: the condition ends too early"
	default:
		return fmt.Sprintf("syntax error at %q", m[1])
	}
}

// symbol returns how the operator with CEL's internal name is written.
func symbol(name string) string {
	switch s, ok := operators.FindReverse(name); {
	case name == operators.Conditional:
		return "?:"
	case name == operators.Index:
		return "[]"
	case ok && s != "":
		return s
	}
	return name
}
