package rpc_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

// What belongs to another shop does not exist: for every call that names a
// ticket or a session, also those that are written tomorrow.
func TestForeignIDs(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	v, ticket := wait(t, r, "ann")
	agents, visitors := 0, 0
	for _, m := range r.API.Methods() {
		req, res := messagesOf(t, m)
		fields := req.ProtoReflect().Descriptor().Fields()
		role, field, id, reason := auth.Admin, "ticket_id", ticket.GetId(), "TICKET_NOT_FOUND"
		if strings.Contains(m.Name(), "DialogService") {
			role, field, id, reason = auth.Visitor, "session_id", v.id, "SESSION_NOT_FOUND"
		}
		if fields.ByName(protoreflect.Name(field)) == nil {
			continue
		}
		for _, tt := range []struct{ name, id string }{
			{"of another shop", id},
			{"unknown", "QQQQQQQQ"},
			{"impossible", id + "\x00x"},
		} {
			t.Run(m.Name()+" "+tt.name, func(t *testing.T) {
				fill(req.ProtoReflect())
				req.ProtoReflect().Set(fields.ByName(protoreflect.Name(field)), protoreflect.ValueOfString(tt.id))
				ctx := withToken(t.Context(), r.Token(t, apitest.Silk, role, "ann"))
				var err error
				if m.Streams() {
					err = openStream(ctx, r.Conn(), m.Name(), req).RecvMsg(res)
				} else {
					err = r.Conn().Invoke(ctx, m.Name(), req, res)
				}
				wantError(t, "call", err, codes.NotFound, reason)
			})
		}
		if role == auth.Admin {
			agents++
		} else {
			visitors++
		}
	}
	if agents < 13 || visitors < 10 {
		t.Errorf("%d calls about tickets and %d about sessions were tried, want all of them", agents, visitors)
	}
	want := ticket
	if got := ticketOf(t, r, ticket.GetId()); !proto.Equal(got, want) {
		t.Errorf("the ticket changed from %v to %v", want, got)
	}
}

// fill gives every field of a request a value that is not refused for itself.
func fill(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		switch f := fields.Get(i); {
		case f.IsList() || f.IsMap() || f.Name() == "pick": // which goes without text
		case f.Kind() == protoreflect.StringKind:
			m.Set(f, protoreflect.ValueOfString("en")) // also a language
		case f.Kind() == protoreflect.Int32Kind:
			m.Set(f, protoreflect.ValueOfInt32(1))
		case f.Kind() == protoreflect.Uint64Kind:
			m.Set(f, protoreflect.ValueOfUint64(1))
		case f.Message() != nil:
			fill(m.Mutable(f).Message())
		}
	}
}
