// Package metrics tells Prometheus how a server does: its calls and turns, its
// streams, and the queues and agents of its shops.
package metrics
