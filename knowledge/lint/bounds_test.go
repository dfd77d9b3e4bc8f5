package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

func leaves(n int, change func(i int, node *knowledge.Node)) *knowledge.Document {
	d := &knowledge.Document{Locale: "en"}
	for i := range n {
		node := &knowledge.Node{ID: knowledge.NodeID(fmt.Sprintf("n%d", i)), Title: "t", Question: fmt.Sprintf("question %d", i), Answer: "a"}
		change(i, node)
		d.Nodes = append(d.Nodes, node)
	}
	return d
}

// everywhere are trees in which every node has a problem.
var everywhere = []struct {
	name   string
	change func(i int, node *knowledge.Node)
}{
	{"one question for all", func(_ int, n *knowledge.Node) { n.Question = "the same" }},
	{"one id for all", func(_ int, n *knowledge.Node) { n.ID = "same" }},
	{"branches to nowhere", func(_ int, n *knowledge.Node) {
		n.Answer = ""
		n.Branches = []knowledge.Branch{{To: "nowhere"}}
	}},
	{"one condition that does not compile", func(_ int, n *knowledge.Node) {
		n.Answer = ""
		n.Branches = []knowledge.Branch{{When: "slot ==", To: "n0"}, {To: "n1"}}
	}},
	{"every node leads to the next and back to the last", func(i int, n *knowledge.Node) {
		n.Answer = ""
		n.Branches = []knowledge.Branch{
			{When: "true", To: knowledge.NodeID(fmt.Sprintf("n%d", i+1))}, {To: knowledge.NodeID(fmt.Sprintf("n%d", max(i-1, 0)))},
		}
	}},
	{"one chain that ends in a cycle", func(i int, n *knowledge.Node) {
		n.Title, n.Answer = "", ""
		n.Branches = []knowledge.Branch{{To: knowledge.NodeID(fmt.Sprintf("n%d", max(i-1, 0)))}}
	}},
}

func TestProblemsAreBounded(t *testing.T) {
	for _, tt := range everywhere {
		t.Run(tt.name, func(t *testing.T) {
			ps := check(leaves(knowledge.MaxProblems+2, tt.change))
			if len(ps) != knowledge.MaxProblems+1 || ps[len(ps)-1].Rule != "too-many-problems" {
				t.Errorf("Check listed %d problems, the last %v, want %d and too-many-problems", len(ps), ps[len(ps)-1], knowledge.MaxProblems+1)
			}
		})
	}
}

// TestCheckIsLinear guards against loops within loops: 16 times the nodes must
// not take 256 times as long. The best of several runs counts, as other work on
// the machine only ever makes one slower.
func TestCheckIsLinear(t *testing.T) {
	cases := append(everywhere[:len(everywhere):len(everywhere)], struct {
		name   string
		change func(i int, node *knowledge.Node)
	}{"no problems", func(i int, n *knowledge.Node) { n.Similar = []string{fmt.Sprintf("换一种说法 %d", i)} }})
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			fastest := func(nodes int) time.Duration {
				tree := knowledge.NewTree(*leaves(nodes, tt.change))
				best := time.Hour
				for range 3 {
					start := time.Now()
					lint.Check(tree)
					best = min(best, time.Since(start))
				}
				return best
			}
			const nodes, more = 250, 4000
			if few, many := fastest(nodes), fastest(more); many > 100*few {
				t.Errorf("Check of %d nodes took %v, of %d nodes %v", nodes, few, more, many)
			}
		})
	}
}

func TestTooMany(t *testing.T) {
	similar := slices.Repeat([]string{"the same"}, 10) // not looked at where there are too many
	d := leaves(knowledge.MaxNodes+1, func(_ int, n *knowledge.Node) { n.Similar = similar })
	for i := range knowledge.MaxSlots + 1 {
		d.Slots = append(d.Slots, knowledge.Slot{ID: knowledge.SlotID(fmt.Sprint("s", i)), Title: "t", Ask: "a", Type: knowledge.SlotText})
	}
	for i := range knowledge.MaxDictionary + 1 {
		d.Dictionary = append(d.Dictionary, fmt.Sprint("word", i))
	}
	for range knowledge.MaxSynonyms + 1 {
		d.Synonyms = append(d.Synonyms, []string{"a", "b"})
	}
	want := "dictionary: too-many, synonyms: too-many, slots: too-many, nodes: too-many, nodes: too-many"
	if got := strings.Join(brief(check(d)), ", "); got != want {
		t.Errorf("Check = %s, want %s", got, want)
	}
}

// The search for branches that are never taken has a budget for the whole
// tree: without it, this test would evaluate sixteen million conditions.
func TestSearchForDeadBranchesIsBounded(t *testing.T) {
	var all []string
	slots := make([]knowledge.Slot, 13) // 8,192 combinations a node
	for i := range slots {
		slots[i] = knowledge.Slot{ID: knowledge.SlotID(fmt.Sprint("s", i)), Title: "t", Ask: "a", Type: knowledge.SlotYesNo}
		all = append(all, string(slots[i].ID))
	}
	never := strings.Join(all, " && ") + " && !s0"
	d := leaves(2_000, func(i int, n *knowledge.Node) {
		n.Answer = ""
		n.Branches = []knowledge.Branch{{When: never, To: "end"}, {To: "end"}}
	})
	d.Slots = slots
	d.Nodes = append(d.Nodes, &knowledge.Node{ID: "end", Title: "t", Answer: "a"})
	ps := check(d)
	if len(ps) < 50 || len(ps) > 100 {
		t.Errorf("Check found %d branches that are never taken, want as many as the budget allows, about 60", len(ps))
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, nodes := range []int{100, 5_000} {
		b.Run(fmt.Sprintf("nodes=%d", nodes), func(b *testing.B) {
			tree := knowledge.NewTree(*leaves(nodes, func(i int, n *knowledge.Node) {
				for j := range 20 {
					n.Similar = append(n.Similar, fmt.Sprintf("another way to ask %dx%d", i, j))
				}
			}))
			for b.Loop() {
				if ps := lint.Check(tree); len(ps) > 0 {
					b.Fatal(ps[0])
				}
			}
		})
	}
}
