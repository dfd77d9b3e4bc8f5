package load

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// The least that a call can do that keeps anything: it gets one value of Redis
// and sets it. Its service has no gates and no codec of its own.
const (
	bareService = "honeyguide.bench.Bare"
	bareMethod  = "/" + bareService + "/Swap"
	bareValue   = 1024             // bytes, about what the record of a session has
	bareKeep    = 10 * time.Minute // so that nothing stays on a server that others use
)

// bare serves the call until it is stopped.
type bare struct {
	rdb    redis.UniversalClient
	value  string
	server *grpc.Server
	addr   string
}

// startBare serves on loopback. The caller must stop it.
func startBare(ctx context.Context, rdb redis.UniversalClient) (*bare, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("load: bare call: %w", err)
	}
	b := &bare{rdb: rdb, value: strings.Repeat("x", bareValue), server: grpc.NewServer(), addr: ln.Addr().String()}
	b.server.RegisterService(&grpc.ServiceDesc{
		ServiceName: bareService,
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Swap", Handler: b.handle}},
	}, b)
	go func() { _ = b.server.Serve(ln) }() // nil after Stop; else calls fail and say so
	return b, nil
}

func (b *bare) stop() { b.server.Stop() }

func (b *bare) handle(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	req := new(wrapperspb.StringValue)
	if err := decode(req); err != nil {
		return nil, err
	}
	return wrapperspb.String(req.GetValue()), b.swap(ctx, "hg:bench:"+req.GetValue())
}

// swap is what the call does with Redis.
func (b *bare) swap(ctx context.Context, key string) error {
	if err := b.rdb.Get(ctx, key).Err(); err != nil && err != redis.Nil {
		return err
	}
	return b.rdb.Set(ctx, key, b.value, bareKeep).Err()
}
