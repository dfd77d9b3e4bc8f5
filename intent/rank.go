package intent

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Rank orders the given nodes by how probable it is that utterance is about
// each, the others out of the running: what Match would say if recall had
// brought up these and no others. Unknown nodes and those without questions are
// left out; validity, topic and exact questions do not count.
func (m *Matcher) Rank(ctx context.Context, utterance string, nodes []knowledge.NodeID) ([]Candidate, error) {
	r := m.open(utterance)
	if err := m.embed(ctx, r); err != nil {
		return nil, fmt.Errorf("intent: rank: %w", err)
	}
	u := &r.view
	in := make(map[int]bool, len(nodes))
	for at, n := range m.corpus.nodes {
		in[at] = slices.Contains(nodes, n.ID)
	}
	for i, q := range m.corpus.questions {
		if in[q.node] {
			u.nears = append(u.nears, near{i, u.probe().Dot(q.vector)})
		}
	}
	slices.SortFunc(u.nears, compareNear)
	u.most = len(nodes)
	f := m.corpus.newField(*u, m.trained.models, func(node int) bool { return in[node] })
	ps, _ := r.judge.Fusion.probabilities(&f, noBonus)
	out := make([]Candidate, len(ps))
	for i, c := range f.contenders {
		out[i] = Candidate{Node: m.corpus.nodes[c.node].ID, Probability: ps[i], Question: m.corpus.questions[c.nearest].text}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return cmp.Compare(b.Probability, a.Probability) })
	return out, nil
}
