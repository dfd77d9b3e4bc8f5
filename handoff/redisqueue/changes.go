package redisqueue

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Changes implements [handoff.Queue].
//
// The feed is read first and the tickets after it. A ticket that changed in
// between has moved behind what was read of the feed: it is left out where it
// was and found again where it is, so that no change of another ticket is
// passed over.
func (q *Queue) Changes(ctx context.Context, id shop.ID, after uint64, limit int) ([]*handoff.Ticket, error) {
	var list []*handoff.Ticket
	for len(list) < limit {
		page, err := q.feed(ctx, feedKey(id), after, min(limit-len(list), maxIndex))
		if err != nil {
			return nil, wrap("read the change feed", err)
		}
		if len(page) == 0 {
			return list, nil
		}
		tickets, err := q.ticketsOf(ctx, id, page)
		if err != nil {
			return nil, wrap("read the change feed", err)
		}
		for i, t := range tickets {
			if t != nil && t.Revision == page[i].revision {
				list = append(list, t)
			}
		}
		after = page[len(page)-1].revision
	}
	return list, nil
}

// change is one entry of a feed: of a ticket or an agent.
type change struct {
	id       string
	revision uint64
}

func ids(page []change) []string {
	list := make([]string, len(page))
	for i, c := range page {
		list[i] = c.id
	}
	return list
}

func (q *Queue) feed(ctx context.Context, key string, after uint64, limit int) ([]change, error) {
	found, err := q.rdb.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{
		Min: "(" + strconv.FormatUint(after, 10), Max: "+inf", Count: int64(limit),
	}).Result()
	if err != nil {
		return nil, err
	}
	page := make([]change, len(found))
	for i, z := range found {
		id, ok := z.Member.(string)
		if !ok {
			return nil, fmt.Errorf("%w: feed %s holds %v, not an id", errData, key, z.Member)
		}
		page[i] = change{id: id, revision: uint64(z.Score)}
	}
	return page, nil
}

// ticketsOf returns the tickets of page, nil for each one that has expired, and
// removes those from the feed.
func (q *Queue) ticketsOf(ctx context.Context, id shop.ID, page []change) ([]*handoff.Ticket, error) {
	tickets, err := q.tickets(ctx, id, ids(page))
	if err != nil {
		return nil, err
	}
	_, err = q.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, t := range tickets {
			if t == nil {
				// By revision, not by id: that may be in use again.
				revision := strconv.FormatUint(page[i].revision, 10)
				p.ZRemRangeByScore(ctx, feedKey(id), revision, revision)
			}
		}
		return nil
	})
	return tickets, err
}
