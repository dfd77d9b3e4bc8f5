package redisqueue_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestQueue(t *testing.T) {
	redistest.Start(t) // one server for all of the suite
	handofftest.TestQueue(t, func(t *testing.T) handofftest.Harness {
		return harness(t, redistest.Start(t))
	})
}

func TestQueueOnCluster(t *testing.T) {
	redistest.StartCluster(t)
	handofftest.TestQueue(t, func(t *testing.T) handofftest.Harness {
		return harness(t, redistest.StartCluster(t))
	})
}

func harness(t *testing.T, rdb redis.UniversalClient) handofftest.Harness {
	return handofftest.Harness{
		Queue: redisqueue.New(rdb),
		Put: func(ctx context.Context, ticket *handoff.Ticket, keep time.Duration) error {
			return put(ctx, rdb, ticket, keep)
		},
		Conflict: errConflict,
		Advance:  func(d time.Duration) { redistest.Age(t, rdb, d) },
	}
}

var errConflict = errors.New("conflict")

// putScript stores a ticket alone. ARGV[1] is the time at which it ends.
var putScript = redis.NewScript(redisqueue.Lua + `
if ticket_changed(1, 2) then
  return 0
end
return ticket_put(1, 2, tonumber(ARGV[1]))
`)

func put(ctx context.Context, rdb redis.UniversalClient, t *handoff.Ticket, keep time.Duration) error {
	args, err := redisqueue.PutArgs(t)
	if err != nil {
		return err
	}
	var ends int64
	if keep > 0 {
		ends = time.Now().Add(keep).UnixMilli()
	}
	revision, err := putScript.Run(ctx, rdb, redisqueue.PutKeys(t.Shop, t.ID), slices.Insert(args, 0, any(ends))...).Uint64()
	if err != nil {
		return err
	}
	if revision == 0 {
		return errConflict
	}
	t.Version++
	t.Revision = revision
	return nil
}

func TestFeedForgetsVanishedTickets(t *testing.T) {
	rdb := redistest.Start(t)
	ticket := &handoff.Ticket{Shop: "shop", ID: "t", State: handoff.Closed}
	if err := put(t.Context(), rdb, ticket, time.Hour); err != nil {
		t.Fatal(err)
	}
	redistest.Age(t, rdb, 2*time.Hour)
	if _, err := redisqueue.New(rdb).Changes(t.Context(), "shop", 0, 10); err != nil {
		t.Fatal(err)
	}
	if n, err := rdb.Exists(t.Context(), "hg:{shop}:queue:feed").Result(); err != nil || n != 0 {
		t.Errorf("feed after its only ticket vanished: Exists() = %d, %v, want 0, nil", n, err)
	}
}

func TestDamagedTicketIsNoReasonToTryAgain(t *testing.T) {
	rdb := redistest.Start(t)
	if err := rdb.HSet(t.Context(), "hg:{shop}:ticket:t", "data", "{", "revision", 1).Err(); err != nil {
		t.Fatal(err)
	}
	_, err := redisqueue.New(rdb).Get(t.Context(), "shop", "t")
	if err == nil || errors.Is(err, handoff.ErrUnavailable) || errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Get of damaged data: err = %v, want one that is neither ErrUnavailable nor ErrNotFound", err)
	}
}

func TestAbsentServerIsUnavailable(t *testing.T) {
	s := redistest.StartServer(t)
	q := redisqueue.New(s.Client(func(o *redis.Options) {
		o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
	}))
	states := []struct {
		name string
		set  func()
	}{
		{"paused", s.Pause},
		{"gone", s.Kill},
	}
	for _, state := range states {
		state.set()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		errs := map[string]error{
			"PutAgent": q.PutAgent(ctx, handoff.NewAgent("shop", "agent")),
			"Renew":    q.Renew(ctx, "shop", "agent", time.Minute),
			"Drop":     q.Drop(ctx, "shop", "agent"),
			"PutRules": q.PutRules(ctx, handoff.DefaultRules("shop")),
		}
		_, errs["Get"] = q.Get(ctx, "shop", "t")
		_, errs["List"] = q.List(ctx, "shop", handoff.Waiting, 0, 1)
		_, errs["Position"] = q.Position(ctx, "shop", "t")
		_, errs["Changes"] = q.Changes(ctx, "shop", 0, 1)
		_, errs["Agent"] = q.Agent(ctx, "shop", "agent")
		_, errs["Agents"] = q.Agents(ctx, "shop", "", 1)
		_, errs["AgentChanges"] = q.AgentChanges(ctx, "shop", 0, 1)
		_, errs["Shops"] = q.Shops(ctx)
		_, errs["Lapsed"] = q.Lapsed(ctx, "shop", 1)
		_, errs["Lead"] = q.Lead(ctx, "shop", "node", time.Minute)
		_, errs["Rules"] = q.Rules(ctx, "shop")
		cancel()
		for call, err := range errs {
			if !errors.Is(err, handoff.ErrUnavailable) {
				t.Errorf("%s with the server %s: err = %v, want ErrUnavailable", call, state.name, err)
			}
		}
	}
}

func TestUnavailable(t *testing.T) {
	rdb := redistest.Start(t)
	answer := func(script string) error { return rdb.Eval(t.Context(), script, nil).Err() }
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"deadline", context.DeadlineExceeded, true},
		{"closed client", redis.ErrClosed, true},
		{"loading", answer(`return redis.error_reply('LOADING Redis is loading the dataset in memory')`), true},
		{"out of memory", answer(`return redis.error_reply('OOM command not allowed')`), true},
		{"too many clients", answer(`return redis.error_reply('ERR max number of clients reached')`), true},
		{"wrong type", answer(`return redis.error_reply('WRONGTYPE Operation against a key')`), false},
		{"script error", answer(`error('broken')`), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := redisqueue.Unavailable(tt.err); got != tt.want {
				t.Errorf("Unavailable(%v) = %t, want %t", tt.err, got, tt.want)
			}
		})
	}
}
