package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
)

// TurnsOptions say how turns are measured.
type TurnsOptions struct {
	Redis     string // as OpenRedis takes it
	Questions int    // of the shop
	Workers   int    // customers who talk at once
	// MatchCache is that of app.Config: the customers' utterances repeat, so
	// that any cache has all of them before long.
	MatchCache int
	Seed       uint64
}

// TurnsReport is what was measured of turns.
type TurnsReport struct {
	Questions int       `json:"questions"`
	Workers   int       `json:"workers"`
	Cached    bool      `json:"cached"` // results of matching were kept: see TurnsOptions.MatchCache
	Turn      CallsOf   `json:"turn"`
	Silent    CallsOf   `json:"silent"` // a turn whose words go to a human: all but matching
	Bare      CallsOf   `json:"bare"`
	Ratio     Spread    `json:"ratio"` // turns a second as a share of bare calls
	Unmatched Spread    `json:"silent_ratio"`
	WorkRatio Spread    `json:"work_ratio"` // a turn's work as a multiple of a bare call's; 0 where not known
	Decisions []Counted `json:"decisions"`  // what the bot did
}

// Counted is how often something was.
type Counted struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// CallsOf is what was measured of one kind of call.
type CallsOf struct {
	PerSecond Spread `json:"per_second"` // with all workers
	Alone     Times  `json:"alone"`      // one call at a time
	Together  Times  `json:"together"`   // with all workers
	Work      Spread `json:"work_us"`    // of processors for a call: client, server and Redis
}

func (s *side) figures() CallsOf {
	return CallsOf{
		PerSecond: SpreadOf(s.rates), Alone: timesOf(s.alone), Together: timesOf(s.together), Work: SpreadOf(s.work),
	}
}

// Turns is a server to measure turns on, beside a bare call.
type Turns struct {
	o      TurnsOptions
	stand  *stand
	bare   *bare
	conns  []*grpc.ClientConn // to bare
	talks  []*talk            // of the workers
	silent []*talk            // of the workers, with a human
	keys   []string           // of the workers' bare calls
	counts []map[dialogv1.Decision]int
}

// OpenTurns starts the server and publishes an invented shop. The caller must
// Close it.
func OpenTurns(ctx context.Context, o TurnsOptions) (*Turns, error) {
	s, err := newStand(ctx, o.Redis, unlimited(), o.MatchCache)
	if err != nil {
		return nil, err
	}
	t := &Turns{o: o, stand: s}
	if err := t.prepare(ctx); err != nil {
		return nil, errors.Join(err, t.Close(ctx))
	}
	return t, nil
}

func (t *Turns) prepare(ctx context.Context) (err error) {
	if t.bare, err = startBare(ctx, t.stand.redis.client); err != nil {
		return err
	}
	for range connections {
		conn, err := dial(t.bare.addr)
		if err != nil {
			return err
		}
		t.conns = append(t.conns, conn)
	}
	id, said, err := t.stand.publish(ctx, t.o.Questions, t.o.Seed)
	if err != nil {
		return err
	}
	for w := range t.o.Workers {
		talk, err := t.stand.newTalk(id, "customer", w, said)
		if err != nil {
			return err
		}
		silent, err := t.stand.newTalk(id, "waiting", w, said)
		if err != nil {
			return err
		}
		silent.human = true
		t.talks, t.silent = append(t.talks, talk), append(t.silent, silent)
		t.keys = append(t.keys, string(id)+":"+strconv.Itoa(w))
		t.counts = append(t.counts, make(map[dialogv1.Decision]int))
	}
	return nil
}

// Close ends the server and all that was started for it.
func (t *Turns) Close(ctx context.Context) error {
	var errs []error
	for _, conn := range t.conns {
		errs = append(errs, conn.Close())
	}
	if t.bare != nil {
		t.bare.stop()
	}
	return errors.Join(append(errs, t.stand.close(ctx))...)
}

// Run measures for about a time and says how far it is.
func (t *Turns) Run(ctx context.Context, budget time.Duration, progress func(percent int)) (*TurnsReport, error) {
	turn := &side{call: t.turn}
	silent := &side{call: t.silentTurn}
	bare := &side{call: t.swap}
	r := rounds{sides: []*side{turn, bare, silent}, workers: t.o.Workers, work: func() time.Duration {
		return processTime() + t.stand.redis.work(ctx)
	}}
	if err := r.run(ctx, budget, progress); err != nil {
		return nil, err
	}
	report := &TurnsReport{
		Questions: t.o.Questions, Workers: t.o.Workers, Cached: t.o.MatchCache > 0, Turn: turn.figures(), Silent: silent.figures(), Bare: bare.figures(),
		Ratio: SpreadOf(quotients(turn.rates, bare.rates)), Unmatched: SpreadOf(quotients(silent.rates, bare.rates)),
		WorkRatio: SpreadOf(quotients(turn.work, bare.work)),
	}
	report.Decisions = t.decisions()
	return report, nil
}

// decisions counts what the bot did, the most frequent first.
func (t *Turns) decisions() []Counted {
	total := make(map[dialogv1.Decision]int)
	for _, counts := range t.counts {
		for d, n := range counts {
			total[d] += n
		}
	}
	var list []Counted
	for d, n := range total {
		list = append(list, Counted{strings.ToLower(strings.TrimPrefix(d.String(), "DECISION_")), n})
	}
	slices.SortFunc(list, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func (t *Turns) turn(ctx context.Context, worker int) (time.Duration, error) {
	took, decision, err := t.talks[worker].turn(ctx)
	t.counts[worker][decision]++
	return took, err
}

func (t *Turns) silentTurn(ctx context.Context, worker int) (time.Duration, error) {
	took, _, err := t.silent[worker].turn(ctx)
	return took, err
}

func (t *Turns) swap(ctx context.Context, worker int) (time.Duration, error) {
	began := time.Now()
	err := t.conns[worker%len(t.conns)].Invoke(ctx, bareMethod, wrapperspb.String(t.keys[worker]), new(wrapperspb.StringValue))
	if err != nil {
		return 0, fmt.Errorf("load: bare call: %w", err)
	}
	return time.Since(began), nil
}
