package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Bounds of connections.
const (
	headerTimeout = 5 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 16 << 10
	pingAfter     = 30 * time.Second
	pingTimeout   = 20 * time.Second
	streamsAtOnce = 250
)

// NewServer returns an HTTP server for h that speaks HTTP/1.1 and, without TLS
// as well as with it, HTTP/2. It has no time limit for whole requests, since a
// stream may last for hours: the endpoints of NewHandler bound every read and
// write themselves.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:           h,
		Protocols:         protocols,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: streamsAtOnce,
			SendPingTimeout:      pingAfter,
			PingTimeout:          pingTimeout,
		},
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
