package web

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

// frame is a message on its way through connect: a request as it came, since
// package rpc decodes it, or a reply that is yet to be encoded.
type frame struct {
	request rpc.Payload
	reply   proto.Message
}

// codec puts frames on the wire.
type codec struct {
	name string
	json bool
}

// Name implements connect.Codec.
func (c codec) Name() string { return c.name }

// Marshal implements connect.Codec. Besides frames there are the statuses of
// gRPC, which are always binary.
func (c codec) Marshal(v any) ([]byte, error) {
	switch v := v.(type) {
	case *frame:
		if c.json {
			return protojson.Marshal(v.reply)
		}
		return proto.Marshal(v.reply)
	case proto.Message:
		return proto.Marshal(v)
	}
	return nil, fmt.Errorf("web: cannot send a %T", v)
}

// Unmarshal implements connect.Codec.
func (c codec) Unmarshal(data []byte, v any) error {
	f, ok := v.(*frame)
	if !ok {
		return fmt.Errorf("web: cannot receive a %T", v)
	}
	f.request = rpc.Payload{Data: slices.Clone(data), JSON: c.json} // data is used again
	return nil
}

// envelope is the size of the prefix of a message: flags and length.
const envelope = 5

// wellFramed reports whether body is one whole message, uncompressed, in those
// protocols that put messages into envelopes.
func wellFramed(contentType string, body []byte) bool {
	protocol, _, _ := strings.Cut(strings.ToLower(contentType), "+")
	switch protocol {
	case "application/grpc", "application/grpc-web", "application/connect":
		return len(body) >= envelope && body[0] == 0 &&
			uint64(binary.BigEndian.Uint32(body[1:])) == uint64(len(body)-envelope)
	}
	return true
}

// isCompressed reports whether the request says so in any of the protocols.
func isCompressed(h http.Header) bool {
	for _, name := range []string{"Content-Encoding", "Grpc-Encoding", "Connect-Content-Encoding"} {
		if v := h.Get(name); v != "" && v != "identity" {
			return true
		}
	}
	return false
}
