package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// hooked is conversations of which a test replaces one read.
type hooked struct {
	rpc.Dialog
	get func(ctx context.Context, session string) (*dialog.Session, error)
}

func (h *hooked) Get(ctx context.Context, _ shop.ID, _, session string) (*dialog.Session, error) {
	return h.get(ctx, session)
}

// hook returns a rig whose GetSession calls get.
func hook(t *testing.T, cfg rpc.Config, get func(ctx context.Context, session string) (*dialog.Session, error)) *apitest.Rig {
	t.Helper()
	return apitest.New(t, apitest.Options{
		Config: cfg,
		Deps:   func(d *rpc.Deps) { d.Dialog = &hooked{Dialog: d.Dialog, get: get} },
	})
}

func getSession(ctx context.Context, c apitest.Client, id string) error {
	_, err := c.Dialog.GetSession(ctx, &dialogv1.GetSessionRequest{SessionId: id})
	return err
}

func TestImpossibleIDsDoNotReachTheStore(t *testing.T) {
	r := hook(t, unlimited(), func(_ context.Context, id string) (*dialog.Session, error) {
		return &dialog.Session{ID: id, State: dialog.StateBot}, nil
	})
	ann := r.As(t, apitest.Tea, auth.Visitor, "ann")
	for _, id := range []string{"a\x00b", "a b", "é", strings.Repeat("a", 129), "a\n"} {
		wantError(t, fmt.Sprintf("GetSession(%.20q)", id), getSession(t.Context(), ann, id), codes.NotFound, "SESSION_NOT_FOUND")
	}
	if err := getSession(t.Context(), ann, strings.Repeat("~", 128)); err != nil {
		t.Errorf("GetSession of a possible id = %v, want nil", err)
	}
}

func TestRateLimits(t *testing.T) {
	slow := rpc.Rate{PerSecond: 0.01, Burst: 3}
	tests := []struct {
		name   string
		cfg    rpc.Config
		others bool // whether other visitors of the shop are let in after
	}{
		{"of a caller", rpc.Config{CallerRate: slow}, true},
		{"of a shop", rpc.Config{ShopRate: slow}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := apitest.New(t, apitest.Options{Config: tt.cfg})
			start := func(id shop.ID, visitor string) error {
				_, err := r.As(t, id, auth.Visitor, visitor).Dialog.StartSession(t.Context(), &dialogv1.StartSessionRequest{})
				return err
			}
			for range 3 {
				if err := start(apitest.Tea, "ann"); err != nil {
					t.Fatal(err)
				}
			}
			err := start(apitest.Tea, "ann")
			wantError(t, "the call after the burst", err, codes.ResourceExhausted, "RATE_LIMITED")
			if !retryAfter(err) {
				t.Errorf("%v does not say when to try again", err)
			}
			if err := start(apitest.Tea, "bob"); (err == nil) != tt.others {
				t.Errorf("another visitor's call = %v, want it let in: %t", err, tt.others)
			}
			if err := start(apitest.Silk, "ann"); err != nil {
				t.Errorf("a call in another shop = %v, want nil", err)
			}
		})
	}
}

func TestCallsAtOnceAreBounded(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	r := hook(t, rpc.Config{Calls: rpc.Bounds{Shop: 2}}, func(_ context.Context, id string) (*dialog.Session, error) {
		if id == "slow" {
			arrived <- struct{}{}
			<-release
		}
		return &dialog.Session{ID: id, State: dialog.StateBot}, nil
	})
	var wg sync.WaitGroup
	for i := range 2 {
		c := r.As(t, apitest.Tea, auth.Visitor, fmt.Sprint(i))
		wg.Go(func() {
			if err := getSession(t.Context(), c, "slow"); err != nil {
				t.Errorf("a call within the bounds = %v", err)
			}
		})
		<-arrived
	}
	bob := r.As(t, apitest.Tea, auth.Visitor, "bob")
	err := getSession(t.Context(), bob, "fast")
	wantError(t, "one call too many", err, codes.ResourceExhausted, "OVERLOADED")
	if !retryAfter(err) {
		t.Errorf("%v does not say when to try again", err)
	}
	if err := getSession(t.Context(), r.As(t, apitest.Silk, auth.Visitor, "bob"), "fast"); err != nil {
		t.Errorf("a call in another shop = %v, want nil", err)
	}
	close(release)
	wg.Wait()
	if err := getSession(t.Context(), bob, "fast"); err != nil {
		t.Errorf("a call after the others = %v, want nil", err)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: rpc.Config{Streams: rpc.Bounds{Caller: 2}}})
	v := start(t, r, "ann")
	watch := func(ctx context.Context) error {
		stream, err := v.Dialog.WatchSession(ctx, &dialogv1.WatchSessionRequest{SessionId: v.id})
		if err != nil {
			return err
		}
		_, err = stream.Recv()
		return err
	}
	ctx, leave := context.WithCancel(t.Context())
	for range 2 {
		if err := watch(ctx); err != nil {
			t.Fatal(err)
		}
	}
	wantError(t, "one stream too many", watch(t.Context()), codes.ResourceExhausted, "OVERLOADED")
	v.say("运费多少钱") // calls have bounds of their own
	leave()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		err := watch(t.Context())
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after the others left: %v, want room", err)
		}
	}
}

