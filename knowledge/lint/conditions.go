package lint

import (
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

// maxEvals bounds the search for branches that are never taken, in evaluations
// of a condition for the whole tree.
const maxEvals = 500_000

// compiler compiles the conditions of a tree, each text once.
type compiler struct {
	env  *condition.Env
	done map[string]compiled
}

type compiled struct {
	program *condition.Program
	err     error
}

func (k *compiler) compile(when string) (*condition.Program, error) {
	result, ok := k.done[when]
	if !ok {
		result.program, result.err = k.env.Compile(when)
		k.done[when] = result
	}
	return result.program, result.err
}

// conditions checks the branches of every node.
func (c *checker) conditions() {
	env, err := condition.NewEnv(c.doc.Slots)
	if err != nil {
		c.add(spot{"", "slots", noIndex}, "bad-condition", "conditions cannot use these slots: %v", err)
		return
	}
	k := &compiler{env: env, done: make(map[string]compiled)}
	evals := 0
	for _, e := range c.all {
		if len(e.Branches) == 0 {
			continue
		}
		programs, ok := c.branches(e, k)
		c.repeated(e)
		if ok && evals < maxEvals {
			dead, n := env.Dead(programs)
			evals += n
			c.dead(e, dead)
		}
	}
}

// branches checks each branch by itself and returns the compiled conditions,
// nil for a branch without one, or false if one does not compile.
func (c *checker) branches(e entry, k *compiler) (programs []*condition.Program, ok bool) {
	c.atMost(spot{e.path, "branches", noIndex}, len(e.Branches), knowledge.MaxBranches, "branches")
	ok = len(e.Branches) <= knowledge.MaxBranches
	for i, b := range e.Branches {
		base := spot{e.path, "branches", i}.path()
		if c.tree.Node(b.To) == nil {
			c.add(spot{base, "to", noIndex}, "dangling-reference", "there is no node %s", quote(string(b.To)))
		}
		if b.When == "" {
			programs = append(programs, nil)
			continue
		}
		when := spot{base, "when", noIndex}
		c.text(when, b.When, knowledge.MaxCondition)
		program, err := k.compile(b.When)
		if err != nil {
			c.add(when, "bad-condition", "%v", err)
			ok = false
		}
		programs = append(programs, program)
	}
	if last := len(e.Branches) - 1; e.Branches[last].When != "" {
		c.add(spot{e.path, "branches", last}, "condition-not-exhaustive",
			"the last branch of %s has a condition; it must have none, for when no other holds", e.ID)
	}
	return programs, ok
}

// repeated reports the branches that their text alone shows never to be taken.
func (c *checker) repeated(e entry) {
	for i, first := range shadowed(e.Branches) {
		at := spot{e.path, "branches", i}
		switch {
		case first < 0:
		case e.Branches[first].When == "":
			c.add(at, "unreachable-branch", "never taken: branch %d before it has no condition", first+1)
		default:
			c.add(at, "unreachable-branch", "never taken: it has the same condition as branch %d", first+1)
		}
	}
}

// shadowed returns for each branch the index of an earlier one that has the
// same condition or none, or -1.
func shadowed(branches []knowledge.Branch) []int {
	by := make([]int, len(branches))
	first := make(map[string]int, len(branches))
	for i, b := range branches {
		by[i] = -1
		if otherwise, ok := first[""]; ok {
			by[i] = otherwise
		} else if same, ok := first[b.When]; ok {
			by[i] = same
		} else {
			first[b.When] = i
		}
	}
	return by
}

// dead reports the branches that no values lead to.
func (c *checker) dead(e entry, dead []condition.DeadBranch) {
	reported := shadowed(e.Branches)
	for _, d := range dead {
		at := spot{e.path, "branches", d.Branch}
		switch {
		case reported[d.Branch] >= 0:
		case d.Never:
			c.add(at, "unreachable-branch", "never taken: its condition holds for no values of the slots")
		case e.Branches[d.Branch].When == "":
			c.add(at, "unreachable-branch", "never taken: the branches before it cover every case; leave out the condition of the last of them")
		default:
			c.add(at, "unreachable-branch", "never taken: where its condition holds, a branch before it is taken")
		}
	}
}
