package rpc

import (
	"cmp"
	"log/slog"
	"time"

	"google.golang.org/grpc/credentials"

	"github.com/honeyguide-chat/honeyguide/api/auth"
)

// Rate is how often something may happen. Zero fields take the default;
// PerSecond below 0 is no limit.
type Rate struct {
	PerSecond float64
	Burst     int // how many at once after a pause; at least 1
}

// Bounds say how many calls may run at once. Zero fields take the default; one
// below 0 is no bound.
type Bounds struct {
	Caller int // of one visitor or member of staff
	Shop   int
	Node   int
}

// Config bounds what callers can cost. A zero field takes its default.
type Config struct {
	// CallTimeout bounds a call that is no stream, unless the client allows
	// less; default 30 s.
	CallTimeout time.Duration
	// SendTimeout is how long a message of a stream may wait for a client that
	// does not read; then the stream ends. Default 30 s.
	SendTimeout time.Duration

	CallerRate Rate // default 5 a second, 30 at once
	ShopRate   Rate // default 500 a second, 1000 at once
	// MaxCallers is of how many callers the rate is remembered; default 100,000.
	MaxCallers int

	Calls   Bounds // default 8 a caller, 256 a shop, 4096 on the node
	Heavy   Bounds // of LintTree, PublishTree and GetServiceLevel; default 2, 2 and 4
	Streams Bounds // default 8, 20,000 and 50,000

	// Credentials encrypt the native gRPC listener; nil leaves that to others.
	Credentials credentials.TransportCredentials
}

func (c Config) withDefaults() Config {
	c.CallTimeout = cmp.Or(c.CallTimeout, 30*time.Second)
	c.SendTimeout = cmp.Or(c.SendTimeout, 30*time.Second)
	c.CallerRate = c.CallerRate.or(Rate{5, 30})
	c.ShopRate = c.ShopRate.or(Rate{500, 1000})
	c.MaxCallers = cmp.Or(c.MaxCallers, 100_000)
	c.Calls = c.Calls.or(Bounds{8, 256, 4096})
	c.Heavy = c.Heavy.or(Bounds{2, 2, 4})
	c.Streams = c.Streams.or(Bounds{8, 20_000, 50_000})
	return c
}

func (r Rate) or(std Rate) Rate {
	return Rate{cmp.Or(r.PerSecond, std.PerSecond), cmp.Or(r.Burst, std.Burst)}
}

func (b Bounds) or(std Bounds) Bounds {
	return Bounds{cmp.Or(b.Caller, std.Caller), cmp.Or(b.Shop, std.Shop), cmp.Or(b.Node, std.Node)}
}

// Verifier checks tokens. [auth.Signer] is one.
type Verifier interface {
	// Verify returns whom the token names and until when, or auth.ErrExpired
	// or auth.ErrInvalid.
	Verify(token string) (auth.Grant, error)
}

// Deps are what the API is served from. All are required but Observer.
type Deps struct {
	Tokens  Verifier
	Dialog  Dialog
	Desk    Desk
	Catalog Catalog
	Log     *slog.Logger
	Now     func() time.Time
	// Observer hears of all calls; nil is nobody.
	Observer Observer
}
