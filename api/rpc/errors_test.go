package rpc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestRefuse(t *testing.T) {
	secret := errors.New("dial tcp 10.0.0.7:6379: refused")
	tests := []struct {
		name   string
		err    error
		code   codes.Code
		reason string
		retry  bool
	}{
		{"no session", dialog.ErrNotFound, codes.NotFound, "SESSION_NOT_FOUND", false},
		{"closed", dialog.ErrClosed, codes.FailedPrecondition, "SESSION_CLOSED", false},
		{"not waiting", dialog.ErrNotWaiting, codes.FailedPrecondition, "SESSION_NOT_WAITING", false},
		{"full", dialog.ErrFull, codes.FailedPrecondition, "SESSION_FULL", false},
		{"reused", dialog.ErrTurnReused, codes.AlreadyExists, "TURN_REUSED", false},
		{"wrapped conflict", fmt.Errorf("saving %w: %w", secret, dialog.ErrConflict), codes.Aborted, "CONFLICT", false},
		{"outage of sessions", fmt.Errorf("%w: %w", dialog.ErrUnavailable, secret), codes.Unavailable, "STORE_UNAVAILABLE", true},
		{"outage of tickets", fmt.Errorf("%w: %w", handoff.ErrUnavailable, secret), codes.Unavailable, "STORE_UNAVAILABLE", true},
		{"outage of releases", fmt.Errorf("%w: %w", knowledge.ErrUnavailable, secret), codes.Unavailable, "STORE_UNAVAILABLE", true},
		{"outage while looking", fmt.Errorf("%w: %w", dialog.ErrNotFound, dialog.ErrUnavailable), codes.Unavailable, "STORE_UNAVAILABLE", true},
		{"no ticket", handoff.ErrNotFound, codes.NotFound, "TICKET_NOT_FOUND", false},
		{"taken", handoff.ErrTaken, codes.FailedPrecondition, "TICKET_TAKEN", false},
		{"not held", handoff.ErrNotHolder, codes.FailedPrecondition, "TICKET_NOT_HELD", false},
		{"ticket closed", handoff.ErrClosed, codes.FailedPrecondition, "TICKET_CLOSED", false},
		{"ticket rings elsewhere", handoff.ErrOffered, codes.FailedPrecondition, "TICKET_OFFERED", false},
		{"ticket does not ring", handoff.ErrNotOffered, codes.FailedPrecondition, "TICKET_NOT_OFFERED", false},
		{"no agent", handoff.ErrNoAgent, codes.NotFound, "AGENT_NOT_FOUND", false},
		{"takes nothing", handoff.ErrNotTaking, codes.FailedPrecondition, "NOT_TAKING", false},
		{"desk is full", handoff.ErrAtCapacity, codes.FailedPrecondition, "AT_CAPACITY", false},
		{"conflict at the desk", fmt.Errorf("storing: %w", handoff.ErrConflict), codes.Aborted, "CONFLICT", false},
		{"no room for notes", handoff.ErrFull, codes.FailedPrecondition, "TICKET_FULL", false},
		{"too many tickets", handoff.ErrTooMany, codes.FailedPrecondition, "TOO_MANY_TICKETS", false},
		{"answered before", dialog.ErrSurveyed, codes.FailedPrecondition, "SURVEY_ANSWERED", false},
		{"bad rules", &handoff.RulesError{Problems: []handoff.RuleProblem{{Field: "ring"}}}, codes.InvalidArgument, "INVALID_FIELD", false},
		{"slow reader", ErrSlowReader, codes.ResourceExhausted, "SLOW_READER", true},
		{"no release", knowledge.ErrNoRelease, codes.NotFound, "NO_RELEASE", false},
		{"release exists", knowledge.ErrReleaseExists, codes.Aborted, "RELEASE_EXISTS", false},
		{"expired token", auth.ErrExpired, codes.Unauthenticated, "TOKEN_EXPIRED", false},
		{"bad token", auth.ErrInvalid, codes.Unauthenticated, "TOKEN_INVALID", false},
		{"bad field", &dialog.FieldError{Field: "text", Reason: "is empty"}, codes.InvalidArgument, "INVALID_FIELD", false},
		{"bad tree", &knowledge.InvalidError{Problems: []knowledge.Problem{{Rule: "r"}}}, codes.FailedPrecondition, "INVALID_TREE", false},
		{"own", rateLimited.after(time.Minute), codes.ResourceExhausted, "RATE_LIMITED", true},
		{"wrapped own", fmt.Errorf("x: %w", &tooLarge), codes.InvalidArgument, "REQUEST_TOO_LARGE", false},
		{"a limit inside", fmt.Errorf("x: %w", context.DeadlineExceeded), codes.Unavailable, "STORE_UNAVAILABLE", true},
		{"unknown", secret, codes.Internal, "INTERNAL", false},
		{"a status of elsewhere", status.Error(codes.NotFound, secret.Error()), codes.Internal, "INTERNAL", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := refuse(t.Context(), tt.err)
			st := r.status()
			if st.Code() != tt.code {
				t.Errorf("code = %v, want %v", st.Code(), tt.code)
			}
			if strings.Contains(st.String(), "10.0.0.7") {
				t.Errorf("the status leaks an internal address: %v", st)
			}
			var info *errdetails.ErrorInfo
			var retry *errdetails.RetryInfo
			for _, d := range st.Details() {
				switch d := d.(type) {
				case *errdetails.ErrorInfo:
					info = d
				case *errdetails.RetryInfo:
					retry = d
				}
			}
			if info.GetReason() != tt.reason || info.GetDomain() != "honeyguide" {
				t.Errorf("ErrorInfo = %v, want reason %s of honeyguide", info, tt.reason)
			}
			if got := retry.GetRetryDelay().AsDuration() > 0; got != tt.retry {
				t.Errorf("RetryInfo = %v, want one: %t", retry, tt.retry)
			}
		})
	}
}

func TestRefuseOfEndedContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancelLate()
	drained, drain := context.WithCancelCause(t.Context())
	drain(&draining)
	tests := []struct {
		name   string
		ctx    context.Context
		err    error
		reason string
	}{
		{"client left", ended, fmt.Errorf("store: %w", context.Canceled), "CANCELLED"},
		{"client left, in a driver's words", ended, errors.New("use of closed connection"), "CANCELLED"},
		{"too late", late, fmt.Errorf("store: %w", context.DeadlineExceeded), "DEADLINE_EXCEEDED"},
		{"drained", drained, context.Cause(drained), "DRAINING"},
		{"drained in the middle", drained, fmt.Errorf("store: %w", context.Canceled), "DRAINING"},
		{"the reason was another", ended, dialog.ErrClosed, "SESSION_CLOSED"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r, known := refuse(tt.ctx, tt.err); r.reason != tt.reason || !known {
				t.Errorf("refuse(%v) = %s, %t, want %s, true", tt.err, r.reason, known, tt.reason)
			}
		})
	}
}

func TestOnlySurprisesAreUnknown(t *testing.T) {
	for _, err := range []error{errors.New("boom"), fmt.Errorf("x: %w", context.Canceled)} {
		if r, known := refuse(t.Context(), err); known {
			t.Errorf("refuse(%v) = %s, known, want it to be logged", err, r.reason)
		}
	}
}

func TestFieldsAreNamedAsInTheRequest(t *testing.T) {
	for _, tt := range []struct{ field, want string }{
		{"text", "text"},
		{"turn", "turn_id"},
		{"key", "request_id"},
		{"ticket", "ticket_id"},
		{"comment", "comment"},
	} {
		r, _ := refuse(t.Context(), &dialog.FieldError{Field: tt.field, Reason: "is odd"})
		want := []*errdetails.BadRequest_FieldViolation{{Field: tt.want, Description: "is odd"}}
		if diff := cmp.Diff(want, r.fields, protocmp.Transform()); diff != "" {
			t.Errorf("violations of %q (-want +got):\n%s", tt.field, diff)
		}
	}
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"wrapUp":                            "wrap_up",
		"relax[1].anySkill":                 "relax[1].any_skill",
		`skills["Refund \"A\" B"].withinIt`: `skills["Refund \"A\" B"].within_it`,
		`skills["\\"].atMost`:               `skills["\\"].at_most`,
		"":                                  "",
	} {
		if got := snake(in); got != want {
			t.Errorf("snake(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestInvalidTreeFitsIntoHeaders(t *testing.T) {
	var problems []knowledge.Problem
	for i := range 5000 {
		problems = append(problems, knowledge.Problem{
			Path: fmt.Sprintf("nodes[%d].similar[0]", i), File: "tree.yaml", Line: i + 1, Rule: "duplicate-question",
			Message: strings.Repeat("这个问题已经有了", 100) + "\xff",
		})
	}
	r := invalidTree(problems)
	if len(r.fields) == 0 || len(r.fields) > maxTold {
		t.Fatalf("%d problems are told, want 1 to %d", len(r.fields), maxTold)
	}
	bin, err := proto.Marshal(r.status().Proto())
	if err != nil {
		t.Fatal(err)
	}
	if size := len(bin) * 4 / 3; size > 7<<10 {
		t.Errorf("the details take %d bytes of headers, want less than 7 KiB", size)
	}
	if short := invalidTree(problems[:2]); len(short.fields) != 2 {
		t.Errorf("%d of 2 problems are told", len(short.fields))
	}
}
