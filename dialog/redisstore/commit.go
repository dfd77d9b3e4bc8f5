package redisstore

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/internal/record"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

//go:embed lua/commit.lua
var commitLua string

var commitScript = redis.NewScript(redisqueue.Lua + commitLua)

// Commit implements [dialog.Store].
//
// Where the answer of the server is lost the client may send the commit again,
// and the server then tells that it was made. If the client gives up the error
// is ErrUnavailable, and the commit was made whole or not at all.
func (s *Store) Commit(ctx context.Context, c *dialog.Change) error {
	keys, args, err := call(c, rand.Text())
	if err != nil {
		return fmt.Errorf("redisstore: commit: %w", err)
	}
	if c.Ticket != nil {
		if err := s.shops.Announce(ctx, c.Session.Shop, len(c.Agents) > 0); err != nil {
			return wrap("commit", err)
		}
	}
	answer, err := s.run(ctx, c.Session.Shop, commitScript, keys, args)
	if err != nil {
		return wrap("commit", err)
	}
	revisions, err := verdict(answer)
	if err == nil && len(revisions) != 1+len(c.Agents) {
		err = fmt.Errorf("script answers %v", answer)
	}
	if err != nil {
		return fmt.Errorf("redisstore: commit: %w", err)
	}
	c.Session.Version++
	if c.Ticket != nil {
		c.Ticket.Version++
		c.Ticket.Revision = revisions[0]
	}
	for i, a := range c.Agents {
		a.Version++
		a.Revision = revisions[1+i]
	}
	return nil
}

// run runs a script, which a server that does not know it is told.
func (s *Store) run(ctx context.Context, id shop.ID, script *redis.Script, keys []string, args []any) ([]any, error) {
	var cmd *redis.Cmd
	err := s.gather.do(ctx, id, func(c redis.Cmdable) { cmd = script.EvalSha(ctx, c, keys, args...) })
	if err == nil && redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
		err = s.gather.do(ctx, id, func(c redis.Cmdable) { cmd = script.Eval(ctx, c, keys, args...) })
	}
	if err != nil {
		return nil, err
	}
	return cmd.Slice()
}

// call returns the keys and arguments of the script that commits c.
func call(c *dialog.Change, commit string) (keys []string, args []any, err error) {
	recs, err := record.Of(c)
	if err != nil {
		return nil, nil, err
	}
	s := c.Session
	turn := ""
	if c.Turn != nil {
		turn = turnField(c.Turn.ID)
	}
	keys = []string{sessionKey(s.Shop, s.ID), entriesKey(s.Shop, s.ID)}
	args = []any{
		s.Version, s.Version + 1, recs.Session, commit, redisqueue.Milliseconds(c.Keep),
		s.Seq - uint64(len(c.Entries)), turn, recs.Turn, c.MaxOpen,
	}
	if c.Ticket != nil {
		ticket, err := redisqueue.PutArgs(c.Ticket)
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, redisqueue.PutKeys(s.Shop, c.Ticket.ID)...)
		args = append(args, ticket...)
	}
	for _, a := range c.Agents {
		agent, err := redisqueue.AgentArgs(a)
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, redisqueue.AgentKeys(s.Shop, a.Name)...)
		args = append(args, agent...)
	}
	for _, entry := range recs.Entries {
		args = append(args, entry)
	}
	return keys, args, nil
}

// verdict returns the revisions, of the ticket (0 where the commit had none) and
// of each agent, or why the script refused.
func verdict(answer []any) (revisions []uint64, err error) {
	if len(answer) != 2 {
		return nil, fmt.Errorf("script answers %v", answer)
	}
	text, _ := answer[1].(string)
	switch answer[0] {
	case "OK":
		for field := range strings.SplitSeq(text, ",") {
			n, err := strconv.ParseUint(field, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("script answers %v: %w", answer, err)
			}
			revisions = append(revisions, n)
		}
		return revisions, nil
	case "CONFLICT":
		return nil, fmt.Errorf("%s: %w", text, dialog.ErrConflict)
	case "TOO_MANY":
		return nil, fmt.Errorf("%s are open: %w", text, handoff.ErrTooMany)
	}
	return nil, fmt.Errorf("script answers %v", answer)
}
