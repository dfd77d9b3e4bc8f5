package main

import (
	"context"
	"crypto/sha256"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/synthetic"
)

// How the time is spent.
const (
	benchRoundCount = 20
	benchAlone      = 0.7 // share of the time with one call at a time; the rest on all processors
	benchWarm       = 100 // utterances before anything is timed
)

// benchRival is one side of a comparison, with what was measured of it.
type benchRival struct {
	name string
	call func(ctx context.Context, utterance string) (knowledge.NodeID, error)

	right  int           // utterances whose node came first
	clock  benchTimes    // of every call, one at a time
	cpu    benchTimes    // the same by the processor's work; empty where that is not known
	allocs float64       // a call
	bytes  float64       // a call
	many   int64         // calls on all processors
	took   time.Duration // by them
}

// benchTimes are times of calls.
type benchTimes struct {
	calls []time.Duration
	begun []int // of each round: the calls before it
}

func (t *benchTimes) beginRound()         { t.begun = append(t.begun, len(t.calls)) }
func (t *benchTimes) add(d time.Duration) { t.calls = append(t.calls, d) }

// round returns the times of a round.
func (t *benchTimes) round(i int) []time.Duration {
	if i+1 < len(t.begun) {
		return t.calls[t.begun[i]:t.begun[i+1]]
	}
	return t.calls[t.begun[i]:]
}

// quotients returns, for each round, the time of t as a share of that of
// other, for the utterances that both had a turn for.
func (t *benchTimes) quotients(other *benchTimes) []float64 {
	var out []float64
	for i := range t.begun {
		ours, theirs := t.round(i), other.round(i)
		n := min(len(ours), len(theirs))
		if of := load.Quantile(theirs[:n], 0.5); of > 0 {
			out = append(out, float64(load.Quantile(ours[:n], 0.5))/float64(of))
		}
	}
	return out
}

// benchRounds has rivals take turns.
type benchRounds struct {
	utterances []synthetic.Utterance
	rivals     []*benchRival
	noise      *benchWork
}

// run spends about the given time, and says so in percent.
func (b *benchRounds) run(ctx context.Context, budget time.Duration, progress func(percent int)) error {
	for _, r := range b.rivals {
		if err := b.judge(ctx, r); err != nil {
			return err
		}
	}
	alone := time.Duration(benchAlone * float64(budget))
	for i := range benchRoundCount {
		if err := b.round(ctx, i, alone/benchRoundCount); err != nil {
			return err
		}
		b.noise.do()
		if err := b.together(ctx, i, (budget-alone)/benchRoundCount); err != nil {
			return err
		}
		progress(100 * (i + 1) / benchRoundCount)
	}
	return ctx.Err()
}

// judge warms r up, counts what it allocates and how often it is right.
func (b *benchRounds) judge(ctx context.Context, r *benchRival) error {
	for _, u := range b.utterances[:min(len(b.utterances), benchWarm)] {
		if _, err := r.call(ctx, u.Text); err != nil {
			return err
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, u := range b.utterances {
		node, err := r.call(ctx, u.Text)
		if err != nil {
			return err
		}
		if node == u.Node {
			r.right++
		}
	}
	runtime.ReadMemStats(&after)
	n := float64(len(b.utterances))
	r.allocs = float64(after.Mallocs-before.Mallocs) / n
	r.bytes = float64(after.TotalAlloc-before.TotalAlloc) / n
	return nil
}

// round gives each rival its share of the time, one call after the other. All
// begin with the same utterance. Who comes first changes from round to round.
func (b *benchRounds) round(ctx context.Context, number int, budget time.Duration) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for i := range b.rivals {
		r := b.rivals[(i+number)%len(b.rivals)]
		r.clock.beginRound()
		r.cpu.beginRound()
		runtime.GC() // nobody pays for what the one before has left
		end := time.Now().Add(budget / time.Duration(len(b.rivals)))
		for calls := 0; calls == 0 || time.Now().Before(end); calls++ {
			u := b.utterances[(number*len(b.utterances)/benchRoundCount+calls)%len(b.utterances)]
			if err := r.timed(ctx, u.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *benchRival) timed(ctx context.Context, utterance string) error {
	worked, known := threadTime()
	start := time.Now()
	_, err := r.call(ctx, utterance)
	took := time.Since(start)
	if err != nil {
		return err
	}
	r.clock.add(took)
	if now, ok := threadTime(); ok && known {
		r.cpu.add(now - worked)
	}
	return nil
}

// together gives each rival its share of the time on all processors.
func (b *benchRounds) together(ctx context.Context, number int, budget time.Duration) error {
	for i := range b.rivals {
		r := b.rivals[(i+number)%len(b.rivals)]
		var calls atomic.Int64
		var g errgroup.Group
		start := time.Now()
		end := start.Add(budget / time.Duration(len(b.rivals)))
		for range runtime.GOMAXPROCS(0) {
			g.Go(func() error {
				for time.Now().Before(end) {
					at := int(calls.Add(1)) % len(b.utterances)
					if _, err := r.call(ctx, b.utterances[at].Text); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		r.many += calls.Load()
		r.took += time.Since(start)
	}
	return nil
}

// benchWork is a fixed piece of work. How long it takes from time to time
// shows what else the machine does.
type benchWork struct {
	data []byte
	took []time.Duration
}

func newBenchWork() *benchWork { return &benchWork{data: make([]byte, 1<<20)} }

func (w *benchWork) do() {
	start := time.Now()
	sum := sha256.Sum256(w.data)
	copy(w.data, sum[:])
	w.took = append(w.took, time.Since(start))
}
