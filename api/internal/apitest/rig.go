// Package apitest serves the whole API inside a test: real conversations and
// real knowledge on a database of its own.
package apitest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/test/bufconn"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/dialog"
	dialogbolt "github.com/honeyguide-chat/honeyguide/dialog/boltstore"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	knowledgebolt "github.com/honeyguide-chat/honeyguide/knowledge/boltstore"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// The shops of a rig. Tea has published Tree, Silk has published nothing.
const (
	Tea  shop.ID = "tea-house"
	Silk shop.ID = "silk-road"
)

// Tree is the knowledge of Tea, as YAML.
//
//go:embed tree.yaml
var Tree []byte

// Rig is an API with what it stands on. It ends with its test.
type Rig struct {
	API     *rpc.Server
	Tokens  *auth.Signer
	Catalog *live.Catalog
	Log     *Log
	dial    func(context.Context, string) (net.Conn, error)
	conn    *grpc.ClientConn
}

// Options change what a rig is made of.
type Options struct {
	Config rpc.Config
	Deps   func(*rpc.Deps) // called with the real ones
	Times  dialog.Config   // heartbeats and polls are short unless given
	Route  bool            // bring customers to agents
}

// New returns a rig whose API is served in memory.
func New(t testing.TB, o Options) *Rig {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "test.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	sessions, err := dialogbolt.New(db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	stores, err := sessions.Stores()
	releases, err2 := knowledgebolt.New(db)
	tokens, err3 := auth.NewSigner(bytes.Repeat([]byte("k"), auth.MinKey), time.Now)
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	r := &Rig{Tokens: tokens, Log: new(Log)}
	r.Catalog = live.New(releases, time.Now, live.Options{})
	t.Cleanup(r.Catalog.Close)
	if _, err := r.Catalog.Publish(t.Context(), Tea, live.Draft{Source: Tree, Author: "rig"}); err != nil {
		t.Fatal(err)
	}
	o.Times.Heartbeat = cmp.Or(o.Times.Heartbeat, 50*time.Millisecond)
	o.Times.Poll = cmp.Or(o.Times.Poll, 20*time.Millisecond)
	conversations := dialog.NewService(stores, pinner{r.Catalog}, time.Now, rand.Text, o.Times)
	deps := rpc.Deps{
		Tokens: tokens, Dialog: conversations, Desk: dialog.NewDesk(conversations), Catalog: r.Catalog,
		Log: slog.New(slog.NewTextHandler(r.Log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: time.Now,
	}
	if o.Deps != nil {
		o.Deps(&deps)
	}
	if r.API, err = rpc.New(o.Config, deps); err != nil {
		t.Fatal(err)
	}
	if o.Route {
		route(t, dialog.NewRouter(conversations, "rig", deps.Log))
	}
	r.dial = serve(t, r.API)
	r.conn = r.Dial(t)
	return r
}

// route runs a router until the test ends.
func route(t testing.TB, router *dialog.Router) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	routed := make(chan error, 1)
	go func() { routed <- router.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-routed; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Router.Run = %v", err)
		}
	})
}

// serve serves the API in memory until the test ends, and returns how to
// connect.
func serve(t testing.TB, api *rpc.Server) func(context.Context, string) (net.Conn, error) {
	t.Helper()
	ln := bufconn.Listen(1 << 20)
	served := make(chan error, 1)
	go func() { served <- api.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := api.Drain(ctx); err != nil {
			t.Errorf("Drain = %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
	return func(ctx context.Context, _ string) (net.Conn, error) { return ln.DialContext(ctx) }
}

// Dial returns another connection without a token, which ends with the test.
func (r *Rig) Dial(t testing.TB) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///memory",
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithContextDialer(r.dial))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// Conn is a connection without a token.
func (r *Rig) Conn() *grpc.ClientConn { return r.conn }

// Token returns a token for an hour.
func (r *Rig) Token(t testing.TB, id shop.ID, role auth.Role, subject string) string {
	t.Helper()
	token, err := r.Tokens.Mint(auth.Identity{Shop: id, Role: role, Subject: subject}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Client is a caller of all services.
type Client struct {
	Dialog     dialogv1.DialogServiceClient
	Knowledge  knowledgev1.KnowledgeServiceClient
	Handoff    handoffv1.HandoffServiceClient
	Supervisor handoffv1.SupervisorServiceClient
}

// As returns a client with a token.
func (r *Rig) As(t testing.TB, id shop.ID, role auth.Role, subject string) Client {
	t.Helper()
	return r.With("Bearer " + r.Token(t, id, role, subject))
}

// With returns a client with the given metadata "authorization"; "" sends none.
func (r *Rig) With(authorization string) Client {
	c := &authorized{conn: r.conn, authorization: authorization}
	return Client{
		Dialog:     dialogv1.NewDialogServiceClient(c),
		Knowledge:  knowledgev1.NewKnowledgeServiceClient(c),
		Handoff:    handoffv1.NewHandoffServiceClient(c),
		Supervisor: handoffv1.NewSupervisorServiceClient(c),
	}
}

// authorized adds the token to every call.
type authorized struct {
	conn          grpc.ClientConnInterface
	authorization string
}

func (a *authorized) outgoing(ctx context.Context) context.Context {
	if a.authorization == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", a.authorization)
}

func (a *authorized) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	return a.conn.Invoke(a.outgoing(ctx), method, args, reply, opts...)
}

func (a *authorized) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return a.conn.NewStream(a.outgoing(ctx), desc, method, opts...)
}

// pinner lets conversations use the catalog.
type pinner struct{ catalog *live.Catalog }

func (p pinner) Acquire(ctx context.Context, id shop.ID) (dialog.Release, error) {
	s, err := p.catalog.Acquire(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Log keeps what was logged. It is safe for concurrent use.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String returns everything that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
