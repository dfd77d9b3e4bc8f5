package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

// endpoint is one method over HTTP. A request has one message in all methods,
// so it is read whole, within bounds of size and time, before anything else
// sees it; but not before the caller is known and allowed.
type endpoint struct {
	method  *rpc.Method
	framing http.Handler
	refusal *connect.ErrorWriter
	log     *slog.Logger
	times   times
}

// times are how long a client may take.
type times struct {
	body  time.Duration // to send its request
	write time.Duration // to accept a message
}

func newEndpoint(m *rpc.Method, log *slog.Logger, ts times) *endpoint {
	e := &endpoint{method: m, refusal: connect.NewErrorWriter(), log: log, times: ts}
	options := connect.WithHandlerOptions(
		connect.WithCodec(codec{name: "proto"}),
		connect.WithCodec(codec{name: "json", json: true}),
		connect.WithCodec(codec{name: "json; charset=utf-8", json: true}),
		connect.WithCompression("gzip", nil, nil),
	)
	if m.Streams() {
		e.framing = connect.NewServerStreamHandler(m.Name(), e.stream, options)
	} else {
		e.framing = connect.NewUnaryHandler(m.Name(), e.call, options)
	}
	return e
}

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	patient := newPatientWriter(w, e.times.write)
	w = patient
	if r.Method == http.MethodPost {
		ctx, body, err := e.receive(w, r)
		if err != nil {
			e.refuse(w, r, err)
			return
		}
		r = r.WithContext(patient.inContext(ctx))
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	e.framing.ServeHTTP(w, r) // which refuses other HTTP methods and content types
}

// receive returns the request's body as its sender meant it, and a context that
// names the sender. Its error is a status.
func (e *endpoint) receive(w http.ResponseWriter, r *http.Request) (context.Context, []byte, error) {
	ctx, err := e.method.Admit(r.Context(), bearer(r.Header))
	if err != nil {
		return nil, nil, err
	}
	body, err := e.body(w, r)
	if err != nil {
		return nil, nil, e.method.Refuse(ctx, err)
	}
	return ctx, body, nil
}

func (e *endpoint) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if isCompressed(r.Header) {
		return nil, rpc.ErrCompressed
	}
	// JSON takes more room than the binary format, by half for bytes in base64
	// and more for escapes. What counts is checked once it is decoded.
	limit := int64(e.method.MaxRequest())*3/2 + 64<<10
	deadline := http.NewResponseController(w)
	if err := deadline.SetReadDeadline(time.Now().Add(e.times.body)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return nil, e.unread(r, err)
	}
	if err := deadline.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	if !wellFramed(r.Header.Get("Content-Type"), body) {
		return nil, rpc.ErrMalformed
	}
	return body, nil
}

// unread says why a body could not be read: always the client's doing.
func (e *endpoint) unread(r *http.Request, err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return rpc.ErrTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return rpc.ErrTooSlow
	}
	if err := r.Context().Err(); err != nil {
		return err
	}
	e.log.DebugContext(r.Context(), "a request broke off", "method", e.method.Name(), "err", err)
	return rpc.ErrMalformed
}

func (e *endpoint) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if err := e.refusal.Write(w, r, connectError(err)); err != nil {
		e.log.DebugContext(r.Context(), "a refusal was not sent", "method", e.method.Name(), "err", err)
	}
}

func (e *endpoint) call(ctx context.Context, req *connect.Request[frame]) (*connect.Response[frame], error) {
	reply, err := e.method.Call(ctx, func() (rpc.Payload, error) { return req.Msg.request, nil })
	if err != nil {
		return nil, connectError(err)
	}
	return connect.NewResponse(&frame{reply: reply}), nil
}

func (e *endpoint) stream(ctx context.Context, req *connect.Request[frame], stream *connect.ServerStream[frame]) error {
	err := e.method.Stream(ctx,
		func() (rpc.Payload, error) { return req.Msg.request, nil },
		func(_ context.Context, reply proto.Message) error {
			err := stream.Send(&frame{reply: reply})
			if gaveUp(ctx) {
				return rpc.ErrSlowReader
			}
			if connect.CodeOf(err) == connect.CodeInternal {
				return status.Error(codes.Internal, err.Error())
			}
			return err
		})
	if err != nil {
		return connectError(err)
	}
	return nil
}

func bearer(h http.Header) string {
	if values := h.Values("Authorization"); len(values) == 1 {
		return auth.BearerToken(values[0])
	}
	return ""
}

// connectError returns a status of package rpc in the words of connect: the
// codes are the same, and so are the details.
func connectError(err error) *connect.Error {
	st := status.Convert(err)
	told := connect.NewError(connect.Code(st.Code()), errors.New(st.Message()))
	for _, d := range st.Proto().GetDetails() {
		if detail, err := connect.NewErrorDetail(d); err == nil { // always, for what is an Any already
			told.AddDetail(detail)
		}
	}
	return told
}
