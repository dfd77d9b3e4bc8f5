// Package redisstore keeps releases in Redis, for a Honeyguide of many
// processes.
//
// A release is published by one script, whose keys are in one slot of a
// cluster. The server must not evict keys (maxmemory-policy noeviction), and
// what survives its crash is up to it: with appendonly yes and appendfsync
// always, every release whose publishing was acknowledged.
package redisstore

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ knowledge.Store = (*Store)(nil)

//go:embed lua/publish.lua
var publishLua string

var publishScript = redis.NewScript(publishLua)

// shopsKey is the set of all shops that ever began to publish. It is in another
// slot than the keys of most shops and cannot change together with them.
const shopsKey = "hg:shops"

// batch is how many shops are looked at in one round trip.
const batch = 1000

// Store implements [knowledge.Store].
type Store struct {
	rdb redis.UniversalClient
}

// New returns the store that rdb leads to. The client should be made with
// ContextTimeoutEnabled, or a server that hangs holds callers beyond their
// deadline. It may try commands again by itself: a release is published once.
func New(rdb redis.UniversalClient) *Store { return &Store{rdb: rdb} }

// Publish implements [knowledge.Store].
//
// The shop enters the set of shops first, in a step of its own: if the second
// step fails, the set holds a shop without a live release, which Shops leaves
// out. The other way round, a live release could be missing from Shops.
func (s *Store) Publish(ctx context.Context, r knowledge.Release) error {
	if err := r.Shop.Validate(); err != nil {
		return fmt.Errorf("redisstore: publish: %w", err)
	}
	if r.Number == 0 {
		return fmt.Errorf("redisstore: publish release 0 of shop %s: %w", r.Shop, knowledge.ErrReleaseExists)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("redisstore: encode release %d of shop %s: %w", r.Number, r.Shop, err)
	}
	if err := s.rdb.SAdd(ctx, shopsKey, string(r.Shop)).Err(); err != nil {
		return wrap("publish", err)
	}
	keys := []string{liveKey(r.Shop), releaseKey(r.Shop, r.Number)}
	stored, err := publishScript.Run(ctx, s.rdb, keys, decimal(r.Number), decimal(r.Number-1), data).Bool()
	if err != nil {
		return wrap("publish", err)
	}
	if !stored {
		return fmt.Errorf("redisstore: publish release %d of shop %s: %w", r.Number, r.Shop, knowledge.ErrReleaseExists)
	}
	return nil
}

// Live implements [knowledge.Store].
func (s *Store) Live(ctx context.Context, id shop.ID) (uint64, error) {
	n, err := s.Newest(ctx, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("redisstore: live release of shop %s: %w", id, knowledge.ErrNoRelease)
	}
	return n, err
}

// Newest implements [knowledge.Store]. The newest release is always live: a
// rollback publishes the source of an old one again, under the next number.
func (s *Store) Newest(ctx context.Context, id shop.ID) (uint64, error) {
	text, err := s.rdb.Get(ctx, liveKey(id)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return 0, nil
	case err != nil:
		return 0, wrap("read the newest release", err)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("redisstore: newest release of shop %s: %w: %w", id, errData, err)
	}
	return n, nil
}

// Get implements [knowledge.Store].
func (s *Store) Get(ctx context.Context, id shop.ID, number uint64) (knowledge.Release, error) {
	var r knowledge.Release
	data, err := s.rdb.Get(ctx, releaseKey(id, number)).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return r, fmt.Errorf("redisstore: release %d of shop %s: %w", number, id, knowledge.ErrNoRelease)
	case err != nil:
		return r, wrap("get release", err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return knowledge.Release{}, fmt.Errorf("redisstore: release %d of shop %s: %w: %w", number, id, errData, err)
	}
	return r, nil
}

// Shops implements [knowledge.Store].
func (s *Store) Shops(ctx context.Context) ([]shop.ID, error) {
	all, err := s.rdb.SMembers(ctx, shopsKey).Result()
	if err != nil {
		return nil, wrap("list shops", err)
	}
	slices.Sort(all)
	var ids []shop.ID
	for names := range slices.Chunk(all, batch) {
		live := make([]*redis.IntCmd, len(names))
		_, err := s.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, name := range names {
				live[i] = p.Exists(ctx, liveKey(shop.ID(name)))
			}
			return nil
		})
		if err != nil {
			return nil, wrap("list shops", err)
		}
		for i, name := range names {
			if live[i].Val() == 1 {
				ids = append(ids, shop.ID(name))
			}
		}
	}
	return ids, nil
}

func liveKey(id shop.ID) string { return key(id, "live") }

func releaseKey(id shop.ID, n uint64) string { return key(id, "release:"+decimal(n)) }

// key returns a key of the shop. The braces put all of them in one slot.
func key(id shop.ID, suffix string) string { return fmt.Sprintf("hg:{%s}:%s", id, suffix) }

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }
