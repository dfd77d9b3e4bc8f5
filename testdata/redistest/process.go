package redistest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	startTimeout = 15 * time.Second // until a server answers; a loaded machine is slow
	pollEvery    = 2 * time.Millisecond
	portAttempts = 5
)

// process is one redis-server with its port and directory, which it keeps
// across restarts.
type process struct {
	path string // of redis-server
	dir  string
	addr string
	opts []string

	busPort string // of a cluster's node; another one after each start

	cmd    *exec.Cmd
	exited chan struct{} // closed by the goroutine that waits for cmd
}

// startProcess starts a server in a new directory, at a free port. What it made
// is gone again where it returns an error.
func startProcess(ctx context.Context, opts []string) (*process, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("redis-server is not on PATH: apt-get install redis-server: %w", err)
	}
	dir, err := os.MkdirTemp("", "redistest-")
	if err != nil {
		return nil, fmt.Errorf("make the server's directory: %w", err)
	}
	p := &process{path: path, dir: dir, opts: opts}
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(err, p.remove())
	}
	return p, nil
}

// start runs the server and returns when it answers. The first start looks for
// a free port; somebody else may take it in between, so it tries more than one.
func (p *process) start(ctx context.Context) error {
	if p.addr != "" {
		return p.startAt(ctx, p.addr)
	}
	var errs []error
	for range portAttempts {
		addr, err := freeAddr()
		if err != nil {
			return fmt.Errorf("find a free port: %w", err)
		}
		if err := p.startAt(ctx, addr); err != nil {
			errs = append(errs, err)
			continue
		}
		p.addr = addr
		return nil
	}
	return errors.Join(errs...)
}

func (p *process) startAt(ctx context.Context, addr string) error {
	args, err := p.args(addr)
	if err != nil {
		return err
	}
	if err := p.run(args); err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	rdb := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	defer func() { _ = rdb.Close() }()
	err = poll(ctx, func() error {
		select {
		case <-p.exited:
			return errStop{errors.New("redis-server ended")}
		default:
			return ping(ctx, rdb)
		}
	})
	if err != nil {
		p.kill()
		return fmt.Errorf("wait for redis-server at %s: %w\n%s", addr, err, p.log())
	}
	return nil
}

// ping reports whether the server answers; one that still loads does not. It
// knocks first, since the client logs every connection that is refused.
func ping(ctx context.Context, rdb *redis.Client) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", rdb.Options().Addr)
	if err != nil {
		return err
	}
	if err := conn.Close(); err != nil {
		return err
	}
	return rdb.Ping(ctx).Err()
}

func (p *process) args(addr string) ([]string, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	args := []string{"--port", port, "--bind", "127.0.0.1", "--dir", p.dir, "--logfile", filepath.Join(p.dir, "redis.log")}
	args = append(args, p.opts...)
	if !strings.Contains(strings.Join(p.opts, " "), "--cluster-enabled yes") {
		return args, nil
	}
	// The default, port + 10000, is often no port at all.
	bus, err := freeAddr()
	if err != nil {
		return nil, fmt.Errorf("find a free port for the cluster bus: %w", err)
	}
	if _, p.busPort, err = net.SplitHostPort(bus); err != nil {
		return nil, err
	}
	return append(args, "--cluster-port", p.busPort), nil
}

// run starts the command on a thread of its own that lives as long as the
// server: on Linux the server dies with the thread that started it.
func (p *process) run(args []string) error {
	cmd := exec.Command(p.path, args...)
	cmd.SysProcAttr = dieWithParent()
	started, exited := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(exited)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is of no interest: tests kill it
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	p.cmd, p.exited = cmd, exited
	return nil
}

// kill ends the server at once, whatever state it is in, and waits for that.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // the only error is that it has ended already
	<-p.exited
}

// signal sends sig, which must not be one that is lost on a dead process.
func (p *process) signal(sig syscall.Signal) error {
	if err := p.cmd.Process.Signal(sig); err != nil {
		return fmt.Errorf("send %v to redis-server: %w", sig, err)
	}
	return nil
}

// remove deletes the directory of a server that has ended.
func (p *process) remove() error {
	if err := os.RemoveAll(p.dir); err != nil {
		return fmt.Errorf("remove the server's directory: %w", err)
	}
	return nil
}

// log returns what the server wrote, for the message of a failed start.
func (p *process) log() string {
	b, err := os.ReadFile(filepath.Join(p.dir, "redis.log"))
	if err != nil {
		return "no log: " + err.Error()
	}
	return string(b)
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	addr := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil {
		return "", err
	}
	return net.JoinHostPort(addr.IP.String(), strconv.Itoa(addr.Port)), nil
}

// errStop ends a poll before its time.
type errStop struct{ error }

// poll calls f until it returns nil, or for startTimeout.
func poll(ctx context.Context, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := f()
		if err == nil {
			return nil
		}
		if stop, ok := errors.AsType[errStop](err); ok {
			return stop.error
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; last answer: %w", ctx.Err(), err)
		case <-time.After(pollEvery):
		}
	}
}
