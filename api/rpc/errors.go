package rpc

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// soon is when trying again may help, where nothing better is known.
const soon = time.Second

// table is the only place where an error of the domain becomes a status. The
// first entry that matches wins.
var table = []struct {
	err error
	refusal
}{
	{auth.ErrExpired, refusal{code: codes.Unauthenticated, reason: "TOKEN_EXPIRED", message: "the token has expired"}},
	{auth.ErrInvalid, refusal{code: codes.Unauthenticated, reason: "TOKEN_INVALID", message: "the token is not valid"}},

	// An outage first: it may come wrapped together with what it kept from
	// being found.
	{dialog.ErrUnavailable, unavailable},
	{handoff.ErrUnavailable, unavailable},
	{knowledge.ErrUnavailable, unavailable},

	{dialog.ErrNotFound, refusal{code: codes.NotFound, reason: "SESSION_NOT_FOUND", message: "no such session or entry"}},
	{dialog.ErrClosed, refusal{code: codes.FailedPrecondition, reason: "SESSION_CLOSED", message: "the session is closed or has expired"}},
	{dialog.ErrNotWaiting, refusal{code: codes.FailedPrecondition, reason: "SESSION_NOT_WAITING", message: "the session does not wait for a human"}},
	{dialog.ErrFull, refusal{code: codes.FailedPrecondition, reason: "SESSION_FULL", message: "the session takes no more entries; it can be ended"}},
	{dialog.ErrTurnReused, refusal{code: codes.AlreadyExists, reason: "TURN_REUSED", message: "turn_id came before with something else"}},
	{dialog.ErrConflict, refusal{code: codes.Aborted, reason: "CONFLICT", message: "other calls changed the session; try again"}},

	{dialog.ErrSurveyed, refusal{code: codes.FailedPrecondition, reason: "SURVEY_ANSWERED", message: "the customer has said so before"}},

	{handoff.ErrNotFound, refusal{code: codes.NotFound, reason: "TICKET_NOT_FOUND", message: "no such ticket"}},
	{handoff.ErrTaken, refusal{code: codes.FailedPrecondition, reason: "TICKET_TAKEN", message: "another agent holds the ticket"}},
	{handoff.ErrNotHolder, refusal{code: codes.FailedPrecondition, reason: "TICKET_NOT_HELD", message: "claim the ticket first"}},
	{handoff.ErrClosed, refusal{code: codes.FailedPrecondition, reason: "TICKET_CLOSED", message: "the ticket is closed"}},
	{handoff.ErrOffered, refusal{code: codes.FailedPrecondition, reason: "TICKET_OFFERED", message: "the ticket rings at another desk"}},
	{handoff.ErrNotOffered, refusal{code: codes.FailedPrecondition, reason: "TICKET_NOT_OFFERED", message: "the ticket does not ring at this desk (any more)"}},
	{handoff.ErrNoAgent, refusal{code: codes.NotFound, reason: "AGENT_NOT_FOUND", message: "no such agent"}},
	{handoff.ErrNotTaking, refusal{code: codes.FailedPrecondition, reason: "NOT_TAKING", message: "the agent's presence takes no new work"}},
	{handoff.ErrAtCapacity, refusal{code: codes.FailedPrecondition, reason: "AT_CAPACITY", message: "the agent's desk has no room for the ticket"}},
	{handoff.ErrConflict, refusal{code: codes.Aborted, reason: "CONFLICT", message: "others changed it since it was read; look, and try again"}},
	{handoff.ErrFull, refusal{code: codes.FailedPrecondition, reason: "TICKET_FULL", message: "the ticket takes no more notes"}},
	{handoff.ErrTooMany, refusal{code: codes.FailedPrecondition, reason: "TOO_MANY_TICKETS", message: "the visitor has as many open tickets as the shop allows"}},

	{knowledge.ErrNoRelease, refusal{code: codes.NotFound, reason: "NO_RELEASE", message: "the shop has published nothing"}},
	{knowledge.ErrReleaseExists, refusal{code: codes.Aborted, reason: "RELEASE_EXISTS", message: "another release is live by now"}},
}

