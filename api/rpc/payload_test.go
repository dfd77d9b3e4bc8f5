package rpc

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
)

func TestDecodeRefuses(t *testing.T) {
	tests := []struct {
		name    string
		payload Payload
		reason  string
		says    string
	}{
		{"invalid UTF-8", Payload{Data: []byte("\x1a\x02\xff\xfe")}, "REQUEST_MALFORMED", "invalid UTF-8"},
		{"cut off", Payload{Data: []byte("\x1a\x09abc")}, "REQUEST_MALFORMED", "wire-format"},
		{"group never ended", Payload{Data: []byte("\x3b")}, "REQUEST_MALFORMED", ""},
		{"number of bytes", Payload{Data: make([]byte, 101)}, "REQUEST_TOO_LARGE", "101, more than 100"},
		{"unknown JSON field", Payload{JSON: true, Data: []byte(`{"sesionId":"s"}`)}, "REQUEST_MALFORMED", `unknown field "sesionId"`},
		{"JSON of another type", Payload{JSON: true, Data: []byte(`{"text":7}`)}, "REQUEST_MALFORMED", "invalid value for string field text"},
		{"JSON twice", Payload{JSON: true, Data: []byte(`{} {}`)}, "REQUEST_MALFORMED", ""},
		{"JSON list", Payload{JSON: true, Data: []byte(`[]`)}, "REQUEST_MALFORMED", ""},
		{"field given twice", Payload{JSON: true, Data: []byte(`{"text":"a","text":"b"}`)}, "REQUEST_MALFORMED", "duplicate field"},
		{"JSON with invalid UTF-8", Payload{JSON: true, Data: []byte("{\"text\":\"\xff\"}")}, "REQUEST_MALFORMED", "invalid UTF-8"},
		{"half a surrogate pair", Payload{JSON: true, Data: []byte(`{"text":"\ud800"}`)}, "REQUEST_MALFORMED", ""},
		{"bytes after decoding", Payload{JSON: true, Data: []byte(`{"text":"` + strings.Repeat("a", 100) + `"}`)}, "REQUEST_TOO_LARGE", "102, more than 100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.payload.decode(new(dialogv1.SendTurnRequest), 100)
			r, ok := errors.AsType[*refusal](err)
			if !ok || r.reason != tt.reason || !strings.Contains(r.message, tt.says) {
				t.Errorf("decode = %v, want %s that says %q", err, tt.reason, tt.says)
			}
		})
	}
}

func TestDecodeAccepts(t *testing.T) {
	want := &dialogv1.SendTurnRequest{SessionId: "s", Text: "第8天\x00"}
	data, err := proto.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Payload{
		{Data: data},
		{JSON: true, Data: []byte(`{"sessionId":"s","text":"第8天\u0000"}`)},
		{JSON: true, Data: []byte(`{"session_id":"s","text":"第8天\u0000"}`)}, // as in the proto
	} {
		var got dialogv1.SendTurnRequest
		if err := p.decode(&got, 100); err != nil || !proto.Equal(&got, want) {
			t.Errorf("decode(%q) = %v, %v, want %v", p.Data, &got, err, want)
		}
	}
	var empty dialogv1.SendTurnRequest
	if err := (Payload{JSON: true}).decode(&empty, 100); err != nil {
		t.Errorf("decode of an empty body = %v, want nil", err)
	}
}

// Whatever comes is decoded within its bounds or refused in valid UTF-8.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x1a\x02\xff\xfe"), false)
	f.Add([]byte(`{"text":"a"}`), true)
	f.Add([]byte("\x0a\x01s\x12\x01t\x1a\x01x"), false)
	f.Fuzz(func(t *testing.T, data []byte, json bool) {
		var req dialogv1.RateEntryRequest
		err := Payload{Data: data, JSON: json}.decode(&req, 1000)
		if err == nil {
			if size := proto.Size(&req); size > 1000 {
				t.Errorf("decoded %d bytes, want at most 1000", size)
			}
			return
		}
		r, ok := errors.AsType[*refusal](err)
		if !ok {
			t.Fatalf("decode = %v, want a refusal", err)
		}
		if message := r.status().Message(); strings.ToValidUTF8(message, "") != message || len(message) > 500 {
			t.Errorf("decode says %q", message)
		}
	})
}
