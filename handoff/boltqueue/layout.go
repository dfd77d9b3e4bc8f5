package boltqueue

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/line"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// The buckets. Every key begins with the shop and a zero byte, which no shop's
// id contains; numbers are big-endian, so that byte order is their order.
var (
	ticketBucket   = []byte("handoff.tickets")   // shop 0 id              -> record as JSON
	lineBucket     = []byte("handoff.line")      // shop 0 state 0 line.Key -> nothing; open tickets only
	feedBucket     = []byte("handoff.feed")      // shop 0 revision        -> id; one key a ticket
	revisionBucket = []byte("handoff.revisions") // shop                   -> the last revision given
	visitorBucket  = []byte("handoff.visitors")  // shop 0 visitor 0 id     -> nothing; open tickets only
	expiryBucket   = []byte("handoff.expiry")    // time in ms, shop 0 id  -> nothing

	agentBucket         = []byte("handoff.agents")         // shop 0 name     -> agent as JSON
	agentFeedBucket     = []byte("handoff.agentfeed")      // shop 0 revision -> name; one key an agent
	agentRevisionBucket = []byte("handoff.agentrevisions") // shop            -> the last revision given
	leaseBucket         = []byte("handoff.leases")         // shop 0 name     -> end in ns
	rulesBucket         = []byte("handoff.rules")          // shop            -> rules as JSON

	stirBucket     = []byte("handoff.stirs")     // mark -> shop; the last stir of each
	stirMarkBucket = []byte("handoff.stirmarks") // shop -> mark of its last stir
)

// record is a ticket as it is stored.
type record struct {
	Ticket  *handoff.Ticket `json:"ticket"`
	Expires time.Time       `json:"expires,omitzero"` // zero: never
}

func (r *record) elapsed(now time.Time) bool { return !r.Expires.IsZero() && !now.Before(r.Expires) }

// load returns nil where the shop has no such ticket.
func load(tx *bbolt.Tx, id shop.ID, ticket string) (*record, error) {
	b := tx.Bucket(ticketBucket).Get(ticketKey(id, ticket))
	if b == nil {
		return nil, nil
	}
	rec := new(record)
	if err := json.Unmarshal(b, rec); err != nil {
		return nil, fmt.Errorf("decode ticket %q of shop %q: %w", ticket, id, err)
	}
	return rec, nil
}

// store writes the ticket with its place in the line, the feed and the expiry.
func (r *record) store(tx *bbolt.Tx) error {
	t := r.Ticket
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode ticket: %w", err)
	}
	if err := tx.Bucket(ticketBucket).Put(ticketKey(t.Shop, t.ID), b); err != nil {
		return err
	}
	if err := tx.Bucket(feedBucket).Put(feedKey(t.Shop, t.Revision), []byte(t.ID)); err != nil {
		return err
	}
	if t.Open() {
		if err := tx.Bucket(lineBucket).Put(lineKey(t), nil); err != nil {
			return err
		}
		if err := tx.Bucket(visitorBucket).Put(visitorKey(t), nil); err != nil {
			return err
		}
	}
	if r.Expires.IsZero() {
		return nil
	}
	return tx.Bucket(expiryBucket).Put(r.expiryKey(), nil)
}

// remove deletes everything that store wrote.
func (r *record) remove(tx *bbolt.Tx) error {
	t := r.Ticket
	if err := tx.Bucket(ticketBucket).Delete(ticketKey(t.Shop, t.ID)); err != nil {
		return err
	}
	if err := tx.Bucket(feedBucket).Delete(feedKey(t.Shop, t.Revision)); err != nil {
		return err
	}
	if err := tx.Bucket(lineBucket).Delete(lineKey(t)); err != nil {
		return err
	}
	if err := tx.Bucket(visitorBucket).Delete(visitorKey(t)); err != nil {
		return err
	}
	if r.Expires.IsZero() {
		return nil
	}
	return tx.Bucket(expiryBucket).Delete(r.expiryKey())
}

// nextRevision counts in one of the buckets of revisions.
func nextRevision(tx *bbolt.Tx, bucket []byte, id shop.ID) (uint64, error) {
	b := tx.Bucket(bucket)
	var last uint64
	if v := b.Get([]byte(id)); v != nil {
		last = binary.BigEndian.Uint64(v)
	}
	last++
	return last, b.Put([]byte(id), binary.BigEndian.AppendUint64(nil, last))
}

func shopPrefix(id shop.ID) []byte { return append([]byte(id), 0) }

func ticketKey(id shop.ID, ticket string) []byte { return append(shopPrefix(id), ticket...) }

func linePrefix(id shop.ID, state handoff.State) []byte {
	return append(append(shopPrefix(id), state...), 0)
}

func lineKey(t *handoff.Ticket) []byte {
	return append(linePrefix(t.Shop, t.State), line.Key(t)...)
}

func visitorPrefix(id shop.ID, visitor string) []byte {
	return append(append(shopPrefix(id), visitor...), 0)
}

func visitorKey(t *handoff.Ticket) []byte {
	return append(visitorPrefix(t.Shop, t.Visitor), t.ID...)
}

func feedPrefix(id shop.ID) []byte { return shopPrefix(id) }

func feedKey(id shop.ID, revision uint64) []byte {
	return binary.BigEndian.AppendUint64(feedPrefix(id), revision)
}

// expiryKey rounds up: the time in the key is never before Expires.
func (r *record) expiryKey() []byte {
	at := binary.BigEndian.AppendUint64(nil, uint64(r.Expires.UnixMilli()+1))
	return append(at, ticketKey(r.Ticket.Shop, r.Ticket.ID)...)
}

func dueBy(expiryKey []byte, now time.Time) bool {
	return binary.BigEndian.Uint64(expiryKey) <= uint64(now.UnixMilli())
}

func expiryTicket(expiryKey []byte) (shop.ID, string) {
	id, ticket, _ := bytes.Cut(expiryKey[8:], []byte{0})
	return shop.ID(id), string(ticket)
}
