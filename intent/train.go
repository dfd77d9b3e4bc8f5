package intent

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/linear"
)

// mix says how much the made-up lessons weigh, relative to the others: those
// whose node is taken away, and the utterances of the general background.
type mix struct{ heldOut, background float64 }

// mixOfTests is for a test set, which brings what is not ours along itself and
// needs little that is made up.
var mixOfTests = mix{heldOut: 0.02, background: 0.05}

// mixOfQuestions is for a tree's own questions: made-up lessons, half of each
// kind, must stand for all that is not ours.
func mixOfQuestions(outOfScope float64) mix {
	half := outOfScope / (1 - outOfScope) / 2
	return mix{heldOut: half, background: half}
}

// without returns the mix without the lessons that are left out.
func (m mix) without(off stages) mix {
	if off.has(StageHeldOut) {
		m.heldOut = 0
	}
	if off.has(StageBackground) {
		m.background = 0
	}
	return m
}

// enoughTests is from how many on a release's test set replaces the tree's own
// questions in calibration: it stands for real customers better than they do,
// which are written to differ from each other.
const enoughTests = 100

// rivals is how many nodes a question is set against in training, and
// fewRivals how many where there are more than fullPasses questions: all pairs
// of a feature and a node that may meet must fit into memory.
const rivals, fewRivals = 16, 8

// How models are trained; chosen on development data. Pairs of words are many
// and rare, and learn better when each must do without some of the others.
var (
	pieceOptions  = linear.Options{Epochs: 8, Rate: 1.5, Decay: 1e-5}
	wordOptions   = linear.Options{Epochs: 16, Rate: 1.5, Decay: 1e-5, Dropout: 0.3}
	vectorOptions = linear.Options{Epochs: 12, Rate: 0.5, Decay: 1e-5}
)

// models are the linear models of a release.
type models struct {
	pieces *linear.Model // over pieces of words
	words  *linear.Model // over words and pairs of words
	// vectors is over an embedder's vectors; nil without one.
	vectors *linear.Dense
}

// trained is what training learns from a corpus.
type trained struct {
	models models
	plain  judge  // without an embedder, or while it is away
	meant  *judge // with the embedder's vectors; nil without one
}

// judge turns what is known about an utterance into probabilities and verdicts.
type judge struct {
	Fusion     fusion
	Thresholds Thresholds
}

// train fits everything that a release needs beside its index.
func train(ctx context.Context, c *corpus, locale string, o Options) (*trained, error) {
	c.addWords(o.Workers)
	near := newPostings(c.questions, c.space.Len())
	parts := holdOut(len(c.questions), len(o.Tests))
	views, against := c.views(near, o.Workers, parts)
	t := &trained{}
	if err := c.fitModels(ctx, against, t, parts, o.Workers); err != nil {
		return nil, err
	}
	s := &school{corpus: c, seek: near.seeker(), models: t.models, views: views, parts: parts, options: o, locale: locale}
	var err error
	if t.plain, err = s.judge(ctx); err != nil || c.meanings == nil {
		return t, err
	}
	s.meanings = c.meanings
	meant, err := s.judge(ctx)
	t.meant = &meant
	return t, err
}

// part is a share of the questions with models that have not seen them.
type part struct {
	every, from int // it holds the questions from, from+every, ...
	models      models
}

func (p *part) holds(question int) bool { return question%p.every == p.from }

// Up to fewQuestions each question is scored by a model that has not seen it,
// which takes as many trainings as there are folds. Of more, so many that
// calibration has enough are held out of one training.
const (
	folds        = 4
	fewQuestions = 3000
	heldOut      = 1500
)

// holdOut returns the parts that calibration needs: none where a test set does.
func holdOut(questions, tests int) []part {
	switch {
	case tests >= enoughTests:
		return nil
	case questions <= fewQuestions:
		parts := make([]part, folds)
		for k := range parts {
			parts[k] = part{every: folds, from: k}
		}
		return parts
	}
	every := questions / heldOut
	return []part{{every: every, from: every - 1}}
}

// fitModels trains the models of the release and of each part.
func (c *corpus) fitModels(ctx context.Context, against [][]int32, t *trained, parts []part, workers int) error {
	var pieces, words trainer
	inParallel(min(2, workers), 2, func(i int) {
		if i == 0 {
			pieces = c.trainer(c.examples(against, func(q *question) lexical.Vector { return q.vector }), c.space.Len())
		} else {
			words = c.trainer(c.examples(against, func(q *question) lexical.Vector { return q.words }), c.words.Len())
		}
	})
	vectors := c.denseExamples(against)
	everything := func(int) bool { return true }
	var g errgroup.Group
	g.SetLimit(workers)
	if len(parts) == 1 {
		rest := func(i int) bool { return !parts[0].holds(i) }
		g.Go(func() error {
			parts[0].models.words, t.models.words = words.TrainTwice(rest, scaled(wordOptions, len(against)))
			return ctx.Err()
		})
		g.Go(func() error {
			parts[0].models.pieces, t.models.pieces = pieces.TrainTwice(rest, scaled(pieceOptions, len(against)))
			return ctx.Err()
		})
		c.fitVectors(ctx, &g, vectors, &t.models, everything)
		c.fitVectors(ctx, &g, vectors, &parts[0].models, rest)
		return g.Wait()
	}
	all := func(m *models, use func(int) bool) {
		g.Go(func() error {
			m.words = words.Train(use, scaled(wordOptions, len(against)))
			return ctx.Err()
		})
		g.Go(func() error {
			m.pieces = pieces.Train(use, scaled(pieceOptions, len(against)))
			return ctx.Err()
		})
		c.fitVectors(ctx, &g, vectors, m, use)
	}
	all(&t.models, everything)
	for k := range parts {
		all(&parts[k].models, func(i int) bool { return !parts[k].holds(i) })
	}
	return g.Wait()
}

