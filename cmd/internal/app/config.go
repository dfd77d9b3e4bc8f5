package app

import (
	"fmt"
	"net"
	"time"

	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/intent/recent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Config says how a server runs. The zero value is not useful: begin with
// DefaultConfig.
type Config struct {
	Grpc string // host:port of the gRPC listener
	HTTP string // host:port of the HTTP listener: gRPC-web, JSON, health; "" opens none

	Data  string // folder of the embedded store and the key; created when missing
	Key   string // file of the key that signs all tokens; "" is token.key in Data
	Redis string // redis:// URL, or several host:port of a cluster joined by commas; "" uses the embedded store

	Origins     []string // web origins that may call the HTTP side; none: only its own
	AllowPublic bool     // listen on addresses that others can reach

	Idle      time.Duration // a session of the bot ends after this silence
	Retention time.Duration // how long closed sessions can be read
	Tolerance float64       // share of wrong answers tolerated among the given ones, instead of what the trees say; 0 leaves it to them
	Drain     time.Duration // wait this long for running calls at shutdown

	MatchCache int // results of matching that each shop keeps in memory; 0 keeps none

	Embedder EmbedderConfig // what makes vectors of texts

	Metrics       string // host:port of the listener for Prometheus; "" opens none
	MetricsByShop bool   // tell each shop apart in them

	Limits rpc.Config // what callers can cost; the zero value is the defaults
}

// DefaultConfig is what a server runs with unless told otherwise: on loopback,
// with the embedded store.
func DefaultConfig() Config {
	return Config{
		Grpc:      "127.0.0.1:7070",
		HTTP:      "127.0.0.1:7080",
		Data:      "honeyguide-data",
		Idle:      30 * time.Minute,
		Retention: 30 * 24 * time.Hour,
		Drain:     10 * time.Second,

		MatchCache: 1000,

		Embedder: DefaultEmbedderConfig(),
	}
}

// Validate reports the first setting that cannot be used.
func (c *Config) Validate() error {
	for _, l := range []struct{ flag, addr string }{{"grpc", c.Grpc}, {"http", c.HTTP}, {"metrics", c.Metrics}} {
		if l.flag != "grpc" && l.addr == "" {
			continue
		}
		host, _, err := net.SplitHostPort(l.addr)
		if err != nil {
			return fmt.Errorf("--%s: %q is not host:port", l.flag, l.addr)
		}
		if !c.AllowPublic && !loopback(host) {
			return fmt.Errorf("--%s: %s can be reached by others; listen on 127.0.0.1, or say --allow-public "+
				"where a proxy in front encrypts what is said", l.flag, l.addr)
		}
	}
	if c.Data == "" {
		return fmt.Errorf("--data: names no folder; the key of all tokens is kept there")
	}
	if t := c.Tolerance; t != 0 && !(t >= knowledge.MinTolerance && t <= knowledge.MaxTolerance) {
		return fmt.Errorf("--tolerance: %v is not %v to %v, nor 0 for what the trees say", t, knowledge.MinTolerance, knowledge.MaxTolerance)
	}
	if n := c.MatchCache; n < 0 || n > recent.MaxEntries {
		return fmt.Errorf("--match-cache: %d is not 0 to %d", n, recent.MaxEntries)
	}
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{{"idle", c.Idle}, {"retention", c.Retention}, {"drain", c.Drain}} {
		if d.value < time.Second {
			return fmt.Errorf("--%s: %v is less than a second", d.flag, d.value)
		}
	}
	return c.Embedder.Validate()
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
