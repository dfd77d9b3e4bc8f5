package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/recent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/condition"
)

// Snapshot is one release, built and pinned: its tree, its conditions and its
// matcher belong together. It is immutable; every user must Release it.
type Snapshot struct {
	release  knowledge.Release // without Source and Tests
	tree     *knowledge.Tree
	branches *condition.Branches
	learnt
	recent *recent.Cache // nil where nothing is kept

	log  *slog.Logger
	refs atomic.Int64 // 1 while live, plus 1 for each user
}

// build makes the snapshot of a release, with the matcher that learn returns.
// It holds one reference.
func (c *Catalog) build(ctx context.Context, r knowledge.Release, p parsed, learn func(context.Context, *knowledge.Release, *parsed) (learnt, error)) (*Snapshot, error) {
	branches, err := condition.CompileTree(p.tree)
	if err != nil {
		return nil, fmt.Errorf("live: conditions: %w", err)
	}
	l, err := learn(ctx, &r, &p)
	if err != nil {
		return nil, fmt.Errorf("live: build: %w", err)
	}
	r.Source, r.Tests = nil, nil
	s := &Snapshot{release: r, tree: p.tree, branches: branches, learnt: l, log: c.o.Log}
	s.refs.Store(1)
	if c.o.Recent > 0 {
		if s.recent, err = recent.New(l.matcher, p.tree, c.o.Recent); err != nil {
			return nil, errors.Join(fmt.Errorf("live: build: %w", err), l.matcher.Close())
		}
	}
	return s, nil
}

// Info returns what is known about the release, without its source.
func (s *Snapshot) Info() knowledge.Release { return s.release }

// Number returns the release's number, from 1.
func (s *Snapshot) Number() uint64 { return s.release.Number }

// Tree returns the tree that was published.
func (s *Snapshot) Tree() *knowledge.Tree { return s.tree }

// Thresholds returns where the release answers and where it asks.
func (s *Snapshot) Thresholds() intent.Thresholds { return s.matcher.Thresholds() }

// Match ranks the nodes that utterance may be about; see intent.Matcher. What
// was matched lately may come from memory, see Options.Recent.
func (s *Snapshot) Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error) {
	if s.recent != nil {
		return s.recent.Match(ctx, utterance, topic, now)
	}
	return s.matcher.Match(ctx, utterance, topic, now)
}

// Explain matches as Match does and says why.
func (s *Snapshot) Explain(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (*intent.Explanation, error) {
	return s.matcher.Explain(ctx, utterance, topic, now)
}

// Branch returns the first branch of node that holds, or the slot to ask for;
// see condition.Branches.
func (s *Snapshot) Branch(node *knowledge.Node, slots map[knowledge.SlotID]string) (int, knowledge.SlotID, error) {
	return s.branches.Next(node, slots)
}

// Release ends one use. The snapshot closes with its last user.
func (s *Snapshot) Release() {
	if s.refs.Add(-1) > 0 {
		return
	}
	if err := s.matcher.Close(); err != nil {
		s.log.Error("closing a replaced release failed", "shop", s.release.Shop, "release", s.release.Number, "err", err)
	}
}

// retain adds a user unless the snapshot has been closed.
func (s *Snapshot) retain() bool {
	for {
		n := s.refs.Load()
		if n == 0 {
			return false
		}
		if s.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}