// trainer trains models over one kind of features.
type trainer interface {
	Train(use func(example int) bool, o linear.Options) *linear.Model
	TrainTwice(use func(example int) bool, o linear.Options) (some, all *linear.Model)
}

func (c *corpus) trainer(examples []linear.Example, features int) trainer {
	if c.few() {
		return linear.NewTable(examples, len(c.nodes), features)
	}
	return linear.NewLayout(examples, features)
}

// fitVectors trains the model over an embedder's vectors, where there is one.
func (c *corpus) fitVectors(ctx context.Context, g *errgroup.Group, examples []linear.DenseExample, m *models, use func(int) bool) {
	if examples == nil {
		return
	}
	g.Go(func() error {
		m.vectors = linear.TrainDense(examples, len(c.nodes), c.meanings.embedder.Dimensions(), use, vectorOptions)
		return ctx.Err()
	})
}

// Large trees have many questions a node, and learn enough in fewer passes:
// from fullPasses questions on a training takes about as many steps.
const (
	fullPasses  = 20_000
	leastPasses = 3
)

func scaled(o linear.Options, questions int) linear.Options {
	o.Epochs = max(leastPasses, min(o.Epochs, o.Epochs*fullPasses/max(1, questions)))
	return o
}

func everyNode(int) bool { return true }

// views looks at every question as if it were new: beside the others, and
// without the pieces that it alone has. To find
// the nodes that it must be told from a rough look is enough; to learn from it,
// it is not, and what is not learned from is forgotten.
func (c *corpus) views(near *postings, workers int, parts []part) (views []view, against [][]int32) {
	views, against = make([]view, len(c.questions)), make([][]int32, len(c.questions))
	most, depth := rivals, recallQuestions
	if len(views) > fullPasses {
		most, depth = fewRivals, recallQuestions/2
	}
	pieces := holders(c.questions, c.space.Len(), func(q *question) lexical.Vector { return q.vector })
	words := holders(c.questions, c.words.Len(), func(q *question) lexical.Vector { return q.words })
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			seek := near.seeker()
			for i := w; i < len(views); i += workers {
				q := &c.questions[i]
				if slices.ContainsFunc(parts, func(p part) bool { return p.holds(i) }) {
					views[i] = view{own: i}
					views[i].vector, views[i].known = q.vector.Among(func(id uint32) bool { return pieces[id] > 1 })
					views[i].words, _ = q.words.Among(func(id uint32) bool { return words[id] > 1 })
					views[i].nears = seek.nearest(c.questions, views[i].vector, recallQuestions, i)
					against[i] = c.rivalsOf(i, views[i].nears, most)
				} else if !c.few() || c.meanings != nil {
					against[i] = c.rivalsOf(i, seek.roughly(q.vector, depth, i), most)
				}
			}
		})
	}
	wg.Wait()
	return views, against
}

// holders returns how many questions hold each feature.
func holders(qs []question, features int, vector func(*question) lexical.Vector) []int32 {
	out := make([]int32, features)
	for i := range qs {
		for _, t := range vector(&qs[i]) {
			out[t.ID]++
		}
	}
	return out
}

// rivalsOf returns the nodes, other than its own, that a search for a question
// brings up first.
func (c *corpus) rivalsOf(question int, nears []near, most int) []int32 {
	out := make([]int32, 0, most)
	for _, n := range nears {
		node := int32(c.questions[n.question].node)
		if len(out) < most && int(node) != c.questions[question].node && !slices.Contains(out, node) {
			out = append(out, node)
		}
	}
	return out
}

// examples sets every question against its rivals.
func (c *corpus) examples(against [][]int32, vector func(*question) lexical.Vector) []linear.Example {
	out := make([]linear.Example, len(against))
	for i := range out {
		q := &c.questions[i]
		out[i] = linear.Example{Vector: vector(q), Class: int32(q.node), Rivals: against[i]}
	}
	return out
}

// denseExamples sets every question's vector against the nodes that a search
// would bring up and those that mean nearly the same; nil without an embedder.
func (c *corpus) denseExamples(against [][]int32) []linear.DenseExample {
	if c.meanings == nil {
		return nil
	}
	out := make([]linear.DenseExample, 0, len(against))
	for i := range against {
		d := linear.DenseExample{Vector: c.meanings.questions[i], Class: int32(c.questions[i].node), Rivals: slices.Clone(against[i])}
		if d.Vector != nil {
			for _, node := range c.meanings.nearest(d.Vector) {
				if r := int32(node); r != d.Class && !slices.Contains(d.Rivals, r) {
					d.Rivals = append(d.Rivals, r)
				}
			}
		}
		out = append(out, d)
	}
	return out
}
