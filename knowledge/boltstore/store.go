// Package boltstore keeps releases in a bbolt file, for a Honeyguide that is
// one process.
//
// A release is published in one transaction of the file: after a crash, at
// whatever moment, it is there and live or neither, and one whose publishing
// was acknowledged is there.
package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ knowledge.Store = (*Store)(nil)

// The buckets. No shop id contains the zero byte that ends it in a key; numbers
// are 8 bytes, big-endian.
var (
	releaseBucket = []byte("knowledge.releases") // shop 0 number -> release as JSON
	liveBucket    = []byte("knowledge.live")     // shop          -> number of the live, and newest, release
)

// Store implements [knowledge.Store].
type Store struct {
	db *bbolt.DB
}

// New returns the store in db, which the caller closes after the last use. It
// creates the buckets that are missing.
func New(db *bbolt.DB) (*Store, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{releaseBucket, liveBucket, modelBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return fmt.Errorf("bucket %s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("boltstore: create the buckets: %w", err)
	}
	return &Store{db: db}, nil
}

// Publish implements [knowledge.Store].
func (s *Store) Publish(ctx context.Context, r knowledge.Release) error {
	if err := r.Shop.Validate(); err != nil {
		return fmt.Errorf("boltstore: publish: %w", err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("boltstore: encode release %d of shop %s: %w", r.Number, r.Shop, err)
	}
	return s.run(ctx, s.db.Update, "publish", func(tx *bbolt.Tx) error {
		newest, err := liveNumber(tx, r.Shop)
		if err != nil {
			return err
		}
		releases, key := tx.Bucket(releaseBucket), releaseKey(r.Shop, r.Number)
		if r.Number == 0 || r.Number-1 != newest {
			if bytes.Equal(releases.Get(key), data) {
				return nil
			}
			return knowledge.ErrReleaseExists
		}
		if err := releases.Put(key, data); err != nil {
			return err
		}
		return tx.Bucket(liveBucket).Put([]byte(r.Shop), number(r.Number))
	})
}

// Live implements [knowledge.Store].
func (s *Store) Live(ctx context.Context, id shop.ID) (uint64, error) {
	n, err := s.Newest(ctx, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("boltstore: live release of shop %s: %w", id, knowledge.ErrNoRelease)
	}
	return n, err
}

// Newest implements [knowledge.Store]. The newest release is always live: a
// rollback publishes the source of an old one again, under the next number.
func (s *Store) Newest(ctx context.Context, id shop.ID) (uint64, error) {
	var n uint64
	err := s.run(ctx, s.db.View, "read the newest release", func(tx *bbolt.Tx) (err error) {
		n, err = liveNumber(tx, id)
		return err
	})
	return n, err
}

// Get implements [knowledge.Store].
func (s *Store) Get(ctx context.Context, id shop.ID, number uint64) (knowledge.Release, error) {
	var found knowledge.Release
	err := s.run(ctx, s.db.View, "get release", func(tx *bbolt.Tx) error {
		data := tx.Bucket(releaseBucket).Get(releaseKey(id, number))
		if data == nil {
			return fmt.Errorf("release %d of shop %s: %w", number, id, knowledge.ErrNoRelease)
		}
		var r knowledge.Release
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("%w: release %d of shop %s: %w", errData, number, id, err)
		}
		found = r
		return nil
	})
	return found, err
}

// Shops implements [knowledge.Store].
func (s *Store) Shops(ctx context.Context) ([]shop.ID, error) {
	var ids []shop.ID
	err := s.run(ctx, s.db.View, "list shops", func(tx *bbolt.Tx) error {
		return tx.Bucket(liveBucket).ForEach(func(key, _ []byte) error { // in the order of the keys
			ids = append(ids, shop.ID(key))
			return nil
		})
	})
	return ids, err
}

// errData means that what is stored is not what this package stores.
var errData = errors.New("stored data is damaged")

// liveNumber returns 0 where the shop has no release.
func liveNumber(tx *bbolt.Tx, id shop.ID) (uint64, error) {
	value := tx.Bucket(liveBucket).Get([]byte(id))
	switch len(value) {
	case 0:
		return 0, nil
	case 8:
		return binary.BigEndian.Uint64(value), nil
	}
	return 0, fmt.Errorf("%w: live release of shop %s", errData, id)
}

func releaseKey(id shop.ID, n uint64) []byte {
	return append(append([]byte(id), 0), number(n)...)
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// run runs fn in a transaction of begin. An error that is not fn's is one of
// the file; the transaction had no effect then and may work at the next try.
func (s *Store) run(ctx context.Context, begin func(func(*bbolt.Tx) error) error, doing string, fn func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("boltstore: %s: %w: %w", doing, knowledge.ErrUnavailable, err)
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
		return fmt.Errorf("boltstore: %s: %w: %w", doing, knowledge.ErrUnavailable, err)
	}
	return nil
}
