// Package boltstore keeps sessions, transcripts, turn records and tickets with
// the desks that they lie on in a bbolt file, for a Honeyguide that is one
// process.
//
// A commit is one transaction of the file: after a crash, at whatever moment,
// it is there whole or not at all, and one that was acknowledged is there.
package boltstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/internal/record"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ dialog.Store = (*Store)(nil)

// Store implements [dialog.Store]. Package handoff/boltqueue reads the tickets
// and agents that it commits.
type Store struct {
	db  *bbolt.DB
	now func() time.Time
}

// New returns the store in db, which the caller closes after the last use.
// What may be kept no longer is not found, even before [Store.Sweep] removes
// it from the file.
func New(db *bbolt.DB, now func() time.Time) (*Store, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		if err := createBuckets(tx); err != nil {
			return err
		}
		return boltqueue.CreateBuckets(tx)
	})
	if err != nil {
		return nil, fmt.Errorf("boltstore: create the buckets: %w", err)
	}
	return &Store{db: db, now: now}, nil
}

// Load implements [dialog.Store].
func (s *Store) Load(ctx context.Context, id shop.ID, session, turn string) (*dialog.Session, *dialog.TurnRecord, error) {
	var found *stored
	var rec *dialog.TurnRecord
	err := s.run(ctx, s.db.View, "load session", func(tx *bbolt.Tx) (err error) {
		if found, err = s.alive(tx, id, session); err != nil || turn == "" {
			return err
		}
		rec, err = loadTurn(tx, id, session, turn)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return found.session, rec, nil
}

// Entries implements [dialog.Store].
func (s *Store) Entries(ctx context.Context, id shop.ID, session string, after uint64, limit int) ([]dialog.Entry, error) {
	var entries []dialog.Entry
	err := s.run(ctx, s.db.View, "read entries", func(tx *bbolt.Tx) error {
		found, err := s.alive(tx, id, session)
		if err != nil || after >= found.session.Seq {
			return err
		}
		entries, err = loadEntries(tx, id, session, after, limit)
		return err
	})
	return entries, err
}

// Commit implements [dialog.Store].
func (s *Store) Commit(ctx context.Context, c *dialog.Change) error {
	recs, err := record.Of(c)
	if err != nil {
		return fmt.Errorf("boltstore: commit: %w", err)
	}
	var given revisions
	err = s.run(ctx, s.db.Update, "commit", func(tx *bbolt.Tx) (err error) {
		given, err = s.commit(tx, c, recs)
		return err
	})
	if err != nil {
		return err
	}
	c.Session.Version++
	if c.Ticket != nil {
		c.Ticket.Version++
		c.Ticket.Revision = given.ticket
	}
	for i, a := range c.Agents {
		a.Version++
		a.Revision = given.agents[i]
	}
	return nil
}

// revisions are those that a commit gave.
type revisions struct {
	ticket uint64 // 0 where the change has none
	agents []uint64
}

func (s *Store) commit(tx *bbolt.Tx, c *dialog.Change, recs *record.Records) (given revisions, err error) {
	now := s.now()
	old, err := load(tx, c.Session.Shop, c.Session.ID)
	if err != nil {
		return given, err
	}
	if old != nil && old.elapsed(now) {
		if err := old.remove(tx); err != nil {
			return given, err
		}
		old = nil
	}
	if err := follows(c, old); err != nil {
		return given, err
	}
	if c.Turn != nil && old != nil && hasTurn(tx, old.key, c.Turn.ID) {
		return given, fmt.Errorf("turn: %w", dialog.ErrConflict)
	}
	if old != nil {
		if err := old.forgetExpiry(tx); err != nil {
			return given, err
		}
	}
	if err := store(tx, c, recs, now); err != nil || c.Ticket == nil {
		return given, err
	}
	given.ticket, err = boltqueue.Put(tx, c.Ticket, now, c.Keep)
	if errors.Is(err, boltqueue.ErrVersion) {
		return given, fmt.Errorf("ticket: %w", dialog.ErrConflict)
	}
	if err != nil {
		return given, err
	}
	if given.agents, err = putAgents(tx, c.Agents); err != nil {
		return given, err
	}
	if c.MaxOpen > 0 && boltqueue.OpenOf(tx, c.Ticket.Shop, c.Ticket.Visitor) > c.MaxOpen {
		return given, handoff.ErrTooMany // which undoes all of the above
	}
	return given, nil
}

func putAgents(tx *bbolt.Tx, agents []*handoff.Agent) (given []uint64, err error) {
	for _, a := range agents {
		revision, err := boltqueue.PutAgent(tx, a)
		if errors.Is(err, handoff.ErrConflict) {
			return nil, fmt.Errorf("agent: %w", dialog.ErrConflict)
		}
		if err != nil {
			return nil, err
		}
		given = append(given, revision)
	}
	return given, nil
}

// follows returns ErrConflict unless c was made from what is stored.
func follows(c *dialog.Change, old *stored) error {
	var version, seq uint64
	if old != nil {
		version, seq = old.session.Version, old.session.Seq
	}
	if version != c.Session.Version {
		return fmt.Errorf("session: %w", dialog.ErrConflict)
	}
	if seq+uint64(len(c.Entries)) != c.Session.Seq {
		return fmt.Errorf("transcript: %w", dialog.ErrConflict)
	}
	return nil
}

// alive returns the stored session, or ErrNotFound where there is none or its
// time is over.
func (s *Store) alive(tx *bbolt.Tx, id shop.ID, session string) (*stored, error) {
	found, err := load(tx, id, session)
	if err != nil {
		return nil, err
	}
	if found == nil || found.elapsed(s.now()) {
		return nil, dialog.ErrNotFound
	}
	return found, nil
}

// run runs fn in a transaction of begin. An error that is not fn's is one of
// the file; the transaction had no effect then and may work at the next try.
func (s *Store) run(ctx context.Context, begin func(func(*bbolt.Tx) error) error, doing string, fn func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("boltstore: %s: %w: %w", doing, dialog.ErrUnavailable, err)
	}
	var refused error
	err := begin(func(tx *bbolt.Tx) error {
		refused = fn(tx)
		return refused
	})
	switch {
	case refused != nil:
		return fmt.Errorf("boltstore: %s: %w", doing, refused)
	case err != nil:
		return fmt.Errorf("boltstore: %s: %w: %w", doing, dialog.ErrUnavailable, err)
	}
	return nil
}
