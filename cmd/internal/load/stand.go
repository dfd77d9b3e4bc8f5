package load

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
)

// stand is a server on Redis, in this process, with connections to it.
type stand struct {
	redis  *Redis
	server *app.Server
	shops  []shop.ID // that are forgotten at the end
	data   string
	stop   func() error // ends the server
	conns  []*grpc.ClientConn
}

// The shape of the load.
const (
	perNode     = 20
	utterances  = 2000
	connections = 4
	tokenTTL    = 24 * time.Hour
)

// unlimited lifts the bounds of callers, so that a few of them can stand for
// many. The node's stay.
func unlimited() rpc.Config {
	return rpc.Config{
		CallerRate: rpc.Rate{PerSecond: -1}, ShopRate: rpc.Rate{PerSecond: -1},
		Calls: rpc.Bounds{Caller: -1, Shop: -1}, Streams: rpc.Bounds{Caller: -1, Shop: -1},
	}
}

// newStand starts a server. The caller must close the stand.
func newStand(ctx context.Context, address string, limits rpc.Config, matchCache int) (_ *stand, err error) {
	s := &stand{stop: func() error { return nil }}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(ctx))
		}
	}()
	if s.redis, err = OpenRedis(ctx, address); err != nil {
		return nil, err
	}
	if s.data, err = os.MkdirTemp("", "honeyguide-bench-"); err != nil {
		return nil, fmt.Errorf("load: data folder: %w", err)
	}
	cfg := app.DefaultConfig()
	cfg.Grpc, cfg.HTTP, cfg.Data, cfg.Redis, cfg.Limits = "127.0.0.1:0", "", s.data, s.redis.Address, limits
	cfg.MatchCache, cfg.Drain = matchCache, time.Second
	if s.server, err = app.Listen(ctx, cfg, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- s.server.Serve(serving) }()
	s.stop = func() error { cancel(); return <-ended }
	for range connections {
		conn, err := dial(s.server.GrpcAddr())
		if err != nil {
			return nil, err
		}
		s.conns = append(s.conns, conn)
	}
	return s, nil
}

func dial(addr string) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	return conn, nil
}

// close ends all of it. It goes on where ctx has ended.
func (s *stand) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, conn := range s.conns {
		errs = append(errs, conn.Close())
	}
	errs = append(errs, s.stop())
	if s.redis != nil {
		errs = append(errs, s.redis.forget(ctx, s.shops...), s.redis.Close())
	}
	if s.data != "" {
		errs = append(errs, os.RemoveAll(s.data))
	}
	return errors.Join(errs...)
}

// newShop returns a shop that nobody else has.
func (s *stand) newShop() shop.ID {
	id := shop.ID("bench-" + strings.ToLower(rand.Text()[:12]))
	s.shops = append(s.shops, id)
	return id
}

// publish invents a shop with its knowledge and returns what its customers say.
func (s *stand) publish(ctx context.Context, questions int, seed uint64) (shop.ID, []synthetic.Utterance, error) {
	made, err := synthetic.New(synthetic.Options{Seed: seed, Questions: questions, PerNode: perNode, Utterances: utterances})
	if err != nil {
		return "", nil, fmt.Errorf("load: %w", err)
	}
	source, err := sourceOf(made.Tree.Document())
	if err != nil {
		return "", nil, fmt.Errorf("load: %w", err)
	}
	id := s.newShop()
	if _, err := s.server.Catalog.Publish(ctx, id, live.Draft{Source: source, Author: "bench"}); err != nil {
		return "", nil, fmt.Errorf("load: publishing an invented shop: %w", err)
	}
	return id, made.Utterances, nil
}

// sourceOf writes an invented tree as JSON, which is YAML, too.
func sourceOf(doc *knowledge.Document) ([]byte, error) {
	type node struct {
		ID       knowledge.NodeID `json:"id"`
		Title    string           `json:"title"`
		Question string           `json:"question"`
		Similar  []string         `json:"similar,omitempty"`
		Answer   string           `json:"answer"`
	}
	tree := struct {
		Version    int        `json:"honeyguide"`
		Title      string     `json:"title"`
		Locale     string     `json:"locale"`
		Dictionary []string   `json:"dictionary"`
		Synonyms   [][]string `json:"synonyms"`
		Nodes      []node     `json:"nodes"`
	}{Version: 1, Title: doc.Title, Locale: doc.Locale, Dictionary: doc.Dictionary, Synonyms: doc.Synonyms}
	for _, n := range doc.Nodes {
		tree.Nodes = append(tree.Nodes, node{n.ID, n.Title, n.Question, n.Similar, n.Answer})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// mint returns a token of somebody of a shop.
func (s *stand) mint(id shop.ID, role auth.Role, subject string) (string, error) {
	token, err := s.server.Tokens.Mint(auth.Identity{Shop: id, Role: role, Subject: subject}, tokenTTL)
	if err != nil {
		return "", fmt.Errorf("load: %w", err)
	}
	return token, nil
}

// bearing returns a context whose calls carry a token.
func bearing(ctx context.Context, token string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
}
