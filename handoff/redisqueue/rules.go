package redisqueue

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/encode"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.RuleStore = (*Queue)(nil)

//go:embed lua/put_rules.lua
var putRulesLua string

var putRulesScript = redis.NewScript(putRulesLua)

// Rules implements [handoff.RuleStore].
func (q *Queue) Rules(ctx context.Context, id shop.ID) (*handoff.Rules, error) {
	data, err := q.rdb.HGet(ctx, rulesKey(id), "data").Bytes()
	if errors.Is(err, redis.Nil) {
		return handoff.DefaultRules(id), nil
	}
	if err != nil {
		return nil, wrap("get rules", err)
	}
	r := new(handoff.Rules)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, wrap("get rules", fmt.Errorf("%w: rules of shop %q: %w", errData, id, err))
	}
	return r, nil
}

// PutRules implements [handoff.RuleStore].
func (q *Queue) PutRules(ctx context.Context, r *handoff.Rules) error {
	data, err := encode.Rules(r)
	if err != nil {
		return fmt.Errorf("redisqueue: put rules: %w", err)
	}
	if err := q.shops.Announce(ctx, r.Shop, false); err != nil {
		return wrap("put rules", err)
	}
	made, err := putRulesScript.Run(ctx, q.rdb, []string{rulesKey(r.Shop)}, rand.Text(), r.Version, r.Version+1, data).Bool()
	if err != nil {
		return wrap("put rules", err)
	}
	if !made {
		return fmt.Errorf("redisqueue: put rules: %w", handoff.ErrConflict)
	}
	r.Version++
	return nil
}

func rulesKey(id shop.ID) string { return key(id, "rules") }
