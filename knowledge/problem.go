package knowledge

import (
	"cmp"
	"fmt"
	"slices"
)

// Problem is one thing that is wrong with a tree, in an editor's words.
type Problem struct {
	Path    string `json:"path"` // where in the document, such as nodes[3].similar[0]
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`   // from 1; 0 when unknown
	Column  int    `json:"column,omitempty"` // from 1, in characters; 0 when unknown
	Rule    string `json:"rule"`             // stable, such as "duplicate-id"
	Message string `json:"message"`
}

// String returns "file:line:col: rule: message".
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", p.File, p.Line, p.Column, p.Rule, p.Message)
}

// SortProblems puts problems in the order of their place in the file.
func SortProblems(ps []Problem) {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// InvalidError is returned where a tree with problems was about to be used.
type InvalidError struct {
	Problems []Problem // never empty
}

func (e *InvalidError) Error() string {
	if len(e.Problems) == 1 {
		return "knowledge: invalid tree: " + e.Problems[0].String()
	}
	return fmt.Sprintf("knowledge: invalid tree: %d problems, the first: %s", len(e.Problems), e.Problems[0])
}
