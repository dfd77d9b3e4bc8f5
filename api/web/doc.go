// Package web is the HTTP side of the API: gRPC-web in its binary form and the
// Connect protocol with JSON or binary messages, both also over HTTP/1.1, and
// native gRPC over HTTP/2. Every method is at its full name:
//
//	curl -H 'authorization: Bearer TOKEN' -H 'content-type: application/json' \
//	     -d '{"sessionId": "…", "turnId": "1", "text": "怎么退货"}' \
//	     http://127.0.0.1:7080/honeyguide.dialog.v1.DialogService/SendTurn
//
// connectrpc.com/connect does the framing; what a call may do, and what its
// errors say, is decided by package rpc as for native gRPC.
//
// Requests must not be compressed: they are small, and none can become large.
package web
