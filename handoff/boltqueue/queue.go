// Package boltqueue keeps tickets, agents and rules of shops in a bbolt file.
//
// It owns their layout in the file. Package dialog/boltstore writes tickets and
// desks with [Put] and [PutAgent] in the transaction that stores their session;
// [Queue] reads them.
package boltqueue

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/line"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Queue = (*Queue)(nil)

// Queue reads the tickets of all shops in one file. It is their
// [handoff.Roster], [handoff.Leases] and [handoff.RuleStore], too.
type Queue struct {
	db    *bbolt.DB
	now   func() time.Time
	leads leads
}

// New returns the queue in db, which the caller closes after the last use. A
// ticket whose time to be kept is over at now is not found, even before [Sweep]
// removes it. Leases end by now. There must be one Queue of a file: it keeps in
// memory which node leads.
func New(db *bbolt.DB, now func() time.Time) (*Queue, error) {
	if err := db.Update(CreateBuckets); err != nil {
		return nil, fmt.Errorf("boltqueue: create the buckets: %w", err)
	}
	return &Queue{db: db, now: now, leads: leads{by: make(map[shop.ID]lead)}}, nil
}

// Get implements [handoff.Queue].
func (q *Queue) Get(ctx context.Context, id shop.ID, ticket string) (*handoff.Ticket, error) {
	var t *handoff.Ticket
	err := q.view(ctx, "get ticket", func(tx *bbolt.Tx) error {
		rec, err := q.alive(tx, id, ticket)
		if err != nil {
			return err
		}
		if rec == nil {
			return handoff.ErrNotFound
		}
		t = rec.Ticket
		return nil
	})
	return t, err
}

// List implements [handoff.Queue].
func (q *Queue) List(ctx context.Context, id shop.ID, state handoff.State, offset, limit int) ([]*handoff.Ticket, error) {
	var list []*handoff.Ticket
	err := q.view(ctx, "list tickets", func(tx *bbolt.Tx) error {
		prefix := linePrefix(id, state)
		c := tx.Bucket(lineBucket).Cursor()
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(list) < limit; k, _ = c.Next() {
			if offset > 0 {
				offset--
				continue
			}
			rec, err := q.alive(tx, id, line.Ticket(string(k[len(prefix):])))
			if err != nil {
				return err
			}
			if rec != nil {
				list = append(list, rec.Ticket)
			}
		}
		return nil
	})
	return list, err
}

// Position implements [handoff.Queue]. It counts, so that a commit need not
// renumber the line.
func (q *Queue) Position(ctx context.Context, id shop.ID, ticket string) (int, error) {
	before := 0
	err := q.view(ctx, "find the position of a ticket", func(tx *bbolt.Tx) error {
		rec, err := q.alive(tx, id, ticket)
		if err != nil {
			return err
		}
		if rec == nil || rec.Ticket.State != handoff.Waiting {
			return handoff.ErrNotFound
		}
		own := lineKey(rec.Ticket)
		c := tx.Bucket(lineBucket).Cursor()
		for k, _ := c.Seek(linePrefix(id, handoff.Waiting)); k != nil && bytes.Compare(k, own) < 0; k, _ = c.Next() {
			before++
		}
		return nil
	})
	return before, err
}

// Before implements [handoff.Queue].
func (q *Queue) Before(ctx context.Context, t *handoff.Ticket) (int, error) {
	before := 0
	err := q.view(ctx, "count the tickets before a new one", func(tx *bbolt.Tx) error {
		prefix := linePrefix(t.Shop, handoff.Waiting)
		own := append(bytes.Clone(prefix), line.Key(t)...)
		c := tx.Bucket(lineBucket).Cursor()
		for k, _ := c.Seek(prefix); k != nil && bytes.Compare(k, own) < 0; k, _ = c.Next() {
			before++
		}
		return nil
	})
	return before, err
}

// OpenOf implements [handoff.Queue].
func (q *Queue) OpenOf(ctx context.Context, id shop.ID, visitor string) (int, error) {
	open := 0
	err := q.view(ctx, "count the open tickets of a visitor", func(tx *bbolt.Tx) error {
		open = OpenOf(tx, id, visitor)
		return nil
	})
	return open, err
}

// OpenOf returns how many open tickets a visitor has, within a transaction that
// may store another one.
func OpenOf(tx *bbolt.Tx, id shop.ID, visitor string) int {
	open := 0
	prefix := visitorPrefix(id, visitor)
	c := tx.Bucket(visitorBucket).Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		open++
	}
	return open
}

// Changes implements [handoff.Queue].
func (q *Queue) Changes(ctx context.Context, id shop.ID, after uint64, limit int) ([]*handoff.Ticket, error) {
	if after == math.MaxUint64 {
		return nil, nil
	}
	var list []*handoff.Ticket
	err := q.view(ctx, "read the change feed", func(tx *bbolt.Tx) error {
		prefix := feedPrefix(id)
		c := tx.Bucket(feedBucket).Cursor()
		for k, v := c.Seek(feedKey(id, after+1)); bytes.HasPrefix(k, prefix) && len(list) < limit; k, v = c.Next() {
			rec, err := q.alive(tx, id, string(v))
			if err != nil {
				return err
			}
			if rec != nil {
				list = append(list, rec.Ticket)
			}
		}
		return nil
	})
	return list, err
}

// alive returns the stored ticket, or nil where there is none or its time is over.
func (q *Queue) alive(tx *bbolt.Tx, id shop.ID, ticket string) (*record, error) {
	rec, err := load(tx, id, ticket)
	if err != nil || rec == nil || rec.elapsed(q.now()) {
		return nil, err
	}
	return rec, nil
}

func (q *Queue) view(ctx context.Context, doing string, fn func(*bbolt.Tx) error) error {
	return q.run(ctx, q.db.View, doing, fn)
}

func (q *Queue) update(ctx context.Context, doing string, fn func(*bbolt.Tx) error) error {
	return q.run(ctx, q.db.Update, doing, fn)
}

// run runs fn in a transaction of begin. An error that is not fn's is one of
// the file; the transaction had no effect then and may work at the next try.
func (q *Queue) run(ctx context.Context, begin func(func(*bbolt.Tx) error) error, doing string, fn func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("boltqueue: %s: %w: %w", doing, handoff.ErrUnavailable, err)
	}
	var refused error
	err := begin(func(tx *bbolt.Tx) error {
		refused = fn(tx)
		return refused
	})
	switch {
	case refused != nil:
		return fmt.Errorf("boltqueue: %s: %w", doing, refused)
	case err != nil:
		return fmt.Errorf("boltqueue: %s: %w: %w", doing, handoff.ErrUnavailable, err)
	}
	return nil
}
