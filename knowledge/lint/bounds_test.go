package lint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
)

// tooLong is far above what a check of a large tree takes here, and far below
// what anything quadratic would.
const tooLong = 10 * time.Second

func leaves(n int, change func(i int, node *knowledge.Node)) *knowledge.Document {
	d := &knowledge.Document{Locale: "en"}
	for i := range n {
		node := &knowledge.Node{ID: knowledge.NodeID(fmt.Sprintf("n%d", i)), Title: "t", Question: fmt.Sprintf("question %d", i), Answer: "a"}
		change(i, node)
		d.Nodes = append(d.Nodes, node)
	}
	return d
}

func TestProblemsAreBounded(t *testing.T) {
	tests := []struct {
		name   string
		change func(i int, node *knowledge.Node)
	}{
		{"one question for all", func(_ int, n *knowledge.Node) { n.Question = "the same" }},
		{"one id for all", func(_ int, n *knowledge.Node) { n.ID = "same" }},
		{"branches to nowhere", func(_ int, n *knowledge.Node) {
			n.Answer = ""
			n.Branches = []knowledge.Branch{{To: "nowhere"}}
		}},
		{"conditions that do not compile", func(i int, n *knowledge.Node) {
			n.Answer = ""
			n.Branches = []knowledge.Branch{{When: fmt.Sprintf("slot%d == ", i), To: "n0"}, {To: "n1"}}
		}},
		{"one cycle of all", func(i int, n *knowledge.Node) {
			n.Title, n.Answer = "", ""
			n.Branches = []knowledge.Branch{{To: knowledge.NodeID(fmt.Sprintf("n%d", (i+1)%20_000))}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := leaves(knowledge.MaxNodes, tt.change)
			start := time.Now()
			ps := check(d)
			took := time.Since(start)
			t.Logf("%d problems in %v", len(ps), took)
			if len(ps) != knowledge.MaxProblems+1 || ps[len(ps)-1].Rule != "too-many-problems" {
				t.Errorf("Check listed %d problems, the last %v, want %d and too-many-problems", len(ps), ps[len(ps)-1], knowledge.MaxProblems+1)
			}
			if took > tooLong {
				t.Errorf("Check took %v", took)
			}
		})
	}
}

func TestLargestGoodTree(t *testing.T) {
	d := leaves(knowledge.MaxNodes, func(i int, n *knowledge.Node) {
		for j := range 9 {
			n.Similar = append(n.Similar, fmt.Sprintf("另外一种问法 %d.%d", i, j))
		}
	})
	start := time.Now()
	if ps := check(d); len(ps) != 0 {
		t.Errorf("Check of %d questions = %d problems, the first %v, want none", knowledge.MaxQuestions, len(ps), ps[0])
	}
	if took := time.Since(start); took > tooLong {
		t.Errorf("Check took %v", took)
	}
}

func TestTooMany(t *testing.T) {
	d := leaves(knowledge.MaxNodes+1, func(i int, n *knowledge.Node) {
		for j := range 9 {
			n.Similar = append(n.Similar, fmt.Sprintf("another %d.%d", i, j))
		}
	})
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

// The search for branches that are never taken must not make a check slow,
// whatever the conditions: it has a budget for the whole tree.
func TestSearchForDeadBranchesIsBounded(t *testing.T) {
	d := leaves(2_000, func(i int, n *knowledge.Node) {
		var all []string
		for s := range 13 { // 8,192 combinations a node
			all = append(all, fmt.Sprintf("s%d", s))
		}
		n.Answer = ""
		n.Branches = []knowledge.Branch{{When: strings.Join(all, " && "), To: "end"}, {To: "end"}}
	})
	for s := range 13 {
		d.Slots = append(d.Slots, knowledge.Slot{ID: knowledge.SlotID(fmt.Sprint("s", s)), Title: "t", Ask: "a", Type: knowledge.SlotYesNo})
	}
	d.Nodes = append(d.Nodes, &knowledge.Node{ID: "end", Title: "t", Answer: "a"})
	start := time.Now()
	if ps := check(d); len(ps) != 0 {
		t.Errorf("Check = %v, want nothing", ps[0])
	}
	if took := time.Since(start); took > tooLong {
		t.Errorf("Check took %v", took)
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
