package condition

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// usage is what a condition does with its slots.
type usage struct {
	slots []knowledge.SlotID // in the order of their first use
	ints  map[knowledge.SlotID][]int64
	texts map[knowledge.SlotID][]string
	// exact means that whether the condition holds depends, for a number or
	// text slot, only on how its value compares with the constants in ints and
	// texts: there is no arithmetic, and no such slot meets another one.
	exact bool
}

// inspect walks a checked condition.
func (e *Env) inspect(tree *ast.AST) (usage, error) {
	w := &walker{env: e, info: tree.SourceInfo()}
	w.uses = usage{ints: map[knowledge.SlotID][]int64{}, texts: map[knowledge.SlotID][]string{}, exact: true}
	w.visit(tree.Expr())
	if w.err != nil {
		return usage{}, w.err
	}
	return w.uses, nil
}

type walker struct {
	env  *Env
	info *ast.SourceInfo
	uses usage
	err  error // the first one
}

func (w *walker) visit(expr ast.Expr) {
	switch expr.Kind() {
	case ast.IdentKind:
		if id := knowledge.SlotID(expr.AsIdent()); w.env.slots[id] != nil && !slices.Contains(w.uses.slots, id) {
			w.uses.slots = append(w.uses.slots, id)
		}
	case ast.ListKind:
		for _, element := range expr.AsList().Elements() {
			w.visit(element)
		}
	case ast.CallKind:
		call := expr.AsCall()
		switch call.FunctionName() {
		case operators.Add, operators.Subtract, operators.Negate:
			w.uses.exact = false
		case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot:
		default:
			w.compare(call.Args())
		}
		for _, arg := range call.Args() {
			w.visit(arg)
		}
	}
}

// compare looks at the operands of a comparison or of "in": it notes the
// constants that slots meet and checks the option ids among them.
func (w *walker) compare(operands []ast.Expr) {
	var slots []*knowledge.Slot
	var literals []ast.Expr
	var collect func(exprs []ast.Expr)
	collect = func(exprs []ast.Expr) {
		for _, e := range exprs {
			switch e.Kind() {
			case ast.LiteralKind:
				literals = append(literals, e)
			case ast.ListKind:
				collect(e.AsList().Elements())
			case ast.IdentKind:
				if s := w.env.slots[knowledge.SlotID(e.AsIdent())]; s != nil && !slices.Contains(slots, s) {
					slots = append(slots, s)
				}
			}
			// A call is a bool, as in (days > 7) == has_photo, and is visited by
			// itself, or arithmetic, and then nothing is exact.
		}
	}
	collect(operands)
	for _, s := range slots {
		if len(slots) > 1 && (s.Type == knowledge.SlotNumber || s.Type == knowledge.SlotText) {
			w.uses.exact = false
		}
		w.meet(s, literals)
	}
}

func (w *walker) meet(s *knowledge.Slot, literals []ast.Expr) {
	for _, literal := range literals {
		switch v := literal.AsLiteral().(type) {
		case types.Int:
			w.uses.ints[s.ID] = append(w.uses.ints[s.ID], int64(v))
		case types.String:
			w.uses.texts[s.ID] = append(w.uses.texts[s.ID], string(v))
			if s.Type == knowledge.SlotChoice && !hasOption(s, string(v)) && w.err == nil {
				w.err = w.noOption(s, literal.ID(), string(v))
			}
		}
	}
}

func (w *walker) noOption(s *knowledge.Slot, id int64, value string) *Error {
	var options []string
	for _, o := range s.Options {
		options = append(options, o.ID)
	}
	return &Error{
		Column:  int(w.info.OffsetRanges()[id].Start) + 1,
		Message: fmt.Sprintf("slot %s has no option %q, its options are %s", s.ID, value, strings.Join(options, ", ")),
	}
}
