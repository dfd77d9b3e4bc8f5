package load

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/boltstore"
	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// QueueOptions say how routing is measured.
type QueueOptions struct {
	Redis   string  // as OpenRedis takes it
	Data    string  // folder for an embedded store, instead of Redis; "" is Redis
	Waiting int     // customers in line
	Agents  int     // who hold one ticket each
	Rate    float64 // tickets that agents close in a second, and customers who come to free agents
}

// QueueReport is what was measured of routing.
type QueueReport struct {
	Waiting int     `json:"waiting"`
	Agents  int     `json:"agents"`
	Rate    float64 `json:"rate"`
	// Fill is how many a second were assigned when all agents came at once.
	Fill float64 `json:"fill_per_second"`
	// Freed is from the commit by which an agent closed a ticket to the one by
	// which the agent holds the next; Came from the commit of a new ticket, with
	// free agents, to the one by which an agent holds it.
	Freed Times `json:"freed"`
	Came  Times `json:"came"`
	// Sustained is how many a second were assigned while agents closed their
	// tickets as soon as they had them.
	Sustained float64 `json:"sustained_per_second"`
	Bare      Times   `json:"bare"` // a GET and a SET, while nothing else happens; none with an embedded store
}

// Queue is a shop with a router to measure.
type Queue struct {
	o       QueueOptions
	redis   *Redis    // nil with an embedded store
	db      *bbolt.DB // nil with Redis
	service *dialog.Service
	desk    *dialog.Desk
	watch   *watch
	stop    func() error
	line    shop.ID // with customers who wait
	calm    shop.ID // with agents who wait
}

// The shape of the load.
const (
	atOnce   = 16               // calls under way when something is prepared
	patience = 60 * time.Second // for what must come
)

// OpenQueue starts a router. The caller must Close it.
func OpenQueue(ctx context.Context, o QueueOptions) (*Queue, error) {
	q := &Queue{o: o, stop: func() error { return nil }}
	if err := q.open(ctx); err != nil {
		return nil, errors.Join(err, q.Close(ctx))
	}
	return q, nil
}

func (q *Queue) open(ctx context.Context) error {
	log := slog.New(slog.DiscardHandler)
	stores, work, err := q.stores(ctx, log)
	if err != nil {
		return err
	}
	q.watch = newWatch(stores.Store)
	stores.Store = q.watch
	q.service = dialog.NewService(stores, ignorant{}, time.Now, rand.Text, dialog.Config{})
	q.desk = dialog.NewDesk(q.service)
	q.line, q.calm = "bench-line-"+shop.ID(tail()), "bench-calm-"+shop.ID(tail())
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var g errgroup.Group
	g.Go(func() error { return work(running) })
	g.Go(func() error { return dialog.NewRouter(q.service, rand.Text(), log).Run(running) })
	q.stop = func() error { cancel(); return g.Wait() }
	return nil
}

func (q *Queue) stores(ctx context.Context, log *slog.Logger) (dialog.Stores, func(context.Context) error, error) {
	if q.o.Data == "" {
		var err error
		if q.redis, err = OpenRedis(ctx, q.o.Redis); err != nil {
			return dialog.Stores{}, nil, err
		}
		waker := redisstore.NewWaker(q.redis.client, log)
		return redisstore.Stores(q.redis.client, waker), waker.Run, nil
	}
	if err := os.MkdirAll(q.o.Data, 0o700); err != nil {
		return dialog.Stores{}, nil, fmt.Errorf("--data: %w", err)
	}
	var err error
	if q.db, err = bbolt.Open(filepath.Join(q.o.Data, "bench.db"), 0o600, &bbolt.Options{Timeout: time.Second}); err != nil {
		return dialog.Stores{}, nil, fmt.Errorf("--data: %w", err)
	}
	sessions, err := boltstore.New(q.db, time.Now)
	if err != nil {
		return dialog.Stores{}, nil, err
	}
	stores, err := sessions.Stores()
	return stores, func(context.Context) error { return nil }, err
}

// ignorant is a shop without knowledge.
type ignorant struct{}

