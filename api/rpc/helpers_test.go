package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

// unlimited are bounds that a test does not meet.
func unlimited() rpc.Config {
	return rpc.Config{CallerRate: rpc.Rate{PerSecond: -1}, ShopRate: rpc.Rate{PerSecond: -1}}
}

// errorOf returns the code of an error and the reason in its ErrorInfo.
func errorOf(err error) (codes.Code, string) {
	st := status.Convert(err)
	for _, d := range st.Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok && info.GetDomain() == "honeyguide" {
			return st.Code(), info.GetReason()
		}
	}
	return st.Code(), ""
}

func wantError(t *testing.T, what string, err error, code codes.Code, reason string) {
	t.Helper()
	if gotCode, gotReason := errorOf(err); gotCode != code || gotReason != reason {
		t.Errorf("%s = %v (reason %q), want %v, %s", what, err, gotReason, code, reason)
	}
}

// violations returns the fields that an error calls wrong.
func violations(err error) []string {
	var fields []string
	for _, d := range status.Convert(err).Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				fields = append(fields, v.GetField())
			}
		}
	}
	return fields
}

// retryAfter reports whether an error says when to try again.
func retryAfter(err error) bool {
	for _, d := range status.Convert(err).Details() {
		if retry, ok := d.(*errdetails.RetryInfo); ok {
			return retry.GetRetryDelay().AsDuration() > 0
		}
	}
	return false
}

// call calls any method, stream or not, with an empty request, and returns the
// error it ends with. A stream is left after its first message.
func call(ctx context.Context, t *testing.T, conn grpc.ClientConnInterface, m *rpc.Method) error {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, res := messagesOf(t, m)
	if !m.Streams() {
		return conn.Invoke(ctx, m.Name(), req, res)
	}
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, m.Name())
	if err != nil {
		return err
	}
	if err := errors.Join(stream.SendMsg(req), stream.CloseSend()); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.RecvMsg(res); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func messagesOf(t *testing.T, m *rpc.Method) (req, res proto.Message) {
	t.Helper()
	name := protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(m.Name(), "/"), "/", "."))
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil {
		t.Fatal(err)
	}
	desc := d.(protoreflect.MethodDescriptor)
	message := func(d protoreflect.MessageDescriptor) proto.Message {
		mt, err := protoregistry.GlobalTypes.FindMessageByName(d.FullName())
		if err != nil {
			t.Fatal(err)
		}
		return mt.New().Interface()
	}
	return message(desc.Input()), message(desc.Output())
}

// visit is a session of a visitor, with short ways to use it.
type visit struct {
	apitest.Client
	t    *testing.T
	id   string
	turn int
}

func start(t *testing.T, r *apitest.Rig, visitor string) *visit {
	t.Helper()
	v := &visit{Client: r.As(t, apitest.Tea, auth.Visitor, visitor), t: t}
	res, err := v.Dialog.StartSession(t.Context(), &dialogv1.StartSessionRequest{})
	if err != nil {
		t.Fatal(err)
	}
	v.id = res.GetSession().GetId()
	return v
}

// nextTurn returns a turn id that was not used yet.
func (v *visit) nextTurn() string {
	v.turn++
	return fmt.Sprintf("turn-%d", v.turn)
}

func (v *visit) say(text string) *dialogv1.SendTurnResponse {
	v.t.Helper()
	res, err := v.Dialog.SendTurn(v.t.Context(), &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: v.nextTurn(), Text: text})
	if err != nil {
		v.t.Fatalf("SendTurn(%q) = %v", text, err)
	}
	return res
}

func (v *visit) session() *dialogv1.Session {
	v.t.Helper()
	res, err := v.Dialog.GetSession(v.t.Context(), &dialogv1.GetSessionRequest{SessionId: v.id})
	if err != nil {
		v.t.Fatal(err)
	}
	return res.GetSession()
}

// openStream calls a method that answers with a stream. What goes wrong comes
// with the first message.
func openStream(ctx context.Context, conn grpc.ClientConnInterface, method string, req proto.Message) grpc.ClientStream {
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, method)
	if err == nil {
		err = errors.Join(stream.SendMsg(req), stream.CloseSend())
	}
	if err != nil {
		return failedStream{err: err}
	}
	return stream
}

// failedStream is a stream that could not be opened.
type failedStream struct {
	grpc.ClientStream
	err error
}

func (f failedStream) RecvMsg(any) error { return f.err }

// ticketOf returns a ticket of the tea shop.
func ticketOf(t *testing.T, r *apitest.Rig, id string) *handoffv1.Ticket {
	t.Helper()
	res, err := r.As(t, apitest.Tea, auth.Agent, "finder").Handoff.GetTicket(t.Context(), &handoffv1.GetTicketRequest{TicketId: id})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetTicket()
}
