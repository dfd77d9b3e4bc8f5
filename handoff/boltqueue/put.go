package boltqueue

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// ErrVersion means that the ticket changed since it was read.
var ErrVersion = errors.New("boltqueue: ticket changed since it was read")

// CreateBuckets makes what Put, PutAgent and a Queue need.
func CreateBuckets(tx *bbolt.Tx) error {
	for _, name := range [][]byte{
		ticketBucket, lineBucket, feedBucket, revisionBucket, visitorBucket, expiryBucket,
		agentBucket, agentFeedBucket, agentRevisionBucket, leaseBucket, rulesBucket,
		stirBucket, stirMarkBucket,
	} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("boltqueue: create bucket %s: %w", name, err)
		}
	}
	return nil
}

// Put stores t, whose Version is the one that was read, and returns its new
// revision. It returns [ErrVersion] where another version is stored. A closed
// ticket is kept for keep after now; if keep is 0, one that was closed before is
// kept as long as it was to be, and another one for ever, as an open one always is.
//
// t itself is not changed: only when tx is committed has it become true that
// its version is one higher.
func Put(tx *bbolt.Tx, t *handoff.Ticket, now time.Time, keep time.Duration) (revision uint64, err error) {
	if err := t.Shop.Validate(); err != nil {
		return 0, fmt.Errorf("boltqueue: put ticket: %w", err)
	}
	old, err := load(tx, t.Shop, t.ID)
	if err != nil {
		return 0, fmt.Errorf("boltqueue: put ticket: %w", err)
	}
	var version uint64
	if old != nil && !old.elapsed(now) {
		version = old.Ticket.Version
	}
	if version != t.Version {
		return 0, ErrVersion
	}
	revision, err = replace(tx, old, t, now, keep)
	if err != nil {
		return 0, fmt.Errorf("boltqueue: put ticket: %w", err)
	}
	return revision, nil
}

// replace stores t in the place of old, which may be nil.
func replace(tx *bbolt.Tx, old *record, t *handoff.Ticket, now time.Time, keep time.Duration) (uint64, error) {
	if old != nil {
		if err := old.remove(tx); err != nil {
			return 0, err
		}
	}
	revision, err := nextRevision(tx, revisionBucket, t.Shop)
	if err != nil {
		return 0, err
	}
	if err := stir(tx, t.Shop); err != nil {
		return 0, err
	}
	stored := *t
	stored.Version++
	stored.Revision = revision
	rec := &record{Ticket: &stored}
	switch {
	case stored.Open():
	case keep > 0:
		rec.Expires = now.Add(keep)
	case old != nil && !old.elapsed(now) && !old.Ticket.Open():
		rec.Expires = old.Expires
	}
	return revision, rec.store(tx)
}

// Sweep removes tickets whose time to be kept is over at now, at most limit,
// and returns how many.
func Sweep(tx *bbolt.Tx, now time.Time, limit int) (removed int, err error) {
	var due [][]byte // collected first: deleting moves a cursor
	c := tx.Bucket(expiryBucket).Cursor()
	for k, _ := c.First(); k != nil && len(due) < limit && dueBy(k, now); k, _ = c.Next() {
		due = append(due, bytes.Clone(k))
	}
	for _, k := range due {
		id, ticket := expiryTicket(k)
		rec, err := load(tx, id, ticket)
		if err != nil {
			return 0, fmt.Errorf("boltqueue: sweep: %w", err)
		}
		if rec == nil {
			return 0, fmt.Errorf("boltqueue: sweep: ticket %q of shop %q is due but not stored", ticket, id)
		}
		if err := rec.remove(tx); err != nil {
			return 0, fmt.Errorf("boltqueue: sweep: %w", err)
		}
	}
	return len(due), nil
}
