package rpc

import (
	"context"
	"runtime/debug"

	"google.golang.org/grpc"
)

// guardUnary keeps a panic of the services beside the API, health and
// reflection, from ending the process. Methods of the API do not come here.
func (s *Server) guardUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (res any, err error) {
	defer func() { err = s.caught(ctx, info.FullMethod, recover(), err) }()
	return handler(ctx, req)
}

// guardStream does the same for streams, and ends them when the server drains.
func (s *Server) guardStream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
	if s.methods[info.FullMethod] != nil {
		return handler(srv, ss)
	}
	ctx, cancel := context.WithCancel(ss.Context())
	defer cancel()
	stop := context.AfterFunc(s.draining, cancel)
	defer stop()
	defer func() { err = s.caught(ctx, info.FullMethod, recover(), err) }()
	return handler(srv, &boundStream{ServerStream: ss, ctx: ctx})
}

func (s *Server) caught(ctx context.Context, method string, panicked any, err error) error {
	if panicked == nil {
		return err
	}
	s.log.ErrorContext(ctx, "a call panicked", "method", method, "panic", panicked, "stack", string(debug.Stack()))
	return internal.status().Err()
}

// boundStream is a stream with another context.
type boundStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *boundStream) Context() context.Context { return s.ctx }