// brief lets tokens live for a moment only.
type brief struct {
	rpc.Verifier
	life time.Duration
}

func (b brief) Verify(token string) (auth.Grant, error) {
	g, err := b.Verifier.Verify(token)
	g.Expires = time.Now().Add(b.life)
	return g, err
}

func TestStreamsEndWithTheirToken(t *testing.T) {
	r := apitest.New(t, apitest.Options{Deps: func(d *rpc.Deps) { d.Tokens = brief{d.Tokens, 100 * time.Millisecond} }})
	v := start(t, r, "ann")
	stream, err := v.Dialog.WatchSession(t.Context(), &dialogv1.WatchSessionRequest{SessionId: v.id})
	if err != nil {
		t.Fatal(err)
	}
	messages := 0
	for ; err == nil; messages++ {
		_, err = stream.Recv()
	}
	wantError(t, "the stream", err, codes.Unauthenticated, "TOKEN_EXPIRED")
	if messages < 2 {
		t.Errorf("the stream ended at once")
	}
}

func TestPanicIsInternal(t *testing.T) {
	r := hook(t, rpc.Config{Calls: rpc.Bounds{Caller: 1}}, func(context.Context, string) (*dialog.Session, error) {
		panic("the secret of the shop")
	})
	ann := r.As(t, apitest.Tea, auth.Visitor, "ann")
	for range 3 { // its room is given back each time
		err := getSession(t.Context(), ann, "s")
		wantError(t, "a call that panics", err, codes.Internal, "INTERNAL")
		if strings.Contains(fmt.Sprint(err), "secret") {
			t.Errorf("the client is told %v", err)
		}
	}
	if log := r.Log.String(); !strings.Contains(log, "the secret of the shop") || !strings.Contains(log, "limits_test.go") {
		t.Errorf("the log does not say what panicked where:\n%s", log)
	}
}

func TestUnknownErrorIsInternalAndLogged(t *testing.T) {
	r := hook(t, rpc.Config{}, func(context.Context, string) (*dialog.Session, error) {
		return nil, errors.New("dial tcp 10.0.0.7:6379: refused")
	})
	err := getSession(t.Context(), r.As(t, apitest.Tea, auth.Visitor, "ann"), "s")
	wantError(t, "the call", err, codes.Internal, "INTERNAL")
	if strings.Contains(fmt.Sprint(err), "10.0.0.7") {
		t.Errorf("the client is told %v", err)
	}
	if log := r.Log.String(); !strings.Contains(log, "10.0.0.7") {
		t.Errorf("the log does not hold the error:\n%s", log)
	}
}

func TestOutageIsUnavailable(t *testing.T) {
	r := hook(t, rpc.Config{}, func(context.Context, string) (*dialog.Session, error) {
		return nil, fmt.Errorf("loading: %w: %w", dialog.ErrUnavailable, errors.New("dial tcp 10.0.0.7:6379: refused"))
	})
	err := getSession(t.Context(), r.As(t, apitest.Tea, auth.Visitor, "ann"), "s")
	wantError(t, "the call", err, codes.Unavailable, "STORE_UNAVAILABLE")
	if !retryAfter(err) || strings.Contains(fmt.Sprint(err), "10.0.0.7") {
		t.Errorf("the client is told %v, want when to try again and nothing more", err)
	}
	if log := r.Log.String(); !strings.Contains(log, "10.0.0.7") {
		t.Errorf("the log does not hold the error:\n%s", log)
	}
}

