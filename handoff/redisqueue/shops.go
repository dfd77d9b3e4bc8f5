package redisqueue

import (
	"context"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// shopsKey is the SET of the shops that have agents. It is in no shop's slot.
const shopsKey = "hg:shops"

// Shops remembers which shops have agents. No script can do so together with a
// shop's keys, which may be on another server: a shop is added before its first
// agent is stored, and if that then fails the shop is there without agents.
type Shops struct {
	rdb   redis.UniversalClient
	added sync.Map // of shop.ID: what this process has added
}

// NewShops returns the shops of the server or cluster that rdb leads to.
func NewShops(rdb redis.UniversalClient) *Shops { return &Shops{rdb: rdb} }

// Add adds a shop. From the second time on it asks nobody.
func (s *Shops) Add(ctx context.Context, id shop.ID) error {
	if _, added := s.added.Load(id); added {
		return nil
	}
	if err := s.rdb.SAdd(ctx, shopsKey, string(id)).Err(); err != nil {
		return err
	}
	s.added.Store(id, nil)
	return nil
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
