package rpc

import (
	"fmt"
	"strings"

	"google.golang.org/grpc/encoding"
	grpcproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Payload is a request as it came.
type Payload struct {
	Data []byte
	JSON bool // else the binary format
}

// decode reads the payload into req. What cannot be read, or has more than most
// bytes, is refused with an error that names the reason.
func (p Payload) decode(req any, most int) error {
	msg, ok := req.(proto.Message)
	if !ok {
		return fmt.Errorf("rpc: a request is a %T", req)
	}
	if !p.JSON && len(p.Data) > most {
		return tooLarge.because("%d, more than %d", len(p.Data), most)
	}
	var err error
	switch {
	case !p.JSON:
		err = proto.Unmarshal(p.Data, msg)
	case len(p.Data) > 0:
		err = protojson.Unmarshal(p.Data, msg)
	}
	if err != nil {
		return malformed.because("%s", shorten(strings.TrimPrefix(plainSpaces(err.Error()), "proto: ")))
	}
	if size := proto.Size(msg); p.JSON && size > most {
		return tooLarge.because("%d, more than %d", size, most)
	}
	return nil
}

// plainSpaces undoes what package protobuf does to its errors: at random it
// writes no-break spaces, so that nobody relies on the text.
func plainSpaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// codec is the binary format, except that a Payload is taken as it came: the
// size of a request is checked and it is decoded in one place for all
// transports, and what gRPC itself cannot decode would be told as INTERNAL.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(grpcproto.Name)} }

func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	if p, ok := v.(*Payload); ok {
		p.Data = data.Materialize()
		return nil
	}
	return c.CodecV2.Unmarshal(data, v)
}
