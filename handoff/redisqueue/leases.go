package redisqueue

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/encode"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Leases = (*Queue)(nil)

// clock is what the scripts of leases begin with: now is the server's time in
// Unix ms.
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

// The scripts of leases. KEYS[1] is hg:{shop}:leases, a ZSET of agent -> end in
// Unix ms, except in leadScript.
var (
	// ARGV: agent, time to live in ms.
	renewScript = redis.NewScript(clock + `
return redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
`)

	// ARGV: how many at most. Returns agents.
	lapsedScript = redis.NewScript(clock + `
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
`)

	// ARGV: agent.
	dropScript = redis.NewScript(clock + `
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ends and tonumber(ends) <= now then
  return redis.call('ZREM', KEYS[1], ARGV[1])
end
return 0
`)

	// KEYS[1] is hg:{shop}:lead, the name of a node. ARGV: node, time to live
	// in ms. Returns 1 where the node leads now.
	leadScript = redis.NewScript(`
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`)
)

// Renew implements [handoff.Leases].
func (q *Queue) Renew(ctx context.Context, id shop.ID, agent string, ttl time.Duration) error {
	if err := encode.Check(id, agent); err != nil {
		return fmt.Errorf("redisqueue: renew lease: %w", err)
	}
	return wrap("renew lease", renewScript.Run(ctx, q.rdb, leaseKeys(id), agent, Milliseconds(ttl)).Err())
}

// Lapsed implements [handoff.Leases].
func (q *Queue) Lapsed(ctx context.Context, id shop.ID, limit int) ([]string, error) {
	if limit <= 0 {
		return nil, nil
	}
	agents, err := lapsedScript.Run(ctx, q.rdb, leaseKeys(id), min(limit, maxIndex)).StringSlice()
	if err != nil {
		return nil, wrap("list lapsed leases", err)
	}
	return agents, nil
}

// Drop implements [handoff.Leases].
func (q *Queue) Drop(ctx context.Context, id shop.ID, agent string) error {
	return wrap("drop lease", dropScript.Run(ctx, q.rdb, leaseKeys(id), agent).Err())
}

// Lead implements [handoff.Leases].
func (q *Queue) Lead(ctx context.Context, id shop.ID, node string, ttl time.Duration) (bool, error) {
	leads, err := leadScript.Run(ctx, q.rdb, []string{key(id, "lead")}, node, max(Milliseconds(ttl), 1)).Bool()
	if err != nil {
		return false, wrap("take the lead", err)
	}
	return leads, nil
}

func leaseKeys(id shop.ID) []string { return []string{key(id, "leases")} }

// Milliseconds is d as scripts take it, rounded up: nothing ends early, and the
// shortest time is not 0, which stands for ever or never.
func Milliseconds(d time.Duration) int64 {
	ms := d.Milliseconds()
	if d%time.Millisecond > 0 {
		ms++
	}
	return ms
}
