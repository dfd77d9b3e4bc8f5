package rpc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/auth"
)

// Method is one method of the API, for whatever transport brings its calls. A
// transport calls Admit with the token before it reads the request, then Call
// or Stream. All errors are statuses, ready to be sent.
type Method struct {
	name   string
	rule   rule
	server *Server
	// One of the two is set. They are the generated handlers: they make the
	// request, have it decoded, and call the service.
	unary  func(ctx context.Context, decode func(any) error) (any, error)
	stream grpc.StreamHandler
	impl   any
}

// Name is the full name, such as /honeyguide.dialog.v1.DialogService/SendTurn.
func (m *Method) Name() string { return m.name }

// Streams reports whether calls are answered by a stream: see Stream, and Call
// for the others.
func (m *Method) Streams() bool { return m.stream != nil }

// MaxRequest bounds the request, in bytes of the binary format.
func (m *Method) MaxRequest() int { return m.rule.maxRequest }

// Admit finds out who calls and whether this caller may, now. token is what
// came after "Bearer"; "" is none. It returns a context for Call or Stream.
func (m *Method) Admit(ctx context.Context, token string) (context.Context, error) {
	grant, err := m.admit(token)
	if err != nil {
		return nil, m.begin(grant.Identity).end(ctx, nil, err)
	}
	return auth.NewContext(ctx, grant), nil
}

func (m *Method) admit(token string) (auth.Grant, error) {
	if token == "" {
		return auth.Grant{}, &noToken
	}
	grant, err := m.server.tokens.Verify(token)
	if err != nil {
		return auth.Grant{}, err
	}
	if !slices.Contains(m.rule.roles, grant.Role) {
		return grant, &wrongRole
	}
	// The caller's rate first: who calls too often must not use up the shop's.
	now := m.server.now()
	if wait := m.server.callerRates.take(grant.Identity, now); wait > 0 {
		return grant, rateLimited.after(wait)
	}
	if wait := m.server.shopRates.take(grant.Shop, now); wait > 0 {
		return grant, rateLimited.after(wait)
	}
	return grant, nil
}

// Refuse ends a call whose request the transport could not receive. ctx is from
// Admit. It returns the status that err is told as.
func (m *Method) Refuse(ctx context.Context, err error) error {
	grant, _ := auth.FromContext(ctx)
	return m.begin(grant.Identity).end(ctx, nil, err)
}

// Call runs a method that answers once. ctx is from Admit.
func (m *Method) Call(ctx context.Context, receive func() (Payload, error)) (res proto.Message, err error) {
	grant, _ := auth.FromContext(ctx)
	c := m.begin(grant.Identity)
	ctx, cancel := context.WithTimeout(ctx, m.server.cfg.CallTimeout)
	defer cancel()
	defer func() { err = c.end(ctx, recover(), err) }()

	reply, err := m.unary(ctx, func(req any) error {
		return m.start(c, receive, req)
	})
	if err != nil {
		return nil, err
	}
	res, ok := reply.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("rpc: %s answers with a %T", m.name, reply)
	}
	c.answered(reply)
	return res, nil
}

// Stream runs a method that answers with a stream, until it ends, the caller's
// token expires or the server drains. ctx is from Admit. An error of send ends
// it: INTERNAL where the message cannot be written, ErrSlowReader where the
// client did not take it in time, any other where nobody receives it any more.
// send gets a context that ends with the stream.
func (m *Method) Stream(ctx context.Context, receive func() (Payload, error), send func(context.Context, proto.Message) error) (err error) {
	grant, _ := auth.FromContext(ctx)
	c := m.begin(grant.Identity)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(m.server.draining, func() { cancel(&draining) })
	defer stop()
	expiry := time.AfterFunc(grant.Expires.Sub(m.server.now()), func() { cancel(auth.ErrExpired) })
	defer expiry.Stop()
	defer func() { err = c.end(ctx, recover(), err) }()

	s := &serverStream{
		ctx:     ctx,
		receive: func(req any) error { return m.start(c, receive, req) },
		send:    send,
	}
	err = m.stream(m.impl, s)
	if s.slow {
		return ErrSlowReader // whatever ended because of it
	}
	return err
}

// start reads and decodes the request and takes the room that the call needs,
// in this order: a client that sends slowly must not hold room.
func (m *Method) start(c *call, receive func() (Payload, error), req any) error {
	if c.id == (auth.Identity{}) {
		return fmt.Errorf("rpc: %s was called without Admit", m.name)
	}
	p, err := receive()
	if err != nil {
		return err
	}
	if err := p.decode(req, m.rule.maxRequest); err != nil {
		return err
	}
	c.about(req)
	leave, ok := m.server.quotas[m.rule.class].enter(c.id)
	if !ok {
		return &overloaded
	}
	c.leave = leave
	return nil
}

// serverStream is what the generated handlers of streams need. It has no
// headers and trailers: transports differ in them, and the API uses none.
type serverStream struct {
	grpc.ServerStream
	ctx     context.Context
	receive func(any) error
	send    func(context.Context, proto.Message) error
	slow    bool // the client did not take a message in time
}

func (s *serverStream) Context() context.Context { return s.ctx }

func (s *serverStream) RecvMsg(req any) error { return s.receive(req) }

func (s *serverStream) SendMsg(res any) error {
	msg, ok := res.(proto.Message)
	if !ok {
		return fmt.Errorf("rpc: a stream sends a %T", res)
	}
	err := s.send(s.ctx, msg)
	switch {
	case errors.Is(err, ErrSlowReader):
		s.slow = true
		return err
	case err == nil, status.Code(err) == codes.Internal:
		return err
	case s.ctx.Err() != nil:
		return context.Cause(s.ctx)
	}
	return canceled.because("nobody receives")
}
