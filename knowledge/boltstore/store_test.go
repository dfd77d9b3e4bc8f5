package boltstore_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/boltstore"
	"github.com/honeyguide-chat/honeyguide/knowledge/knowledgetest"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

func TestStore(t *testing.T) {
	knowledgetest.TestStore(t, func(t *testing.T) knowledgetest.Harness {
		// Not synced, for speed: no test of the contract cuts the power.
		db := openFile(t, filepath.Join(t.TempDir(), "test.db"), &bbolt.Options{NoSync: true})
		return knowledgetest.Harness{
			Store: newStore(t, db),
			Open:  func() knowledge.Store { return newStore(t, db) },
			DamageModel: func(id shop.ID) {
				changeModel(t, db, id, func(b *bbolt.Bucket) error {
					model := bytes.Clone(b.Get([]byte("model")))
					model[len(model)/2]++
					return b.Put([]byte("model"), model)
				})
			},
			Break: func() { closeFile(t, db) },
		}
	})
}

func TestReopenedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := openFile(t, path, nil)
	want := knowledgetest.Release("shop-a", 1, "editor")
	if err := newStore(t, db).Publish(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	closeFile(t, db)

	s := newStore(t, openFile(t, path, nil))
	if n, err := s.Live(t.Context(), "shop-a"); n != 1 || err != nil {
		t.Errorf("Live in the reopened file = %d, %v, want 1", n, err)
	}
	if got, err := s.Get(t.Context(), "shop-a", 1); err != nil || got.Digest != want.Digest {
		t.Errorf("Get in the reopened file = %v, %v, want %v", got, err, want)
	}
}

// A damaged file must not pass for a missing release, which would let the next
// publisher overwrite what is left.
func TestDamagedData(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "test.db"), nil)
	s := newStore(t, db)
	if err := s.Publish(t.Context(), knowledgetest.Release("shop-a", 1, "editor")); err != nil {
		t.Fatal(err)
	}
	err := db.Update(func(tx *bbolt.Tx) error {
		return errors.Join(
			tx.Bucket([]byte("knowledge.releases")).Put([]byte("shop-a\x00\x00\x00\x00\x00\x00\x00\x00\x01"), []byte("{")),
			tx.Bucket([]byte("knowledge.live")).Put([]byte("shop-a"), []byte("1")),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, getErr := s.Get(t.Context(), "shop-a", 1)
	_, liveErr := s.Live(t.Context(), "shop-a")
	for call, err := range map[string]error{
		"Get": getErr, "Live": liveErr, "Publish": s.Publish(t.Context(), knowledgetest.Release("shop-a", 1, "other")),
	} {
		if err == nil || errors.Is(err, knowledge.ErrNoRelease) || errors.Is(err, knowledge.ErrUnavailable) || errors.Is(err, knowledge.ErrReleaseExists) {
			t.Errorf("%s of damaged data: err = %v, want one of its own", call, err)
		}
	}
}

// Whatever is damaged beside the model, it must not pass for one that is not
// there, nor for a good one.
func TestDamagedModel(t *testing.T) {
	tests := map[string]func(*bbolt.Bucket) error{
		"half a model": func(b *bbolt.Bucket) error { return b.Put([]byte("model"), b.Get([]byte("model"))[:50]) },
		"no model":     func(b *bbolt.Bucket) error { return b.Delete([]byte("model")) },
		"half a label": func(b *bbolt.Bucket) error { return b.Put([]byte("label"), b.Get([]byte("label"))[:7]) },
		"a changed sum": func(b *bbolt.Bucket) error {
			label := bytes.Clone(b.Get([]byte("label")))
			label[8]++
			return b.Put([]byte("label"), label)
		},
	}
	for name, damage := range tests {
		t.Run(name, func(t *testing.T) {
			db := openFile(t, filepath.Join(t.TempDir(), "test.db"), &bbolt.Options{NoSync: true})
			s := newStore(t, db)
			if err := s.Publish(t.Context(), knowledgetest.Release("shop-a", 1, "editor")); err != nil {
				t.Fatal(err)
			}
			if err := s.SetModel(t.Context(), "shop-a", 1, knowledgetest.Model(1, 100)); err != nil {
				t.Fatal(err)
			}
			changeModel(t, db, "shop-a", damage)
			model, err := s.Model(t.Context(), "shop-a", 1)
			if err == nil || errors.Is(err, knowledge.ErrNoModel) || errors.Is(err, knowledge.ErrUnavailable) {
				t.Errorf("Model = %d bytes, %v, want an error of its own", len(model), err)
			}
		})
	}
}

// changeModel does something to what is kept of a shop's model.
func changeModel(t *testing.T, db *bbolt.DB, id shop.ID, change func(*bbolt.Bucket) error) {
	t.Helper()
	err := db.Update(func(tx *bbolt.Tx) error { return change(tx.Bucket([]byte("knowledge.models")).Bucket([]byte(id))) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewInAClosedFile(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "test.db"), nil)
	closeFile(t, db)
	if s, err := boltstore.New(db); err == nil {
		t.Errorf("New in a closed file = %v, nil, want an error", s)
	}
}

func openFile(t *testing.T, path string, opts *bbolt.Options) *bbolt.DB {
	t.Helper()
	if opts == nil {
		opts = &bbolt.Options{}
	}
	opts.Timeout = 10 * time.Second // for the lock, which a killed process may just be leaving
	db, err := bbolt.Open(path, 0o600, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func closeFile(t *testing.T, db *bbolt.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func newStore(t *testing.T, db *bbolt.DB) *boltstore.Store {
	t.Helper()
	s, err := boltstore.New(db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
