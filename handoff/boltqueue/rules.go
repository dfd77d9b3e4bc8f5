package boltqueue

import (
	"context"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/encode"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.RuleStore = (*Queue)(nil)

// Rules implements [handoff.RuleStore].
func (q *Queue) Rules(ctx context.Context, id shop.ID) (*handoff.Rules, error) {
	var r *handoff.Rules
	err := q.view(ctx, "get rules", func(tx *bbolt.Tx) (err error) {
		r, err = loadRules(tx, id)
		return err
	})
	return r, err
}

// PutRules implements [handoff.RuleStore].
func (q *Queue) PutRules(ctx context.Context, r *handoff.Rules) error {
	err := q.update(ctx, "put rules", func(tx *bbolt.Tx) error {
		old, err := loadRules(tx, r.Shop)
		if err != nil {
			return err
		}
		if old.Version != r.Version {
			return handoff.ErrConflict
		}
		b, err := encode.Rules(r)
		if err != nil {
			return err
		}
		if err := stir(tx, r.Shop); err != nil {
			return err
		}
		return tx.Bucket(rulesBucket).Put([]byte(r.Shop), b)
	})
	if err != nil {
		return err
	}
	r.Version++
	return nil
}

func loadRules(tx *bbolt.Tx, id shop.ID) (*handoff.Rules, error) {
	b := tx.Bucket(rulesBucket).Get([]byte(id))
	if b == nil {
		return handoff.DefaultRules(id), nil
	}
	r := new(handoff.Rules)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("decode rules of shop %q: %w", id, err)
	}
	return r, nil
}
