package condition_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

// small are slots with so few values that every case can be tried.
var small = []knowledge.Slot{
	{ID: "n", Type: knowledge.SlotNumber, Min: -2, Max: 9},
	{ID: "m", Type: knowledge.SlotNumber, Min: 1, Max: 6},
	{ID: "yes", Type: knowledge.SlotYesNo},
	{ID: "c", Type: knowledge.SlotChoice, Options: []knowledge.Option{{ID: "a"}, {ID: "b"}, {ID: "d"}}},
}

// TestDeadAgreesWithTryingEverything draws the branches of a node and compares
// what Dead says with what every possible conversation shows.
func TestDeadAgreesWithTryingEverything(t *testing.T) {
	env, err := condition.NewEnv(small)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var ps []*condition.Program
		for range rapid.IntRange(1, 4).Draw(t, "branches") {
			expr := drawCondition(t, 2)
			p, err := env.Compile(expr)
			if err != nil {
				t.Fatalf("Compile(%q) = %v", expr, err)
			}
			ps = append(ps, p)
		}
		ps = append(ps, nil)
		got, _ := env.Dead(ps)
		if diff := cmp.Diff(tryEverything(t, ps), got); diff != "" {
			t.Errorf("Dead (-every case +got):\n%s", diff)
		}
	})
}

func drawCondition(t *rapid.T, depth int) string {
	if depth > 0 && rapid.Bool().Draw(t, "compound") {
		return fmt.Sprintf(rapid.SampledFrom([]string{"(%s && %s)", "(%s || %s)", "(%s && !%s)", "(%s == %s)", "([%s] == [%s])"}).Draw(t, "operator"),
			drawCondition(t, depth-1), drawCondition(t, depth-1))
	}
	switch rapid.IntRange(0, 3).Draw(t, "slot") {
	case 0:
		return "yes"
	case 1:
		return fmt.Sprintf("(c %s %q)", rapid.SampledFrom([]string{"==", "!="}).Draw(t, "compare"),
			rapid.SampledFrom([]string{"a", "b", "d"}).Draw(t, "option"))
	default:
		return fmt.Sprintf("(%s %s %d)", rapid.SampledFrom([]string{"n", "m"}).Draw(t, "number"),
			rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "compare"),
			rapid.IntRange(-3, 10).Draw(t, "constant"))
	}
}

func tryEverything(t *rapid.T, ps []*condition.Program) []condition.DeadBranch {
	holds, taken := make([]bool, len(ps)), make([]bool, len(ps))
	for values := range everyValue() {
		free := true
		for i, p := range ps {
			ok := true
			if p != nil {
				var err error
				if ok, err = p.Eval(values); err != nil {
					t.Fatalf("Eval(%v) = %v", values, err)
				}
			}
			holds[i] = holds[i] || ok
			taken[i] = taken[i] || (ok && free)
			free = free && !ok
		}
	}
	var dead []condition.DeadBranch
	for i := range ps {
		if !taken[i] {
			dead = append(dead, condition.DeadBranch{Branch: i, Never: !holds[i]})
		}
	}
	return dead
}

func everyValue() func(yield func(map[knowledge.SlotID]string) bool) {
	return func(yield func(map[knowledge.SlotID]string) bool) {
		for n := -2; n <= 9; n++ {
			for m := 1; m <= 6; m++ {
				for _, yes := range []string{"true", "false"} {
					for _, c := range []string{"a", "b", "d"} {
						if !yield(map[knowledge.SlotID]string{"n": strconv.Itoa(n), "m": strconv.Itoa(m), "yes": yes, "c": c}) {
							return
						}
					}
				}
			}
		}
	}
}

// TestMissingIsNeverAskedInVain draws a condition and some of the values, and
// fills what Eval says is missing until there is an outcome: it must be the one
// that all values together give, and no slot may be asked for twice.
func TestMissingIsNeverAskedInVain(t *testing.T) {
	env, err := condition.NewEnv(small)
	if err != nil {
		t.Fatal(err)
	}
	full := map[knowledge.SlotID]string{"n": "3", "m": "4", "yes": "true", "c": "b"}
	rapid.Check(t, func(t *rapid.T) {
		expr := drawCondition(t, 3)
		p, err := env.Compile(expr)
		if err != nil {
			t.Fatalf("Compile(%q) = %v", expr, err)
		}
		want, err := p.Eval(full)
		if err != nil {
			t.Fatalf("Eval(%q) = %v", expr, err)
		}
		values := map[knowledge.SlotID]string{}
		for id, value := range full {
			if rapid.Bool().Draw(t, "known") {
				values[id] = value
			}
		}
		for range len(full) + 1 {
			got, err := p.Eval(values)
			if err == nil {
				if got != want {
					t.Fatalf("Eval(%q) with %v = %v, with all values %v", expr, values, got, want)
				}
				return
			}
			missing := missingSlot(t, err)
			if _, ok := values[missing]; ok {
				t.Fatalf("Eval(%q) says that %s is missing although it is given", expr, missing)
			}
			values[missing] = full[missing]
		}
		t.Fatalf("Eval(%q) still asks with every slot filled", expr)
	})
}

func missingSlot(t *rapid.T, err error) knowledge.SlotID {
	missing, ok := errors.AsType[*condition.MissingError](err)
	if !ok {
		t.Fatalf("Eval = %v, want a *condition.MissingError", err)
	}
	return missing.Slot
}
