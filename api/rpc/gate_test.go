package rpc_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
)

// open are the services that need no token.
var open = []string{
	"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
}

// The gates stand before every method that is served, and let in the roles that
// the protos name.
func TestEveryMethodIsGated(t *testing.T) {
	r := apitest.New(t, apitest.Options{Config: unlimited()})
	allowed := map[string][]auth.Role{
		"honeyguide.dialog.v1.DialogService":       {auth.Visitor},
		"honeyguide.knowledge.v1.KnowledgeService": {auth.Editor, auth.Admin},
		"honeyguide.handoff.v1.HandoffService":     {auth.Agent, auth.Supervisor, auth.Admin},
		"honeyguide.handoff.v1.SupervisorService":  {auth.Supervisor, auth.Admin},
	}
	var gated []string
	for _, m := range r.API.Methods() {
		gated = append(gated, m.Name())
		service := strings.Split(m.Name(), "/")[1]
		t.Run(m.Name(), func(t *testing.T) {
			wantError(t, "call without a token", call(t.Context(), t, r.Conn(), m), codes.Unauthenticated, "TOKEN_MISSING")
			for _, role := range []auth.Role{auth.Visitor, auth.Agent, auth.Supervisor, auth.Editor, auth.Admin} {
				err := call(withToken(t.Context(), r.Token(t, apitest.Silk, role, "somebody")), t, r.Conn(), m)
				if !slices.Contains(allowed[service], role) {
					wantError(t, "call as "+string(role), err, codes.PermissionDenied, "ROLE")
				} else if code, reason := errorOf(err); code == codes.PermissionDenied || code == codes.Unauthenticated || code == codes.Internal {
					t.Errorf("call as %s = %v (%s), want it let in", role, err, reason)
				}
			}
		})
	}
	for name, service := range r.API.Services() {
		for _, m := range service.Methods {
			if full := "/" + name + "/" + m.Name; !slices.Contains(open, name) && !slices.Contains(gated, full) {
				t.Errorf("%s is served without gates", full)
			}
		}
	}
}

func withToken(ctx context.Context, token string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
}

func TestTokens(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	ann := auth.Identity{Shop: apitest.Tea, Role: auth.Visitor, Subject: "ann"}
	good := r.Token(t, ann.Shop, ann.Role, ann.Subject)
	past, err := auth.NewSigner([]byte(strings.Repeat("k", auth.MinKey)), func() time.Time { return time.Now().Add(-time.Hour) })
	if err != nil {
		t.Fatal(err)
	}
	expired, err := past.Mint(ann, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		values []string
		reason string // "": let in
	}{
		{"good", []string{"Bearer " + good}, ""},
		{"scheme in small letters", []string{"bearer " + good}, ""},
		{"none", nil, "TOKEN_MISSING"},
		{"empty", []string{""}, "TOKEN_MISSING"},
		{"no scheme", []string{good}, "TOKEN_MISSING"},
		{"another scheme", []string{"Basic " + good}, "TOKEN_MISSING"},
		{"scheme only", []string{"Bearer"}, "TOKEN_MISSING"},
		{"two", []string{"Bearer " + good, "Bearer " + good}, "TOKEN_MISSING"},
		{"nonsense", []string{"Bearer x.y.z"}, "TOKEN_INVALID"},
		{"altered", []string{"Bearer " + good[:len(good)-4] + "AAAA"}, "TOKEN_INVALID"},
		{"expired", []string{"Bearer " + expired}, "TOKEN_EXPIRED"},
		{"long", []string{"Bearer " + strings.Repeat("x", 8000)}, "TOKEN_INVALID"},
	}
	m := r.API.Methods()[slices.IndexFunc(r.API.Methods(), func(m *rpc.Method) bool { return strings.HasSuffix(m.Name(), "/StartSession") })]
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx := t.Context()
			for _, v := range tt.values {
				ctx = metadata.AppendToOutgoingContext(ctx, "authorization", v)
			}
			err := call(ctx, t, r.Conn(), m)
			if tt.reason == "" {
				if err != nil {
					t.Errorf("call = %v, want it let in", err)
				}
				return
			}
			wantError(t, "call", err, codes.Unauthenticated, tt.reason)
		})
	}
	for _, token := range []string{good, expired} {
		if strings.Contains(r.Log.String(), token[len(token)-20:]) {
			t.Errorf("the log holds a token:\n%s", r.Log)
		}
	}
}

func TestHealthAndReflectionNeedNoToken(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	for _, service := range []string{"", "honeyguide.dialog.v1.DialogService", "honeyguide.handoff.v1.HandoffService"} {
		res, err := healthv1.NewHealthClient(r.Conn()).Check(t.Context(), &healthv1.HealthCheckRequest{Service: service})
		if err != nil || res.GetStatus() != healthv1.HealthCheckResponse_SERVING {
			t.Errorf("health of %q = %v, %v, want SERVING", service, res, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := reflectionv1.NewServerReflectionClient(r.Conn()).ServerReflectionInfo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionv1.ServerReflectionRequest{
		MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{},
	}); err != nil {
		t.Fatal(err)
	}
	res, err := stream.Recv()
	if err != nil || !strings.Contains(fmt.Sprint(res), "honeyguide.dialog.v1.DialogService") {
		t.Errorf("reflection lists %v, %v, want the services", res, err)
	}
}

func TestUnknownMethod(t *testing.T) {
	r := apitest.New(t, apitest.Options{})
	ctx := withToken(t.Context(), r.Token(t, apitest.Tea, auth.Admin, "root"))
	for _, name := range []string{"/honeyguide.dialog.v1.DialogService/Nothing", "/nothing/Nothing"} {
		err := r.Conn().Invoke(ctx, name, new(healthv1.HealthCheckRequest), new(healthv1.HealthCheckResponse), grpc.WaitForReady(true))
		if code, _ := errorOf(err); code != codes.Unimplemented {
			t.Errorf("call of %s = %v, want UNIMPLEMENTED", name, err)
		}
	}
}
