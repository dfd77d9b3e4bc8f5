package chaos

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// callTime is how long a call may take before it is made again, elsewhere.
const callTime = 4 * time.Second

// dice are a person's random choices. They are safe for concurrent use.
type dice struct {
	mu  sync.Mutex
	rng *rand.Rand // guarded by mu
}

func newDice(seed uint64, name string) *dice {
	sum := seed
	for _, b := range []byte(name) {
		sum = sum*1099511628211 + uint64(b)
	}
	return &dice{rng: rand.New(rand.NewPCG(seed, sum))}
}

func (d *dice) below(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rng.IntN(n)
}

// in reports true so many times of a hundred.
func (d *dice) in(percent int) bool { return d.below(100) < percent }

func (d *dice) between(least, most time.Duration) time.Duration {
	return least + time.Duration(d.below(int(most-least)))
}

// pause waits that long, or until ctx ends.
func (d *dice) pause(ctx context.Context, least, most time.Duration) {
	wait(ctx, d.between(least, most))
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// wire is one person's connection, to one node at a time. It is safe for
// concurrent use.
type wire struct {
	dice  *dice
	token string
	nodes []string // addresses

	mu   sync.Mutex
	conn *grpc.ClientConn // guarded by mu; nil where there is none
	at   int              // guarded by mu; place in nodes
}

func newWire(d *dice, token string, nodes []string) *wire {
	return &wire{dice: d, token: token, nodes: nodes, at: d.below(len(nodes))}
}

// get returns the connection, and makes one where there is none.
func (w *wire) get() *grpc.ClientConn {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		conn, err := grpc.NewClient("passthrough:///"+w.nodes[w.at],
			grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(bearer(w.token)),
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff: backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.5, MaxDelay: time.Second}, MinConnectTimeout: time.Second,
			}))
		if err != nil {
			panic(err) // only for options that cannot be
		}
		w.conn = conn
	}
	return w.conn
}

// leave closes a connection, if it is still the one in use; the next is to
// another node, or to the same again.
func (w *wire) leave(conn *grpc.ClientConn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if conn != w.conn {
		return
	}
	w.at = w.dice.below(len(w.nodes))
	_ = conn.Close()
	w.conn = nil
}

// hangUp closes the connection from this side.
func (w *wire) hangUp() { w.leave(w.get()) }

type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

func (bearer) RequireTransportSecurity() bool { return false }

// call makes a call until it is answered, by any node. Its error is a refusal,
// or that ctx has ended.
func call[R any](ctx context.Context, w *wire, f func(context.Context, *grpc.ClientConn) (R, error)) (R, error) {
	for {
		conn := w.get()
		attempt, cancel := context.WithTimeout(ctx, callTime)
		answer, err := f(attempt, conn)
		cancel()
		again, elsewhere := passing(err)
		if ctx.Err() != nil || !again {
			return answer, err
		}
		if elsewhere {
			w.leave(conn)
		}
		w.dice.pause(ctx, 50*time.Millisecond, 300*time.Millisecond)
	}
}

// passing reports whether the same call may be answered another time, and
// whether better by another node. What the server itself calls an internal
// error is neither.
func passing(err error) (again, elsewhere bool) {
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled:
		return true, true
	case codes.Aborted, codes.ResourceExhausted:
		return true, false
	case codes.Internal, codes.Unknown:
		return err != nil && reason(err) == "", true // of the transport
	}
	return false, false
}

// reason returns the server's word for an error, "" where it is not from there.
func reason(err error) string {
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return info.GetReason()
		}
	}
	return ""
}
