package intent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Options tune how a matcher is built.
type Options struct {
	// Tolerance is the share of wrong answers among the given ones that the
	// shop puts up with, 0 to 0.5; 0 means what the tree says, and where it
	// says nothing DefaultTolerance. The threshold for answering follows from it.
	Tolerance float64
	// Tests are utterances as customers write them, with the nodes that they
	// must reach. Where there are some, calibration follows them more than the
	// tree's own questions.
	Tests []Test
	// OutOfScope is the share of utterances, 0.001 to 0.9, that is expected to
	// be about nothing that the tree knows, where no test set tells; 0 means
	// DefaultOutOfScope.
	OutOfScope float64
	// Embedder adds what its vectors say to the signals; nil goes without.
	Embedder Embedder
	// Without leaves out stages of matching, to measure what each is worth; for
	// nothing else. What is not in Stages is an error.
	Without []Stage
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
const DefaultTolerance = 0.03

// DefaultOutOfScope is what live shop bots meet: about a third of what is
// written to them is nobody's question.
const DefaultOutOfScope = 0.3

// Matcher finds the nodes of one tree that an utterance may be about. It is
// immutable and safe for concurrent use until it is closed.
type Matcher struct {
	tree      *knowledge.Tree
	corpus    *corpus
	index     *index.Index
	trained   *trained
	made      fingerprint // what it was trained for
	scratches sync.Pool   // of *scratch
}

// Build trains a matcher for tree. The same tree and options give the same
// matcher, bit for bit. The caller must Close it.
func Build(ctx context.Context, tree *knowledge.Tree, o Options) (*Matcher, error) {
	o, err := o.complete(tree)
	if err != nil {
		return nil, err
	}
	c := newCorpus(tree, o.Without)
	m := &Matcher{tree: tree, corpus: c, made: fingerprintOf(tree, c.nodes, o)}
	c.compute(o.Workers)
	if c.typos, err = c.readTypos(); err != nil {
		return nil, fmt.Errorf("intent: %w", err)
	}
	var g errgroup.Group
	g.Go(func() (err error) {
		m.index, err = c.index()
		return err
	})
	g.Go(func() (err error) {
		if o.Embedder != nil {
			if c.meanings, err = newMeanings(ctx, c, o.Embedder); err != nil {
				return err
			}
		}
		m.trained, err = train(ctx, c, tree.Document().Locale, o)
		return err
	})
	if err := g.Wait(); err != nil {
		if m.index != nil {
			err = errors.Join(err, m.index.Close())
		}
		return nil, fmt.Errorf("intent: build: %w", err)
	}
	c.forget()
	return m, nil
}

// complete returns the options with the defaults for tree, and those checked
// that can be wrong.
func (o Options) complete(tree *knowledge.Tree) (Options, error) {
	o.Tolerance = cmp.Or(o.Tolerance, tree.Document().Tolerance, DefaultTolerance)
	o.OutOfScope = cmp.Or(o.OutOfScope, DefaultOutOfScope)
	o.Workers = cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	off := stages(o.Without)
	if err := off.check(); err != nil {
		return o, fmt.Errorf("intent: %w", err)
	}
	if off.has(StageTests) {
		o.Tests = nil
	}
	return o, nil
}

// Close frees the matcher, which must not be used afterwards.
func (m *Matcher) Close() error { return m.index.Close() }

// Thresholds returns where this matcher answers and where it asks.
func (m *Matcher) Thresholds() Thresholds {
	if m.trained.meant != nil {
		return m.trained.meant.Thresholds
	}
	return m.trained.plain.Thresholds
}

// Match ranks the nodes that utterance may be about and that are valid at now.
// topic is the node that the session is about, or "".
func (m *Matcher) Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (Result, error) {
	x, err := m.explain(ctx, utterance, topic, now, false)
	if err != nil {
		return Result{}, err
	}
	return x.Result, nil
}

// reading is one text, as far as it is known before the index is asked.
type reading struct {
	x     *Explanation
	view  view
	judge *judge
}

// open normalises a text and reads it as it was meant, but for questions, also
// negative ones, that the knowledge has in these very words.
func (m *Matcher) open(utterance string) *reading {
	text := textnorm.Normalize(utterance)
	r := &reading{x: &Explanation{}}
	key := keyOf(text)
	if len(m.corpus.exact[key]) == 0 && len(m.corpus.refused[key]) == 0 {
		text, r.x.Typos = m.corpus.repair(text)
	}
	r.x.Result = Result{Normalized: text, None: 1}
	r.view = m.corpus.look(text)
	return r
}

// embed asks the embedder, where there is one, about all readings at once, and
// chooses the judge for what is then known. Where the embedder is away the
// readings say why.
func (m *Matcher) embed(ctx context.Context, rs ...*reading) error {
	var vectors [][]float32
	var away error
	if m.trained.meant != nil {
		texts := make([]string, len(rs))
		for i, r := range rs {
			texts[i] = r.view.text
		}
		vectors, away = m.corpus.meanings.look(ctx, texts)
	}
	for i, r := range rs {
		r.judge, r.x.Away = &m.trained.plain, away
		if vectors != nil && vectors[i] != nil {
			r.judge, r.view.dense = m.trained.meant, vectors[i]
		}
		r.x.Thresholds = r.judge.Thresholds
	}
	return context.Cause(ctx)
}

// read matches one text as a whole: the one path that every match takes.
func (m *Matcher) read(ctx context.Context, r *reading, topic knowledge.NodeID, now time.Time, why bool) (*Explanation, error) {
	x, u := r.x, &r.view
	if u.vector == nil && u.dense == nil {
		return x, nil
	}
	defer m.lend(u)()
	var err error
	if u.nears, err = m.recall(ctx, u); err != nil {
		return nil, fmt.Errorf("intent: recall: %w", err)
	}
	key := keyOf(u.text)
	refused := m.corpus.refused[key]
	keep := func(node int) bool {
		return m.corpus.valid(node, now) && !slices.Contains(refused, node)
	}
	f := m.corpus.newField(*u, m.trained.models, keep)
	ps, none := r.judge.Fusion.probabilities(&f, m.bonus(u.text, topic))
	x.fill(m, r.judge, &f, ps, none, m.exactly(key, keep), why)
	return x, nil
}

// exactly returns the nodes one of whose questions the utterance is.
func (m *Matcher) exactly(key lexical.Key, keep func(int) bool) []int {
	if m.corpus.off.has(StageExact) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.corpus.exact[key]), func(n int) bool { return !keep(n) })
}
