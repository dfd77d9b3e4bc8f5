// Package redisstore keeps sessions, transcripts, turn records and tickets with
// the desks that they lie on in Redis, for a Honeyguide of many processes.
//
// A commit is one script. All keys of a shop are in one slot of a cluster. The
// server must not evict keys (maxmemory-policy noeviction), and what survives
// its crash is up to it: with appendonly yes and appendfsync always, every
// commit that was acknowledged.
package redisstore

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/internal/record"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ dialog.Store = (*Store)(nil)

// Store implements [dialog.Store]. Package handoff/redisqueue reads the tickets
// and agents that it commits.
type Store struct {
	rdb    redis.UniversalClient
	gather *gatherer
	shops  *redisqueue.Shops
}

// New returns the store that rdb leads to. The client should be made with
// ContextTimeoutEnabled, or a server that hangs holds callers beyond their
// deadline. It may try commands again by itself: a commit is made once.
func New(rdb redis.UniversalClient) *Store {
	return &Store{rdb: rdb, gather: newGatherer(rdb), shops: redisqueue.NewShops(rdb)}
}

// Load implements [dialog.Store].
func (s *Store) Load(ctx context.Context, id shop.ID, session, turn string) (*dialog.Session, *dialog.TurnRecord, error) {
	fields := []string{"data"}
	if turn != "" {
		fields = append(fields, turnField(turn))
	}
	var cmd *redis.SliceCmd
	err := s.gather.do(ctx, id, func(c redis.Cmdable) { cmd = c.HMGet(ctx, sessionKey(id, session), fields...) })
	if err != nil {
		return nil, nil, wrap("load session", err)
	}
	values, err := cmd.Result()
	if err != nil {
		return nil, nil, wrap("load session", err)
	}
	found, err := decode[dialog.Session](values[0])
	if err != nil {
		return nil, nil, wrap(fmt.Sprintf("load session %q of shop %q", session, id), err)
	}
	if found == nil {
		return nil, nil, wrap("load session", dialog.ErrNotFound)
	}
	if turn == "" {
		return found, nil, nil
	}
	rec, err := decode[dialog.TurnRecord](values[1])
	if err != nil {
		return nil, nil, wrap(fmt.Sprintf("load turn of session %q of shop %q", session, id), err)
	}
	return found, rec, nil
}

// decode returns nil for a field that does not exist.
func decode[T any](field any) (*T, error) {
	data, exists := field.(string)
	if !exists {
		return nil, nil
	}
	v := new(T)
	if err := record.Decode([]byte(data), v); err != nil {
		return nil, err
	}
	return v, nil
}

// Entries implements [dialog.Store].
func (s *Store) Entries(ctx context.Context, id shop.ID, session string, after uint64, limit int) ([]dialog.Entry, error) {
	first, last := page(after, limit)
	var lines *redis.StringSliceCmd
	var exists *redis.IntCmd
	_, err := s.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		// In this order a session that ends in between is told from an empty one.
		lines = p.LRange(ctx, entriesKey(id, session), first, last)
		exists = p.Exists(ctx, sessionKey(id, session))
		return nil
	})
	if err != nil {
		return nil, wrap("read entries", err)
	}
	if exists.Val() == 0 {
		return nil, wrap("read entries", dialog.ErrNotFound)
	}
	var entries []dialog.Entry
	for _, line := range lines.Val() {
		var e dialog.Entry
		if err := record.Decode([]byte(line), &e); err != nil {
			return nil, wrap(fmt.Sprintf("read entries of session %q of shop %q", session, id), err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// page returns the first and last index of a list in which entry n is at n-1.
func page(after uint64, limit int) (first, last int64) {
	const far = math.MaxInt64 / 2 // no list is as long
	if limit <= 0 {
		return far, far
	}
	first = int64(min(after, far))
	return first, first + int64(min(limit, far)) - 1
}

func sessionKey(id shop.ID, session string) string { return key(id, "session:"+session) }

func entriesKey(id shop.ID, session string) string { return key(id, "entries:"+session) }

func turnField(turn string) string { return "turn:" + turn }

// key puts the shop in a hash tag, as redisqueue does with the tickets.
func key(id shop.ID, suffix string) string { return fmt.Sprintf("hg:{%s}:%s", id, suffix) }

// wrap tells errors that may be gone at the next try from those that will not.
func wrap(doing string, err error) error {
	final := errors.Is(err, dialog.ErrNotFound) || errors.Is(err, record.ErrData) || !redisqueue.Unavailable(err)
	if final {
		return fmt.Errorf("redisstore: %s: %w", doing, err)
	}
	return fmt.Errorf("redisstore: %s: %w: %w", doing, dialog.ErrUnavailable, err)
}
