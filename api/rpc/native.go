package rpc

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/auth"
)

// Times of connections.
const (
	handshakeTimeout = 10 * time.Second
	keepaliveTime    = 30 * time.Second
	keepaliveTimeout = 20 * time.Second
	clientPings      = 10 * time.Second // no more often
	connectionIdle   = 15 * time.Minute
)

// streamWorkers is how many goroutines serve one call after the other: their
// stacks have grown to what a call needs, which a new one's must grow to first.
// Calls beyond them, and beside streams that hold them, get goroutines of their own.
const streamWorkers = 64

// Bounds of one connection.
const (
	streamsAtOnce = 1000
	headerBytes   = 16 << 10
)

func (s *Server) options() []grpc.ServerOption {
	opts := []grpc.ServerOption{
		grpc.ForceServerCodecV2(newCodec()),
		// What is a little too large is refused here, with details.
		grpc.MaxRecvMsgSize(MaxMessage + 1<<20),
		grpc.MaxConcurrentStreams(streamsAtOnce),
		grpc.MaxHeaderListSize(headerBytes),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionIdle: connectionIdle, Time: keepaliveTime, Timeout: keepaliveTimeout,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: clientPings, PermitWithoutStream: true}),
		grpc.WaitForHandlers(true),
		grpc.NumStreamWorkers(streamWorkers),
		grpc.UnaryInterceptor(s.guardUnary),
		grpc.StreamInterceptor(s.guardStream),
	}
	if s.cfg.Credentials != nil {
		opts = append(opts, grpc.Creds(s.cfg.Credentials))
	}
	return opts
}

// serveCall is the method as a handler of native gRPC.
func (m *Method) serveCall(_ any, ctx context.Context, receive func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	ctx, err := m.Admit(ctx, bearer(ctx))
	if err != nil {
		return nil, err
	}
	return m.Call(ctx, func() (Payload, error) { return take(receive) })
}

// serveStream is the method as a handler of streams of native gRPC.
func (m *Method) serveStream(_ any, ss grpc.ServerStream) error {
	ctx, err := m.Admit(ss.Context(), bearer(ss.Context()))
	if err != nil {
		return err
	}
	return m.Stream(ctx,
		func() (Payload, error) { return take(ss.RecvMsg) },
		func(ctx context.Context, res proto.Message) error {
			return sendWithin(ctx, ss, res, m.server.cfg.SendTimeout)
		})
}

// sendWithin is ss.SendMsg that does not wait for ever. gRPC keeps up to 64 KB
// and one message for a client that does not read, and then SendMsg blocks until
// the stream ends: it takes no deadline. So it waits aside. When the handler
// returns, gRPC ends the stream and SendMsg with it; the client gets the reason
// after what was kept for it, when it reads again.
func sendWithin(ctx context.Context, ss grpc.ServerStream, res proto.Message, limit time.Duration) error {
	sent := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				sent <- status.Errorf(codes.Internal, "panic: %v", p)
			}
		}()
		sent <- ss.SendMsg(res)
	}()
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case err := <-sent:
		return err
	case <-late.C:
		return ErrSlowReader
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// bearer returns the token in the metadata of a call, or "".
func bearer(ctx context.Context) string {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) != 1 {
		return ""
	}
	return auth.BearerToken(values[0])
}

// take receives a request. Where that fails gRPC has told the client already, in
// its own words; the error is for the log.
func take(receive func(any) error) (Payload, error) {
	var p Payload
	err := receive(&p)
	switch status.Code(err) {
	case codes.OK:
		return p, nil
	case codes.ResourceExhausted:
		return p, ErrTooLarge
	case codes.Canceled:
		return p, &canceled
	case codes.DeadlineExceeded:
		return p, &timedOut
	}
	return p, ErrMalformed
}