// Refusals that no error of the domain stands for.
var (
	unavailable = refusal{code: codes.Unavailable, reason: "STORE_UNAVAILABLE", message: "the store cannot be reached; repeat the call", retry: soon}
	draining    = refusal{code: codes.Unavailable, reason: "DRAINING", message: "the server shuts down; connect again", retry: soon}
	timedOut    = refusal{code: codes.DeadlineExceeded, reason: "DEADLINE_EXCEEDED", message: "the call took too long"}
	canceled    = refusal{code: codes.Canceled, reason: "CANCELLED", message: "the client ended the call"}
	internal    = refusal{code: codes.Internal, reason: "INTERNAL", message: "internal error"}

	noToken     = refusal{code: codes.Unauthenticated, reason: "TOKEN_MISSING", message: "the call needs the metadata \"authorization: Bearer TOKEN\""}
	wrongRole   = refusal{code: codes.PermissionDenied, reason: "ROLE", message: "the token's role may not call this"}
	rateLimited = refusal{code: codes.ResourceExhausted, reason: "RATE_LIMITED", message: "too many calls"}
	overloaded  = refusal{code: codes.ResourceExhausted, reason: "OVERLOADED", message: "too many calls at once", retry: soon}
	slowReader  = refusal{code: codes.ResourceExhausted, reason: "SLOW_READER", message: "the client did not read what was sent; watch again from what it has", retry: soon}
	tooLarge    = refusal{code: codes.InvalidArgument, reason: "REQUEST_TOO_LARGE", message: "the request has too many bytes"}
	malformed   = refusal{code: codes.InvalidArgument, reason: "REQUEST_MALFORMED", message: "the request cannot be read"}
	compressed  = refusal{code: codes.Unimplemented, reason: "COMPRESSION", message: "requests must not be compressed"}
)

// Errors that a transport returns when it cannot receive a request.
var (
	ErrTooLarge   error = &tooLarge
	ErrMalformed  error = &malformed
	ErrCompressed error = &compressed
	ErrTooSlow    error = &timedOut
)

// ErrSlowReader is what a transport returns when a message of a stream was not
// taken in time: see [Server.SendTimeout].
var ErrSlowReader error = &slowReader

// fieldNames are the paths in a request of what the domain calls differently.
var fieldNames = map[string]string{
	"turn":   "turn_id",
	"key":    "request_id",
	"ticket": "ticket_id",
}

// refuse returns how err is told to the client, and whether err is a known one:
// one that is not must be logged.
func refuse(ctx context.Context, err error) (r refusal, known bool) {
	if own, ok := errors.AsType[*refusal](err); ok {
		return *own, true
	}
	if ctx.Err() != nil && (isContextError(err) || !inTable(err)) {
		return refuseContext(ctx), true
	}
	if field, ok := errors.AsType[*dialog.FieldError](err); ok {
		return invalidField(field.Field, field.Reason), true
	}
	if tree, ok := errors.AsType[*knowledge.InvalidError](err); ok {
		return invalidTree(tree.Problems), true
	}
	if rules, ok := errors.AsType[*handoff.RulesError](err); ok {
		return invalidFields(rules.Problems), true
	}
	for i := range table {
		if errors.Is(err, table[i].err) {
			return table[i].refusal, true
		}
	}
	if isContextError(err) {
		return unavailable, false // a limit inside the call, not the client's
	}
	return internal, false
}

func inTable(err error) bool {
	for i := range table {
		if errors.Is(err, table[i].err) {
			return true
		}
	}
	_, field := errors.AsType[*dialog.FieldError](err)
	_, tree := errors.AsType[*knowledge.InvalidError](err)
	_, rules := errors.AsType[*handoff.RulesError](err)
	return field || tree || rules
}

func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// refuseContext says why ctx has ended.
func refuseContext(ctx context.Context) refusal {
	if cause := context.Cause(ctx); !isContextError(cause) {
		if r, known := refuse(context.WithoutCancel(ctx), cause); known {
			return r
		}
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return timedOut
	}
	return canceled
}
