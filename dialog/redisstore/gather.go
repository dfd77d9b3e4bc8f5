package redisstore

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

const (
	maxGathered = 64              // commands in one pipeline
	maxAhead    = 10_000          // commands that wait in one lane; one more is refused
	sendTimeout = 5 * time.Second // of a pipeline; callers leave it when their own time is over
)

// errAhead means that Redis takes less than it is asked for.
var errAhead = errors.New("too many commands wait for Redis")

// gatherer sends what callers ask of Redis at the same time in one pipeline.
// Most of what a small command costs, here and in the server, is the system
// calls that carry it; under load that is shared, and a caller who is alone
// neither waits nor pays.
//
// Commands stand in lanes. One goes out of a lane at a time, with all that came
// meanwhile: first come, first out. A single server has one lane; of a cluster
// every shop has its own, so that a server which does not answer holds up only
// the shops that it keeps.
type gatherer struct {
	rdb   redis.UniversalClient
	apart bool // a lane for each shop

	mu    sync.Mutex
	lanes map[shop.ID]*lane // those that are busy; guarded by mu
}

// lane is what waits behind a command that is on its way.
type lane struct{ waiting []*errand }

// errand is one command of a caller who may have left.
type errand struct {
	ctx  context.Context
	add  func(redis.Cmdable)
	done chan struct{} // closed when the command has its result, or was left out
	left bool          // left out, as the caller had gone; set before done
}

func newGatherer(rdb redis.UniversalClient) *gatherer {
	_, single := rdb.(*redis.Client)
	return &gatherer{rdb: rdb, apart: !single, lanes: make(map[shop.ID]*lane)}
}

// do has add issue one command, on a client or in a pipeline, and waits for its
// result, which the command that add issued then holds. Where do returns an
// error the command may be carried out all the same, and add must not have left
// anything that the caller still reads.
func (g *gatherer) do(ctx context.Context, id shop.ID, add func(redis.Cmdable)) error {
	if !g.apart {
		id = ""
	}
	g.mu.Lock()
	l := g.lanes[id]
	if l == nil {
		l = new(lane)
		g.lanes[id] = l
		g.mu.Unlock()
		defer g.next(id, l)
		add(g.rdb)
		return nil
	}
	if len(l.waiting) >= maxAhead {
		g.mu.Unlock()
		return errAhead
	}
	e := &errand{ctx: ctx, add: add, done: make(chan struct{})}
	l.waiting = append(l.waiting, e)
	g.mu.Unlock()
	select {
	case <-e.done:
		if !e.left {
			return nil
		}
		return context.Cause(ctx)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// next closes a lane behind which nothing waits, or has somebody see to what
// waits.
func (g *gatherer) next(id shop.ID, l *lane) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(l.waiting) == 0 {
		delete(g.lanes, id)
		return
	}
	go g.drain(id, l)
}

// drain sends what waits in a lane, until nothing does.
func (g *gatherer) drain(id shop.ID, l *lane) {
	for {
		g.mu.Lock()
		if len(l.waiting) == 0 {
			delete(g.lanes, id)
			g.mu.Unlock()
			return
		}
		n := min(len(l.waiting), maxGathered)
		batch := l.waiting[:n:n]
		l.waiting = l.waiting[n:]
		g.mu.Unlock()
		g.send(batch)
	}
}

// send carries out what callers still wait for.
func (g *gatherer) send(batch []*errand) {
	ctx, cancel := context.WithTimeout(context.Background(), sendTimeout)
	defer cancel()
	p := g.rdb.Pipeline()
	for _, e := range batch {
		if e.left = e.ctx.Err() != nil; !e.left {
			e.add(p)
		}
	}
	_, _ = p.Exec(ctx) // every command holds its own error
	for _, e := range batch {
		close(e.done)
	}
}
