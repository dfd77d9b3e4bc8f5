package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/internal/record"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// The buckets. No shop or session id contains a zero byte, which parts the keys;
// numbers are big-endian, so that byte order is their order.
var (
	sessionBucket = []byte("dialog.sessions") // shop 0 session        -> end in Unix ms (0: none), session as JSON
	entryBucket   = []byte("dialog.entries")  // shop 0 session 0 seq  -> entry as JSON
	turnBucket    = []byte("dialog.turns")    // shop 0 session 0 turn -> turn record as JSON
	expiryBucket  = []byte("dialog.expiry")   // end, shop 0 session   -> nothing
)

func createBuckets(tx *bbolt.Tx) error {
	for _, name := range [][]byte{sessionBucket, entryBucket, turnBucket, expiryBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return nil
}

// stored is a session as it is in the file.
type stored struct {
	key     []byte
	ends    uint64 // Unix ms; 0: kept for ever
	session *dialog.Session
}

// load returns nil where the shop has no such session.
func load(tx *bbolt.Tx, id shop.ID, session string) (*stored, error) {
	key := sessionKey(id, session)
	value := tx.Bucket(sessionBucket).Get(key)
	if value == nil {
		return nil, nil
	}
	if len(value) < 8 {
		return nil, fmt.Errorf("%w: session %q of shop %q", record.ErrData, session, id)
	}
	found := &stored{key: key, ends: binary.BigEndian.Uint64(value), session: new(dialog.Session)}
	if err := record.Decode(value[8:], found.session); err != nil {
		return nil, fmt.Errorf("session %q of shop %q: %w", session, id, err)
	}
	return found, nil
}

// store writes the new state of a session over its old one.
func store(tx *bbolt.Tx, c *dialog.Change, recs *record.Records, now time.Time) error {
	key := sessionKey(c.Session.Shop, c.Session.ID)
	ends := endAfter(now, c.Keep)
	if err := tx.Bucket(sessionBucket).Put(key, append(number(ends), recs.Session...)); err != nil {
		return err
	}
	entries := tx.Bucket(entryBucket)
	for i, entry := range recs.Entries {
		if err := entries.Put(entryKey(key, c.Entries[i].Seq), entry); err != nil {
			return err
		}
	}
	if c.Turn != nil {
		if err := tx.Bucket(turnBucket).Put(turnKey(key, c.Turn.ID), recs.Turn); err != nil {
			return err
		}
	}
	if ends == 0 {
		return nil
	}
	return tx.Bucket(expiryBucket).Put(expiryKey(ends, key), nil)
}

func (s *stored) elapsed(now time.Time) bool { return s.ends != 0 && s.ends <= uint64(now.UnixMilli()) }

// remove deletes the session with everything that belongs to it, tickets apart.
func (s *stored) remove(tx *bbolt.Tx) error {
	for _, bucket := range [][]byte{entryBucket, turnBucket} {
		if err := deletePrefix(tx.Bucket(bucket), append(bytes.Clone(s.key), 0)); err != nil {
			return err
		}
	}
	if err := s.forgetExpiry(tx); err != nil {
		return err
	}
	return tx.Bucket(sessionBucket).Delete(s.key)
}

func (s *stored) forgetExpiry(tx *bbolt.Tx) error {
	if s.ends == 0 {
		return nil
	}
	return tx.Bucket(expiryBucket).Delete(expiryKey(s.ends, s.key))
}

func deletePrefix(b *bbolt.Bucket, prefix []byte) error {
	var keys [][]byte // collected first: deleting moves a cursor
	c := b.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

func hasTurn(tx *bbolt.Tx, session []byte, turn string) bool {
	return tx.Bucket(turnBucket).Get(turnKey(session, turn)) != nil
}

// loadTurn returns nil where the session has no such turn.
func loadTurn(tx *bbolt.Tx, id shop.ID, session, turn string) (*dialog.TurnRecord, error) {
	value := tx.Bucket(turnBucket).Get(turnKey(sessionKey(id, session), turn))
	if value == nil {
		return nil, nil
	}
	rec := new(dialog.TurnRecord)
	if err := record.Decode(value, rec); err != nil {
		return nil, fmt.Errorf("turn of session %q of shop %q: %w", session, id, err)
	}
	return rec, nil
}

func loadEntries(tx *bbolt.Tx, id shop.ID, session string, after uint64, limit int) ([]dialog.Entry, error) {
	key := sessionKey(id, session)
	prefix := append(bytes.Clone(key), 0)
	var entries []dialog.Entry
	c := tx.Bucket(entryBucket).Cursor()
	for k, v := c.Seek(entryKey(key, after+1)); bytes.HasPrefix(k, prefix) && len(entries) < limit; k, v = c.Next() {
		var e dialog.Entry
		if err := record.Decode(v, &e); err != nil {
			return nil, fmt.Errorf("entry of session %q of shop %q: %w", session, id, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// endAfter rounds up: nothing ends early.
func endAfter(now time.Time, keep time.Duration) uint64 {
	if keep == 0 {
		return 0
	}
	return uint64(now.Add(keep).UnixMilli()) + 1
}

func sessionKey(id shop.ID, session string) []byte {
	return append(append([]byte(id), 0), session...)
}

func entryKey(session []byte, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(append(bytes.Clone(session), 0), seq)
}

func turnKey(session []byte, turn string) []byte {
	return append(append(bytes.Clone(session), 0), turn...)
}

func expiryKey(ends uint64, session []byte) []byte { return append(number(ends), session...) }

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
