package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/child"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Redis is the server on which something is measured.
type Redis struct {
	Address string // as --redis takes it

	client redis.UniversalClient
	own    *exec.Cmd // nil where the caller named a server
	dir    string    // of own
}

const (
	redisStart    = 20 * time.Second // until it answers
	redisAttempts = 5                // somebody may take the free port first
)

// OpenRedis connects to the server or cluster at an address; where that is ""
// it starts a redis-server of its own on loopback, which keeps nothing on disk.
// The caller must Close it.
func OpenRedis(ctx context.Context, address string) (*Redis, error) {
	if address != "" {
		client, err := app.NewRedis(address)
		if err != nil {
			return nil, err
		}
		r := &Redis{Address: address, client: client}
		if err := client.Ping(ctx).Err(); err != nil {
			return nil, errors.Join(fmt.Errorf("--redis: %w", err), r.Close())
		}
		return r, nil
	}
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, errors.New("there is no redis-server on the PATH: install it (apt-get install redis-server), or name a server with --redis")
	}
	var failed []error
	for range redisAttempts {
		r, err := startRedis(ctx, path)
		if err == nil {
			return r, nil
		}
		failed = append(failed, err)
	}
	return nil, errors.Join(failed...)
}

func startRedis(ctx context.Context, path string) (*Redis, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, fmt.Errorf("load: looking for a free port: %w", err)
	}
	dir, err := os.MkdirTemp("", "honeyguide-bench-")
	if err != nil {
		return nil, fmt.Errorf("load: folder of redis-server: %w", err)
	}
	log := filepath.Join(dir, "redis.log")
	cmd := exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--logfile", log, "--save", "", "--appendonly", "no")
	cmd.SysProcAttr = child.Attr()
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("load: starting redis-server: %w", err), os.RemoveAll(dir))
	}
	address := "redis://127.0.0.1:" + port + "/0"
	client, err := app.NewRedis(address)
	r := &Redis{Address: address, client: client, own: cmd, dir: dir}
	if err == nil {
		err = r.await(ctx, "127.0.0.1:"+port)
	}
	if err != nil {
		said, _ := os.ReadFile(log) // only more about err
		return nil, errors.Join(fmt.Errorf("load: waiting for redis-server: %w\n%s", err, said), r.Close())
	}
	return r, nil
}

func freePort(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, errors.Join(err, ln.Close())
}

// await waits until the server answers. It knocks first: the client logs every
// connection that is refused.
func (r *Redis) await(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, redisStart)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err == nil {
			err = errors.Join(conn.Close(), r.client.Ping(ctx).Err())
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Close disconnects, and ends a server that OpenRedis has started.
func (r *Redis) Close() error {
	var errs []error
	if r.client != nil {
		errs = append(errs, r.client.Close())
	}
	if r.own != nil {
		errs = append(errs, r.own.Process.Kill())
		_ = r.own.Wait() // that it was killed
		errs = append(errs, os.RemoveAll(r.dir))
	}
	return errors.Join(errs...)
}

// forget removes all that is kept of shops from a server that is not our own.
func (r *Redis) forget(ctx context.Context, shops ...shop.ID) error {
	if r.own != nil {
		return nil
	}
	for _, id := range shops {
		for _, key := range []string{"hg:shops", "hg:shops:twin"} {
			if err := r.client.SRem(ctx, key, string(id)).Err(); err != nil {
				return fmt.Errorf("load: removing shop %s: %w", id, err)
			}
		}
		remove := func(ctx context.Context, c *redis.Client) error {
			keys := c.Scan(ctx, 0, "hg:{"+string(id)+"}:*", 1000).Iterator()
			for keys.Next(ctx) {
				if err := c.Unlink(ctx, keys.Val()).Err(); err != nil {
					return err
				}
			}
			return keys.Err()
		}
		var err error
		switch c := r.client.(type) {
		case *redis.ClusterClient:
			err = c.ForEachMaster(ctx, remove)
		case *redis.Client:
			err = remove(ctx, c)
		}
		if err != nil {
			return fmt.Errorf("load: removing shop %s: %w", id, err)
		}
	}
	return nil
}

// work is the processor's time that the server has used since it started, or 0
// where it does not say.
func (r *Redis) work(ctx context.Context) time.Duration {
	info, err := r.client.Info(ctx, "cpu").Bytes()
	if err != nil {
		return 0
	}
	var sum float64
	for line := range bytes.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		if name != "used_cpu_sys" && name != "used_cpu_user" {
			continue
		}
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0
		}
		sum += seconds
	}
	return time.Duration(sum * float64(time.Second))
}
