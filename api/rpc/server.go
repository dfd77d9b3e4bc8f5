package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Server is the API, and its server for native gRPC.
type Server struct {
	cfg    Config
	tokens Verifier
	log    *slog.Logger
	now    func() time.Time

	observer Observer
	shed     shedLog

	methods     map[string]*Method
	callerRates *rates[auth.Identity]
	shopRates   *rates[shop.ID]
	quotas      [classes]*quota

	grpc     *grpc.Server
	health   *health.Server
	draining context.Context // ends when the server drains
	drain    context.CancelFunc
}

// New returns a server that is ready to serve, and starts nothing.
func New(cfg Config, deps Deps) (*Server, error) {
	cfg = cfg.withDefaults()
	s := &Server{
		cfg: cfg, tokens: deps.Tokens, log: deps.Log, now: deps.Now, observer: deps.Observer,
		methods:     make(map[string]*Method),
		callerRates: newRates[auth.Identity](cfg.CallerRate, cfg.MaxCallers),
		shopRates:   newRates[shop.ID](cfg.ShopRate, cfg.MaxCallers),
		quotas:      [classes]*quota{light: newQuota(cfg.Calls), heavy: newQuota(cfg.Heavy), stream: newQuota(cfg.Streams)},
		health:      health.NewServer(),
	}
	s.quotas[light].throttle = newThrottle(cfg.Calls.Shop, deps.Now)
	if s.observer == nil {
		s.observer = nobody{}
	}
	s.draining, s.drain = context.WithCancel(context.Background())
	s.grpc = grpc.NewServer(s.options()...)

	r := &registrar{server: s, rules: rules()}
	dialogv1.RegisterDialogServiceServer(r, &dialogService{dialog: deps.Dialog})
	knowledgev1.RegisterKnowledgeServiceServer(r, &knowledgeService{catalog: deps.Catalog, now: deps.Now})
	handoffv1.RegisterHandoffServiceServer(r, &handoffService{desk: deps.Desk})
	handoffv1.RegisterSupervisorServiceServer(r, &supervisorService{desk: deps.Desk, now: deps.Now})
	if err := r.check(); err != nil {
		return nil, err
	}
	for name := range s.grpc.GetServiceInfo() {
		s.health.SetServingStatus(name, healthv1.HealthCheckResponse_SERVING)
	}
	healthv1.RegisterHealthServer(s.grpc, s.health)
	reflection.Register(s.grpc)
	return s, nil
}

// SendTimeout is how long a transport lets a message of a stream wait for its
// client.
func (s *Server) SendTimeout() time.Duration { return s.cfg.SendTimeout }

// Methods returns the methods of the API, for other transports, by name.
func (s *Server) Methods() []*Method {
	var methods []*Method
	for _, name := range slices.Sorted(maps.Keys(s.methods)) {
		methods = append(methods, s.methods[name])
	}
	return methods
}

// Services returns all that the native server serves, by name: the API, and
// health and reflection beside it.
func (s *Server) Services() map[string]grpc.ServiceInfo { return s.grpc.GetServiceInfo() }

// Serve answers native gRPC on ln until Drain has ended it, and closes ln.
func (s *Server) Serve(ln net.Listener) error {
	if err := s.grpc.Serve(ln); err != nil {
		return fmt.Errorf("rpc: serving: %w", err)
	}
	return nil
}

// BeginDrain tells health checks that the server is going away and ends all
// streams with UNAVAILABLE, on every transport. Other calls go on, and new ones
// are still served.
func (s *Server) BeginDrain() {
	s.health.Shutdown()
	s.drain()
}

// Draining reports whether BeginDrain was called.
func (s *Server) Draining() bool { return s.draining.Err() != nil }

// Drain is BeginDrain, and then stops the native server: it lets calls finish
// until ctx ends, and cuts off those that have not. When it returns, nothing of
// the native server runs any more; other transports must have been stopped
// before, or calls that they bring are still served.
func (s *Server) Drain(ctx context.Context) error {
	s.BeginDrain()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.grpc.GracefulStop()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		s.grpc.Stop()
		<-done
		return fmt.Errorf("rpc: draining: calls were cut off: %w", context.Cause(ctx))
	}
}
