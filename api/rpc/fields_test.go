package rpc_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

// taken is what becomes of odd characters in a field of a request.
type taken int

const (
	asID    taken = iota // no such ticket
	asTurn               // refused: visible ASCII alone
	asName               // refused: printable alone, and short
	asWords              // served without what nobody sees, refused where nothing is left or too much is there
	asLines              // refused where somebody could be deceived
	asPlace              // served: it only says what the client has
)

// stringFields are all fields of HandoffService and SupervisorService that hold
// text. A new one has to be put here, and so gets tested.
var stringFields = map[string]taken{
	"ListTickets.page_token":      asName,
	"GetTicket.ticket_id":         asID,
	"WatchDesk.cursors.ticket_id": asPlace,
	"ClaimTicket.ticket_id":       asID, "ClaimTicket.turn_id": asTurn,
	"DeclineTicket.ticket_id": asID, "DeclineTicket.turn_id": asTurn,
	"ReplyTicket.ticket_id": asID, "ReplyTicket.turn_id": asTurn, "ReplyTicket.text": asWords, "ReplyTicket.suggestion": asName,
	"AddNote.ticket_id": asID, "AddNote.turn_id": asTurn, "AddNote.text": asWords,
	"TransferTicket.ticket_id": asID, "TransferTicket.turn_id": asTurn, "TransferTicket.agent": asName, "TransferTicket.note": asWords,
	"TransferTicket.needs.skill": asName, "TransferTicket.needs.language": asName,
	"RequeueTicket.ticket_id": asID, "RequeueTicket.turn_id": asTurn,
	"CloseTicket.ticket_id": asID, "CloseTicket.turn_id": asTurn, "CloseTicket.outcome": asWords, "CloseTicket.tags": asName,
	"WrapUpTicket.ticket_id": asID, "WrapUpTicket.turn_id": asTurn, "WrapUpTicket.outcome": asWords, "WrapUpTicket.tags": asName,
	"SuggestAnswers.ticket_id":    asID,
	"ListCannedReplies.ticket_id": asID,
	"SendSign.ticket_id":          asID,

	"TakeOverTicket.ticket_id": asID, "TakeOverTicket.turn_id": asTurn,
	"ForceCloseTicket.ticket_id": asID, "ForceCloseTicket.turn_id": asTurn, "ForceCloseTicket.outcome": asWords, "ForceCloseTicket.tags": asName,
	"ListAgents.page_token": asName,
	"PutAgent.name":         asName, "PutAgent.skills": asName, "PutAgent.languages": asName,
	"PutRules.rules.routes.node": asName, "PutRules.rules.routes.slot": asName, "PutRules.rules.routes.is": asName,
	"PutRules.rules.routes.skill": asName, "PutRules.rules.routes.tags": asName, "PutRules.rules.skills": asName,
	"PutRules.rules.calendar.zone": asName, "PutRules.rules.calendar.hours.days": asName,
	"PutRules.rules.calendar.hours.periods.from": asName, "PutRules.rules.calendar.hours.periods.to": asName,
	"PutRules.rules.calendar.exceptions.title": asName, "PutRules.rules.calendar.exceptions.first": asName,
	"PutRules.rules.calendar.exceptions.last": asName, "PutRules.rules.calendar.exceptions.periods.from": asName,
	"PutRules.rules.calendar.exceptions.periods.to": asName,
	"PutRules.rules.canned.id":                      asName, "PutRules.rules.canned.title": asName, "PutRules.rules.canned.text": asLines,
}

// oddStrings are texts that are not what they seem. Of the ones of clear, words
// keep what is seen.
var oddStrings = []struct {
	name, text string
	clear      bool
}{
	{"a blank of no width", "a\u200bb", true},
	{"nothing but blanks of no width", "\u200b\u200b", false},
	{"an override to the left", "a\u202eb", true},
	{"a mark to the right", "a\u200fb", true},
	{"a bell", "a\x07b", true},
	{"a zero", "a\x00b", true},
	{"too many characters", strings.Repeat("a", 10_000), false},
	{"too many characters of many bytes", strings.Repeat("字", 4500), false},
}

// TestEveryStringField sends odd texts in every field of the desk that holds
// text: each is refused by the name of the field, or served without what nobody
// sees.
func TestEveryStringField(t *testing.T) {
	r := newFieldRig(t)
	known := make(map[string]bool)
	for _, l := range leaves() {
		if !l.holdsText() {
			continue
		}
		as, listed := stringFields[l.String()]
		known[l.String()] = true
		if !listed {
			t.Errorf("%s holds text, and the test does not say how it is taken", l)
			continue
		}
		for _, odd := range oddStrings {
			request := r.request(l.method)
			l.set(request.ProtoReflect(), protoreflect.ValueOfString(odd.text))
			reply, err := r.send(l.method, r.marshal(request))
			r.check(l, as, odd.name, odd.text, odd.clear, reply, err)
		}
		const marker = "QZQZ"
		request := r.request(l.method)
		l.set(request.ProtoReflect(), protoreflect.ValueOfString(marker))
		_, err := r.send(l.method, bytes.ReplaceAll(r.marshal(request), []byte(marker), []byte{0xff, 0xfe, 0xed, 0xa0}))
		wantError(t, l.String()+" that is no UTF-8", err, codes.InvalidArgument, "REQUEST_MALFORMED")
	}
	for name := range stringFields {
		if !known[name] {
			t.Errorf("%s is no field that holds text", name)
		}
	}
}

