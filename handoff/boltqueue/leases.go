package boltqueue

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/encode"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Leases = (*Queue)(nil)

// Renew implements [handoff.Leases]. Renewals that come at the same time share
// a transaction.
func (q *Queue) Renew(ctx context.Context, id shop.ID, agent string, ttl time.Duration) error {
	if err := encode.Check(id, agent); err != nil {
		return fmt.Errorf("boltqueue: renew lease: %w", err)
	}
	return q.run(ctx, q.db.Batch, "renew lease", func(tx *bbolt.Tx) error {
		end := binary.BigEndian.AppendUint64(nil, uint64(q.now().Add(ttl).UnixNano()))
		return tx.Bucket(leaseBucket).Put(agentKey(id, agent), end)
	})
}

// Lapsed implements [handoff.Leases]. It looks at each lease of the shop, of
// which there are no more than agents.
func (q *Queue) Lapsed(ctx context.Context, id shop.ID, limit int) ([]string, error) {
	type lapse struct {
		agent string
		end   uint64
	}
	var lapses []lapse
	err := q.view(ctx, "list lapsed leases", func(tx *bbolt.Tx) error {
		now, prefix := uint64(q.now().UnixNano()), shopPrefix(id)
		c := tx.Bucket(leaseBucket).Cursor()
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			if end := binary.BigEndian.Uint64(v); end <= now {
				lapses = append(lapses, lapse{agent: string(k[len(prefix):]), end: end})
			}
		}
		return nil
	})
	slices.SortStableFunc(lapses, func(a, b lapse) int { return cmp.Compare(a.end, b.end) })
	var agents []string
	for _, l := range lapses[:min(len(lapses), max(limit, 0))] {
		agents = append(agents, l.agent)
	}
	return agents, err
}

// Drop implements [handoff.Leases].
func (q *Queue) Drop(ctx context.Context, id shop.ID, agent string) error {
	return q.update(ctx, "drop lease", func(tx *bbolt.Tx) error {
		b, key := tx.Bucket(leaseBucket), agentKey(id, agent)
		end := b.Get(key)
		if end == nil || binary.BigEndian.Uint64(end) > uint64(q.now().UnixNano()) {
			return nil
		}
		return b.Delete(key)
	})
}

// Lead implements [handoff.Leases]. Only one process has the file open, and
// when it ends nobody leads: who leads is kept in memory.
func (q *Queue) Lead(ctx context.Context, id shop.ID, node string, ttl time.Duration) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("boltqueue: take the lead: %w: %w", handoff.ErrUnavailable, err)
	}
	return q.leads.take(id, node, q.now(), ttl), nil
}

// leads are the leaders of shops.
type leads struct {
	mu sync.Mutex
	by map[shop.ID]lead // guarded by mu
}

type lead struct {
	node string
	end  time.Time
}

func (l *leads) take(id shop.ID, node string, now time.Time, ttl time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old, led := l.by[id]; led && old.node != node && now.Before(old.end) {
		return false
	}
	l.by[id] = lead{node: node, end: now.Add(ttl)}
	return true
}
