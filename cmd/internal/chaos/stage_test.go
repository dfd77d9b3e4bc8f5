package chaos

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/honeyguide-chat/honeyguide/api/auth"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

// stage is everything that a run needs.
type stage struct {
	t      testing.TB
	seed   uint64
	tokens *auth.Signer
	nodes  []*node
	addrs  []string
	monkey *monkey
	crowd  *crowd
	lead   lead
}

// newStage starts Redis and the nodes, and opens the shop.
func newStage(t testing.TB, seed uint64) *stage {
	key := filepath.Join(t.TempDir(), "token.key")
	secret, err := auth.LoadOrCreateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.NewSigner(secret, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	binary := buildServer(t)
	t.Logf("built in %v", time.Since(begun).Round(time.Millisecond))
	redis := redistest.StartServer(t, "--appendonly", "yes", "--appendfsync", "always")
	s := &stage{t: t, seed: seed, tokens: tokens, crowd: &crowd{record: newRecord()}}
	for i := range 3 {
		n := startNode(t, binary, fmt.Sprint("node ", i+1), key, redis.Addr)
		s.nodes, s.addrs = append(s.nodes, n), append(s.addrs, n.addr())
	}
	s.monkey = &monkey{
		t: t, rng: rand.New(rand.NewPCG(seed, 0)), nodes: s.nodes, redis: redis,
		broken: make(map[any]bool), done: make(map[string]int),
	}
	s.lead = lead{s.wire(auth.Supervisor, "reader")}
	rules := handoff.DefaultRules(here)
	rules.Lease, rules.Ring, rules.Misses, rules.WrapUp, rules.Prefer, rules.MaxOpen = lease, ring, 3, 300*time.Millisecond, time.Second, 10
	rules.Relax = []handoff.Relax{{After: time.Second, Proficiency: 1}, {After: 2 * time.Second, AnySkill: true}, {After: 3 * time.Second, AnyLanguage: true}}
	rules.Routes = []handoff.Route{{Node: "refund", Proficiency: 3}, {Node: "delivery", Priority: 2}}
	if err := redisqueue.New(redis.Client()).PutRules(t.Context(), rules); err != nil {
		t.Fatal(err)
	}
	if err := s.openShop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) openShop(ctx context.Context) error {
	_, err := call(ctx, s.wire(auth.Editor, "editor"), func(ctx context.Context, conn *grpc.ClientConn) (*knowledgev1.PublishTreeResponse, error) {
		return knowledgev1.NewKnowledgeServiceClient(conn).PublishTree(ctx, &knowledgev1.PublishTreeRequest{Source: []byte(tree)})
	})
	if err != nil {
		return fmt.Errorf("PublishTree: %w", err)
	}
	for _, request := range crew {
		_, err := call(ctx, s.lead.wire, func(ctx context.Context, conn *grpc.ClientConn) (*handoffv1.PutAgentResponse, error) {
			return handoffv1.NewSupervisorServiceClient(conn).PutAgent(ctx, request)
		})
		if err != nil {
			return fmt.Errorf("PutAgent: %w", err)
		}
	}
	return nil
}

func (s *stage) token(role auth.Role, name string) string {
	token, err := s.tokens.Mint(auth.Identity{Shop: here, Role: role, Subject: name}, 48*time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

func (s *stage) wire(role auth.Role, name string) *wire {
	return newWire(newDice(s.seed, "wire "+name), s.token(role, name), s.addrs)
}

// perform has everybody play for so long, waits until all are served, and
// returns what is left of it.
func (s *stage) perform(length time.Duration) *History {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var talking, working sync.WaitGroup
	defer working.Wait()
	defer talking.Wait()
	defer cancel()
	for i := range customers {
		name := fmt.Sprint("customer", i+1)
		c := &customer{crowd: s.crowd, name: name, dice: newDice(s.seed, name), wire: s.wire(auth.Visitor, name)}
		talking.Go(func() { c.run(ctx) })
	}
	for _, a := range s.staff() {
		working.Go(func() { a.run(ctx) })
	}
	working.Go(func() { s.look(ctx) })
	s.monkey.play(length)
	s.crowd.quiet.Store(true)
	calmed := time.Now()
	if err := s.settle(ctx, &talking); err != nil {
		s.t.Errorf("everything works again, and yet: %v", err)
	}
	s.t.Logf("settled in %v", time.Since(calmed).Round(time.Millisecond))
	cancel()
	talking.Wait()
	working.Wait()
	h := &s.crowd.record.h // nobody else has it any more
	reading, done := context.WithTimeout(context.Background(), settle)
	defer done()
	err := s.lead.read(reading, h, func(visitor string) string { return s.token(auth.Visitor, visitor) })
	if err != nil {
		s.t.Fatalf("read what is stored: %v", err)
	}
	return h
}

func (s *stage) staff() []*agent {
	var list []*agent
	for _, a := range crew {
		s.crowd.colleagues = append(s.crowd.colleagues, a.GetName())
		list = append(list, &agent{name: a.GetName(), wire: s.wire(auth.Agent, a.GetName())})
	}
	s.crowd.record.h.Supervisors[boss] = true
	list = append(list, &agent{name: boss, supervisor: true, wire: s.wire(auth.Supervisor, boss)})
	for _, a := range list {
		a.crowd, a.dice = s.crowd, newDice(s.seed, a.name)
		a.known, a.whose = make(map[string]uint64), make(map[string]string)
		a.views, a.rung = make(map[string]*view), make(map[string]time.Time)
		a.said = make(map[string]*Saying)
	}
	return list
}

// look glances at all desks while the run goes on.
func (s *stage) look(ctx context.Context) {
	for ctx.Err() == nil {
		agents, err := s.lead.agents(ctx)
		if err != nil && ctx.Err() == nil {
			s.crowd.record.fault("reader: %v", err)
		}
		s.crowd.record.glimpse(agents...)
		wait(ctx, 250*time.Millisecond)
	}
}

// settle waits until all customers are done and all desks are empty.
func (s *stage) settle(ctx context.Context, talking *sync.WaitGroup) error {
	ctx, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	done := make(chan struct{})
	go func() {
		talking.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		return errors.New("not every customer has come to an end")
	}
	for ctx.Err() == nil {
		if quiet, err := s.lead.quiet(ctx); err == nil && quiet {
			return nil
		} else if err != nil && ctx.Err() == nil {
			return err
		}
		wait(ctx, 700*time.Millisecond) // fewer calls a second than anybody may make
	}
	agents, err := s.lead.agents(context.WithoutCancel(ctx))
	return errors.Join(fmt.Errorf("something is left on the desks of %v", busy(agents)), err)
}

func busy(agents []*handoff.Agent) []string {
	desks := make(map[string]bool)
	for _, a := range agents {
		if len(a.Work) > 0 {
			desks[fmt.Sprint(a.Name, a.Work)] = true
		}
	}
	return slices.Sorted(maps.Keys(desks))
}
