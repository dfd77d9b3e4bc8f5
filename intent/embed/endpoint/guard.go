package endpoint

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

// tripAfter is after how many failures running the breaker opens.
const tripAfter = 3

// trust is what is known about the model behind the endpoint.
type trust int

const (
	unknown trust = iota // nothing yet: see Resume
	same                 // it is the one of the ID
	changed              // it is another
)

// guard remembers what checks of the model have shown.
type guard struct {
	aside sync.WaitGroup // checks that no caller waits for

	mu         sync.Mutex
	state      trust     // guarded by mu
	due        time.Time // of the next check; guarded by mu
	fresh      time.Time // until then a build need not check; guarded by mu
	running    bool      // a check aside; guarded by mu
	complained bool      // the failure of checks is in the log; guarded by mu
}

func (g *guard) trust() trust {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state
}

// ifSame calls f unless the model may be another. It cannot turn out to be one
// before f is done.
func (g *guard) ifSame(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.state == same {
		f()
	}
}

// passed notes that the model is the one of the ID.
func (g *guard) passed(now time.Time, c Config) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state, g.due, g.fresh, g.complained = same, now.Add(c.Recheck), now.Add(c.Rest), false
}

// failed notes that a check failed or found another model, and reports whether
// that is worth a line in the log.
func (g *guard) failed(now time.Time, c Config, other bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	news := !g.complained || other && g.state != changed
	g.due, g.fresh, g.complained = now.Add(c.Rest), time.Time{}, true
	if other {
		g.state = changed
	}
	return news
}

// begin reports whether a check is due and is the caller's to make.
func (g *guard) begin(now time.Time, open bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running || !open && now.Before(g.due) {
		return false
	}
	g.running = true
	return true
}

func (g *guard) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running = false
}

// recent reports whether the model was checked just now.
func (g *guard) recent(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state == same && now.Before(g.fresh)
}

func newBreaker(c Config) *gobreaker.CircuitBreaker[[][]float32] {
	return gobreaker.NewCircuitBreaker[[][]float32](gobreaker.Settings{
		MaxRequests: 1,
		Timeout:     c.Rest,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= tripAfter },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			switch {
			case from == gobreaker.StateClosed:
				c.Log.Warn("embedding endpoint is away: matching goes on without vectors", "model", c.Model)
			case to == gobreaker.StateClosed:
				c.Log.Info("embedding endpoint is back", "model", c.Model)
			}
		},
	})
}

// breakerError makes the breaker's own errors one of ours.
func breakerError(err error) error {
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return fmt.Errorf("%w: it failed just now", ErrAway)
	}
	return err
}

func (e *Embedder) breakerOpen() bool { return e.breaker.State() != gobreaker.StateClosed }

// admit reports why few texts are not to be asked for now, if they are not. It
// never waits: a check that is due runs aside.
func (e *Embedder) admit() error {
	state := e.breaker.State()
	if state != gobreaker.StateOpen && e.guard.begin(time.Now(), state == gobreaker.StateHalfOpen) {
		e.guard.aside.Go(e.checkAside)
	}
	var err error
	switch trust := e.guard.trust(); {
	case trust == changed:
		err = fmt.Errorf("%w, which was %s", ErrChanged, e.id)
	case state != gobreaker.StateClosed:
		err = breakerError(gobreaker.ErrOpenState)
	case trust == unknown:
		err = fmt.Errorf("%w: it is being asked whether it has %s", ErrAway, e.id)
	}
	if err != nil {
		e.stats.refused.Add(1)
	}
	return err
}

// checkAside checks the model through the breaker, which closes again where
// that works. Another model is no failure to the breaker: the endpoint is there.
func (e *Embedder) checkAside() {
	defer e.guard.end()
	// Nobody waits for the error: check has logged it, the breaker counts it.
	_, _ = e.breaker.Execute(func() ([][]float32, error) {
		if err := e.check(e.life); !errors.Is(err, ErrChanged) {
			return nil, err
		}
		return nil, nil
	})
}

// verify makes sure that a build gets its vectors from the right model.
func (e *Embedder) verify(ctx context.Context) error {
	if e.guard.recent(time.Now()) {
		return nil
	}
	return e.check(ctx)
}

// check asks which model there is, and notes what comes of it.
func (e *Embedder) check(ctx context.Context) error {
	vectors, err := e.askSentences(ctx)
	var found identity
	if err == nil {
		found, err = e.identify(vectors)
	}
	switch {
	case ctx.Err() != nil:
		return err // says nothing about the endpoint
	case err != nil:
		if e.guard.failed(time.Now(), e.c, false) {
			e.c.Log.Warn("asking the embedding endpoint which model it has failed", "model", e.c.Model, "err", err)
		}
		return err
	case found != e.id:
		if e.guard.failed(time.Now(), e.c, true) {
			e.c.Log.Error("embedding endpoint has another model: matching goes on without vectors, until it has the old one or the program starts anew",
				"was", e.id.String(), "is", found.String())
		}
		e.cache.Purge()
		return fmt.Errorf("%w: it was %s and is %s", ErrChanged, e.id, found)
	}
	e.guard.passed(time.Now(), e.c)
	return nil
}

// askSentences returns the vectors of the fixed sentences, of any length that
// is not configured.
func (e *Embedder) askSentences(ctx context.Context) ([][]float32, error) {
	ctx, cancel := context.WithTimeout(ctx, e.bulk.Total)
	defer cancel()
	return e.inBatches(ctx, e.bulk, sentences[:], e.c.Dimensions)
}

// identify tells the model by its vectors of the fixed sentences.
func (e *Embedder) identify(vectors [][]float32) (identity, error) {
	mark, err := fingerprint(vectors)
	if err != nil {
		return identity{}, err
	}
	return identity{e.c.Model, len(vectors[0]), mark}, nil
}
