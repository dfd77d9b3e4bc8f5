package condition

import (
	"math"
	"slices"

	"cel.dev/cel-go/cel"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// MaxCombinations bounds how many combinations of slot values [Env.Dead] tries
// for one node.
const MaxCombinations = 10_000

// DeadBranch is a branch that no values of the slots lead to.
type DeadBranch struct {
	Branch int  // its index
	Never  bool // its condition never holds; otherwise the branches before it take every case
}

// Dead returns the branches of one node that can never be taken. A nil program
// always holds. It tries every combination of values that the conditions can
// tell apart; where there are more than [MaxCombinations] of them, or the
// conditions do arithmetic or compare numbers or texts with each other, it
// returns nothing.
//
// evals is how many conditions were evaluated, for callers with a budget.
func (e *Env) Dead(branches []*Program) (dead []DeadBranch, evals int) {
	all, ok := e.combine(branches)
	if !ok {
		return nil, 0
	}
	s := sweep{branches: branches, holds: make([]bool, len(branches)), taken: make([]bool, len(branches))}
	for more := true; more && !s.complete(); more = all.next() {
		if !s.try(all) {
			return nil, s.evals // a condition that fails for some value is not judged
		}
	}
	for i := range branches {
		if !s.taken[i] {
			dead = append(dead, DeadBranch{Branch: i, Never: !s.holds[i]})
		}
	}
	return dead, s.evals
}

// sweep collects what the combinations tried so far have shown.
type sweep struct {
	branches []*Program
	holds    []bool // the branch's condition holds for a combination
	taken    []bool // and no earlier one does
	evals    int
}

func (s *sweep) complete() bool { return !slices.Contains(s.taken, false) }

func (s *sweep) try(vars cel.Activation) bool {
	free := true // no branch has taken this combination yet
	for i, p := range s.branches {
		if s.holds[i] && !free {
			continue
		}
		holds := true
		if p != nil {
			var err error
			s.evals++
			if holds, err = p.eval(vars); err != nil {
				return false
			}
		}
		if holds {
			s.holds[i] = true
			s.taken[i] = s.taken[i] || free
			free = false
		}
	}
	return true
}

// combinations is an odometer over the values of several slots. It is also the
// activation that holds the combination it stands at.
type combinations struct {
	slots  map[string]int // name to index in values and at
	values [][]any
	at     []int
}

// next moves to the next combination, or returns false after the last.
func (c *combinations) next() bool {
	for i := range c.at {
		if c.at[i]++; c.at[i] < len(c.values[i]) {
			return true
		}
		c.at[i] = 0
	}
	return false
}

// ResolveName returns the value of the slot called name.
func (c *combinations) ResolveName(name string) (any, bool) {
	i, ok := c.slots[name]
	if !ok {
		return nil, false
	}
	return c.values[i][c.at[i]], true
}

// Parent returns nil: there is no outer scope.
func (c *combinations) Parent() cel.Activation { return nil }

// combine returns every combination of values that branches can tell apart, or
// false where that cannot be said or they are too many.
func (e *Env) combine(branches []*Program) (*combinations, bool) {
	c := &combinations{slots: map[string]int{}}
	product := 1
	for _, p := range branches {
		if p == nil {
			continue
		}
		if !p.uses.exact {
			return nil, false
		}
		for _, id := range p.uses.slots {
			if _, ok := c.slots[string(id)]; ok {
				continue
			}
			values := e.values(id, branches)
			if product *= len(values); product == 0 || product > MaxCombinations {
				return nil, false
			}
			c.slots[string(id)] = len(c.values)
			c.values = append(c.values, values)
		}
	}
	c.at = make([]int, len(c.values))
	return c, true
}

// values returns one value of the slot for each case that branches can tell
// apart, or none where the slot itself makes no sense.
func (e *Env) values(id knowledge.SlotID, branches []*Program) []any {
	slot := e.slots[id]
	var ints []int64
	var texts []string
	for _, p := range branches {
		if p != nil {
			ints = append(ints, p.uses.ints[id]...)
			texts = append(texts, p.uses.texts[id]...)
		}
	}
	switch slot.Type {
	case knowledge.SlotYesNo:
		return []any{true, false}
	case knowledge.SlotNumber:
		if slot.Min >= slot.Max {
			return nil // a slip in the slot, not in the conditions
		}
		return distinct(around(ints, slot.Min, slot.Max))
	case knowledge.SlotChoice:
		texts = texts[:0]
		for _, o := range slot.Options {
			texts = append(texts, o.ID)
		}
		return distinct(texts)
	default:
		other := "x" // made longer than every constant, it is none of them
		for _, t := range texts {
			other += t
		}
		return distinct(append(texts, other))
	}
}

// around returns, of the numbers from low to high, the bounds and each constant
// with its neighbours: between two constants every comparison is constant.
func around(constants []int64, low, high int64) []int64 {
	candidates := []int64{low, high}
	for _, c := range constants {
		candidates = append(candidates, max(c, math.MinInt64+1)-1, c, min(c, math.MaxInt64-1)+1)
	}
	return slices.DeleteFunc(candidates, func(n int64) bool { return n < low || n > high })
}

func distinct[T int64 | string](values []T) []any {
	slices.Sort(values)
	values = slices.Compact(values)
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
