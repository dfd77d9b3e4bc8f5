package redisqueue

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/encode"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ handoff.Roster = (*Queue)(nil)

//go:embed lua/agent.lua
var agentLua string

//go:embed lua/put_agent.lua
var putAgentLua string

var putAgentScript = redis.NewScript(agentLua + putAgentLua)

// AgentKeys returns the keys that the functions of [Lua] for agents need, in
// their order. All are in the shop's slot.
func AgentKeys(id shop.ID, name string) []string {
	return []string{agentKey(id, name), namesKey(id), agentFeedKey(id), key(id, "agents:revision")}
}

// AgentArgs returns the arguments that the functions of [Lua] need to store a,
// whose Version is the one that was read. a is not changed: its version is one
// higher only when the script has run. [Shops.Announce] must have returned
// before that.
func AgentArgs(a *handoff.Agent) ([]any, error) {
	data, err := encode.Agent(a, 0) // the script gives the revision, beside the data
	if err != nil {
		return nil, fmt.Errorf("redisqueue: put agent: %w", err)
	}
	return []any{a.Version, a.Version + 1, data, a.Name}, nil
}

// PutAgent implements [handoff.Roster].
func (q *Queue) PutAgent(ctx context.Context, a *handoff.Agent) error {
	args, err := AgentArgs(a)
	if err != nil {
		return err
	}
	if err := q.shops.Announce(ctx, a.Shop, true); err != nil {
		return wrap("put agent", err)
	}
	args = slices.Insert(args, 0, any(rand.Text()))
	revision, err := putAgentScript.Run(ctx, q.rdb, AgentKeys(a.Shop, a.Name), args...).Uint64()
	if err != nil {
		return wrap("put agent", err)
	}
	if revision == 0 {
		return fmt.Errorf("redisqueue: put agent %q: %w", a.Name, handoff.ErrConflict)
	}
	a.Version++
	a.Revision = revision
	return nil
}

// Agent implements [handoff.Roster].
func (q *Queue) Agent(ctx context.Context, id shop.ID, name string) (*handoff.Agent, error) {
	found, err := q.agents(ctx, id, []string{name})
	if err != nil {
		return nil, wrap("get agent", err)
	}
	if found[0] == nil {
		return nil, wrap("get agent", handoff.ErrNoAgent)
	}
	return found[0], nil
}

// Agents implements [handoff.Roster].
func (q *Queue) Agents(ctx context.Context, id shop.ID, after string, limit int) ([]*handoff.Agent, error) {
	if limit <= 0 {
		return nil, nil
	}
	names, err := q.rdb.ZRangeByLex(ctx, namesKey(id), &redis.ZRangeBy{
		Min: "(" + after, Max: "+", Count: int64(min(limit, maxIndex)),
	}).Result()
	if err != nil {
		return nil, wrap("list agents", err)
	}
	found, err := q.agents(ctx, id, names)
	if err != nil {
		return nil, wrap("list agents", err)
	}
	return slices.DeleteFunc(found, func(a *handoff.Agent) bool { return a == nil }), nil
}

// AgentChanges implements [handoff.Roster]. An agent who changes while it reads
// is left out where he was and found again where he is, as in [Queue.Changes].
func (q *Queue) AgentChanges(ctx context.Context, id shop.ID, after uint64, limit int) ([]*handoff.Agent, error) {
	var list []*handoff.Agent
	for len(list) < limit {
		page, err := q.feed(ctx, agentFeedKey(id), after, min(limit-len(list), maxIndex))
		if err != nil {
			return nil, wrap("read the agents' change feed", err)
		}
		if len(page) == 0 {
			return list, nil
		}
		found, err := q.agents(ctx, id, ids(page))
		if err != nil {
			return nil, wrap("read the agents' change feed", err)
		}
		for i, a := range found {
			if a != nil && a.Revision == page[i].revision {
				list = append(list, a)
			}
		}
		after = page[len(page)-1].revision
	}
	return list, nil
}

// agents returns the agents with names, nil for each one that does not exist.
func (q *Queue) agents(ctx context.Context, id shop.ID, names []string) ([]*handoff.Agent, error) {
	if len(names) == 0 {
		return nil, nil
	}
	cmds := make([]*redis.SliceCmd, len(names))
	_, err := q.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, name := range names {
			cmds[i] = p.HMGet(ctx, agentKey(id, name), "data", "revision")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := make([]*handoff.Agent, len(names))
	for i, cmd := range cmds {
		var revision uint64
		if found[i], revision, err = decode[handoff.Agent](cmd.Val()); err != nil {
			return nil, fmt.Errorf("%w: agent %q of shop %q: %w", errData, names[i], id, err)
		}
		if found[i] != nil {
			found[i].Revision = revision
		}
	}
	return found, nil
}

// decode returns nil where the fields, data and revision, are missing.
func decode[T any](fields []any) (*T, uint64, error) {
	data, ok := fields[0].(string)
	if !ok {
		return nil, 0, nil
	}
	v := new(T)
	if err := json.Unmarshal([]byte(data), v); err != nil {
		return nil, 0, err
	}
	text, _ := fields[1].(string)
	revision, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return nil, 0, err
	}
	return v, revision, nil
}

func agentKey(id shop.ID, name string) string { return key(id, "agent:"+name) }

func namesKey(id shop.ID) string { return key(id, "agents:names") }

func agentFeedKey(id shop.ID) string { return key(id, "agents:feed") }
