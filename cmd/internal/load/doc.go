// Package load measures a server under load: turns over gRPC beside a bare
// call, routing with many waiting customers and agents, open streams, and more
// calls than it can take. The load comes from the same machine.
package load
