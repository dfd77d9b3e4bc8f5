package rpc

import (
	"context"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/honeyguide-chat/honeyguide/api/auth"
)

// call is one call from its first gate to its last.
type call struct {
	method  *Method
	id      auth.Identity
	began   time.Time
	session string
	ticket  string
	leave   func() // gives back the room that the call took; nil before
}

func (m *Method) begin(id auth.Identity) *call {
	c := &call{method: m, id: id, began: m.server.now()}
	m.server.observer.CallBegan(c.info())
	return c
}

// about notes what the request is about, for the log.
func (c *call) about(req any) {
	if r, ok := req.(interface{ GetSessionId() string }); ok {
		c.session = loggable(r.GetSessionId())
	}
	if r, ok := req.(interface{ GetTicketId() string }); ok {
		c.ticket = loggable(r.GetTicketId())
	}
}

// end gives back what the call took, logs it, and returns the status that err,
// or a panic, is told as.
func (c *call) end(ctx context.Context, panicked any, err error) error {
	if c.leave != nil {
		c.leave()
	}
	log := c.method.server.log
	if panicked != nil {
		log.ErrorContext(ctx, "a call panicked", "method", c.method.name, "panic", panicked, "stack", string(debug.Stack()))
		c.done(ctx, internal, nil)
		return internal.status().Err()
	}
	if err == nil {
		c.done(ctx, refusal{code: codes.OK}, nil)
		return nil
	}
	r, known := refuse(ctx, err)
	if known && r.code != codes.Unavailable {
		err = nil // says no more than the code
	}
	c.done(ctx, r, err)
	return r.status().Err()
}

// done tells of the call: to the observer, and to the log.
func (c *call) done(ctx context.Context, r refusal, cause error) {
	c.method.server.observer.CallEnded(c.info(), r.code, c.took())
	c.log(ctx, r, cause)
}

// log writes one line without anything that a customer said, and no token; of
// calls that are shed not for each.
func (c *call) log(ctx context.Context, r refusal, cause error) {
	level := levelOf(r.code)
	log := c.method.server.log
	if !log.Enabled(ctx, level) {
		return
	}
	var silent int
	if r.code == codes.ResourceExhausted {
		var ok bool
		if silent, ok = c.method.server.shed.next(c.method.server.now()); !ok {
			return
		}
	}
	attrs := []slog.Attr{
		slog.String("method", c.method.name),
		slog.String("code", r.code.String()),
		slog.Duration("duration", c.took()),
	}
	for _, a := range []slog.Attr{
		slog.String("reason", r.reason),
		slog.String("shop", string(c.id.Shop)),
		slog.String("role", string(c.id.Role)),
		slog.String("session", c.session),
		slog.String("ticket", c.ticket),
	} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	if cause != nil {
		attrs = append(attrs, slog.String("err", cause.Error()))
	}
	if silent > 0 {
		attrs = append(attrs, slog.Int("unlogged", silent))
	}
	log.LogAttrs(ctx, level, "call", attrs...)
}

func levelOf(code codes.Code) slog.Level {
	switch code {
	case codes.OK, codes.Canceled:
		return slog.LevelDebug
	case codes.Internal:
		return slog.LevelError
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// loggable returns an id as it may be logged: whoever makes one up cannot
// write to the log what they like.
func loggable(id string) string {
	if !validID(id) {
		return ""
	}
	return id
}

// maxID bounds the ids of sessions and tickets.
const maxID = 128

// validID reports whether id can be one that this service gave out.
func validID(id string) bool {
	return id != "" && len(id) <= maxID && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}
