package rpc

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

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

// invalidTree tells of the first problems, as many as clients can take.
func invalidTree(problems []knowledge.Problem) refusal {
	r := refusal{
		code: codes.FailedPrecondition, reason: "INVALID_TREE",
		message: strconv.Itoa(len(problems)) + " problems in the tree; nothing was published",
	}
	size := 0
	for _, p := range problems[:min(len(problems), maxTold)] {
		v := &errdetails.BadRequest_FieldViolation{Field: shorten(p.Path), Description: shorten(p.String())}
		if size += len(v.Field) + len(v.Description); size > maxToldBytes {
			break
		}
		r.fields = append(r.fields, v)
	}
	return r
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