// check judges what became of an odd text in a field.
func (r *fieldRig) check(l leaf, as taken, what, text string, clear bool, reply []byte, err error) {
	r.t.Helper()
	code, reason := errorOf(err)
	switch {
	case as == asPlace && err == nil:
		return
	case as == asID && code == codes.NotFound && reason == "TICKET_NOT_FOUND":
		return
	case (as == asWords && clear || as == asLines && text == "a\u200bb") && err == nil:
		// The text is seen as it is meant, and what could deceive is gone.
		if text != "a\u200bb" && bytes.Contains(reply, []byte(text)) {
			r.t.Errorf("%s with %s came back as it was", l, what)
		}
		return
	case as == asID || as == asWords && clear || code != codes.InvalidArgument || reason != "INVALID_FIELD":
		r.t.Errorf("%s with %s = %v (%s)", l, what, err, reason)
		return
	}
	_, want, _ := strings.Cut(l.String(), ".")
	fields := violations(err)
	if len(fields) == 0 || slices.ContainsFunc(fields, func(f string) bool { return !strings.HasPrefix(plain(f), want) }) {
		r.t.Errorf("%s with %s is refused because of %.200q", l, what, fields)
	}
	r.checkNames(l, what, err)
}

// checkNames wants every field that an error names to be one of the request.
func (r *fieldRig) checkNames(l leaf, what string, err error) {
	r.t.Helper()
	for _, f := range violations(err) {
		if !names(l.method.Input(), f) {
			r.t.Errorf("%s with %s is refused because of %q, which is no field of %s", l, what, f, l.method.Input().Name())
		}
	}
}

// TestEveryNumberField sends numbers, times and enums that cannot be in every
// field of the desk: what is refused is a field of the request.
func TestEveryNumberField(t *testing.T) {
	r := newFieldRig(t)
	refused := make(map[string]bool)
	for _, l := range leaves() {
		for _, value := range oddNumbers(l.last()) {
			request := r.request(l.method)
			l.set(request.ProtoReflect(), value)
			_, err := r.send(l.method, r.marshal(request))
			what := fmt.Sprint(value)
			code, reason := errorOf(err)
			if stale := l.String() == "PutRules.rules.version" && reason == "CONFLICT"; err != nil && reason != "INVALID_FIELD" && !stale {
				t.Errorf("%s with %s = %v (%v, %s)", l, what, err, code, reason)
			}
			r.checkNames(l, what, err)
			for _, f := range violations(err) {
				refused[plain(f)] = true
			}
		}
	}
	for _, want := range []string{
		"page_size", "state", "presence", "needs.proficiency", "capacity", "seq", "start_time", "end_time",
		"rules.mode", "rules.ring", "rules.misses", "rules.lease", "rules.wrap_up", "rules.prefer", "rules.max_open",
		"rules.relax.after", "rules.relax.proficiency", "rules.routes.proficiency", "rules.routes.priority",
		"rules.routes.weight", "rules.target.within", "rules.target.share",
	} {
		if !refused[want] {
			t.Errorf("no number was refused in %s", want)
		}
	}
}

// oddNumbers returns values that a field can hold and should not.
func oddNumbers(f protoreflect.FieldDescriptor) []protoreflect.Value {
	if f.IsMap() || f.IsList() {
		return nil
	}
	switch f.Kind() {
	case protoreflect.Int32Kind:
		return []protoreflect.Value{protoreflect.ValueOfInt32(-1), protoreflect.ValueOfInt32(math.MaxInt32)}
	case protoreflect.Uint64Kind:
		return []protoreflect.Value{protoreflect.ValueOfUint64(math.MaxUint64)}
	case protoreflect.DoubleKind:
		return []protoreflect.Value{protoreflect.ValueOfFloat64(math.NaN()), protoreflect.ValueOfFloat64(-1)}
	case protoreflect.EnumKind:
		return []protoreflect.Value{protoreflect.ValueOfEnum(99)}
	case protoreflect.MessageKind:
		odd := []proto.Message{&durationpb.Duration{Seconds: -5}, &durationpb.Duration{Seconds: math.MaxInt64}, &durationpb.Duration{Nanos: -1}}
		var values []protoreflect.Value
		for _, m := range odd {
			if m.ProtoReflect().Descriptor() == f.Message() {
				values = append(values, protoreflect.ValueOfMessage(m.ProtoReflect()))
			}
		}
		if len(values) == 0 && f.Message().FullName() == "google.protobuf.Timestamp" {
			values = append(values, protoreflect.ValueOfMessage(badTime().ProtoReflect()))
		}
		return values
	}
	return nil
}

func badTime() *timestamppb.Timestamp { return &timestamppb.Timestamp{Nanos: -1} }

// TestLongNamesOfManyBytes: who is called by as many characters as a token
// takes works like others.
func TestLongNamesOfManyBytes(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	name := strings.Repeat("😀", auth.MaxSubject)
	agent := r.As(t, apitest.Tea, auth.Agent, name).Handoff
	_, ticket := wait(t, r, strings.Repeat("字", auth.MaxSubject))
	if _, err := agent.ClaimTicket(t.Context(), &handoffv1.ClaimTicketRequest{TicketId: ticket.GetId(), TurnId: strings.Repeat("t", 64)}); err != nil {
		t.Errorf("ClaimTicket = %v", err)
	}
	if _, err := agent.ReplyTicket(t.Context(), &handoffv1.ReplyTicketRequest{TicketId: ticket.GetId(), TurnId: strings.Repeat("r", 64), Text: "您好"}); err != nil {
		t.Errorf("ReplyTicket = %v", err)
	}
}
