package redisqueue

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Stirs = (*Queue)(nil)

// The keys that are in no shop's slot, and their twins. Wherever the masters of a
// cluster have equal parts of the slots, twins are on two of them.
var (
	shopsKeys = [2]string{"hg:shops", "hg:shops:twin"} // SET of the shops that have agents
	stirsKeys = [2]string{"hg:stirs", "hg:stirs:twin"} // ZSET shop -> mark of its last stir, see stirScript
)

// stirEvery is how often a process notes that something happens in a shop where
// it goes on happening. What is left of handoff.StirFor is the time that a write
// may take.
const stirEvery = 10 * time.Second

// stirScript notes a stir. A mark is the server's time in microseconds, or one
// more than the last mark where that is later: marks rise whatever the clock
// does, and those who start may go back by time.
var stirScript = redis.NewScript(`
local time = redis.call('TIME')
local mark = time[1] * 1000000 + time[2]
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if last and tonumber(last) >= mark then
  mark = tonumber(last) + 1
end
redis.call('ZADD', KEYS[1], string.format('%.0f', mark), ARGV[1])
return 1
`)

// Shops notes which shops there are, and in which something happens. No script
// can do so together with a shop's keys, which may be on another server: both
// are noted before something is stored, and if that then fails the shop is
// there without agents, or was looked at in vain.
type Shops struct {
	rdb          redis.UniversalClient
	now          func() time.Time
	roster, feed *twins   // of shopsKeys and stirsKeys
	added        sync.Map // of shop.ID: what this process has added, to both

	mu      sync.Mutex
	stirred map[shop.ID]time.Time // when this process last noted it, by its own clock; guarded by mu
	sweepAt int                   // guarded by mu: when so many are known, those of no use are dropped
}

// NewShops returns the shops of the server or cluster that rdb leads to.
func NewShops(rdb redis.UniversalClient) *Shops {
	return &Shops{
		rdb: rdb, now: time.Now,
		roster: &twins{keys: shopsKeys}, feed: &twins{keys: stirsKeys},
		stirred: make(map[shop.ID]time.Time), sweepAt: manyStirs,
	}
}

// Announce notes that a ticket, an agent or the rules of a shop are about to
// change; agents says whether an agent is among it. It must have returned before
// the change is begun. What it noted a short time ago it does not note again. One
// master of a cluster that is away costs it a moment, now and then.
func (s *Shops) Announce(ctx context.Context, id shop.ID, agents bool) error {
	if agents {
		if err := s.add(ctx, id); err != nil {
			return fmt.Errorf("add the shop: %w", err)
		}
	}
	if err := s.stir(ctx, id); err != nil {
		return fmt.Errorf("note a stir: %w", err)
	}
	return nil
}

// add asks nobody once both sets have the shop.
func (s *Shops) add(ctx context.Context, id shop.ID) error {
	if _, added := s.added.Load(id); added {
		return nil
	}
	both, err := s.roster.write(ctx, func(ctx context.Context, key string) error {
		return s.rdb.SAdd(ctx, key, string(id)).Err()
	})
	if both {
		s.added.Store(id, nil)
	}
	return err
}

func (s *Shops) stir(ctx context.Context, id shop.ID) error {
	began := s.now() // before the server's time of it
	s.mu.Lock()
	last, known := s.stirred[id]
	s.mu.Unlock()
	if known && began.Sub(last) < stirEvery {
		return nil
	}
	_, err := s.feed.write(ctx, func(ctx context.Context, key string) error {
		return stirScript.Run(ctx, s.rdb, []string{key}, string(id)).Err()
	})
	if err != nil {
		return err
	}
	s.note(id, began)
	return nil
}

// manyStirs is how many shops may be known before those are dropped that would
// be noted anew anyway.
const manyStirs = 1000

func (s *Shops) note(id shop.ID, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stirred[id] = at
	if len(s.stirred) < s.sweepAt {
		return
	}
	for other, last := range s.stirred {
		if at.Sub(last) >= stirEvery {
			delete(s.stirred, other)
		}
	}
	s.sweepAt = max(manyStirs, 2*len(s.stirred))
}

// Shops implements [handoff.Roster]. While a master of a cluster is away the
// list may lack a shop that got its first agent while another was.
func (q *Queue) Shops(ctx context.Context) ([]shop.ID, error) {
	answers := ask(ctx, q.shops.roster, func(ctx context.Context, i int) ([]string, error) {
		return q.rdb.SMembers(ctx, shopsKeys[i]).Result()
	})
	if err := failure(answers); err != nil {
		return nil, wrap("list shops", err)
	}
	var list []shop.ID
	for _, a := range answers {
		for _, id := range a.got {
			list = append(list, shop.ID(id))
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// Stirred implements [handoff.Stirs]. A mark has a number of each of the twins.
func (q *Queue) Stirred(ctx context.Context, after handoff.Mark) ([]shop.ID, handoff.Mark, error) {
	const doing = "read the stirs of shops"
	answers := ask(ctx, q.shops.feed, func(ctx context.Context, i int) ([]change, error) {
		return q.stirs(ctx, stirsKeys[i], after[i])
	})
	if err := failure(answers); err != nil {
		return nil, after, wrap(doing, err)
	}
	var list []shop.ID
	for i, a := range answers {
		for _, c := range a.got {
			list = append(list, shop.ID(c.id))
			after[i] = c.revision
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	for _, a := range answers {
		if a.err != nil {
			return list, after, fmt.Errorf("redisqueue: %s: %w: %w", doing, handoff.ErrIncomplete, a.err)
		}
	}
	return list, after, nil
}

// stirs reads one of the twins. From 0 on it goes back from the last stir by the
// time for which a stir stands.
func (q *Queue) stirs(ctx context.Context, key string, after uint64) ([]change, error) {
	if after == 0 {
		newest, err := q.rdb.ZRevRangeWithScores(ctx, key, 0, 0).Result()
		if err != nil || len(newest) == 0 {
			return nil, err
		}
		mark := uint64(newest[0].Score)
		after = mark - min(mark, uint64(handoff.StirFor.Microseconds()))
	}
	return q.feed(ctx, key, after, maxIndex)
}
