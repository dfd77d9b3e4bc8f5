package intent

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/intent/linear"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// mix says how much the made-up lessons weigh, relative to the others: those
// whose node is taken away, and the utterances of the general background.
type mix struct{ heldOut, background float64 }

// Where the tree's own questions calibrate, made-up lessons must stand for all
// that is not ours: about a third of what live shop bots hear. A test set
// brings utterances of that kind along, and needs little of them.
var (
	mixOfQuestions = mix{heldOut: 0.25, background: 0.25}
	mixOfTests     = mix{heldOut: 0.02, background: 0.05}
)

// enoughTests is from how many on a release's test set replaces the tree's own
// questions in calibration: it stands for real customers better than they do,
// which are written to differ from each other.
const enoughTests = 100

// rivals is how many nodes a question is set against in training.
const rivals = 16

// folds is how many parts the questions are split into, so that each is scored
// by a model that has not seen it.
const folds = 4

// trained is what training learns from a corpus.
type trained struct {
	model      *linear.Model
	fusion     fusion
	thresholds Thresholds
}

// train fits everything that a release needs beside its index.
func train(ctx context.Context, c *corpus, locale string, o Options) (*trained, error) {
	near := newPostings(c.questions, c.space.Len())
	var parts []*linear.Model
	if len(o.Tests) < enoughTests {
		parts = make([]*linear.Model, folds)
	}
	views := c.views(near, o.Workers, parts != nil)
	layout := linear.NewLayout(c.examples(views), c.space.Len())
	t := &trained{}
	var g errgroup.Group
	g.SetLimit(o.Workers)
	g.Go(func() error {
		t.model = layout.Train(func(int) bool { return true }, linear.DefaultOptions)
		return ctx.Err()
	})
	for k := range parts {
		g.Go(func() error {
			parts[k] = layout.Train(func(i int) bool { return i%folds != k }, linear.DefaultOptions)
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	seek := near.seeker()
	shares := mixOfTests
	if parts != nil {
		shares = mixOfQuestions
	}
	lessons := c.testLessons(seek, t.model, o.Tests, shares.heldOut)
	if parts != nil {
		lessons = append(lessons, c.ownLessons(views, parts, shares.heldOut)...)
	}
	lessons = append(lessons, c.strangeLessons(seek, t.model, background(locale), shares.background*float64(len(lessons)))...)
	t.fusion = fit(lessons)
	if parts == nil {
		lessons = slices.DeleteFunc(lessons, func(l lesson) bool { return l.made })
	}
	t.thresholds = thresholdsFor(&t.fusion, lessons, o.Tolerance)
	return t, ctx.Err()
}

func everyNode(int) bool { return true }

// views looks at every question as if it were new: beside the others. To find
// its rivals a rough look is enough; to learn from it, it is not.
func (c *corpus) views(near *postings, workers int, exact bool) []view {
	out := make([]view, len(c.questions))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			seek := near.seeker()
			for i := w; i < len(out); i += workers {
				v := c.questions[i].vector
				out[i] = view{vector: v, known: 1, own: i}
				if exact {
					out[i].nears = seek.nearest(c.questions, v, recallQuestions, i)
				} else {
					out[i].nears = seek.roughly(v, recallQuestions, i)
				}
			}
		})
	}
	wg.Wait()
	return out
}

// examples sets every question against the nodes that a search would bring up.
func (c *corpus) examples(views []view) []linear.Example {
	out := make([]linear.Example, len(views))
	for i, u := range views {
		own := c.questions[i].node
		e := linear.Example{Vector: u.vector, Class: int32(own)}
		for _, n := range u.nears {
			node := int32(c.questions[n.question].node)
			if len(e.Rivals) < rivals && int(node) != own && !slices.Contains(e.Rivals, node) {
				e.Rivals = append(e.Rivals, node)
			}
		}
		out[i] = e
	}
	return out
}

// ownLessons scores every question by the model of the other folds. Each
// teaches twice: with its node, and with its node taken away.
func (c *corpus) ownLessons(views []view, parts []*linear.Model, heldOut float64) []lesson {
	out := make([]lesson, 0, 2*len(views))
	for i, u := range views {
		if u.vector == nil {
			continue
		}
		node := c.questions[i].node
		f := c.newField(u, parts[i%folds], everyNode)
		out = append(out,
			lesson{field: f, right: f.places(node), weight: 1},
			lesson{field: f.without(node), weight: heldOut, made: true})
	}
	return out
}

// strangeLessons are utterances that no node answers, with their common weight.
func (c *corpus) strangeLessons(seek *seeker, model *linear.Model, texts []string, total float64) []lesson {
	weight := total / float64(max(1, len(texts)))
	out := make([]lesson, 0, len(texts))
	for _, text := range texts {
		if _, ours := c.exact[textnorm.Key(text)]; !ours {
			out = append(out, lesson{field: c.fieldOf(seek, model, text), weight: weight})
		}
	}
	return out
}

// testLessons are the utterances of the release's test set. Those that a node
// answers teach a second time, with their nodes taken away.
func (c *corpus) testLessons(seek *seeker, model *linear.Model, tests []Test, heldOut float64) []lesson {
	out := make([]lesson, 0, 2*len(tests))
	for _, test := range tests {
		f := c.fieldOf(seek, model, textnorm.Normalize(test.Utterance))
		rest := f
		var right []int
		for at, n := range c.nodes {
			if slices.Contains(test.Nodes, n.ID) {
				right = append(right, f.places(at)...)
				rest = rest.without(at)
			}
		}
		out = append(out, lesson{field: f, right: right, weight: 1})
		if len(test.Nodes) > 0 {
			out = append(out, lesson{field: rest, weight: heldOut, made: true})
		}
	}
	return out
}

func (c *corpus) fieldOf(seek *seeker, model *linear.Model, text string) field {
	v, known := c.space.Vector(c.pieces(text))
	return c.newField(view{vector: v, known: known, own: -1, nears: seek.nearest(c.questions, v, recallQuestions, -1)}, model, everyNode)
}

// places returns where a node runs, if it does.
func (f *field) places(node int) []int {
	for i := range f.contenders {
		if f.contenders[i].node == node {
			return []int{i}
		}
	}
	return nil
}

// Thresholds cut probabilities into verdicts.
type Thresholds struct {
	Sure   float64 `json:"sure"`   // at or above: answer
	Unsure float64 `json:"unsure"` // at or above: ask "did you mean"
}

// leastSure is the lowest probability that may ever count as sure: below it
// something else is more likely to be right.
const leastSure = 0.5

// thresholdsFor returns the lowest threshold at which the wrong share among
// the answered lessons is at most tolerance.
func thresholdsFor(u *fusion, lessons []lesson, tolerance float64) Thresholds {
	type point struct{ p, right, weight float64 }
	points := make([]point, 0, len(lessons))
	for i := range lessons {
		l := &lessons[i]
		ps, _ := u.probabilities(&l.field, noBonus)
		if len(ps) == 0 {
			continue
		}
		best := 0
		for c := range ps {
			if ps[c] > ps[best] {
				best = c
			}
		}
		x := point{p: ps[best], weight: l.weight}
		if slices.Contains(l.right, best) {
			x.right = l.weight
		}
		points = append(points, x)
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(b.p, a.p) })
	t := Thresholds{Sure: 0.99, Unsure: 0.15}
	var right, all float64
	for _, x := range points {
		right, all = right+x.right, all+x.weight
		if x.p < leastSure {
			break
		}
		if all-right <= tolerance*all {
			t.Sure = x.p
		}
	}
	return t
}
