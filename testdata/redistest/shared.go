package redistest

import (
	"context"
	"errors"
	"sync"
	"testing"
)

// The servers of this test binary. Package state is right here, and only here:
// there is one binary, and servers for each test would cost more than the test.
var (
	standalone = shared{nodes: 1, opts: []string{"--save", "", "--appendonly", "no"}}
	cluster    = shared{
		nodes: 3,
		opts:  []string{"--save", "", "--appendonly", "no", "--cluster-enabled", "yes"},
		ready: joinCluster,
	}
)

// shared are servers that live as long as a test uses them.
type shared struct {
	nodes int
	opts  []string
	ready func(context.Context, []*process) error // after the start; may be nil

	mu    sync.Mutex
	refs  int        // guarded by mu
	procs []*process // guarded by mu; nil while refs is 0
}

// acquire returns the addresses of the running servers and lets go of them when
// the test ends.
func (s *shared) acquire(t testing.TB) []string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refs == 0 {
		procs, err := s.launch(t.Context())
		if err != nil {
			t.Fatalf("redistest: %v", err)
		}
		s.procs = procs
	}
	s.refs++
	t.Cleanup(func() {
		if err := s.release(); err != nil {
			t.Errorf("redistest: %v", err)
		}
	})
	var addrs []string
	for _, p := range s.procs {
		addrs = append(addrs, p.addr)
	}
	return addrs
}

func (s *shared) launch(ctx context.Context) (procs []*process, err error) {
	for range s.nodes {
		p, err := startProcess(ctx, s.opts)
		if err != nil {
			return nil, errors.Join(err, end(procs))
		}
		procs = append(procs, p)
	}
	if s.ready == nil {
		return procs, nil
	}
	if err := s.ready(ctx, procs); err != nil {
		return nil, errors.Join(err, end(procs))
	}
	return procs, nil
}

func (s *shared) release() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refs--; s.refs > 0 {
		return nil
	}
	procs := s.procs
	s.procs = nil
	return end(procs)
}

func end(procs []*process) error {
	var errs []error
	for _, p := range procs {
		p.kill()
		errs = append(errs, p.remove())
	}
	return errors.Join(errs...)
}
