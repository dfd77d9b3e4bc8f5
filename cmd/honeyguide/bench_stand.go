package main

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/recent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
	"github.com/honeyguide-chat/honeyguide/knowledge/segment"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// Sizes of what is invented.
const (
	benchPerNode    = 20
	benchUtterances = 500
	benchFresh      = 2 * benchStream // many are said twice
	benchHits       = 64              // that the plain search returns: as many as matching recalls
)

// benchStand is a shop, ready to be measured.
type benchStand struct {
	size               benchSize
	utterances         []synthetic.Utterance
	matcher            *intent.Matcher
	index              *index.Plain
	nodes              []knowledge.NodeID // of each document of the index
	cutter             *segment.Segmenter
	tree               *knowledge.Tree
	fresh              []synthetic.Utterance // to make streams of, see streamOf
	recent             *recent.Cache
	ours, plain, cache *benchRival
}

// newBenchStand invents a shop and builds both sides.
func newBenchStand(ctx context.Context, questions, tests int, seed uint64) (*benchStand, error) {
	shop, err := synthetic.New(synthetic.Options{
		Seed: seed, Questions: questions, PerNode: benchPerNode, Utterances: benchUtterances + tests + benchFresh,
	})
	if err != nil {
		return nil, err
	}
	s := &benchStand{
		tree: shop.Tree, utterances: shop.Utterances[:benchUtterances], fresh: shop.Utterances[benchUtterances+tests:],
	}
	s.size = benchSize{Questions: questions, Nodes: shop.Tree.Len(), Utterances: benchUtterances}
	if err := s.build(ctx, shop); err != nil {
		return nil, err
	}
	if err := s.buildPlain(shop.Tree); err != nil {
		s.close(&err)
		return nil, err
	}
	if err := s.fillCache(ctx); err != nil {
		s.close(&err)
		return nil, err
	}
	s.ours = &benchRival{name: "matching", call: s.match}
	s.plain = &benchRival{name: "plain MatchQuery", call: s.search}
	s.cache = &benchRival{name: "cache, hit", call: s.lookUp}
	return s, nil
}

// build makes the matcher as a release does, and weighs it.
func (s *benchStand) build(ctx context.Context, shop *synthetic.Shop) (err error) {
	labelled := shop.Utterances[benchUtterances : len(shop.Utterances)-benchFresh]
	tests := make([]intent.Test, 0, len(labelled))
	for _, u := range labelled {
		tests = append(tests, intent.Test{Utterance: u.Text, Nodes: []knowledge.NodeID{u.Node}})
	}
	// The common dictionary is loaded once a process, not once a release.
	s.cutter = segment.New(shop.Tree.Document().Dictionary)
	s.cutter.Cut("预热")
	debug.FreeOSMemory()
	before := liveHeap()
	resetPeakMemory()
	start := time.Now()
	if s.matcher, err = intent.Build(ctx, shop.Tree, intent.Options{Tests: tests}); err != nil {
		return err
	}
	s.size.BuildSeconds = time.Since(start).Seconds()
	s.size.PeakBytes = peakMemory()
	debug.FreeOSMemory()
	s.size.HeapBytes = max(0, liveHeap()-before)
	return nil
}

// buildPlain makes the index that bleve searches by itself, of words; and,
// before that, one of pieces like the matcher's, to see how long it takes.
func (s *benchStand) buildPlain(tree *knowledge.Tree) (err error) {
	var pieces [][]lexical.Key
	var words [][]string
	for n := range tree.Nodes() {
		for _, q := range n.Questions() {
			text := textnorm.Normalize(q)
			pieces = append(pieces, lexical.AppendPieces(nil, text))
			words = append(words, s.cutter.Cut(text))
			s.nodes = append(s.nodes, n.ID)
		}
	}
	space := lexical.NewSpace(pieces)
	docs := make([]index.Doc, len(pieces))
	for i, keys := range pieces {
		v, _ := space.Vector(keys)
		for _, t := range v {
			docs[i] = append(docs[i], t.ID)
		}
	}
	start := time.Now()
	like, err := index.Build(docs, space.Len())
	if err != nil {
		return err
	}
	s.size.IndexSeconds = time.Since(start).Seconds()
	if err := like.Close(); err != nil {
		return err
	}
	s.index, err = index.BuildPlain(words)
	return err
}

// close frees both sides and joins what goes wrong to err.
func (s *benchStand) close(err *error) {
	*err = errors.Join(*err, s.matcher.Close())
	if s.index != nil {
		*err = errors.Join(*err, s.index.Close())
	}
}

// match is all that a turn does to find out what an utterance is about.
func (s *benchStand) match(ctx context.Context, utterance string) (knowledge.NodeID, error) {
	return firstOf(ctx, s.matcher, utterance)
}

func firstOf(ctx context.Context, m recent.Matcher, utterance string) (knowledge.NodeID, error) {
	r, err := m.Match(ctx, utterance, "", benchDay)
	if err != nil || len(r.Candidates) == 0 {
		return "", err
	}
	return r.Candidates[0].Node, nil
}

// benchDay is when it is matched. No node of an invented shop ever ends.
var benchDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// search is what a program does that has nothing but bleve.
func (s *benchStand) search(ctx context.Context, utterance string) (knowledge.NodeID, error) {
	hits, err := s.index.Search(ctx, s.cutter.Cut(textnorm.Normalize(utterance)), benchHits)
	if err != nil || len(hits) == 0 {
		return "", err
	}
	return s.nodes[hits[0].Doc], nil
}

// fillCache makes the cache and has it keep every utterance.
func (s *benchStand) fillCache(ctx context.Context) (err error) {
	if s.recent, err = recent.New(s.matcher, s.tree, benchUtterances); err != nil {
		return err
	}
	for _, u := range s.utterances {
		if _, err := s.lookUp(ctx, u.Text); err != nil {
			return err
		}
	}
	return nil
}

// lookUp is the same where the utterance was matched before, and is kept: see
// fillCache.
func (s *benchStand) lookUp(ctx context.Context, utterance string) (knowledge.NodeID, error) {
	return firstOf(ctx, s.recent, utterance)
}
