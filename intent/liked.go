package intent

import (
	"cmp"
	"slices"
	"sort"
)

// fewNodes is up to how many nodes each of them competes in all of training,
// and may run because the models like it. Of more, training sets a question
// against its rivals, and recall alone decides.
const fewNodes = 256

// mostWeights bounds the table that training needs for a model of few nodes.
const mostWeights = 1 << 24

// nodesLiked is how many nodes run because the models think most of them,
// whatever questions recall brought up.
const nodesLiked = 12

// few reports whether the corpus has so few nodes that all compete.
func (c *corpus) few() bool {
	return len(c.nodes) <= fewNodes && len(c.nodes)*max(c.space.Len(), c.words.Len()) <= mostWeights
}

// liked returns the nodes that the models over pieces and words together think
// most probable.
func (c *corpus) liked(u *view, m *models) []int {
	scores := make([]float64, len(c.nodes))
	if !c.off.has(StagePieces) {
		m.pieces.AddTo(scores, u.vector)
	}
	if !c.off.has(StageWords) {
		m.words.AddTo(scores, u.words)
	}
	nodes := make([]int, len(scores))
	for i := range nodes {
		nodes[i] = i
	}
	slices.SortFunc(nodes, func(a, b int) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), a-b) })
	return nodes[:min(nodesLiked, len(nodes))]
}

// nearsOf returns a node's questions, the nearest first.
func (c *corpus) nearsOf(u *view, node int) []near {
	var out []near
	from := sort.Search(len(c.questions), func(i int) bool { return c.questions[i].node >= node })
	for i := from; i < len(c.questions) && c.questions[i].node == node; i++ {
		if i != u.own {
			out = append(out, near{i, u.probe().Dot(c.questions[i].vector)})
		}
	}
	slices.SortFunc(out, compareNear)
	return out
}
