package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/api/web"
)

// KeyFile is the file of the key of all tokens, in the data folder.
const KeyFile = "token.key"

// Server is an App with its listeners: bound, but not served before Serve.
type Server struct {
	*App
	Tokens *auth.Signer

	cfg  Config
	log  *slog.Logger
	api  *rpc.Server
	grpc net.Listener
	http net.Listener // nil where the HTTP side is off
	web  *http.Server

	metrics *listener // nil where there are none
}

// Listen opens the stores, reads or makes the key, and binds the listeners.
// The caller must Serve, which closes everything, or Close.
func Listen(ctx context.Context, cfg Config, log *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	a, err := Open(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	s := &Server{App: a, cfg: cfg, log: log}
	if err := s.bind(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) bind(ctx context.Context) error {
	key, err := auth.LoadOrCreateKey(cmp.Or(s.cfg.Key, filepath.Join(s.cfg.Data, KeyFile)))
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	if s.Tokens, err = auth.NewSigner(key, time.Now); err != nil {
		return fmt.Errorf("app: %w", err)
	}
	deps := rpc.Deps{Dialog: s.Dialog, Desk: s.Desk, Catalog: s.Catalog, Tokens: s.Tokens, Log: s.log, Now: time.Now}
	if s.cfg.Metrics != "" {
		m := s.newMetrics()
		deps.Observer = m
		if s.metrics, err = listenMetrics(ctx, s.cfg.Metrics, m.Handler(), s.log); err != nil {
			return fmt.Errorf("--metrics: %w", err)
		}
	}
	if s.api, err = rpc.New(s.cfg.Limits, deps); err != nil {
		return fmt.Errorf("app: %w", err)
	}
	var lc net.ListenConfig
	if s.grpc, err = lc.Listen(ctx, "tcp", s.cfg.Grpc); err != nil {
		return fmt.Errorf("--grpc: %w", err)
	}
	if s.cfg.HTTP == "" {
		return nil
	}
	if s.http, err = lc.Listen(ctx, "tcp", s.cfg.HTTP); err != nil {
		return fmt.Errorf("--http: %w", err)
	}
	handler, err := web.NewHandler(s.api, web.Config{Origins: s.cfg.Origins, Ready: s.stores.ping, Log: s.log})
	if err != nil {
		return fmt.Errorf("--origins: %w", err)
	}
	s.web = web.NewServer(handler, s.log)
	return nil
}

// GrpcAddr returns where native gRPC is served.
func (s *Server) GrpcAddr() string { return s.grpc.Addr().String() }

// HTTPAddr returns where gRPC-web, JSON and health are served, or "".
func (s *Server) HTTPAddr() string {
	if s.http == nil {
		return ""
	}
	return s.http.Addr().String()
}

// Serve answers until ctx ends, then drains: streams are told to come back,
// running calls may finish, and then everything is closed in the reverse order
// of its opening.
func (s *Server) Serve(ctx context.Context) error {
	workCtx, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.api.Serve(s.grpc) })
	if s.http != nil {
		g.Go(func() error {
			if err := s.web.Serve(s.http); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("app: http: %w", err)
			}
			return nil
		})
	}
	if s.metrics != nil {
		g.Go(s.metrics.serve)
	}
	worked := make(chan error, 1)
	go func() { worked <- s.Run(workCtx) }()
	g.Go(func() error {
		<-gctx.Done() // the signal, or a sibling's failure
		return s.drain(context.WithoutCancel(ctx))
	})
	err := g.Wait()
	stopWork()
	return errors.Join(err, <-worked, s.App.Close())
}

func (s *Server) drain(ctx context.Context) error {
	s.log.Info("draining", "for", s.cfg.Drain)
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Drain)
	defer cancel()
	s.api.BeginDrain()
	var err error
	if s.web != nil {
		if err = s.web.Shutdown(ctx); err != nil {
			err = errors.Join(fmt.Errorf("app: http drain: %w", err), s.web.Close())
		}
	}
	err = errors.Join(err, s.api.Drain(ctx))
	if s.metrics != nil { // to the last: how the draining goes is worth knowing
		err = errors.Join(err, s.metrics.close())
	}
	return err
}

// Close frees a server that was never served.
func (s *Server) Close() error {
	var errs []error
	for _, ln := range []net.Listener{s.grpc, s.http} {
		if ln != nil {
			errs = append(errs, ln.Close())
		}
	}
	if s.metrics != nil {
		errs = append(errs, s.metrics.ln.Close())
	}
	return errors.Join(append(errs, s.App.Close())...)
}
