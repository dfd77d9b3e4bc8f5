package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog/internal/record"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Sweep removes sessions, with all that belongs to them, and closed tickets
// that may be kept no longer, at most limit of both together, and returns how
// many. The owner of the store calls it from time to time, and again while it
// returns limit.
func (s *Store) Sweep(ctx context.Context, limit int) (removed int, err error) {
	err = s.run(ctx, s.db.Update, "sweep", func(tx *bbolt.Tx) error {
		now := s.now()
		sessions, err := sweep(tx, now, limit)
		if err != nil {
			return err
		}
		tickets, err := boltqueue.Sweep(tx, now, limit-sessions)
		removed = sessions + tickets
		return err
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}

func sweep(tx *bbolt.Tx, now time.Time, limit int) (removed int, err error) {
	var due [][]byte // collected first: deleting moves a cursor
	c := tx.Bucket(expiryBucket).Cursor()
	for k, _ := c.First(); k != nil && len(due) < limit; k, _ = c.Next() {
		if binary.BigEndian.Uint64(k) > uint64(now.UnixMilli()) {
			break
		}
		due = append(due, bytes.Clone(k[8:]))
	}
	for _, key := range due {
		id, session, _ := bytes.Cut(key, []byte{0})
		found, err := load(tx, shop.ID(id), string(session))
		if err != nil {
			return 0, err
		}
		if found == nil {
			return 0, fmt.Errorf("%w: session %q of shop %q is due but not stored", record.ErrData, session, id)
		}
		if err := found.remove(tx); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
