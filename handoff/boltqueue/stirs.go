package boltqueue

import (
	"context"
	"encoding/binary"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Stirs = (*Queue)(nil)

// stir notes that something changes in a shop, in the transaction that changes
// it: whoever sees the stir sees the change.
func stir(tx *bbolt.Tx, id shop.ID) error {
	stirs, marks := tx.Bucket(stirBucket), tx.Bucket(stirMarkBucket)
	if old := marks.Get([]byte(id)); old != nil {
		if err := stirs.Delete(old); err != nil {
			return err
		}
	}
	mark, err := stirs.NextSequence()
	if err != nil {
		return err
	}
	key := binary.BigEndian.AppendUint64(nil, mark)
	if err := stirs.Put(key, []byte(id)); err != nil {
		return err
	}
	return marks.Put([]byte(id), key)
}

// Stirred implements [handoff.Stirs]. From mark 0 on it returns all shops that
// ever had a stir. A mark is one number.
func (q *Queue) Stirred(ctx context.Context, after handoff.Mark) (shops []shop.ID, mark handoff.Mark, err error) {
	mark = after
	err = q.view(ctx, "read the stirs of shops", func(tx *bbolt.Tx) error {
		c := tx.Bucket(stirBucket).Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, after[0]+1)); k != nil; k, v = c.Next() {
			shops, mark[0] = append(shops, shop.ID(v)), binary.BigEndian.Uint64(k)
		}
		return nil
	})
	return shops, mark, err
}