func TestDeadlines(t *testing.T) {
	var left time.Duration
	block := func(ctx context.Context, id string) (*dialog.Session, error) {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		if id == "fast" {
			return &dialog.Session{ID: id}, nil
		}
		<-ctx.Done()
		return nil, fmt.Errorf("loading: %w", ctx.Err())
	}
	r := hook(t, rpc.Config{CallTimeout: 30 * time.Millisecond}, block)
	ann := r.As(t, apitest.Tea, auth.Visitor, "ann")
	wantError(t, "a call that takes too long", getSession(t.Context(), ann, "slow"), codes.DeadlineExceeded, "DEADLINE_EXCEEDED")

	r = hook(t, rpc.Config{}, block)
	ann = r.As(t, apitest.Tea, auth.Visitor, "ann")
	if err := getSession(t.Context(), ann, "fast"); err != nil || left > 30*time.Second || left < 25*time.Second {
		t.Errorf("time of a call = %v, %v, want 30 s", left, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := getSession(ctx, ann, "fast"); err != nil || left > 5*time.Second {
		t.Errorf("time of a call when the client allows 5 s = %v, %v, want less", left, err)
	}
}

func TestDrain(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	r := hook(t, rpc.Config{}, func(_ context.Context, id string) (*dialog.Session, error) {
		arrived <- struct{}{}
		<-release
		return &dialog.Session{ID: id, State: dialog.StateBot}, nil
	})
	v := start(t, r, "ann")
	stream, err := v.Dialog.WatchSession(t.Context(), &dialogv1.WatchSessionRequest{SessionId: v.id, AfterSeq: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil { // a heartbeat: it runs
		t.Fatal(err)
	}
	health, err := healthv1.NewHealthClient(r.Conn()).Watch(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if res, err := health.Recv(); err != nil || res.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Fatalf("health = %v, %v, want SERVING", res, err)
	}
	running := make(chan error, 1)
	go func() { running <- getSession(t.Context(), v.Client, "slow") }()
	<-arrived

	drained := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		drained <- r.API.Drain(ctx)
	}()
	for err == nil {
		_, err = stream.Recv()
	}
	wantError(t, "the stream", err, codes.Unavailable, "DRAINING")
	if !retryAfter(err) || !r.API.Draining() {
		t.Errorf("%v does not say when to come back, or Draining = %t", err, r.API.Draining())
	}
	for err = nil; err == nil; {
		_, err = health.Recv()
	}
	select {
	case err := <-drained:
		t.Fatalf("Drain = %v before the call was over", err)
	default:
	}
	close(release)
	if err := <-running; err != nil {
		t.Errorf("the call that ran when the server drained = %v, want nil", err)
	}
	if err := <-drained; err != nil {
		t.Errorf("Drain = %v, want nil", err)
	}
}

func TestDrainCutsOffWhatTakesTooLong(t *testing.T) {
	arrived := make(chan struct{})
	r := hook(t, rpc.Config{}, func(ctx context.Context, _ string) (*dialog.Session, error) {
		close(arrived)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	running := make(chan error, 1)
	go func() { running <- getSession(t.Context(), r.As(t, apitest.Tea, auth.Visitor, "ann"), "slow") }()
	<-arrived
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := r.API.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Drain = %v, want that it cut off a call", err)
	}
	if err := <-running; err == nil {
		t.Errorf("the call that was cut off = nil, want an error")
	}
}

// What customers say, and tokens, never reach the log.
func TestLogHoldsNothingThatWasSaid(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	const words = "13800138000号的王小姐"
	v, ticket := wait(t, r, "ann")
	v.say(words)
	_ = everySessionCall(t.Context(), v.Dialog, words)
	zoe := r.As(t, apitest.Tea, auth.Agent, "zoe").Handoff
	for _, req := range hostileTickets(ticket.GetId(), words) {
		_ = req(t.Context(), zoe)
	}
	_, _ = v.Dialog.SendTurn(t.Context(), &dialogv1.SendTurnRequest{SessionId: v.id, TurnId: words, Text: words, Pick: words})
	log := r.Log.String()
	for _, never := range []string{"13800138000", "eyJ", "Bearer"} {
		if strings.Contains(log, never) {
			t.Errorf("the log holds %q:\n%s", never, log)
		}
	}
	for _, want := range []string{"method=/honeyguide.dialog.v1.DialogService/SendTurn", "code=OK", "duration=", "shop=tea-house", "session=" + v.id, "ticket=" + ticket.GetId(), "reason=INVALID_FIELD"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not hold %q:\n%s", want, log)
		}
	}
}
