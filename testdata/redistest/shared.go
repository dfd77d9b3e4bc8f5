package redistest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
)

// The servers of this test binary. Package state is right here, and only here:
// there is one binary, and a server for each test would cost more than the test.
var (
	standalone = shared{opts: []string{"--save", "", "--appendonly", "no"}}
	cluster    = shared{
		opts:  []string{"--save", "", "--appendonly", "no", "--cluster-enabled", "yes"},
		ready: assignSlots,
	}
)

// shared is a server that lives as long as a test uses it.
type shared struct {
	opts  []string
	ready func(context.Context, *redis.Client) error // after the start; may be nil

	mu   sync.Mutex
	refs int      // guarded by mu
	proc *process // guarded by mu; nil while refs is 0
}

// acquire returns the running server and lets go of it when the test ends.
func (s *shared) acquire(t testing.TB) *process {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refs == 0 {
		p, err := s.launch(t.Context())
		if err != nil {
			t.Fatalf("redistest: %v", err)
		}
		s.proc = p
	}
	s.refs++
	t.Cleanup(func() {
		if err := s.release(); err != nil {
			t.Errorf("redistest: %v", err)
		}
	})
	return s.proc
}

func (s *shared) launch(ctx context.Context) (*process, error) {
	p, err := startProcess(ctx, s.opts)
	if err != nil || s.ready == nil {
		return p, err
	}
	rdb := redis.NewClient(&redis.Options{Addr: p.addr})
	defer func() { _ = rdb.Close() }()
	if err := s.ready(ctx, rdb); err != nil {
		p.kill()
		return nil, errors.Join(err, p.remove())
	}
	return p, nil
}

func (s *shared) release() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refs--; s.refs > 0 {
		return nil
	}
	p := s.proc
	s.proc = nil
	p.kill()
	return p.remove()
}

// assignSlots makes a fresh node the owner of the whole cluster.
func assignSlots(ctx context.Context, rdb *redis.Client) error {
	if err := rdb.ClusterAddSlotsRange(ctx, 0, 16383).Err(); err != nil {
		return fmt.Errorf("assign the cluster's slots: %w", err)
	}
	return poll(ctx, func() error {
		info, err := rdb.ClusterInfo(ctx).Result()
		if err != nil {
			return err
		}
		if !isClusterOK(info) {
			return fmt.Errorf("cluster is not ready: %s", info)
		}
		return nil
	})
}
