package rpc_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
)

// rawCodec sends and receives bytes as they are.
type rawCodec struct{}

func (rawCodec) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, v any) error { *v.(*[]byte) = bytes.Clone(data); return nil }
func (rawCodec) Name() string                       { return "proto" }

var _ encoding.Codec = rawCodec{}

// sendRaw calls SendTurn with bytes for a message.
func sendRaw(t *testing.T, r *apitest.Rig, message []byte) error {
	t.Helper()
	var reply []byte
	ctx := withToken(t.Context(), r.Token(t, apitest.Tea, auth.Visitor, "ann"))
	return r.Conn().Invoke(ctx, dialogv1.DialogService_SendTurn_FullMethodName, &message, &reply, grpc.ForceCodec(rawCodec{}))
}

func field(number int, value string) []byte {
	message, err := proto.Marshal(&dialogv1.SendTurnRequest{SessionId: value})
	if err != nil {
		panic(err)
	}
	message[0] = byte(number<<3 | 2)
	return message
}

func TestMalformedMessages(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	v := start(t, r, "ann")
	before := v.session()
	named := append(field(1, v.id), field(2, "raw")...)
	with := func(b ...byte) []byte { return append(bytes.Clone(named), b...) }
	for name, message := range map[string][]byte{
		"invalid UTF-8":            with('\x1a', 2, 0xff, 0xfe),
		"half a character":         with('\x1a', 2, 0xe9, 0x80),
		"a surrogate":              with('\x1a', 3, 0xed, 0xa0, 0x80),
		"a character in six bytes": with('\x1a', 6, 0xfc, 0x80, 0x80, 0x80, 0x80, 0x80),
		"longer than it is":        with('\x1a', 200, 'x'),
		"endless number":           with(bytes.Repeat([]byte{0xff}, 20)...),
		"a number for a text":      with('\x18', 7, '\x1c'),
		"groups in groups":         with(bytes.Repeat([]byte{0x3b}, 10_000)...),
		"JSON":                     []byte(`{"sessionId":"s"}`),
	} {
		err := sendRaw(t, r, message)
		wantError(t, name, err, codes.InvalidArgument, "REQUEST_MALFORMED")
	}
	if after := v.session(); !proto.Equal(before, after) {
		t.Errorf("malformed messages changed %v to %v", before, after)
	}
	if err := sendRaw(t, r, with('\x1a', 3, 0xe8, 0x8c, 0xb6)); err != nil {
		t.Errorf("a well-formed message = %v, want nil", err)
	}
}

// Bytes at random are never the server's fault.
func TestRandomMessages(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	good, err := proto.Marshal(&dialogv1.SendTurnRequest{SessionId: start(t, r, "ann").id, TurnId: "t", Text: "运费多少钱", Pick: "none"})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		message := bytes.Clone(good)
		for range 1 + rng.IntN(4) {
			message[rng.IntN(len(message))] = byte(rng.Uint32())
		}
		if code, reason := errorOf(sendRaw(t, r, message)); code != codes.OK && (code == codes.Internal || reason == "") {
			t.Fatalf("SendTurn of %x = %v (%s)", message, code, reason)
		}
	}
}

func TestOversizedRequests(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	v := start(t, r, "ann")
	before := v.session()
	for _, tt := range []struct {
		name   string
		req    *dialogv1.SendTurnRequest
		reason string
	}{
		{"a utterance of 1 MB", &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: "t", Text: strings.Repeat("茶", 350_000)}, "REQUEST_TOO_LARGE"},
		{"a utterance of 8 MB", &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: "t", Text: strings.Repeat("a", 8<<20)}, "REQUEST_TOO_LARGE"},
		{"one character too many", &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: "t", Text: strings.Repeat("茶", 2001)}, "INVALID_FIELD"},
		{"a long turn_id", &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: strings.Repeat("t", 65), Text: "茶"}, "INVALID_FIELD"},
		{"a long pick", &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: "t", Pick: strings.Repeat("p", 10_000)}, "INVALID_FIELD"},
	} {
		_, err := v.Dialog.SendTurn(t.Context(), tt.req)
		wantError(t, tt.name, err, codes.InvalidArgument, tt.reason)
	}
	_, err := v.Dialog.SendTurn(t.Context(), &dialogv1.SendTurnRequest{SessionId: strings.Repeat("s", 10_000), TurnId: "t", Text: "茶"})
	wantError(t, "a long session_id", err, codes.NotFound, "SESSION_NOT_FOUND")
	if after := v.session(); !proto.Equal(before, after) {
		t.Errorf("requests that were refused changed %v to %v", before, after)
	}
	for _, text := range []string{strings.Repeat("茶", 2000), strings.Repeat("😀", 2000)} {
		v.say(text) // the longest that is allowed
	}
}

func TestOldPicks(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	v := start(t, r, "ann")
	v.say("运费多少钱") // the welcome offered node:returns, the answer offers nothing
	before := v.session()
	for _, pick := range []string{"node:returns", "node:brewing", "none", "1"} {
		_, err := v.Dialog.SendTurn(t.Context(), &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: "p", Pick: pick})
		wantError(t, "SendTurn of pick "+pick, err, codes.InvalidArgument, "INVALID_FIELD")
		if got := violations(err); len(got) != 1 || got[0] != "pick" {
			t.Errorf("violations = %v, want pick", got)
		}
	}
	if after := v.session(); !proto.Equal(before, after) {
		t.Errorf("old picks changed %v to %v", before, after)
	}
}
