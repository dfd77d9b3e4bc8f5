package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

const aShop shop.ID = "shop-a"

// wire carries a client's bytes and can lose an answer: the server has done
// what it was told, and the connection breaks before the client hears so.
type wire struct {
	lose atomic.Bool
	lost func() // called when an answer was lost, before the client notices
}

func (w *wire) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	return &wireConn{Conn: conn, wire: w}, err
}

type wireConn struct {
	net.Conn
	wire *wire
}

func (c *wireConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil || !c.wire.lose.CompareAndSwap(true, false) {
		return n, err
	}
	c.wire.lost()
	return 0, errors.Join(io.EOF, c.Conn.Close())
}

func TestLostAnswer(t *testing.T) {
	for _, tt := range []struct {
		name    string
		retries int
		others  int // commits by others before the client notices
		want    error
	}{
		{"client asks again", 3, 0, nil},
		{"client asks again after others committed", 3, 3, nil},
		{"client gives up", -1, 0, dialog.ErrUnavailable},
		{"client gives up after others committed", -1, 3, dialog.ErrUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := redistest.StartServer(t)
			other := harness(t, s.Client())
			w := &wire{lost: func() {
				for range tt.others {
					step(t, other, "s")
				}
			}}
			h := harness(t, s.Client(func(o *redis.Options) { o.Dialer, o.MaxRetries = w.dial, tt.retries }))
			step(t, h, "s") // the script is known and the connection is made
			step(t, h, "s")

			h.Store = losing{h.Store, w}
			version, err := dialogtest.Step(t.Context(), h, aShop, "s")
			if version != 3 || !errors.Is(err, tt.want) {
				t.Errorf("Step() = %d, %v, want 3, %v", version, err, tt.want)
			}
			if got, want := dialogtest.Verify(t, other, aShop, "s"), uint64(3+tt.others); got != want {
				t.Errorf("stored version = %d, want %d: the commit was made once", got, want)
			}
		})
	}
}

// losing loses the answer to each commit.
type losing struct {
	dialog.Store
	wire *wire
}

func (l losing) Commit(ctx context.Context, c *dialog.Change) error {
	l.wire.lose.Store(true)
	before := versions(c)
	err := l.Store.Commit(ctx, c)
	for i, v := range versions(c) {
		made := v.version - before[i].version
		if made != 0 && err != nil || made != 1 && err == nil || (v.revision > before[i].revision) != (err == nil) {
			return fmt.Errorf("commit answers %w and sets %v after %v", err, versions(c), before)
		}
	}
	return err
}

type stamp struct{ version, revision uint64 }

// versions returns the versions and revisions that a commit sets.
func versions(c *dialog.Change) []stamp {
	s := c.Session // has no revision: its version says as much
	list := []stamp{{s.Version, s.Version}, {c.Ticket.Version, c.Ticket.Revision}}
	for _, a := range c.Agents {
		list = append(list, stamp{a.Version, a.Revision})
	}
	return list
}

func step(t *testing.T, h dialogtest.Harness, session string) {
	t.Helper()
	if _, err := dialogtest.Step(t.Context(), h, aShop, session); err != nil {
		t.Fatalf("Step() = %v, want nil", err)
	}
}

// TestKilledServerLosesNoAcknowledgedCommit kills a server with a synced log
// while writers commit, and starts it again.
func TestKilledServerLosesNoAcknowledgedCommit(t *testing.T) {
	const rounds, writers = 3, 4
	s := redistest.StartServer(t, "--appendonly", "yes", "--appendfsync", "always")
	var acknowledged [writers]uint64
	for round := range rounds {
		rdb := s.Client(failFast)
		h := harness(t, rdb)
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				for {
					version, err := dialogtest.Step(t.Context(), h, aShop, fmt.Sprint("s", i))
					if err == nil {
						acknowledged[i] = version
						continue
					}
					if !errors.Is(err, dialog.ErrUnavailable) && !errors.Is(err, handoff.ErrUnavailable) {
						t.Errorf("Step() while the server is killed = %v, want ErrUnavailable", err)
					}
					return
				}
			})
		}
		waitForCommits(t, s, 200*(round+1))
		s.Kill()
		wg.Wait()
		s.Restart()
		after := harness(t, s.Client())
		for i := range writers {
			if got := dialogtest.Verify(t, after, aShop, fmt.Sprint("s", i)); got < acknowledged[i] {
				t.Errorf("round %d: session %d is at version %d, but %d was acknowledged", round, i, got, acknowledged[i])
			}
		}
	}
}

// waitForCommits returns when n commits were made: each gives a revision.
func waitForCommits(t *testing.T, s *redistest.Server, n int) {
	t.Helper()
	rdb := s.Client()
	for !t.Failed() {
		made, err := rdb.Get(t.Context(), "hg:{shop-a}:queue:revision").Int()
		if err != nil && !errors.Is(err, redis.Nil) {
			t.Fatal(err)
		}
		if made >= n {
			return
		}
	}
}

func TestAbsentServerIsUnavailable(t *testing.T) {
	s := redistest.StartServer(t)
	h := harness(t, s.Client(failFast))
	step(t, h, "s")

	s.Pause()
	wantUnavailable(t, h, "paused")
	s.Resume()
	// What was sent to the paused server may be done now, or never: the next
	// commit settles that.
	for {
		_, err := dialogtest.Step(t.Context(), h, aShop, "s")
		if err == nil {
			break
		}
		if !errors.Is(err, dialog.ErrConflict) {
			t.Fatalf("Step() after the pause = %v, want nil or ErrConflict", err)
		}
	}
	dialogtest.Verify(t, h, aShop, "s")

	s.Kill()
	wantUnavailable(t, h, "gone")
}

func wantUnavailable(t *testing.T, h dialogtest.Harness, state string) {
	t.Helper()
	for call, f := range map[string]func(context.Context) error{
		"Load": func(ctx context.Context) error {
			_, _, err := h.Store.Load(ctx, aShop, "s", "turn")
			return err
		},
		"Entries": func(ctx context.Context) error {
			_, err := h.Store.Entries(ctx, aShop, "s", 0, 1)
			return err
		},
		"Commit": func(ctx context.Context) error {
			return h.Store.Commit(ctx, &dialog.Change{Session: &dialog.Session{Shop: aShop, ID: "other"}})
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		began := time.Now()
		if err := f(ctx); !errors.Is(err, dialog.ErrUnavailable) {
			t.Errorf("%s with the server %s: err = %v, want ErrUnavailable", call, state, err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s with the server %s took %v beyond a deadline of 50 ms", call, state, took)
		}
		cancel()
	}
}

func failFast(o *redis.Options) {
	o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries = true, -1, 1
}
