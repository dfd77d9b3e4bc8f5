package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

// Config says who may use the handler.
type Config struct {
	// Origins are the pages that may call from another origin, such as
	// "https://shop.example"; "*" is every page. None: only pages that come
	// from here.
	Origins []string
	// Ready, if set, reports why the server cannot do its work. A draining
	// server is never ready.
	Ready func(context.Context) error
	// Log takes what goes wrong below the API; required.
	Log *slog.Logger
}

// NewHandler returns the API over HTTP, with /healthz, which answers as long
// as the process lives, and /readyz, which answers 503 when no more calls
// should come.
func NewHandler(api *rpc.Server, cfg Config) (http.Handler, error) {
	return newHandler(api, cfg, times{body: 30 * time.Second, write: api.SendTimeout()})
}

func newHandler(api *rpc.Server, cfg Config, ts times) (http.Handler, error) {
	mux := http.NewServeMux()
	for _, m := range api.Methods() {
		mux.Handle(m.Name(), newEndpoint(m, cfg.Log, ts))
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.Handle("GET /readyz", readiness(api, cfg))
	return originGate(mux, cfg.Origins)
}

func readiness(api *rpc.Server, cfg Config) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if api.Draining() {
			answer(w, http.StatusServiceUnavailable, "draining")
			return
		}
		if cfg.Ready != nil {
			if err := cfg.Ready(r.Context()); err != nil {
				cfg.Log.WarnContext(r.Context(), "not ready", "err", err)
				answer(w, http.StatusServiceUnavailable, "not ready")
				return
			}
		}
		answer(w, http.StatusOK, "ready")
	})
}

func answer(w http.ResponseWriter, code int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text + "\n")) // the client may have left
}