func (ignorant) Acquire(context.Context, shop.ID) (dialog.Release, error) {
	return nil, knowledge.ErrNoRelease
}

// Close ends all of it. It goes on where ctx has ended.
func (q *Queue) Close(ctx context.Context) error {
	errs := []error{q.stop()}
	if q.redis != nil {
		errs = append(errs, q.redis.forget(context.WithoutCancel(ctx), q.line, q.calm), q.redis.Close())
	}
	if q.db != nil {
		path := q.db.Path()
		errs = append(errs, q.db.Close(), os.Remove(path))
	}
	return errors.Join(errs...)
}

// Run measures each of the three for about a third of the time, and says how
// far it is in percent.
func (q *Queue) Run(ctx context.Context, budget time.Duration, progress func(percent int)) (*QueueReport, error) {
	part := budget / 3
	report := &QueueReport{Waiting: q.o.Waiting, Agents: q.o.Agents, Rate: q.o.Rate}
	// So many more wait at first that as many as asked for still do at the end.
	if err := q.fill(ctx, q.line, q.o.Waiting+q.o.Agents+int(q.o.Rate*part.Seconds())); err != nil {
		return nil, err
	}
	progress(30)
	report.Bare = timesOf(q.bareCalls(ctx, time.Second))
	began := time.Now()
	if err := q.staff(ctx, q.line, 1); err != nil {
		return nil, err
	}
	if err := q.watch.await(ctx, q.line, q.o.Agents); err != nil {
		return nil, err
	}
	report.Fill = float64(q.o.Agents) / time.Since(began).Seconds()
	progress(45)
	freed, err := q.closing(ctx, part)
	if err != nil {
		return nil, err
	}
	report.Freed = timesOf(freed)
	progress(65)
	if report.Came, err = q.coming(ctx, part); err != nil {
		return nil, err
	}
	progress(85)
	report.Sustained, err = q.busy(ctx, part)
	progress(100)
	return report, err
}

// fill has customers wait for a human.
func (q *Queue) fill(ctx context.Context, id shop.ID, customers int) error {
	rules := handoff.DefaultRules(id)
	rules.Mode, rules.Lease, rules.Survey = handoff.Assign, time.Hour, false
	if _, err := q.desk.PutRules(ctx, rules); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return q.each(ctx, customers, func(ctx context.Context, i int) error { return q.customer(ctx, id, i) })
}

// customer comes and asks for a human.
func (q *Queue) customer(ctx context.Context, id shop.ID, i int) error {
	visitor := fmt.Sprintf("customer-%d", i)
	session, _, err := q.service.Start(ctx, dialog.StartRequest{Shop: id, Visitor: visitor})
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	_, err = q.service.AskHuman(ctx, dialog.ActRequest{Shop: id, Visitor: visitor, Session: session.ID, Turn: "human"})
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

// staff has all agents come.
func (q *Queue) staff(ctx context.Context, id shop.ID, capacity int) error {
	return q.each(ctx, q.o.Agents, func(ctx context.Context, i int) error {
		name := fmt.Sprintf("agent-%d", i)
		if _, err := q.desk.PutAgent(ctx, id, dialog.AgentSettings{Name: name, Capacity: capacity}); err != nil {
			return fmt.Errorf("load: %w", err)
		}
		if _, err := q.desk.SetPresence(ctx, id, name, handoff.Online, false); err != nil {
			return fmt.Errorf("load: %w", err)
		}
		return nil
	})
}

func (q *Queue) each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error { return do(ctx, i) })
	}
	return g.Wait()
}

// bareCalls times a GET and a SET of Redis, one after the other.
func (q *Queue) bareCalls(ctx context.Context, budget time.Duration) []time.Duration {
	if q.redis == nil {
		return nil
	}
	b := &bare{rdb: q.redis.client, value: string(make([]byte, bareValue))}
	var calls []time.Duration
	for end := time.Now().Add(budget); time.Now().Before(end); {
		began := time.Now()
		if err := b.swap(ctx, "hg:bench:"+string(q.line)); err != nil {
			return calls
		}
		calls = append(calls, time.Since(began))
	}
	return calls
}

func tail() string { return strings.ToLower(rand.Text()[:12]) }
