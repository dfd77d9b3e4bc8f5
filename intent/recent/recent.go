// Package recent answers from memory what was matched before: in a shop the same
// few questions come again and again, often in the same words.
package recent

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// MaxEntries bounds the entries of a Cache, and MaxKey, in bytes, what an entry
// is found by: longer utterances are seldom said twice and are not kept. An
// entry takes about 700 bytes and twice its key.
const (
	MaxEntries = 1_000_000
	MaxKey     = 600
)

// Matcher is what a Cache asks where it does not know; see intent.Matcher.
type Matcher interface {
	Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error)
}

// Cache keeps what a matcher said lately. It belongs to one matcher, and so to
// one release, for as long as it lives: nothing can outlive a swap of releases.
// It is safe for concurrent use.
type Cache struct {
	matcher Matcher
	edges   []time.Time // when a node begins or ceases to be valid, in order
	results *lru.Cache[key, intent.Result]
}

// key is all that a result depends on, beside the matcher.
type key struct {
	utterance string // see intent.Key
	topic     knowledge.NodeID
	// period counts the edges that have passed. Between two of them the same
	// nodes are valid.
	period int
}

// New returns an empty Cache for the matcher of tree, that keeps the results
// for the utterances that came last: so many entries, 1 to MaxEntries.
func New(m Matcher, tree *knowledge.Tree, entries int) (*Cache, error) {
	if entries < 1 || entries > MaxEntries {
		return nil, fmt.Errorf("recent: %d entries are not 1 to %d", entries, MaxEntries)
	}
	results, err := lru.New[key, intent.Result](entries)
	if err != nil {
		return nil, fmt.Errorf("recent: %w", err)
	}
	c := &Cache{matcher: m, results: results}
	for n := range tree.Nodes() {
		for _, t := range []time.Time{n.Valid.From, n.Valid.Until} {
			if !t.IsZero() {
				c.edges = append(c.edges, t)
			}
		}
	}
	slices.SortFunc(c.edges, time.Time.Compare)
	return c, nil
}

// Match returns what the matcher does, from memory where an utterance that it
// reads alike was matched before for the same topic, while the same nodes were
// valid. What came of a match without the release's embedder, which was away, is
// not kept, and errors are not either. The result is the caller's own.
func (c *Cache) Match(ctx context.Context, utterance string, topic knowledge.NodeID, now time.Time) (intent.Result, error) {
	k := key{intent.Key(utterance), topic, c.period(now)}
	if len(k.utterance) > MaxKey {
		return c.matcher.Match(ctx, utterance, topic, now)
	}
	if known, ok := c.results.Get(k); ok {
		return own(known), nil
	}
	r, err := c.matcher.Match(ctx, utterance, topic, now)
	if err == nil && r.Away == nil {
		c.results.Add(k, own(r))
	}
	return r, err
}

// period returns how many edges have passed at now.
func (c *Cache) period(now time.Time) int {
	return sort.Search(len(c.edges), func(i int) bool { return c.edges[i].After(now) })
}

// own returns r with lists that nobody else has.
func own(r intent.Result) intent.Result {
	r.Candidates, r.Others = slices.Clone(r.Candidates), slices.Clone(r.Others)
	return r
}
