package synthetic_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

func shopOf(t testing.TB, o synthetic.Options) *synthetic.Shop {
	t.Helper()
	s, err := synthetic.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNewMakesWhatIsAskedFor(t *testing.T) {
	for _, o := range []synthetic.Options{
		{Seed: 1, Questions: 1, PerNode: 20, Utterances: 3},
		{Seed: 1, Questions: 1000, PerNode: 20, Utterances: 500},
		{Seed: 2, Questions: 1005, PerNode: 100, Utterances: 10},
		{Seed: 3, Questions: 3000, PerNode: 1},
		{Seed: 4, Questions: 20_000, PerNode: 20, Utterances: 1000},
	} {
		s := shopOf(t, o)
		if got, want := s.Tree.Len(), (o.Questions+o.PerNode-1)/o.PerNode; got != want {
			t.Errorf("New(%+v) has %d nodes, want %d", o, got, want)
		}
		nodes := make(map[string]knowledge.NodeID)
		for n := range s.Tree.Nodes() {
			for _, q := range n.Questions() {
				key := textnorm.Key(q)
				if at, ok := nodes[key]; ok {
					t.Errorf("New(%+v): %q is a question of %s and of %s", o, q, at, n.ID)
				}
				nodes[key] = n.ID
			}
		}
		if len(nodes) != o.Questions {
			t.Errorf("New(%+v) has %d questions, want %d", o, len(nodes), o.Questions)
		}
		if len(s.Utterances) != o.Utterances {
			t.Errorf("New(%+v) has %d utterances, want %d", o, len(s.Utterances), o.Utterances)
		}
		for _, u := range s.Utterances {
			if s.Tree.Node(u.Node) == nil {
				t.Errorf("New(%+v): %q is about node %s, which is not in the tree", o, u.Text, u.Node)
			}
			if at, ok := nodes[textnorm.Key(u.Text)]; ok {
				t.Errorf("New(%+v): utterance %q is a question of %s", o, u.Text, at)
			}
			if strings.ContainsAny(u.Text, "%@#$^~") {
				t.Errorf("New(%+v): utterance %q has a gap", o, u.Text)
			}
		}
	}
}

func TestNewIsTheSameEveryTime(t *testing.T) {
	o := synthetic.Options{Seed: 7, Questions: 2000, PerNode: 20, Utterances: 100}
	a, b := shopOf(t, o), shopOf(t, o)
	if diff := cmp.Diff(a.Tree.Document(), b.Tree.Document()); diff != "" {
		t.Errorf("New(%+v) differs from call to call (-first +second):\n%s", o, diff)
	}
	if diff := cmp.Diff(a.Utterances, b.Utterances); diff != "" {
		t.Errorf("New(%+v) has other utterances the second time (-first +second):\n%s", o, diff)
	}
	o.Seed++
	if c := shopOf(t, o); cmp.Equal(a.Utterances, c.Utterances) {
		t.Error("New with another seed made the same utterances")
	}
}

// TestNewPassesLint, so that what is measured could be published.
func TestNewPassesLint(t *testing.T) {
	s := shopOf(t, synthetic.Options{Seed: 1, Questions: 20_000, PerNode: 20})
	for _, p := range lint.Check(s.Tree) {
		t.Errorf("lint of a synthetic shop: %s", p)
	}
}

// TestNewSpreadsWords holds the shop to how words are spread in real ones: a
// few are in very many questions, most are in very few.
func TestNewSpreadsWords(t *testing.T) {
	s := shopOf(t, synthetic.Options{Seed: 1, Questions: 20_000, PerNode: 20})
	holders := make(map[string]int) // of each pair of characters
	for n := range s.Tree.Nodes() {
		for _, q := range n.Questions() {
			seen := make(map[string]bool)
			rs := []rune(textnorm.Key(q))
			for i := 1; i < len(rs); i++ {
				seen[string(rs[i-1:i+1])] = true
			}
			for pair := range seen {
				holders[pair]++
			}
		}
	}
	for _, pair := range []string{"怎么", "退货"} {
		if got := holders[pair]; got < 600 {
			t.Errorf("%s is in %d of 20,000 questions, want it frequent", pair, got)
		}
	}
	rare := 0
	for _, n := range holders {
		if n <= 2 {
			rare++
		}
	}
	if rare*3 < len(holders) {
		t.Errorf("%d of %d pairs of characters are in one or two questions, want at least a third", rare, len(holders))
	}
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]synthetic.Options{
		"no questions":          {Questions: 0, PerNode: 20},
		"too many questions":    {Questions: knowledge.MaxQuestions + 1, PerNode: 20},
		"no questions a node":   {Questions: 10, PerNode: 0},
		"too many a node":       {Questions: 10, PerNode: 101},
		"less than none said":   {Questions: 10, PerNode: 20, Utterances: -1},
		"too much said":         {Questions: 10, PerNode: 20, Utterances: 100_001},
		"more nodes than words": {Questions: 100_000, PerNode: 1},
	} {
		if s, err := synthetic.New(o); err == nil {
			t.Errorf("%s: New(%+v) = %d nodes, want an error", name, o, s.Tree.Len())
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		shopOf(b, synthetic.Options{Seed: 1, Questions: 10_000, PerNode: 20, Utterances: 1000})
	}
}
