package load

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// IdleReport is what a node costs while nothing happens.
type IdleReport struct {
	Shops  int     `json:"shops"` // where nobody waits and no agent is there
	Calls  float64 `json:"calls_per_second"`
	Work   float64 `json:"node_processors"`  // of this process; 0 where not known
	Server float64 `json:"redis_processors"` // 0 where the server does not say
}

// restAfter is how long shops are left alone until they rest.
const restAfter = handoff.StirFor + 5*time.Second

// RunIdle makes so many shops with an agent each who is not there, and measures
// what the router asks of Redis meanwhile. It says how far it is in percent.
func (q *Queue) RunIdle(ctx context.Context, shops int, budget time.Duration, progress func(percent int)) (*IdleReport, error) {
	count := new(callCount)
	q.redis.client.AddHook(count)
	err := q.each(ctx, shops, func(ctx context.Context, i int) error {
		id := shop.ID(fmt.Sprintf("%s-%d", q.line, i))
		if _, err := q.desk.PutAgent(ctx, id, dialog.AgentSettings{Name: "agent"}); err != nil {
			return fmt.Errorf("load: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	progress(20)
	r := &IdleReport{Shops: shops}
	if err := pass(ctx, restAfter); err != nil {
		return nil, err
	}
	progress(50)
	before, work, server, began := count.calls.Load(), processTime(), q.redis.work(ctx), time.Now()
	if err := pass(ctx, budget); err != nil {
		return nil, err
	}
	took := time.Since(began).Seconds()
	r.Calls = float64(count.calls.Load()-before) / took
	r.Work = (processTime() - work).Seconds() / took
	r.Server = (q.redis.work(ctx) - server).Seconds() / took
	progress(100)
	return r, nil
}

func pass(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// callCount counts round trips: a pipeline is one.
type callCount struct{ calls atomic.Int64 }

func (c *callCount) DialHook(next redis.DialHook) redis.DialHook {
	return next
}

func (c *callCount) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.calls.Add(1)
		return next(ctx, cmd)
	}
}

func (c *callCount) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.calls.Add(1)
		return next(ctx, cmds)
	}
}
