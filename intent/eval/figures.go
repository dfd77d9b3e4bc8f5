package eval

import (
	"cmp"
	"math"
	"slices"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// byNode calls f with each question in scope and the node that it belongs to.
func byNode(seen []observation, f func(node knowledge.NodeID, o *observation)) {
	for i := range seen {
		if o := &seen[i]; o.purpose == inScope {
			f(want(o.question), o)
		}
	}
}

func macroRecall(seen []observation) *float64 {
	var order []knowledge.NodeID // so that the sum has one order
	recall := make(map[knowledge.NodeID]*Share)
	byNode(seen, func(node knowledge.NodeID, o *observation) {
		if recall[node] == nil {
			order = append(order, node)
			recall[node] = new(Share)
		}
		recall[node].add(o.within(1))
	})
	if len(order) == 0 {
		return nil
	}
	sum := 0.0
	for _, node := range order {
		sum += recall[node].Value()
	}
	mean := sum / float64(len(order))
	return &mean
}

// auroc, scopeAUROC and anyAUROC are the figures of Report.
func auroc(seen []observation) *float64 {
	return areaOf(seen, func(o *observation) bool { return o.purpose == none || o.within(1) }, (*observation).best)
}

func scopeAUROC(seen []observation) *float64 {
	return areaOf(seen, func(*observation) bool { return true }, (*observation).best)
}

func anyAUROC(seen []observation) *float64 {
	return areaOf(seen, func(*observation) bool { return true }, func(o *observation) float64 { return 1 - o.none })
}

// areaOf ranks questions in scope against those of none, without those that
// do not count.
func areaOf(seen []observation, counts func(*observation) bool, p func(*observation) float64) *float64 {
	var r ranking
	for i := range seen {
		if o := &seen[i]; o.purpose != human && counts(o) {
			r.add(p(o), o.purpose == inScope)
		}
	}
	return r.area()
}

// ranking is probabilities of what should have a high one and of what should not.
type ranking struct {
	all       []scored
	positives int
}

type scored struct {
	p        float64
	positive bool
}

func (r *ranking) add(p float64, positive bool) {
	r.all = append(r.all, scored{p, positive})
	if positive {
		r.positives++
	}
}

// area ranks all probabilities, ties by their mean rank, which gives the
// statistic of Mann and Whitney.
func (r *ranking) area() *float64 {
	all := r.all
	negatives := len(all) - r.positives
	if r.positives == 0 || negatives == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(a.p, b.p) })
	ranks := 0.0
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].p == all[i].p {
			j++
		}
		for _, s := range all[i:j] {
			if s.positive {
				ranks += float64(i+1+j) / 2 // mean of the ranks i+1 to j
			}
		}
		i = j
	}
	n := float64(r.positives)
	area := (ranks - n*(n+1)/2) / (n * float64(negatives))
	return &area
}

// bins is how many parts the probabilities are divided into.
const bins = 10

// Bin is one part of the probabilities: From is in it, To is in the next one,
// except for the last.
type Bin struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	N    int     `json:"n"`
	// Probability is the mean of the best candidates'; 0 where N is 0.
	Probability float64 `json:"probability"`
	// Right is how often they were right; 0 where N is 0.
	Right float64 `json:"right"`
}

func calibration(seen []observation) ([]Bin, *float64) {
	out := make([]Bin, bins)
	n := 0
	for i := range seen {
		o := &seen[i]
		if o.purpose == human {
			continue
		}
		b := &out[max(0, min(int(o.best()*bins), bins-1))]
		n++
		b.N++
		b.Probability += o.best()
		if o.within(1) {
			b.Right++
		}
	}
	distance := 0.0
	for i := range out {
		b := &out[i]
		b.From, b.To = float64(i)/bins, float64(i+1)/bins
		if b.N > 0 {
			distance += math.Abs(b.Probability - b.Right)
			b.Probability /= float64(b.N)
			b.Right /= float64(b.N)
		}
	}
	if n == 0 {
		return out, nil
	}
	distance /= float64(n)
	return out, &distance
}

func nodes(seen []observation) []NodeTally {
	at := make(map[knowledge.NodeID]int)
	out := []NodeTally{} // in JSON a list even where it is empty
	byNode(seen, func(node knowledge.NodeID, o *observation) {
		i, ok := at[node]
		if !ok {
			i = len(out)
			at[node] = i
			out = append(out, NodeTally{Node: node})
		}
		out[i].count(o.outcome())
	})
	slices.SortFunc(out, func(a, b NodeTally) int {
		return cmp.Or(
			cmp.Compare(a.Right*b.N, b.Right*a.N), // the share of right answers
			cmp.Compare(b.N, a.N), cmp.Compare(a.Node, b.Node))
	})
	return out
}

func (t *NodeTally) count(o outcome) {
	t.N++
	switch o {
	case answeredRight:
		t.Right++
	case answeredWrong:
		t.Wrong++
	case askedWith:
		t.Asked++
	default:
		t.Other++
	}
}

func confusions(seen []observation) []Confusion {
	type pair struct{ want, got knowledge.NodeID }
	at := make(map[pair]int)
	out := []Confusion{}
	for i := range seen {
		o := &seen[i]
		answered := o.outcome() == answeredWrong
		if len(o.candidates) == 0 || o.within(1) || (o.purpose != inScope && !answered) {
			continue
		}
		p := pair{want(o.question), o.candidates[0].Node}
		k, ok := at[p]
		if !ok {
			k = len(out)
			at[p] = k
			out = append(out, Confusion{Want: p.want, Got: p.got})
		}
		out[k].count(o, answered)
	}
	slices.SortFunc(out, func(a, b Confusion) int {
		return cmp.Or(
			cmp.Compare(b.Answered, a.Answered), cmp.Compare(b.Count, a.Count), cmp.Compare(b.Probability, a.Probability),
			cmp.Compare(a.Want, b.Want), cmp.Compare(a.Got, b.Got))
	})
	return out
}

func (c *Confusion) count(o *observation, answered bool) {
	c.Count++
	if answered {
		c.Answered++
	}
	if c.Count == 1 || o.best() > c.Probability {
		c.Example, c.Probability = o.question.Text, o.best()
	}
}
