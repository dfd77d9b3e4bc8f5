package intent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
	"github.com/honeyguide-chat/honeyguide/knowledge/segment"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Options tune how a matcher is built.
type Options struct {
	// Tolerance is the share of wrong answers among the given ones that the
	// shop puts up with, 0 to 0.5; 0 means DefaultTolerance. The threshold
	// for answering follows from it.
	Tolerance float64
	// Tests are utterances as customers write them, with the nodes that they
	// must reach. Where there are some, calibration follows them more than the
	// tree's own questions.
	Tests []Test
	// Workers bounds the goroutines of training; 0 means one a processor.
	Workers int
}

// Test is one utterance of a release's test set.
type Test struct {
	Utterance string
	Nodes     []knowledge.NodeID // any of them is right; none: nothing may answer
}

// DefaultTolerance is the share of wrong answers tolerated unless a shop says
// otherwise.
const DefaultTolerance = 0.1

// maxTopicLength is up to how many characters an utterance counts as a
// follow-up that leans on what the session is about.
const maxTopicLength = 8

// Matcher finds the nodes of one tree that an utterance may be about. It is
// immutable and safe for concurrent use until it is closed.
type Matcher struct {
	tree      *knowledge.Tree
	corpus    *corpus
	segmenter *segment.Segmenter
	index     *index.Index
	trained   *trained
}

// Build trains a matcher for tree. The same tree and options give the same
// matcher, bit for bit. The caller must Close it.
func Build(ctx context.Context, tree *knowledge.Tree, o Options) (*Matcher, error) {
	o.Tolerance = cmp.Or(o.Tolerance, DefaultTolerance)
	o.Workers = cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	m := &Matcher{tree: tree}
	var g errgroup.Group
	g.Go(func() (err error) {
		m.segmenter, err = segment.New(tree.Document().Dictionary)
		return err
	})
	m.corpus = newCorpus(tree, o.Workers)
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("intent: %w", err)
	}
	g = errgroup.Group{}
	g.Go(func() (err error) {
		m.index, err = m.corpus.index(m.segmenter)
		return err
	})
	g.Go(func() (err error) {
		m.trained, err = train(ctx, m.corpus, tree.Document().Locale, o)
		return err
	})
	if err := g.Wait(); err != nil {
		if m.index != nil {
			err = errors.Join(err, m.index.Close())
		}
		return nil, fmt.Errorf("intent: build: %w", err)
	}
	m.corpus.forget()
	return m, nil
}

// Close frees the matcher, which must not be used afterwards.
func (m *Matcher) Close() error { return m.index.Close() }

// Thresholds returns where this matcher answers and where it asks.
func (m *Matcher) Thresholds() Thresholds { return m.trained.thresholds }

// Match ranks the nodes that utterance may be about and that are valid at now.
// topic is the node that the session is about, or "".
func (m *Matcher) Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (Result, error) {
	x, err := m.explain(ctx, utterance, topic, now, false)
	if err != nil {
		return Result{}, err
	}
	return x.Result, nil
}

// explain is the one path that every match takes. why says whether anybody
// reads the evidence: a live turn does not, and need not pay for it.
func (m *Matcher) explain(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time, why bool) (*Explanation, error) {
	text := textnorm.Normalize(utterance)
	x := &Explanation{Result: Result{Normalized: text, None: 1}, Thresholds: m.trained.thresholds}
	if text == "" {
		return x, nil
	}
	pieces := m.corpus.pieces(text)
	v, known := m.corpus.space.Vector(pieces)
	if v == nil {
		return x, nil
	}
	nears, err := m.recall(ctx, text, pieces, v)
	if err != nil {
		return nil, fmt.Errorf("intent: recall: %w", err)
	}
	key := textnorm.KeyOf(text)
	keep := func(node int) bool {
		return m.corpus.nodes[node].Valid.Contains(now) && !slices.Contains(m.corpus.refused[key], node)
	}
	f := m.corpus.newField(view{vector: v, known: known, nears: nears, own: -1}, m.trained.model, keep)
	ps, none := m.trained.fusion.probabilities(&f, m.bonus(text, topic))
	x.fill(m, &f, ps, none, m.exactly(key, keep), why)
	return x, nil
}

// exactly returns the nodes one of whose questions the utterance is.
func (m *Matcher) exactly(key string, keep func(int) bool) []int {
	return slices.DeleteFunc(slices.Clone(m.corpus.exact[key]), func(n int) bool { return !keep(n) })
}

// bonus favours the topic's part of the tree for utterances so short that
// they are likely to lean on what was said before.
func (m *Matcher) bonus(text string, topic knowledge.NodeID) func(int) float64 {
	if topic == "" || len([]rune(text)) > maxTopicLength {
		return noBonus
	}
	return func(node int) float64 {
		if area(m.corpus.nodes[node].ID) == area(topic) {
			return topicBonus
		}
		return 0
	}
}
