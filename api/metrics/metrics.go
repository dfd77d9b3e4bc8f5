package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc/codes"

	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

var _ rpc.Observer = (*Metrics)(nil)

// Config says what is told. Staff and Now are required.
type Config struct {
	// ByShop gives what concerns a shop the label "shop". Without it there are
	// as many series with one shop as with thousands.
	ByShop bool
	Staff  Staff
	// Store says why the store cannot be reached; nil is one that always can.
	Store func(context.Context) error
	Log   *slog.Logger // nil discards
	Now   func() time.Time
}

// Metrics counts what it observes, and looks at the staff when it is scraped.
// It is safe for concurrent use.
type Metrics struct {
	byShop   bool
	registry *prometheus.Registry

	turns        *prometheus.CounterVec
	turnDuration *prometheus.HistogramVec
	confidence   *prometheus.HistogramVec
	started      *prometheus.CounterVec
	handled      *prometheus.CounterVec
	handling     *prometheus.HistogramVec
	streams      *prometheus.GaugeVec
}

// Upper ends of the ranges that durations are counted in, in seconds.
var durations = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// New returns metrics that nobody serves yet: see Handler.
func New(cfg Config) *Metrics {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	m := &Metrics{byShop: cfg.ByShop, registry: prometheus.NewRegistry()}
	shop := func(labels ...string) []string {
		if cfg.ByShop {
			labels = append(labels, "shop")
		}
		return labels
	}
	counter := func(name, help string, labels []string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels []string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	}
	m.turns = counter("honeyguide_turns_total", "Turns that were answered, by what the bot did; none is a human's turn to speak.", shop("decision"))
	m.turnDuration = histogram("honeyguide_turn_duration_seconds", "Time of turns that were answered.", durations, shop())
	m.confidence = histogram("honeyguide_confidence", "Probability of the node of turns in which something was matched.", []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9}, shop())
	grpc := []string{"grpc_service", "grpc_method"}
	m.started = counter("grpc_server_started_total", "Calls begun, on every transport.", grpc)
	m.handled = counter("grpc_server_handled_total", "Calls ended, on every transport, by status code.", append(grpc[:2:2], "grpc_code"))
	m.handling = histogram("grpc_server_handling_seconds", "Time of calls that are no streams.", durations, grpc)
	m.streams = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "honeyguide_streams_open", Help: "Streams open now."}, grpc)
	m.registry.MustRegister(
		m.turns, m.turnDuration, m.confidence, m.started, m.handled, m.handling, m.streams,
		newDesks(cfg), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Handler answers the scrapes of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, EnableOpenMetrics: true})
}

// CallBegan implements [rpc.Observer].
func (m *Metrics) CallBegan(c rpc.CallInfo) {
	service, method := split(c.Method)
	m.started.WithLabelValues(service, method).Inc()
	if c.Streams {
		m.streams.WithLabelValues(service, method).Inc()
	}
}

// CallEnded implements [rpc.Observer].
func (m *Metrics) CallEnded(c rpc.CallInfo, code codes.Code, took time.Duration) {
	service, method := split(c.Method)
	m.handled.WithLabelValues(service, method, code.String()).Inc()
	if c.Streams {
		m.streams.WithLabelValues(service, method).Dec()
		return
	}
	m.handling.WithLabelValues(service, method).Observe(took.Seconds())
}

// TurnEnded implements [rpc.Observer].
func (m *Metrics) TurnEnded(t rpc.TurnInfo) {
	var shop []string
	if m.byShop {
		shop = []string{string(t.Shop)}
	}
	m.turns.WithLabelValues(append([]string{t.Decision}, shop...)...).Inc()
	m.turnDuration.WithLabelValues(shop...).Observe(t.Took.Seconds())
	if t.Probability > 0 {
		m.confidence.WithLabelValues(shop...).Observe(t.Probability)
	}
}

// split takes "/package.Service/Method" apart.
func split(name string) (service, method string) {
	service, method, _ = strings.Cut(strings.TrimPrefix(name, "/"), "/")
	return service, method
}
