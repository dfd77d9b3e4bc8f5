package condition

import (
	"fmt"
	"regexp"

	"cel.dev/cel-go/cel"
	celenv "cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Env compiles the conditions of one tree. It is immutable and safe for
// concurrent use.
type Env struct {
	cel   *cel.Env
	slots map[knowledge.SlotID]*knowledge.Slot
}

// NewEnv returns an Env whose variables are slots, which the caller must not
// change afterwards. A slot that cannot be a variable (its id is no name or is
// [Reserved], its type is unknown, or the id was used before) is left out, and
// a condition that uses it does not compile: it is for package lint to report
// the slot itself.
func NewEnv(slots []knowledge.Slot) (*Env, error) {
	e := &Env{slots: make(map[knowledge.SlotID]*knowledge.Slot, len(slots))}
	opts := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(subset())),
		cel.ParserExpressionSizeLimit(knowledge.MaxCondition),
	}
	for i := range slots {
		s := &slots[i]
		typ, ok := celType(s.Type)
		if _, used := e.slots[s.ID]; used || !ok || !variable.MatchString(string(s.ID)) || Reserved(s.ID) {
			continue
		}
		e.slots[s.ID] = s
		opts = append(opts, cel.Variable(string(s.ID), typ))
	}
	var err error
	if e.cel, err = cel.NewCustomEnv(opts...); err != nil {
		return nil, fmt.Errorf("condition: declaring the slots: %w", err)
	}
	return e, nil
}

var variable = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Reserved reports whether id is a word of the condition language and can
// therefore be no slot.
func Reserved(id knowledge.SlotID) bool { return reserved[id] }

// reserved are CEL's keywords and the words that its grammar keeps.
var reserved = map[knowledge.SlotID]bool{
	"true": true, "false": true, "null": true, "in": true,
	"as": true, "break": true, "const": true, "continue": true, "else": true,
	"for": true, "function": true, "if": true, "import": true, "let": true,
	"loop": true, "namespace": true, "package": true, "return": true,
	"var": true, "void": true, "while": true,
}

func celType(t knowledge.SlotType) (*cel.Type, bool) {
	switch t {
	case knowledge.SlotChoice, knowledge.SlotText:
		return types.StringType, true
	case knowledge.SlotYesNo:
		return types.BoolType, true
	case knowledge.SlotNumber:
		return types.IntType, true
	}
	return nil, false
}

// subset is the part of CEL's standard library that conditions may use.
func subset() *celenv.LibrarySubset {
	function := func(name string, overload ...string) *celenv.Function {
		f := &celenv.Function{Name: name}
		for _, id := range overload {
			f.Overloads = append(f.Overloads, &celenv.Overload{ID: id})
		}
		return f
	}
	return &celenv.LibrarySubset{
		DisableMacros: true,
		IncludeFunctions: []*celenv.Function{
			function(operators.LogicalNot),
			function(operators.LogicalAnd),
			function(operators.LogicalOr),
			function(operators.Equals),
			function(operators.NotEquals),
			function(operators.In, overloads.InList),
			function(operators.Less, overloads.LessInt64),
			function(operators.LessEquals, overloads.LessEqualsInt64),
			function(operators.Greater, overloads.GreaterInt64),
			function(operators.GreaterEquals, overloads.GreaterEqualsInt64),
			function(operators.Add, overloads.AddInt64),
			function(operators.Subtract, overloads.SubtractInt64),
			function(operators.Negate, overloads.NegateInt64),
		},
	}
}
