package redisqueue

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/internal/line"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

//go:embed lua/ticket.lua
var ticketLua string

// Lua declares the functions with which a script stores a ticket and agents;
// the files say how they are called. A script of package dialog/redisstore
// begins with it.
var Lua = ticketLua + agentLua

// PutKeys returns the keys that the functions of [Lua] for a ticket need, in
// their order. All are in the shop's slot.
func PutKeys(id shop.ID, ticket string) []string {
	return []string{
		ticketKey(id, ticket),
		lineKey(id, handoff.Waiting),
		lineKey(id, handoff.Held),
		feedKey(id),
		key(id, "queue:revision"),
		visitorsKey(id),
	}
}

// PutArgs returns the arguments that the functions of [Lua] need to store t,
// whose Version is the one that was read. t is not changed: its version is one
// higher only when the script has run. [Shops.Announce] must have returned
// before that.
func PutArgs(t *handoff.Ticket) ([]any, error) {
	if err := t.Shop.Validate(); err != nil {
		return nil, fmt.Errorf("redisqueue: put ticket: %w", err)
	}
	stored := *t
	stored.Version++
	stored.Revision = 0 // the script gives it, beside the data
	data, err := json.Marshal(&stored)
	if err != nil {
		return nil, fmt.Errorf("redisqueue: encode ticket: %w", err)
	}
	return []any{t.Version, stored.Version, data, t.ID, string(t.State), line.Key(t), t.Visitor}, nil
}

func ticketKey(id shop.ID, ticket string) string { return key(id, "ticket:"+ticket) }

func lineKey(id shop.ID, state handoff.State) string { return key(id, "queue:"+string(state)) }

func visitorsKey(id shop.ID) string { return key(id, "queue:visitors") }

func feedKey(id shop.ID) string { return key(id, "queue:feed") }

// key puts the shop in a hash tag: all keys of a shop are in one slot of a
// cluster, where one script can change them together.
func key(id shop.ID, suffix string) string { return fmt.Sprintf("hg:{%s}:%s", id, suffix) }
