package redistest

import (
	"context"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Server is a redis-server of one test. It is killed when the test ends. Its
// methods fail the test where they cannot do what they say.
type Server struct {
	Addr string // the same after Restart

	t    testing.TB
	proc *process
}

// StartServer starts a server with more options for its command line, such as
// "--appendonly", "yes". Without any it keeps nothing on disk.
func StartServer(t testing.TB, opts ...string) *Server {
	t.Helper()
	p, err := startProcess(t.Context(), append([]string{"--save", "", "--appendonly", "no"}, opts...))
	if err != nil {
		t.Fatalf("redistest: %v", err)
	}
	t.Cleanup(func() {
		p.kill()
		if err := p.remove(); err != nil {
			t.Errorf("redistest: %v", err)
		}
	})
	return &Server{Addr: p.addr, t: t, proc: p}
}

// Client returns a new client, changed by the given functions before it is
// made, that is closed when the test ends.
func (s *Server) Client(change ...func(*redis.Options)) *redis.Client {
	s.t.Helper()
	opts := &redis.Options{Addr: s.Addr}
	for _, f := range change {
		f(opts)
	}
	rdb := redis.NewClient(opts)
	s.t.Cleanup(func() { _ = rdb.Close() })
	return rdb
}

// Kill ends the server at once, as a power cut does, and waits until it is gone.
func (s *Server) Kill() { s.proc.kill() }

// Stop ends the server in its own good time: it writes its files.
func (s *Server) Stop() {
	s.t.Helper()
	s.send(syscall.SIGTERM)
	<-s.proc.exited
}

// Restart starts a server that was killed or stopped, at the same address and
// with the same directory.
func (s *Server) Restart() {
	s.t.Helper()
	// Not the test's context: a cleanup may restart the server, too.
	if err := s.proc.start(context.Background()); err != nil {
		s.t.Fatalf("redistest: restart: %v", err)
	}
}

// Pause stops the server's process: it takes connections and never answers.
func (s *Server) Pause() { s.t.Helper(); s.send(syscall.SIGSTOP) }

// Resume ends Pause.
func (s *Server) Resume() { s.t.Helper(); s.send(syscall.SIGCONT) }

func (s *Server) send(sig syscall.Signal) {
	s.t.Helper()
	if err := s.proc.signal(sig); err != nil {
		s.t.Fatalf("redistest: %v", err)
	}
}
