package rpc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// domain of every ErrorInfo.
const domain = "honeyguide"

const (
	// maxTold bounds the problems in the details of one error.
	maxTold = 100
	// maxToldBytes bounds their size. Details travel as one header, base64, and
	// many clients and proxies take no more than 8 KiB of headers.
	maxToldBytes = 4 << 10
)

// refusal is an error as the client sees it.
type refusal struct {
	code    codes.Code
	reason  string // stable, UPPER_SNAKE
	message string // safe to show, in English
	retry   time.Duration
	fields  []*errdetails.BadRequest_FieldViolation
}

func (r *refusal) Error() string { return "rpc: " + r.reason + ": " + r.message }

// after returns r with the time after which trying again may help.
func (r refusal) after(d time.Duration) *refusal {
	r.retry = d
	return &r
}

// because returns r with more about the reason.
func (r refusal) because(format string, args ...any) *refusal {
	r.message += ": " + fmt.Sprintf(format, args...)
	return &r
}

// status returns r as gRPC sends it.
func (r refusal) status() *status.Status {
	details := []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: r.reason, Domain: domain}}
	if len(r.fields) > 0 {
		details = append(details, &errdetails.BadRequest{FieldViolations: r.fields})
	}
	if r.retry > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(r.retry)})
	}
	plain := status.New(r.code, r.message)
	full, err := plain.WithDetails(details...)
	if err != nil {
		return plain // these details always marshal
	}
	return full
}

// invalidField refuses one value of a request, named as in the domain.
func invalidField(field, reason string) refusal {
	if name, ok := fieldNames[field]; ok {
		field = name
	}
	return refusal{
		code: codes.InvalidArgument, reason: "INVALID_FIELD", message: field + " " + reason,
		fields: []*errdetails.BadRequest_FieldViolation{{Field: field, Description: reason}},
	}
}

// badField is invalidField for the fields that this package checks itself.
func badField(field, format string, args ...any) error {
	r := invalidField(field, fmt.Sprintf(format, args...))
	return &r
}

// renamed returns err with the name that a field has in one request, where that
// is not its name in others.
func renamed(err error, names map[string]string) error {
	if field, ok := errors.AsType[*dialog.FieldError](err); ok && names[field.Field] != "" {
		return &dialog.FieldError{Field: names[field.Field], Reason: field.Reason}
	}
	return err
}

// within returns err with all its problems inside a part of the request.
func within(part string, err error) error {
	rules, ok := errors.AsType[*handoff.RulesError](err)
	if !ok {
		return err
	}
	moved := &handoff.RulesError{}
	for _, p := range rules.Problems {
		moved.Problems = append(moved.Problems, handoff.RuleProblem{Field: part + "." + snake(p.Field), Reason: p.Reason})
	}
	return moved
}

// snake returns the path of a field as the API names it, "wrap_up" for "wrapUp".
// What is quoted in it are keys, which stay as they are.
func snake(path string) string {
	var b strings.Builder
	quoted, escaped := false, false
	for _, r := range path {
		switch {
		case quoted && !escaped && r == '\\':
			escaped = true
			b.WriteRune(r)
			continue
		case r == '"' && !escaped:
			quoted = !quoted
		case !quoted && unicode.IsUpper(r):
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		escaped = false
		b.WriteRune(r)
	}
	return b.String()
}

// invalidFields tells of the first problems, as many as clients can take.
func invalidFields(problems []handoff.RuleProblem) refusal {
	r := refusal{code: codes.InvalidArgument, reason: "INVALID_FIELD", message: strconv.Itoa(len(problems)) + " fields are wrong"}
	if len(problems) == 1 {
		r.message = shorten(problems[0].Field + " " + problems[0].Reason)
	}
	for _, p := range problems {
		if !r.tell(p.Field, p.Reason) {
			break
		}
	}
	return r
}

// invalidTree tells of the first problems, as many as clients can take.
func invalidTree(problems []knowledge.Problem) refusal {
	r := refusal{
		code: codes.FailedPrecondition, reason: "INVALID_TREE",
		message: strconv.Itoa(len(problems)) + " problems in the tree; nothing was published",
	}
	for _, p := range problems {
		if !r.tell(p.Path, p.String()) {
			break
		}
	}
	return r
}

// tell adds a problem, or reports false where clients could not take it.
func (r *refusal) tell(field, description string) bool {
	v := &errdetails.BadRequest_FieldViolation{Field: shorten(field), Description: shorten(description)}
	size := len(v.GetField()) + len(v.GetDescription())
	for _, told := range r.fields {
		size += len(told.GetField()) + len(told.GetDescription())
	}
	if len(r.fields) == maxTold || size > maxToldBytes {
		return false
	}
	r.fields = append(r.fields, v)
	return true
}

// shorten bounds what is told about one thing, and keeps it valid UTF-8.
func shorten(s string) string {
	const most = 300
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) <= most {
		return s
	}
	cut := most
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
