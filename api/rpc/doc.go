// Package rpc serves the API: it turns messages into calls of the domain and
// what comes back into messages, and is the only place where an error of the
// domain becomes a status that a client sees.
//
// # The way of a call
//
// Every call passes the same gates, whatever transport brought it:
//
//	Admit    who is it, may this role call this, has it called too often
//	receive  only now is the request read and decoded
//	Call     room for it in its shop and on this node, a deadline, the method
//	end      a status with details, a line in the log without words of customers
//
// The server for native gRPC is in this package. Other transports take
// [Server.Methods] and bring their own framing, as package web does; none of
// them can leave out a gate.
//
// # Errors
//
// Every error of a method carries a google.rpc.ErrorInfo with domain
// "honeyguide" and a stable reason. What the table in errors.go does not know
// is INTERNAL: logged, and told to the client in two words.
package rpc
