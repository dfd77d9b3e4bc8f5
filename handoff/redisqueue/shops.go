package redisqueue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Stirs = (*Queue)(nil)

// The keys that are in no shop's slot.
const (
	shopsKey = "hg:shops" // SET of the shops that have agents
	stirsKey = "hg:stirs" // ZSET shop -> mark of its last stir, see stirScript
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
	rdb   redis.UniversalClient
	now   func() time.Time
	added sync.Map // of shop.ID: what this process has added

	mu      sync.Mutex
	stirred map[shop.ID]time.Time // when this process last noted it, by its own clock; guarded by mu
	sweepAt int                   // guarded by mu: when so many are known, those of no use are dropped
}

// NewShops returns the shops of the server or cluster that rdb leads to.
func NewShops(rdb redis.UniversalClient) *Shops {
	return &Shops{rdb: rdb, now: time.Now, stirred: make(map[shop.ID]time.Time), sweepAt: manyStirs}
}

// Announce notes that a ticket, an agent or the rules of a shop are about to
// change; agents says whether an agent is among it. It must have returned before
// the change is begun. What it noted a short time ago it does not note again.
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

// add asks nobody from the second time on.
func (s *Shops) add(ctx context.Context, id shop.ID) error {
	if _, added := s.added.Load(id); added {
		return nil
	}
	if err := s.rdb.SAdd(ctx, shopsKey, string(id)).Err(); err != nil {
		return err
	}
	s.added.Store(id, nil)
	return nil
}

func (s *Shops) stir(ctx context.Context, id shop.ID) error {
	began := s.now() // before the server's time of it
	s.mu.Lock()
	last, known := s.stirred[id]
	s.mu.Unlock()
	if known && began.Sub(last) < stirEvery {
		return nil
	}
	if err := stirScript.Run(ctx, s.rdb, []string{stirsKey}, string(id)).Err(); err != nil {
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

// Shops implements [handoff.Roster].
func (q *Queue) Shops(ctx context.Context) ([]shop.ID, error) {
	found, err := q.rdb.SMembers(ctx, shopsKey).Result()
	if err != nil {
		return nil, wrap("list shops", err)
	}
	list := make([]shop.ID, len(found))
	for i, id := range found {
		list[i] = shop.ID(id)
	}
	return list, nil
}

// Stirred implements [handoff.Stirs]. From mark 0 on it goes back from the last
// stir by the time for which a stir stands.
func (q *Queue) Stirred(ctx context.Context, after uint64) ([]shop.ID, uint64, error) {
	if after == 0 {
		newest, err := q.rdb.ZRevRangeWithScores(ctx, stirsKey, 0, 0).Result()
		if err != nil {
			return nil, 0, wrap("read the newest stir", err)
		}
		if len(newest) == 0 {
			return nil, 0, nil
		}
		mark := uint64(newest[0].Score)
		after = mark - min(mark, uint64(handoff.StirFor.Microseconds()))
	}
	found, err := q.feed(ctx, stirsKey, after, maxIndex)
	if err != nil {
		return nil, 0, wrap("read the stirs of shops", err)
	}
	list := make([]shop.ID, len(found))
	for i, c := range found {
		list[i], after = shop.ID(c.id), c.revision
	}
	return list, after, nil
}
