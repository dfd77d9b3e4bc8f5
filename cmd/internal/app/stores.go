package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"go.etcd.io/bbolt"
	bberrors "go.etcd.io/bbolt/errors"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/boltstore"
	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	boltreleases "github.com/honeyguide-chat/honeyguide/knowledge/boltstore"
	redisreleases "github.com/honeyguide-chat/honeyguide/knowledge/redisstore"
)

// stores are what keeps state, all on one technology.
type stores struct {
	knowledge knowledge.Store
	dialog    dialog.Stores
	work      []func(context.Context) error // goes on until its context ends
	ping      func(context.Context) error   // why the stores cannot be reached; nil where they always can
	close     func() error
}

func openStores(ctx context.Context, cfg Config, log *slog.Logger) (*stores, error) {
	if cfg.Redis != "" {
		return openRedis(ctx, cfg.Redis, log)
	}
	return openBolt(cfg.Data, log)
}

// databaseFile is the embedded store, in the data folder.
const databaseFile = "honeyguide.db"

// openBolt opens the one file of the embedded store.
func openBolt(folder string, log *slog.Logger) (*stores, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("app: data folder: %w", err)
	}
	path := filepath.Join(folder, databaseFile)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bberrors.ErrTimeout) {
		return nil, fmt.Errorf("app: %s is in use by another process; choose another folder with --data", path)
	}
	if err != nil {
		return nil, fmt.Errorf("app: open %s: %w", path, err)
	}
	s := &stores{close: db.Close}
	sessions, err := boltstore.New(db, time.Now)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("app: %w", err), db.Close())
	}
	if s.dialog, err = sessions.Stores(); err != nil {
		return nil, errors.Join(fmt.Errorf("app: %w", err), db.Close())
	}
	if s.knowledge, err = boltreleases.New(db); err != nil {
		return nil, errors.Join(fmt.Errorf("app: %w", err), db.Close())
	}
	s.work = append(s.work, func(ctx context.Context) error { return sweep(ctx, sessions, log) })
	return s, nil
}

// How often the embedded store removes what has expired, and how much at once:
// little enough that no turn waits long for it. Redis does it by itself.
const (
	sweepEvery = time.Minute
	sweepLimit = 500
)

func sweep(ctx context.Context, s *boltstore.Store, log *slog.Logger) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if n, err := s.Sweep(ctx, sweepLimit); err != nil {
				log.Warn("removing expired sessions failed", "err", err)
			} else if n > 0 {
				log.Info("removed expired sessions", "sessions", n)
			}
		}
	}
}

// openRedis connects to the server or cluster that address names. A server
// that does not answer is no error: calls then say UNAVAILABLE until it does.
func openRedis(ctx context.Context, address string, log *slog.Logger) (*stores, error) {
	options, err := redisOptions(address)
	if err != nil {
		return nil, err
	}
	redis.SetLogger(redisLog{log})
	rdb := redis.NewUniversalClient(options)
	if err := rdb.Ping(ctx).Err(); err != nil {
		log.Warn("Redis does not answer yet", "addresses", options.Addrs, "err", err)
	}
	waker := redisstore.NewWaker(rdb, log)
	return &stores{
		knowledge: redisreleases.New(rdb),
		dialog:    redisstore.Stores(rdb, waker),
		work:      []func(context.Context) error{waker.Run},
		ping:      func(ctx context.Context) error { return rdb.Ping(ctx).Err() },
		close:     rdb.Close,
	}, nil
}

// NewRedis returns a client of the server or cluster that --redis names. It
// does not connect yet; the caller must Close it.
func NewRedis(address string) (redis.UniversalClient, error) {
	options, err := redisOptions(address)
	if err != nil {
		return nil, err
	}
	return redis.NewUniversalClient(options), nil
}

// redisLog passes the client's own words on. It says the same several times a
// second while a server is away, and the callers' errors say it better: debug.
type redisLog struct{ log *slog.Logger }

// Printf implements the client's logging interface.
func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.DebugContext(ctx, "Redis client", "msg", fmt.Sprintf(format, args...))
}

// redisOptions reads "redis://user:password@host:port/db", "rediss://…" or
// "host:port,host:port,…". Several addresses are nodes of one cluster.
func redisOptions(address string) (*redis.UniversalOptions, error) {
	o := &redis.UniversalOptions{
		ContextTimeoutEnabled: true,
		ReadTimeout:           2 * time.Second, WriteTimeout: 2 * time.Second, DialTimeout: time.Second,
		DialerRetries: 1, MaxRetries: 1, // a dead server is told to the caller soon; trying again is safe there
	}
	if !strings.Contains(address, "://") {
		o.Addrs = strings.Split(address, ",")
		return o, nil
	}
	u, err := redis.ParseURL(address)
	if err != nil {
		return nil, errors.New("--redis: not a Redis URL such as redis://127.0.0.1:6379/0") // the URL may hold a password
	}
	o.Addrs, o.DB, o.Username, o.Password = []string{u.Addr}, u.DB, u.Username, u.Password
	if u.TLSConfig != nil {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: u.TLSConfig.ServerName}
	}
	return o, nil
}
