// Package redisqueue keeps tickets, agents and rules of shops in Redis.
//
// It owns their layout there. Package dialog/redisstore writes tickets and desks
// with [Lua], [PutKeys], [PutArgs], [AgentKeys] and [AgentArgs] in the script
// that commits their session; [Queue] reads them. The server must not evict
// keys: maxmemory-policy noeviction.
package redisqueue

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/line"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Queue = (*Queue)(nil)

// maxIndex bounds offsets and limits, so that their sum is a number, too.
const maxIndex = 1 << 40

// Queue reads the tickets of all shops on one server or cluster. It is their
// [handoff.Roster], [handoff.Leases] and [handoff.RuleStore], too.
type Queue struct {
	rdb   redis.UniversalClient
	shops *Shops
}

// New returns the queue that rdb leads to. The client should be made with
// ContextTimeoutEnabled, or a server that hangs holds callers beyond their
// deadline.
func New(rdb redis.UniversalClient) *Queue { return &Queue{rdb: rdb, shops: NewShops(rdb)} }

// Get implements [handoff.Queue].
func (q *Queue) Get(ctx context.Context, id shop.ID, ticket string) (*handoff.Ticket, error) {
	found, err := q.tickets(ctx, id, []string{ticket})
	if err != nil {
		return nil, wrap("get ticket", err)
	}
	if found[0] == nil {
		return nil, wrap("get ticket", handoff.ErrNotFound)
	}
	return found[0], nil
}

// List implements [handoff.Queue]. A ticket that leaves the line while the list
// is being read is left out.
func (q *Queue) List(ctx context.Context, id shop.ID, state handoff.State, offset, limit int) ([]*handoff.Ticket, error) {
	if state != handoff.Waiting && state != handoff.Held || limit <= 0 {
		return nil, nil
	}
	first := int64(min(max(offset, 0), maxIndex))
	last := first + int64(min(limit, maxIndex)) - 1
	keys, err := q.rdb.ZRange(ctx, lineKey(id, state), first, last).Result()
	if err != nil {
		return nil, wrap("list tickets", err)
	}
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = line.Ticket(k)
	}
	found, err := q.tickets(ctx, id, ids)
	if err != nil {
		return nil, wrap("list tickets", err)
	}
	var list []*handoff.Ticket
	for i, t := range found {
		if t != nil && t.State == state && line.Key(t) == keys[i] {
			list = append(list, t)
		}
	}
	return list, nil
}

// Position implements [handoff.Queue].
func (q *Queue) Position(ctx context.Context, id shop.ID, ticket string) (int, error) {
	const doing = "find the position of a ticket"
	own, err := q.rdb.HGet(ctx, ticketKey(id, ticket), "line").Result()
	if errors.Is(err, redis.Nil) {
		return 0, wrap(doing, handoff.ErrNotFound)
	}
	if err != nil {
		return 0, wrap(doing, err)
	}
	before, err := q.rdb.ZRank(ctx, lineKey(id, handoff.Waiting), own).Result()
	if errors.Is(err, redis.Nil) {
		return 0, wrap(doing, handoff.ErrNotFound)
	}
	if err != nil {
		return 0, wrap(doing, err)
	}
	return int(before), nil
}

// Before implements [handoff.Queue].
func (q *Queue) Before(ctx context.Context, t *handoff.Ticket) (int, error) {
	n, err := q.rdb.ZLexCount(ctx, lineKey(t.Shop, handoff.Waiting), "-", "("+line.Key(t)).Result()
	if err != nil {
		return 0, wrap("count the tickets before a new one", err)
	}
	return int(n), nil
}

// OpenOf implements [handoff.Queue].
func (q *Queue) OpenOf(ctx context.Context, id shop.ID, visitor string) (int, error) {
	n, err := q.rdb.HGet(ctx, visitorsKey(id), visitor).Int()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	if err != nil {
		return 0, wrap("count the open tickets of a visitor", err)
	}
	return n, nil
}

// tickets returns the tickets with ids, nil for each one that does not exist.
func (q *Queue) tickets(ctx context.Context, id shop.ID, ids []string) ([]*handoff.Ticket, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	cmds := make([]*redis.SliceCmd, len(ids))
	_, err := q.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, ticket := range ids {
			cmds[i] = p.HMGet(ctx, ticketKey(id, ticket), "data", "revision")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := make([]*handoff.Ticket, len(ids))
	for i, cmd := range cmds {
		var revision uint64
		if found[i], revision, err = decode[handoff.Ticket](cmd.Val()); err != nil {
			return nil, fmt.Errorf("%w: ticket %q of shop %q: %w", errData, ids[i], id, err)
		}
		if found[i] != nil {
			found[i].Revision = revision
		}
	}
	return found, nil
}
