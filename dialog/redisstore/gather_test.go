package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// sent counts what goes to Redis, and can hold up single commands.
type sent struct {
	single, pipelines, piped atomic.Int64
	hold                     chan struct{} // where not nil, a single command waits for it
}

func (s *sent) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (s *sent) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		s.single.Add(1)
		if s.hold != nil {
			<-s.hold
		}
		return next(ctx, cmd)
	}
}

func (s *sent) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		s.pipelines.Add(1)
		s.piped.Add(int64(len(cmds)))
		return next(ctx, cmds)
	}
}

// patience is how long a test waits for what must come.
const patience = 15 * time.Second

// watched returns a client, already connected, whose commands hook sees.
func watched(t *testing.T, hook *sent) redis.UniversalClient {
	t.Helper()
	rdb := redistest.Start(t)
	if err := rdb.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := rdb.Pipelined(t.Context(), func(p redis.Pipeliner) error { return p.Ping(t.Context()).Err() }); err != nil {
		t.Fatal(err)
	}
	rdb.AddHook(hook)
	return rdb
}

// echo asks for a text by way of g.
func echo(ctx context.Context, g *gatherer, id shop.ID, text string) (string, error) {
	var cmd *redis.StringCmd
	if err := g.do(ctx, id, func(c redis.Cmdable) { cmd = c.Echo(ctx, text) }); err != nil {
		return "", err
	}
	return cmd.Result()
}

// await waits until n commands wait in the lane of a single server.
func await(t *testing.T, g *gatherer, n int) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		g.mu.Lock()
		waiting := 0
		if l := g.lanes[""]; l != nil {
			waiting = len(l.waiting)
		}
		g.mu.Unlock()
		if waiting == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d commands wait, want %d", waiting, n)
		}
	}
}

func TestGatherAloneSendsAtOnce(t *testing.T) {
	hook := new(sent)
	g := newGatherer(watched(t, hook))
	for i := range 3 {
		if got, err := echo(t.Context(), g, "shop-a", fmt.Sprint(i)); err != nil || got != fmt.Sprint(i) {
			t.Fatalf("echo(%d) = %q, %v", i, got, err)
		}
	}
	if single, pipelines := hook.single.Load(), hook.pipelines.Load(); single != 3 || pipelines != 0 {
		t.Errorf("%d commands and %d pipelines were sent, want 3 and 0", single, pipelines)
	}
	if len(g.lanes) != 0 {
		t.Errorf("%d lanes are left, want 0", len(g.lanes))
	}
}

// TestGatherSendsTogether has callers come while a command is on its way: they
// go out in as few pipelines as there is room in, each with its own result, but
// for those who have left.
func TestGatherSendsTogether(t *testing.T) {
	hook := &sent{hold: make(chan struct{})}
	g := newGatherer(watched(t, hook))
	var wg sync.WaitGroup
	ask := func(ctx context.Context, text string, want error) {
		wg.Go(func() {
			got, err := echo(ctx, g, "shop-a", text)
			if !errors.Is(err, want) || err == nil && got != text {
				t.Errorf("echo(%s) = %q, %v, want %v", text, got, err, want)
			}
		})
	}
	ask(t.Context(), "first", nil)
	for hook.single.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	const more = 2*maxGathered + 1
	for i := range more {
		ask(t.Context(), fmt.Sprint(i), nil)
	}
	left, leave := context.WithCancel(t.Context())
	ask(left, "left", context.Canceled)
	await(t, g, more+1)
	leave()
	close(hook.hold)
	wg.Wait()
	if single, piped := hook.single.Load(), hook.piped.Load(); single != 1 || piped < more || piped > more+1 {
		t.Errorf("%d commands were sent alone and %d in pipelines, want 1 and %d", single, piped, more)
	}
	if got := hook.pipelines.Load(); got != 3 {
		t.Errorf("%d pipelines were sent, want 3", got)
	}
}

