package boltqueue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/encode"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Roster = (*Queue)(nil)

// PutAgent stores a, whose Version is the one that was read, and returns its
// new revision. It returns an error that wraps [handoff.ErrConflict] where
// another version is stored.
//
// a itself is not changed: only when tx is committed has it become true that
// its version is one higher.
func PutAgent(tx *bbolt.Tx, a *handoff.Agent) (revision uint64, err error) {
	revision, err = putAgent(tx, a)
	if err != nil {
		return 0, fmt.Errorf("boltqueue: put agent %q: %w", a.Name, err)
	}
	return revision, nil
}

func putAgent(tx *bbolt.Tx, a *handoff.Agent) (revision uint64, err error) {
	old, err := loadAgent(tx, a.Shop, a.Name)
	if err != nil && !errors.Is(err, handoff.ErrNoAgent) {
		return 0, err
	}
	var version uint64
	if old != nil {
		version = old.Version
	}
	if version != a.Version {
		return 0, handoff.ErrConflict
	}
	if revision, err = nextRevision(tx, agentRevisionBucket, a.Shop); err != nil {
		return 0, err
	}
	if err := stir(tx, a.Shop); err != nil {
		return 0, err
	}
	b, err := encode.Agent(a, revision)
	if err != nil {
		return 0, err
	}
	feed := tx.Bucket(agentFeedBucket)
	if old != nil {
		if err := feed.Delete(feedKey(a.Shop, old.Revision)); err != nil {
			return 0, err
		}
	}
	if err := feed.Put(feedKey(a.Shop, revision), []byte(a.Name)); err != nil {
		return 0, err
	}
	return revision, tx.Bucket(agentBucket).Put(agentKey(a.Shop, a.Name), b)
}

// PutAgent implements [handoff.Roster].
func (q *Queue) PutAgent(ctx context.Context, a *handoff.Agent) error {
	var revision uint64
	err := q.update(ctx, "put agent", func(tx *bbolt.Tx) (err error) {
		revision, err = putAgent(tx, a)
		return err
	})
	if err != nil {
		return err
	}
	a.Version++
	a.Revision = revision
	return nil
}

// Agent implements [handoff.Roster].
func (q *Queue) Agent(ctx context.Context, id shop.ID, name string) (*handoff.Agent, error) {
	var a *handoff.Agent
	err := q.view(ctx, "get agent", func(tx *bbolt.Tx) (err error) {
		a, err = loadAgent(tx, id, name)
		return err
	})
	return a, err
}

// Agents implements [handoff.Roster].
func (q *Queue) Agents(ctx context.Context, id shop.ID, after string, limit int) ([]*handoff.Agent, error) {
	var list []*handoff.Agent
	err := q.view(ctx, "list agents", func(tx *bbolt.Tx) error {
		prefix, from := shopPrefix(id), agentKey(id, after)
		c := tx.Bucket(agentBucket).Cursor()
		for k, v := c.Seek(from); bytes.HasPrefix(k, prefix) && len(list) < limit; k, v = c.Next() {
			if bytes.Equal(k, from) {
				continue
			}
			a, err := decodeAgent(v, id, string(k[len(prefix):]))
			if err != nil {
				return err
			}
			list = append(list, a)
		}
		return nil
	})
	return list, err
}

// AgentChanges implements [handoff.Roster].
func (q *Queue) AgentChanges(ctx context.Context, id shop.ID, after uint64, limit int) ([]*handoff.Agent, error) {
	if after == math.MaxUint64 {
		return nil, nil
	}
	var list []*handoff.Agent
	err := q.view(ctx, "read the agents' change feed", func(tx *bbolt.Tx) error {
		prefix := feedPrefix(id)
		c := tx.Bucket(agentFeedBucket).Cursor()
		for k, v := c.Seek(feedKey(id, after+1)); bytes.HasPrefix(k, prefix) && len(list) < limit; k, v = c.Next() {
			a, err := loadAgent(tx, id, string(v))
			if err != nil {
				return err
			}
			list = append(list, a)
		}
		return nil
	})
	return list, err
}

// Shops implements [handoff.Roster].
func (q *Queue) Shops(ctx context.Context) ([]shop.ID, error) {
	var list []shop.ID
	err := q.view(ctx, "list shops", func(tx *bbolt.Tx) error {
		return tx.Bucket(agentRevisionBucket).ForEach(func(k, _ []byte) error {
			list = append(list, shop.ID(k))
			return nil
		})
	})
	return list, err
}

func loadAgent(tx *bbolt.Tx, id shop.ID, name string) (*handoff.Agent, error) {
	b := tx.Bucket(agentBucket).Get(agentKey(id, name))
	if b == nil {
		return nil, handoff.ErrNoAgent
	}
	return decodeAgent(b, id, name)
}

func decodeAgent(b []byte, id shop.ID, name string) (*handoff.Agent, error) {
	a := new(handoff.Agent)
	if err := json.Unmarshal(b, a); err != nil {
		return nil, fmt.Errorf("decode agent %q of shop %q: %w", name, id, err)
	}
	return a, nil
}

func agentKey(id shop.ID, name string) []byte { return append(shopPrefix(id), name...) }
