package load

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/child"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// StreamsOptions say how open streams are measured.
type StreamsOptions struct {
	Program string // the server's: it runs in a process of its own
	Redis   string // as OpenRedis takes it
	Streams int    // customers who watch their conversations
	Conns   int    // that they share
}

// StreamsReport is what was measured of open streams.
type StreamsReport struct {
	Streams   int     `json:"streams"`
	Conns     int     `json:"connections"`
	Before    int64   `json:"before_bytes"` // of the server's process, with the conversations but without streams
	After     int64   `json:"after_bytes"`  // with all streams, after some time in which nothing was said
	PerStream float64 `json:"bytes_per_stream"`
	// Idle is the processor's time that the server uses in a second for all
	// streams on which nothing is said: looks without a wake-up, and heartbeats.
	Idle float64 `json:"idle_cpu"`
}

// watchersOfShop keeps each shop below what its callers may ask for at once.
const watchersOfShop = 200

// Streams measures the memory of a server by open streams of WatchSession. It
// settles for some seconds before each look.
func Streams(ctx context.Context, o StreamsOptions, settle time.Duration, progress func(percent int)) (_ *StreamsReport, err error) {
	redis, err := OpenRedis(ctx, o.Redis)
	if err != nil {
		return nil, err
	}
	c := &crowd{redis: redis}
	defer func() { err = errors.Join(err, c.close(ctx)) }()
	if err := c.serve(ctx, o); err != nil {
		return nil, err
	}
	for i := range o.Streams {
		if err := c.begin(ctx, i); err != nil {
			return nil, err
		}
		progress(40 * (i + 1) / o.Streams)
	}
	report := &StreamsReport{Streams: o.Streams, Conns: o.Conns}
	if report.Before, _, err = c.look(ctx, settle); err != nil {
		return nil, err
	}
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	for i := range c.watchers {
		if err := c.watch(watching, i); err != nil {
			return nil, err
		}
		progress(40 + 40*(i+1)/o.Streams)
	}
	if report.After, report.Idle, err = c.look(ctx, settle); err != nil {
		return nil, err
	}
	progress(100)
	report.PerStream = float64(report.After-report.Before) / float64(o.Streams)
	return report, nil
}

// crowd are customers of a server in another process.
type crowd struct {
	redis    *Redis
	data     string
	server   *exec.Cmd
	tokens   *auth.Signer
	conns    []*grpc.ClientConn
	shops    []shop.ID
	watchers []watcher
}

type watcher struct{ token, session string }

// serve starts the program and connects.
func (c *crowd) serve(ctx context.Context, o StreamsOptions) (err error) {
	if c.data, err = os.MkdirTemp("", "honeyguide-bench-"); err != nil {
		return fmt.Errorf("load: data folder: %w", err)
	}
	key, err := auth.LoadOrCreateKey(filepath.Join(c.data, app.KeyFile))
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if c.tokens, err = auth.NewSigner(key, time.Now); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	c.server = exec.Command(o.Program, "serve", "--grpc", "127.0.0.1:0", "--http", "", "--data", c.data, "--drain", "1s", "--log-level", "warn")
	// Not on the command line: the address may hold a password.
	c.server.Env = append(os.Environ(), "HONEYGUIDE_REDIS="+c.redis.Address)
	c.server.SysProcAttr = child.Attr()
	out, err := c.server.StdoutPipe()
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if err := c.server.Start(); err != nil {
		c.server = nil
		return fmt.Errorf("load: starting the server: %w", err)
	}
	line, err := bufio.NewReader(io.LimitReader(out, 4096)).ReadString('\n')
	addr, _, ok := strings.Cut(strings.TrimPrefix(line, "gRPC on "), ",")
	if err != nil || !ok {
		return fmt.Errorf("load: the server does not say where it serves: %q: %w", line, cmp.Or(err, io.ErrUnexpectedEOF))
	}
	for range o.Conns {
		conn, err := dial(addr)
		if err != nil {
			return err
		}
		c.conns = append(c.conns, conn)
	}
	return ctx.Err()
}

func (c *crowd) client(i int) dialogv1.DialogServiceClient {
	return dialogv1.NewDialogServiceClient(c.conns[i%len(c.conns)])
}

// begin starts the conversation of customer i.
func (c *crowd) begin(ctx context.Context, i int) error {
	if i%watchersOfShop == 0 {
		c.shops = append(c.shops, shop.ID("bench-"+tail()))
	}
	token, err := c.tokens.Mint(auth.Identity{Shop: c.shops[len(c.shops)-1], Role: auth.Visitor, Subject: fmt.Sprintf("customer-%d", i)}, tokenTTL)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	started, err := c.client(i).StartSession(bearing(ctx, token), &dialogv1.StartSessionRequest{})
	if err != nil {
		return fmt.Errorf("load: starting a conversation: %w", err)
	}
	c.watchers = append(c.watchers, watcher{token, started.GetSession().GetId()})
	return nil
}

// watch opens the stream of customer i, takes what comes first, and leaves it
// open until ctx ends.
func (c *crowd) watch(ctx context.Context, i int) error {
	w := c.watchers[i]
	stream, err := c.client(i).WatchSession(bearing(ctx, w.token), &dialogv1.WatchSessionRequest{SessionId: w.session})
	if err == nil {
		_, err = stream.Recv()
	}
	if err != nil {
		return fmt.Errorf("load: watching: %w", err)
	}
	go func() {
		for err == nil { // heartbeats, until the end
			_, err = stream.Recv()
		}
	}()
	return nil
}

// look waits until things have settled and returns the server's memory, and the
// share of a processor that it used meanwhile.
func (c *crowd) look(ctx context.Context, settle time.Duration) (memory int64, work float64, err error) {
	before, _, err := usage(c.server.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	select {
	case <-ctx.Done():
		return 0, 0, context.Cause(ctx)
	case <-time.After(settle):
	}
	after, memory, err := usage(c.server.Process.Pid)
	return memory, (after - before).Seconds() / time.Since(began).Seconds(), err
}

// close ends all of it. It goes on where ctx has ended.
func (c *crowd) close(ctx context.Context) error {
	var errs []error
	for _, conn := range c.conns {
		errs = append(errs, conn.Close())
	}
	if c.server != nil {
		errs = append(errs, c.server.Process.Kill())
		_ = c.server.Wait() // that it was killed
	}
	errs = append(errs, c.redis.forget(context.WithoutCancel(ctx), c.shops...), c.redis.Close())
	if c.data != "" {
		errs = append(errs, os.RemoveAll(c.data))
	}
	return errors.Join(errs...)
}