func TestGatherRefusesWhatIsTooMuch(t *testing.T) {
	hook := &sent{hold: make(chan struct{})}
	g := newGatherer(watched(t, hook))
	ctx, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = echo(t.Context(), g, "shop-a", "first") }) // only stands in the way
	for hook.single.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	for range maxAhead {
		wg.Go(func() {
			if _, err := echo(ctx, g, "shop-a", "text"); !errors.Is(err, context.Canceled) {
				t.Errorf("echo() = %v, want %v", err, context.Canceled)
			}
		})
	}
	await(t, g, maxAhead)
	_, err := echo(t.Context(), g, "shop-a", "one more")
	if !errors.Is(err, errAhead) || !errors.Is(wrap("echo", err), dialog.ErrUnavailable) {
		t.Errorf("echo() with %d commands ahead = %v, want %v, which passes", maxAhead, err, errAhead)
	}
	leave()
	close(hook.hold)
	wg.Wait()
}

// late is a context that has ended, of a caller who comes to wait for its end
// only after a moment.
type late struct {
	context.Context
	moment chan struct{}
}

func (l late) Done() <-chan struct{} {
	<-l.moment
	return l.Context.Done()
}

// TestGatherTellsWhoWasLeftOut sends for callers who have gone and find both at
// once, the end of their context and their command dealt with.
func TestGatherTellsWhoWasLeftOut(t *testing.T) {
	g := newGatherer(redistest.Start(t))
	ended, end := context.WithCancel(t.Context())
	end()
	for range 50 {
		ctx := late{ended, make(chan struct{})}
		g.lanes[""] = new(lane) // somebody is on the way
		gone := make(chan error)
		go func() {
			_, err := echo(ctx, g, "shop-a", "text")
			gone <- err
		}()
		await(t, g, 1)
		g.drain("", g.lanes[""])
		close(ctx.moment)
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Fatalf("echo() = %v, want %v", err, context.Canceled)
		}
	}
}

// TestSilentServerHoldsNobodyBeyondTheirTime has many callers wait for a server
// that takes everything and answers nothing.
func TestSilentServerHoldsNobodyBeyondTheirTime(t *testing.T) {
	s := redistest.StartServer(t)
	g := newGatherer(s.Client(func(o *redis.Options) { o.ContextTimeoutEnabled = true }))
	if _, err := echo(t.Context(), g, "shop-a", "before"); err != nil {
		t.Fatal(err)
	}
	s.Pause()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if _, err := echo(ctx, g, "shop-a", "text"); err == nil {
				t.Error("a server that stands still answers")
			}
		})
	}
	wg.Wait()
	s.Resume()
	if got, err := echo(t.Context(), g, "shop-a", "after"); err != nil || got != "after" {
		t.Errorf("echo(after) = %q, %v", got, err)
	}
}

// TestMasterThatIsAwayHoldsUpItsOwnShops pauses one master of a cluster: the
// shops of the others must not notice.
func TestMasterThatIsAwayHoldsUpItsOwnShops(t *testing.T) {
	c := redistest.StartOwnCluster(t, func(o *redis.ClusterOptions) {
		o.ContextTimeoutEnabled = true
		o.ReadTimeout, o.WriteTimeout = patience, patience
	})
	store := New(c.Client)
	var here, there shop.ID = "shop-0", ""
	for i := 1; there == ""; i++ {
		if id := shop.ID(fmt.Sprint("shop-", i)); c.Apart(sessionKey(here, "s"), sessionKey(id, "s")) {
			there = id
		}
	}
	for _, id := range []shop.ID{here, there} {
		for i := range 10 {
			if err := store.Commit(t.Context(), &dialog.Change{Session: &dialog.Session{Shop: id, ID: fmt.Sprint("s-", i)}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	stuckTill, cancel := context.WithTimeout(t.Context(), 6*time.Second)
	defer cancel()
	servedTill, cancelServed := context.WithTimeout(t.Context(), 5*time.Second) // before those who are stuck give up
	defer cancelServed()
	resume := c.Pause(sessionKey(here, "s"))
	defer resume()
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			if _, _, err := store.Load(stuckTill, here, fmt.Sprint("s-", i), ""); !errors.Is(err, dialog.ErrUnavailable) {
				t.Errorf("Load() from a master that stands still = %v, want %v", err, dialog.ErrUnavailable)
			}
		})
		wg.Go(func() {
			for range 20 {
				if _, _, err := store.Load(servedTill, there, fmt.Sprint("s-", i), ""); err != nil {
					t.Errorf("Load() from a master that is up = %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
}
