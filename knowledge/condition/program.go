package condition

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Program is a compiled condition. It is immutable and safe for concurrent use.
type Program struct {
	env  *Env
	expr string
	cel  cel.Program
	uses usage
}

// Compile compiles one condition over slots. To compile several, make an
// [Env] once.
func Compile(expr string, slots []knowledge.Slot) (*Program, error) {
	env, err := NewEnv(slots)
	if err != nil {
		return nil, err
	}
	return env.Compile(expr)
}

// Compile compiles one condition. What is wrong with expr is reported as an
// [*Error].
func (e *Env) Compile(expr string) (*Program, error) {
	if n := utf8.RuneCountInString(expr); n > knowledge.MaxCondition {
		return nil, &Error{Column: 1, Message: fmt.Sprintf("the condition has %d characters, at most %d are allowed", n, knowledge.MaxCondition)}
	}
	ast, issues := e.cel.Compile(expr)
	if issues.Err() != nil {
		return nil, firstIssue(expr, issues)
	}
	if !ast.OutputType().IsExactType(cel.BoolType) {
		return nil, &Error{Column: 1, Message: fmt.Sprintf("the condition is of type %s, it must be true or false", ast.OutputType())}
	}
	uses, err := e.inspect(ast.NativeRep())
	if err != nil {
		return nil, err
	}
	prg, err := e.cel.Program(ast)
	if err != nil {
		return nil, fmt.Errorf("condition: planning %q: %w", expr, err)
	}
	return &Program{env: e, expr: expr, cel: prg, uses: uses}, nil
}

// Slots returns the slots that the condition refers to, in the order of their
// first use.
func (p *Program) Slots() []knowledge.SlotID { return slices.Clone(p.uses.slots) }

// Eval reports whether the condition holds for values, which are canonical: an
// option's id, "true" or "false", a decimal number, or text. A value that its
// slot cannot hold, such as an option that a later release has dropped, counts
// as missing.
//
// Eval asks for no more than it needs: where has_photo is "true",
// has_photo || days > 7 holds whatever days is. Where the outcome depends on
// slots without a value, it returns a [*MissingError] with the first of them
// in the order of [Program.Slots].
func (p *Program) Eval(values map[knowledge.SlotID]string) (bool, error) {
	return p.eval(&collected{env: p.env, values: values})
}

func (p *Program) eval(vars cel.Activation) (bool, error) {
	out, _, err := p.cel.Eval(vars)
	if err != nil {
		return false, fmt.Errorf("condition: evaluating %q: %w", p.expr, err)
	}
	switch v := out.(type) {
	case types.Bool:
		return bool(v), nil
	case *types.Unknown:
		for _, id := range p.uses.slots {
			if depends(v, id) {
				return false, &MissingError{Slot: id}
			}
		}
	}
	return false, fmt.Errorf("condition: evaluating %q: result is %v, not a bool", p.expr, out)
}

func depends(u *types.Unknown, slot knowledge.SlotID) bool {
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			if t.Variable() == string(slot) {
				return true
			}
		}
	}
	return false
}

// collected gives a CEL program the slots of a session as its variables.
type collected struct {
	env    *Env
	values map[knowledge.SlotID]string
}

// ResolveName returns the value of the slot called name, or an unknown that
// carries the name through the evaluation.
func (c *collected) ResolveName(name string) (any, bool) {
	slot, ok := c.env.slots[knowledge.SlotID(name)]
	if !ok {
		return nil, false
	}
	if text, ok := c.values[slot.ID]; ok {
		if v, ok := parse(slot, text); ok {
			return v, true
		}
	}
	return unknown(name), true
}

// Parent returns nil: there is no outer scope.
func (c *collected) Parent() cel.Activation { return nil }

func unknown(name string) *types.Unknown {
	return types.NewUnknown(0, types.NewAttributeTrail(name))
}

// parse returns the CEL value of a slot's canonical value, or false where the
// slot cannot hold it.
func parse(slot *knowledge.Slot, value string) (any, bool) {
	switch slot.Type {
	case knowledge.SlotYesNo:
		return value == "true", value == "true" || value == "false"
	case knowledge.SlotNumber:
		n, err := strconv.ParseInt(value, 10, 64)
		return n, err == nil
	case knowledge.SlotChoice:
		return value, hasOption(slot, value)
	default:
		return value, true
	}
}

func hasOption(slot *knowledge.Slot, id string) bool {
	return slices.ContainsFunc(slot.Options, func(o knowledge.Option) bool { return o.ID == id })
}
