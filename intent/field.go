package intent

import (
	"cmp"
	"math"
	"slices"
)

// field is everything that ranking knows about one utterance.
type field struct {
	contenders []contender
	length     int     // pieces of the utterance
	meant      bool    // it has an embedder's vector
	known      float64 // see doubtKnown
	doubt      [doubts]float64
	off        stages // left out
}

// newField gathers the contenders for an utterance. keep says which nodes may run.
func (c *corpus) newField(u view, m models, keep func(node int) bool) field {
	most := cmp.Or(u.most, recallNodes)
	f := field{
		length: len(u.vector), meant: u.dense != nil, known: u.known, off: c.off,
		contenders: u.room(min(most, len(u.nears))),
	}
	for _, n := range u.nears {
		node := int(c.owners[n.question])
		i := f.place(node)
		if i < 0 {
			if len(f.contenders) == most || !keep(node) {
				continue
			}
			i = len(f.contenders)
			f.contenders = append(f.contenders, c.contender(node, n.question))
		}
		f.contenders[i].hear(n.cosine)
	}
	if c.few() {
		c.addLiked(&f, &u, &m, keep)
	}
	if u.dense != nil {
		c.addMeant(&f, &u, keep)
	}
	f.score(&u, &m)
	c.warmNodes(&f)
	for i := range f.contenders {
		c.fill(&f.contenders[i], &u, &m)
	}
	f.finish()
	return f
}

// warmNodes is warm for what the contenders' questions are together.
//
//go:noinline
func (c *corpus) warmNodes(f *field) (sum uint32) {
	for i := range f.contenders {
		v := c.centroids[f.contenders[i].node]
		for at := 0; at < len(v); at += line {
			sum += v[at].ID
		}
	}
	return sum
}

// addLiked has the nodes run that the models over pieces and words like.
func (c *corpus) addLiked(f *field, u *view, m *models, keep func(node int) bool) {
	for _, node := range c.liked(u, m) {
		if f.place(node) >= 0 || !keep(node) {
			continue
		}
		if nears := c.nearsOf(u, node); len(nears) > 0 {
			x := c.contender(node, nears[0].question)
			for _, n := range nears {
				x.hear(n.cosine)
			}
			f.contenders = append(f.contenders, x)
		}
	}
}

// addMeant has the nodes run whose questions mean nearly the same.
func (c *corpus) addMeant(f *field, u *view, keep func(node int) bool) {
	for _, node := range c.meanings.nearest(u.dense) {
		if f.place(node) >= 0 || !keep(node) {
			continue
		}
		if q, _ := c.meanings.closest(u.dense, node, u.own); q >= 0 {
			x := c.contender(node, q)
			x.hear(u.probe().Dot(c.questions[q].vector))
			f.contenders = append(f.contenders, x)
		}
	}
}

// place returns where a node is among the contenders, -1 where it is not.
func (f *field) place(node int) int {
	for i := range f.contenders {
		if f.contenders[i].node == node {
			return i
		}
	}
	return -1
}

// score asks the linear models over pieces and words about all contenders.
func (f *field) score(u *view, m *models) {
	order := make([]uint64, len(f.contenders)) // a node, then its place
	for i := range order {
		order[i] = uint64(f.contenders[i].node)<<32 | uint64(i)
	}
	slices.Sort(order)
	nodes := make([]int32, len(order))
	for i, x := range order {
		nodes[i] = int32(x >> 32)
	}
	if !f.off.has(StagePieces) {
		for i, score := range m.pieces.Scores(u.vector, nodes) {
			f.contenders[uint32(order[i])].raw[0] = score
		}
	}
	if !f.off.has(StageWords) {
		for i, score := range m.words.Scores(u.words, nodes) {
			f.contenders[uint32(order[i])].raw[1] = score
		}
	}
}

// finish computes what depends on all contenders together.
func (f *field) finish() {
	f.doubt = [doubts]float64{doubtBias: 1, doubtKnown: f.known, doubtLength: math.Log1p(float64(f.length)) / 4}
	if len(f.contenders) == 0 {
		return
	}
	for i := range f.contenders {
		c := &f.contenders[i]
		f.doubt[doubtBest] = max(f.doubt[doubtBest], c.signal[signalBest])
		f.doubt[doubtCovered] = max(f.doubt[doubtCovered], c.signal[signalAsked])
		f.doubt[doubtNode] = max(f.doubt[doubtNode], c.signal[signalNode])
		f.doubt[doubtClosest] = max(f.doubt[doubtClosest], c.signal[signalClosest])
	}
	for k, at := range [...]struct{ signal, doubt int }{{signalModel, doubtModel}, {signalWords, doubtWords}} {
		f.doubt[at.doubt] = f.shareOut(at.signal, func(c *contender) float64 { return c.raw[k] }) / 4
	}
	if f.meant {
		f.shareOut(signalMeant, func(c *contender) float64 { return c.raw[2] })
	}
	f.shareOut(signalArea, func(c *contender) float64 { return 2 * (c.signal[signalModel] + c.signal[signalWords]) })
	f.shareAreas()
	f.silence()
}

// shareAreas sets signalArea, which is that of each node alone, to that of all
// nodes of its area.
func (f *field) shareAreas() {
	type sum struct {
		area int32
		all  float64
	}
	sums := make([]sum, 0, len(f.contenders))
	at := func(area int32) int {
		return slices.IndexFunc(sums, func(s sum) bool { return s.area == area })
	}
	for i := range f.contenders {
		c := &f.contenders[i]
		k := at(c.area)
		if k < 0 {
			k = len(sums)
			sums = append(sums, sum{area: c.area})
		}
		sums[k].all += math.Exp(4 * c.signal[signalArea])
	}
	for i := range sums {
		sums[i].all = max(math.Log(sums[i].all), floorLog) / 4
	}
	for i := range f.contenders {
		c := &f.contenders[i]
		c.signal[signalArea] = sums[at(c.area)].all
	}
}

// shareOut sets a signal to the logarithm of each contender's share of the
// probability that scores come to, divided by 4, and returns the best score.
func (f *field) shareOut(signal int, score func(*contender) float64) float64 {
	top := math.Inf(-1)
	for i := range f.contenders {
		top = max(top, score(&f.contenders[i]))
	}
	var sum float64
	for i := range f.contenders {
		sum += math.Exp(score(&f.contenders[i]) - top)
	}
	all := math.Log(sum)
	for i := range f.contenders {
		c := &f.contenders[i]
		c.signal[signal] = max(score(c)-top-all, floorLog) / 4
	}
	return top
}

// without returns the field as it would be if the release had no such node:
// what an utterance that is "not ours" looks like.
func (f *field) without(node int) field {
	out := field{length: f.length, meant: f.meant, known: f.known, off: f.off, contenders: make([]contender, 0, len(f.contenders))}
	for _, c := range f.contenders {
		if c.node != node {
			out.contenders = append(out.contenders, c)
		}
	}
	out.finish()
	return out
}
