package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/metrics"
)

func (s *Server) newMetrics() *metrics.Metrics {
	return metrics.New(metrics.Config{
		ByShop: s.cfg.MetricsByShop, Staff: s.Desk, Store: s.stores.ping, Log: s.log, Now: time.Now,
	})
}

// listener serves metrics, apart from all that customers and staff can reach.
type listener struct {
	ln     net.Listener
	server *http.Server
}

// Bounds of those who scrape.
const (
	metricsHeaderTime = 5 * time.Second
	metricsTime       = 30 * time.Second
	metricsIdle       = 2 * time.Minute
)

func listenMetrics(ctx context.Context, addr string, handler http.Handler, log *slog.Logger) (*listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", handler)
	return &listener{ln: ln, server: &http.Server{
		Handler: mux, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ReadHeaderTimeout: metricsHeaderTime, ReadTimeout: metricsHeaderTime, WriteTimeout: metricsTime, IdleTimeout: metricsIdle,
		MaxHeaderBytes: 16 << 10,
	}}, nil
}

func (l *listener) serve() error {
	if err := l.server.Serve(l.ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("app: metrics: %w", err)
	}
	return nil
}

func (l *listener) close() error {
	if err := l.server.Close(); err != nil {
		return fmt.Errorf("app: metrics: %w", err)
	}
	return nil
}

// MetricsAddr returns where Prometheus finds /metrics, or "".
func (s *Server) MetricsAddr() string {
	if s.metrics == nil {
		return ""
	}
	return s.metrics.ln.Addr().String()
}
