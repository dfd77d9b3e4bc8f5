package redisstore_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/knowledgetest"
	"github.com/honeyguide-chat/honeyguide/knowledge/redisstore"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// wire carries a client's bytes and can lose an answer: the server has done
// what it was told, and the connection breaks before the client hears so.
type wire struct {
	after atomic.Int64 // the answer to lose, counted down; 0 is none
	lost  func()       // called when it is lost, before the client notices
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
	if err != nil || c.wire.after.Load() == 0 || c.wire.after.Add(-1) != 0 {
		return n, err
	}
	c.wire.lost()
	return 0, errors.Join(io.EOF, c.Conn.Close())
}

func TestLostAnswer(t *testing.T) {
	const joining, publishing = 1, 2 // the steps of Publish
	tests := []struct {
		name    string
		step    int64
		retries int
		others  bool // another publisher goes on before the client notices
		want    error
		stored  bool
	}{
		{"to joining the shops, asked again", joining, 3, false, nil, true},
		{"to joining the shops, given up", joining, -1, false, knowledge.ErrUnavailable, false},
		{"to publishing, asked again", publishing, 3, false, nil, true},
		{"to publishing, asked again after the next release", publishing, 3, true, nil, true},
		{"to publishing, given up", publishing, -1, false, knowledge.ErrUnavailable, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := redistest.StartServer(t)
			other := redisstore.New(server.Client())
			w := &wire{lost: func() {
				if tt.others {
					publish(t, other, knowledgetest.Release("shop-a", 3, "other"))
				}
			}}
			s := redisstore.New(server.Client(func(o *redis.Options) { o.Dialer, o.MaxRetries = w.dial, tt.retries }))
			publish(t, s, knowledgetest.Release("shop-a", 1, "editor")) // the script is known and the connection is made

			second := knowledgetest.Release("shop-a", 2, "editor")
			w.after.Store(tt.step)
			if err := s.Publish(t.Context(), second); !errors.Is(err, tt.want) {
				t.Errorf("Publish whose answer is lost = %v, want %v", err, tt.want)
			}
			if w.after.Load() != 0 {
				t.Fatal("no answer was lost")
			}
			got, err := other.Get(t.Context(), "shop-a", 2)
			if stored := err == nil; stored != tt.stored {
				t.Fatalf("release is stored: %v (%v), want %v", stored, err, tt.stored)
			}
			if diff := cmp.Diff(second, got); tt.stored && diff != "" {
				t.Errorf("Get (-want +got):\n%s", diff)
			}
			// Whatever happened, publishing it again is safe.
			publish(t, s, second)
		})
	}
}

// TestKilledServerLosesNoAcknowledgedRelease kills a server with a synced log
// while a publisher works, and starts it again.
func TestKilledServerLosesNoAcknowledgedRelease(t *testing.T) {
	server := redistest.StartServer(t, "--appendonly", "yes", "--appendfsync", "always")
	next := uint64(1)
	for round := range 3 {
		s := redisstore.New(server.Client(failFast))
		stop := next + 20 + uint64(round)
		killed := make(chan struct{})
		var err error
		for ; err == nil; next++ {
			if next == stop {
				go func() { defer close(killed); server.Kill() }()
			}
			err = s.Publish(t.Context(), knowledgetest.Release("shop-a", next, "editor"))
		}
		next-- // the one that failed
		<-killed
		if !errors.Is(err, knowledge.ErrUnavailable) {
			t.Errorf("Publish while the server is killed = %v, want ErrUnavailable", err)
		}
		server.Restart()

		s = redisstore.New(server.Client())
		publish(t, s, knowledgetest.Release("shop-a", next, "editor")) // whether or not it was made before
		if live, err := s.Live(t.Context(), "shop-a"); live != next || err != nil {
			t.Errorf("Live after the restart = %d, %v, want %d", live, err, next)
		}
		for n := uint64(1); n <= next; n++ {
			got, err := s.Get(t.Context(), "shop-a", n)
			if diff := cmp.Diff(knowledgetest.Release("shop-a", n, "editor"), got); diff != "" || err != nil {
				t.Errorf("Get(%d) after the restart = %v (-want +got):\n%s", n, err, diff)
			}
		}
		next++
	}
}

func TestUnavailableServer(t *testing.T) {
	server := redistest.StartServer(t)
	s := redisstore.New(server.Client(failFast))
	publish(t, s, knowledgetest.Release("shop-a", 1, "editor"))

	server.Pause()
	wantUnavailable(t, s, "hanging")
	server.Resume()
	if n, err := s.Live(t.Context(), "shop-a"); err != nil {
		t.Errorf("Live after the server went on = %d, %v, want nil", n, err)
	}
	server.Kill()
	wantUnavailable(t, s, "gone")
}

// A full server refuses to write and can still read.
func TestFullServer(t *testing.T) {
	rdb := redistest.StartServer(t).Client()
	s := redisstore.New(rdb)
	publish(t, s, knowledgetest.Release("shop-a", 1, "editor"))
	if err := rdb.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(t.Context(), knowledgetest.Release("shop-a", 2, "editor")); !errors.Is(err, knowledge.ErrUnavailable) {
		t.Errorf("Publish to a full server = %v, want ErrUnavailable", err)
	}
	if err := s.SetModel(t.Context(), "shop-a", 1, knowledgetest.Model(1, 100)); !errors.Is(err, knowledge.ErrUnavailable) {
		t.Errorf("SetModel on a full server = %v, want ErrUnavailable", err)
	}
	if n, err := s.Live(t.Context(), "shop-a"); n != 1 || err != nil {
		t.Errorf("Live of a full server = %d, %v, want 1", n, err)
	}
}

func wantUnavailable(t *testing.T, s *redisstore.Store, state string) {
	t.Helper()
	calls := map[string]func(context.Context) error{
		"Publish": func(ctx context.Context) error {
			return s.Publish(ctx, knowledgetest.Release("shop-a", 2, "editor"))
		},
		"Live":   func(ctx context.Context) error { _, err := s.Live(ctx, "shop-a"); return err },
		"Newest": func(ctx context.Context) error { _, err := s.Newest(ctx, "shop-a"); return err },
		"Get":    func(ctx context.Context) error { _, err := s.Get(ctx, "shop-a", 1); return err },
		"Shops":  func(ctx context.Context) error { _, err := s.Shops(ctx); return err },
		"Model":  func(ctx context.Context) error { _, err := s.Model(ctx, "shop-a", 1); return err },
		"SetModel": func(ctx context.Context) error {
			return s.SetModel(ctx, "shop-a", 1, knowledgetest.Model(1, 100))
		},
	}
	for call, f := range calls {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		began := time.Now()
		if err := f(ctx); !errors.Is(err, knowledge.ErrUnavailable) {
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

func publish(t *testing.T, s knowledge.Store, r knowledge.Release) {
	t.Helper()
	if err := s.Publish(t.Context(), r); err != nil {
		t.Errorf("Publish(%s %d) = %v, want nil", r.Shop, r.Number, err)
	}
}
