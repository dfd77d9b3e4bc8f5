package rpc_test

import (
	"context"
	"log/slog"
	"testing"

	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	"github.com/honeyguide-chat/honeyguide/api/internal/apitest"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/dialog"
)

// BenchmarkGates compares a call that passes all gates, and then does nothing,
// with a bare call of gRPC.
func BenchmarkGates(b *testing.B) {
	r := apitest.New(b, apitest.Options{
		Config: unlimited(),
		Deps: func(d *rpc.Deps) {
			d.Log = slog.New(slog.DiscardHandler)
			d.Dialog = &hooked{Dialog: d.Dialog, get: func(_ context.Context, id string) (*dialog.Session, error) {
				return &dialog.Session{ID: id, State: dialog.StateBot}, nil
			}}
		},
	})
	b.Run("bare", func(b *testing.B) {
		c := healthv1.NewHealthClient(r.Conn())
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Check(b.Context(), &healthv1.HealthCheckRequest{}, grpc.WaitForReady(true)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("gated", func(b *testing.B) {
		c := r.As(b, apitest.Tea, auth.Visitor, "ann").Dialog
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.GetSession(b.Context(), &dialogv1.GetSessionRequest{SessionId: "s"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
