package intent

import (
	"math"
	"testing"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func shop(t *testing.T) *corpus {
	t.Helper()
	c := newCorpus(knowledge.NewTree(knowledge.Document{Locale: "en", Nodes: []*knowledge.Node{
		{ID: "refund", Question: "when is my refund paid", Similar: []string{"how long does a refund take", "refund still pending"}},
		{ID: "parcel", Question: "where is my parcel", Similar: []string{"the parcel is late", "track my parcel please"}},
		{ID: "invoice", Question: "how do i get an invoice", Similar: []string{"send me the invoice"}},
	}}), nil)
	c.compute(1)
	c.addWords(1)
	return c
}

func TestHeldOutQuestionsLookAsIfTheyWereNew(t *testing.T) {
	c := shop(t)
	parts := []part{{every: 1, from: 0}}
	views, _ := c.views(newPostings(c.questions, c.space.Len()), 1, parts)
	for i, u := range views {
		for _, term := range u.vector {
			shared := false
			for k, q := range c.questions {
				shared = shared || k != i && q.vector.Has(term.ID)
			}
			if !shared {
				t.Fatalf("%q is seen with a piece that no other question has", c.questions[i].text)
			}
		}
		if u.known <= 0 || u.known >= 1 {
			t.Errorf("%q: known = %v, want a part", c.questions[i].text, u.known)
		}
		// The centroid must be that of the others alone.
		sums := make([]float32, c.space.Len())
		node := c.questions[i].node
		for k, q := range c.questions {
			if k != i && q.node == node {
				for _, term := range q.vector {
					sums[term.ID] += term.Weight
				}
			}
		}
		var all lexical.Vector
		for id, w := range sums {
			if w > 0 {
				all = append(all, lexical.Term{ID: uint32(id), Weight: w})
			}
		}
		others, _ := lexical.FromSums(all)
		if got, _ := c.together(&u, node); math.Abs(got-u.vector.Dot(others)) > 1e-5 {
			t.Errorf("%q: cosine = %v, want %v", c.questions[i].text, got, u.vector.Dot(others))
		}
	}
}

func TestWhatTheModelsLikeRuns(t *testing.T) {
	c := shop(t)
	p := trained{}
	if err := c.fitModels(t.Context(), make([][]int32, len(c.questions)), &p, nil, 1); err != nil {
		t.Fatal(err)
	}
	u := c.look("invoice for the refund") // and nothing was recalled
	f := c.newField(u, p.models, func(node int) bool { return c.nodes[node].ID != "parcel" })
	if len(f.contenders) != 2 {
		t.Fatalf("%d nodes run, want invoice and refund", len(f.contenders))
	}
	for _, x := range f.contenders {
		if c.nodes[x.node].ID == "parcel" {
			t.Error("a node runs that must not")
		}
		if want := u.vector.Dot(c.questions[x.nearest].vector); x.signal[signalBest] != want {
			t.Errorf("%s: best = %v, want %v", c.nodes[x.node].ID, x.signal[signalBest], want)
		}
	}
}
