package web

import (
	"testing"

	"google.golang.org/protobuf/proto"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
)

// connect uses its buffers again as soon as Unmarshal returns.
func TestFrameKeepsItsBytes(t *testing.T) {
	data := []byte("{}")
	var f frame
	if err := (codec{name: "json", json: true}).Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	copy(data, "[]")
	if string(f.request.Data) != "{}" || !f.request.JSON {
		t.Errorf("the frame holds %q, JSON %t, want {}, true", f.request.Data, f.request.JSON)
	}
}

func TestCodecRefusesOtherTypes(t *testing.T) {
	c := codec{name: "proto"}
	if err := c.Unmarshal(nil, new(dialogv1.SendTurnRequest)); err == nil {
		t.Errorf("Unmarshal into a message = nil, want an error")
	}
	if _, err := c.Marshal("text"); err == nil {
		t.Errorf("Marshal of a string = nil, want an error")
	}
	want := &dialogv1.Rating{Entry: 7}
	data, err := c.Marshal(want)
	var got dialogv1.Rating
	if err != nil || proto.Unmarshal(data, &got) != nil || !proto.Equal(&got, want) {
		t.Errorf("Marshal of a message = %q, %v, want it in the binary format", data, err)
	}
}

func TestWellFramed(t *testing.T) {
	for _, tt := range []struct {
		contentType, body string
		want              bool
	}{
		{"application/grpc-web+proto", "\x00\x00\x00\x00\x02ab", true},
		{"application/grpc-web", "\x00\x00\x00\x00\x00", true},
		{"Application/GRPC", "\x00\x00\x00\x00\x00", true},
		{"application/connect+json", "\x00\x00\x00\x00\x02{}", true},
		{"application/json", "{", true}, // has no frames
		{"application/proto", "", true},
		{"application/grpc", "", false},
		{"application/grpc", "\x00\x00\x00\x00", false},
		{"application/grpc", "\x01\x00\x00\x00\x00", false},
		{"application/connect+proto", "\x00\x00\x00\x00\x02abc", false},
		{"application/grpc-web+proto", "\x00\xff\xff\xff\xff", false},
	} {
		if got := wellFramed(tt.contentType, []byte(tt.body)); got != tt.want {
			t.Errorf("wellFramed(%q, %q) = %t, want %t", tt.contentType, tt.body, got, tt.want)
		}
	}
}
