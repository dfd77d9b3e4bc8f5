package boltstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// modelBucket holds a bucket for each shop: the file is written in pages, and
// one that held the models of several shops would be written whole for each.
var modelBucket = []byte("knowledge.models")

// The keys in a shop's bucket.
var (
	modelKey = []byte("model")
	labelKey = []byte("label") // the release's number, and the SHA-256 of the model
)

const labelSize = 8 + sha256.Size

// SetModel implements [knowledge.Models]. The file's other writers wait while
// the model is written.
func (s *Store) SetModel(ctx context.Context, id shop.ID, n uint64, model []byte) error {
	if err := knowledge.CheckModel(model); err != nil {
		return fmt.Errorf("boltstore: set model: %w", err)
	}
	sum := sha256.Sum256(model)
	label := append(number(n), sum[:]...)
	return s.run(ctx, s.db.Update, "set model", func(tx *bbolt.Tx) error {
		live, err := liveNumber(tx, id)
		if err != nil {
			return err
		}
		if n == 0 || n != live {
			return fmt.Errorf("release %d of shop %s is not live: %w", n, id, knowledge.ErrNoRelease)
		}
		own, err := tx.Bucket(modelBucket).CreateBucketIfNotExists([]byte(id))
		if err != nil {
			return err
		}
		if err := own.Put(labelKey, label); err != nil {
			return err
		}
		return own.Put(modelKey, model)
	})
}

// Model implements [knowledge.Models].
func (s *Store) Model(ctx context.Context, id shop.ID, n uint64) ([]byte, error) {
	var label, model []byte
	err := s.run(ctx, s.db.View, "read model", func(tx *bbolt.Tx) error {
		if own := tx.Bucket(modelBucket).Bucket([]byte(id)); own != nil {
			label, model = bytes.Clone(own.Get(labelKey)), own.Get(modelKey)
		}
		if label == nil || len(label) == labelSize && binary.BigEndian.Uint64(label) != n {
			return fmt.Errorf("release %d of shop %s: %w", n, id, knowledge.ErrNoModel)
		}
		// Checked outside: while the file is read it cannot grow.
		model = bytes.Clone(model)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(model); len(label) != labelSize || !bytes.Equal(label[8:], sum[:]) {
		return nil, fmt.Errorf("boltstore: read model: %w: model of release %d of shop %s", errData, n, id)
	}
	return model, nil
}
