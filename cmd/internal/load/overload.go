package load

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/honeyguide-chat/honeyguide/api/rpc"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
)

// OverloadOptions say how too much load is measured. The bounds of the server
// are those that it has by default.
type OverloadOptions struct {
	Redis     string  // as OpenRedis takes it
	Questions int     // of each shop
	Modest    float64 // turns a second of each of two shops
	Offered   float64 // turns a second of one of them, when it floods the server
	Seed      uint64
}

// OverloadReport is what was measured, in rounds with a modest load of both
// shops and rounds in which one of them floods the server.
type OverloadReport struct {
	Questions int     `json:"questions"`
	Modest    float64 `json:"modest_per_second"`
	Offered   float64 `json:"offered_per_second"`

	Accepted   float64 `json:"accepted_per_second"` // of the flood
	Shed       float64 `json:"shed_share"`          // of the flood
	WithRetry  float64 `json:"shed_with_retry"`     // share of those shed that say when to try again
	Other      int     `json:"other_errors"`
	BesideShed int     `json:"beside_shed"` // turns of modest shops that were shed
	ShedTimes  Times   `json:"shed"`        // until the refusal was there
	FloodTimes Times   `json:"flood"`       // of what was accepted
	QuietTimes Times   `json:"quiet"`       // of the same shop while it was modest
	Beside     Times   `json:"beside"`      // of the other shop, beside the flood
	Alone      Times   `json:"alone"`       // of the other shop, beside a modest one
	FloodP99   Spread  `json:"flood_p99"`   // p99 in the flood as a multiple of that without, round by round
	BesideP99  Spread  `json:"beside_p99"`  // the same of the other shop
}

// Overload is a server with two shops.
type Overload struct {
	o     OverloadOptions
	stand *stand
	loud  *audience
	calm  *audience
}

// OpenOverload starts the server and publishes both shops. The caller must
// Close it.
func OpenOverload(ctx context.Context, o OverloadOptions) (*Overload, error) {
	s, err := newStand(ctx, o.Redis, rpc.Config{}, 0)
	if err != nil {
		return nil, err
	}
	v := &Overload{o: o, stand: s}
	for _, a := range []**audience{&v.loud, &v.calm} {
		id, said, err := s.publish(ctx, o.Questions, o.Seed)
		if err != nil {
			return nil, errors.Join(err, v.Close(ctx))
		}
		*a = &audience{stand: s, shop: id, said: said, idle: make(chan *talk, audienceMost)}
	}
	return v, nil
}

// Close ends the server.
func (v *Overload) Close(ctx context.Context) error { return v.stand.close(ctx) }

// Run measures for about a time and says how far it is.
func (v *Overload) Run(ctx context.Context, budget time.Duration, progress func(percent int)) (*OverloadReport, error) {
	const pairs = roundCount / 2
	part := budget / (2 * pairs)
	var loudQuiet, loudFlood, calmQuiet, calmFlood sample
	var floodP99, besideP99 []float64
	for i := range pairs {
		for _, flood := range []bool{i%2 == 1, i%2 == 0} {
			rate, loud, calm := v.o.Modest, &loudQuiet, &calmQuiet
			if flood {
				rate, loud, calm = v.o.Offered, &loudFlood, &calmFlood
			}
			loud.begin()
			calm.begin()
			var wg sync.WaitGroup
			wg.Go(func() { v.loud.offer(ctx, rate, part, loud) })
			wg.Go(func() { v.calm.offer(ctx, v.o.Modest, part, calm) })
			wg.Wait()
		}
		floodP99 = append(floodP99, ratio(loudFlood.roundP99(), loudQuiet.roundP99()))
		besideP99 = append(besideP99, ratio(calmFlood.roundP99(), calmQuiet.roundP99()))
		progress(100 * (i + 1) / pairs)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	offered := len(loudFlood.took) + len(loudFlood.shed) + loudFlood.other
	return &OverloadReport{
		Questions: v.o.Questions, Modest: v.o.Modest, Offered: v.o.Offered,
		Accepted:   float64(len(loudFlood.took)) / (part * pairs).Seconds(),
		Shed:       float64(len(loudFlood.shed)) / float64(max(1, offered)),
		WithRetry:  float64(loudFlood.retry) / float64(max(1, len(loudFlood.shed))),
		Other:      loudFlood.other + loudQuiet.other + calmFlood.other + calmQuiet.other,
		BesideShed: len(loudQuiet.shed) + len(calmQuiet.shed) + len(calmFlood.shed),
		ShedTimes:  timesOf(loudFlood.shed),
		FloodTimes: timesOf(loudFlood.took), QuietTimes: timesOf(loudQuiet.took),
		Beside: timesOf(calmFlood.took), Alone: timesOf(calmQuiet.took),
		FloodP99: SpreadOf(floodP99), BesideP99: SpreadOf(besideP99),
	}, nil
}

func ratio(a, b time.Duration) float64 { return float64(a) / math.Max(1, float64(b)) }

// audienceMost bounds the customers of a shop who talk at once.
const audienceMost = 20_000

// audience are the customers of a shop. Each of them says little.
type audience struct {
	stand *stand
	shop  shop.ID
	said  []synthetic.Utterance
	idle  chan *talk
	made  int
}

// offer has customers say so many things a second, whether or not the server
// keeps up, and waits for the last answer.
func (a *audience) offer(ctx context.Context, rate float64, budget time.Duration, into *sample) {
	var wg sync.WaitGroup
	_, _ = atRate(ctx, rate, budget, func() error { // ends early with ctx only, which Run sees
		t, err := a.next()
		if err != nil {
			into.add(0, err)
			return nil
		}
		wg.Go(func() {
			took, _, err := t.turn(ctx)
			into.add(took, err)
			select {
			case a.idle <- t:
			default:
			}
		})
		return nil
	})
	wg.Wait()
}

// next returns the customer who has been silent for longest, or another one
// where that is not long enough ago for the bounds of a single caller.
func (a *audience) next() (*talk, error) {
	if len(a.idle) > audienceLeast {
		return <-a.idle, nil
	}
	a.made++
	return a.stand.newTalk(a.shop, "customer", a.made, a.said)
}

// audienceLeast is how many customers are silent at any time.
const audienceLeast = 1000

// sample is what came of the turns of one shop under one load.
type sample struct {
	mu    sync.Mutex
	took  []time.Duration // of what was accepted; guarded by mu, as what follows
	shed  []time.Duration
	retry int // of shed: those with a time after which to try again
	other int // other errors
	begun int // of took, when the round began
}

func (s *sample) begin() { s.begun = len(s.took) }

func (s *sample) roundP99() time.Duration { return Quantile(s.took[s.begun:], 0.99) }

func (s *sample) add(took time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		s.took = append(s.took, took)
	case status.Code(err) == codes.ResourceExhausted:
		s.shed = append(s.shed, took)
		for _, d := range status.Convert(err).Details() {
			if _, ok := d.(*errdetails.RetryInfo); ok {
				s.retry++
			}
		}
	default:
		s.other++
	}
}
