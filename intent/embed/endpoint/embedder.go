package endpoint

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/sony/gobreaker/v2"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"github.com/honeyguide-chat/honeyguide/intent"
)

// How many requests run at once: of turns, and of builds, which must not keep
// turns waiting.
const (
	turnPlaces = 32
	bulkPlaces = 4
)

// Embedder gives the vectors of one model behind one endpoint. It is safe for
// concurrent use until it is closed.
type Embedder struct {
	c          Config
	id         identity
	client     *client
	turn, bulk lane
	breaker    *gobreaker.CircuitBreaker[[][]float32]
	guard      guard
	flights    singleflight.Group
	cache      *lru.Cache[key, []float32]
	stats      counters

	// life ends with Close. What is asked for a turn belongs to no single
	// caller: others may wait for it too, and the cache keeps it.
	life context.Context
	stop context.CancelFunc
}

var _ intent.Embedder = (*Embedder)(nil)

// lane is how one kind of callers is served.
type lane struct {
	Patience
	places *semaphore.Weighted
}

// key is the hash of a text. Texts themselves are not kept.
type key [sha256.Size]byte

// Open asks the endpoint for the vectors of fixed sentences, with the patience
// of Config.Bulk. They tell the dimensions, and a fingerprint of the model that
// goes into the ID: "endpoint/MODEL/DIMENSIONS/FINGERPRINT". So the ID is the
// same wherever the same model runs, at another address or from another
// process, and another one where a different model goes by the same name.
//
// Errors: those of Config.Validate, ErrAway, ErrAnswer, and ctx's. The caller
// must Close the Embedder.
func Open(ctx context.Context, c Config) (*Embedder, error) {
	e, err := newEmbedder(c)
	if err != nil {
		return nil, err
	}
	vectors, err := e.askSentences(ctx)
	if err == nil {
		e.id, err = e.identify(vectors)
	}
	if err != nil {
		return nil, errors.Join(orCancelled(ctx, err), e.Close())
	}
	e.guard.passed(time.Now(), e.c)
	return e, e.makeCache()
}

// Resume returns the Embedder that had this ID when an earlier one was opened,
// without asking the endpoint, which may be away: Embed fails until the endpoint
// was seen to have that very model. Errors: those of Config.Validate, and an id
// that is none or does not fit c. The caller must Close the Embedder.
func Resume(c Config, id string) (*Embedder, error) {
	e, err := newEmbedder(c)
	if err != nil {
		return nil, err
	}
	if e.id, err = parseID(id); err == nil && (e.id.model != c.Model || c.Dimensions != 0 && c.Dimensions != e.id.dimensions) {
		err = fmt.Errorf("endpoint: %s is not what is asked for: %s, %d dimensions (0: any)", id, c.Model, c.Dimensions)
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, e.makeCache()
}

// newEmbedder returns an Embedder without identity and cache.
func newEmbedder(c Config) (*Embedder, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	e := &Embedder{
		c:    c,
		turn: lane{c.Turn, semaphore.NewWeighted(turnPlaces)},
		bulk: lane{c.Bulk, semaphore.NewWeighted(bulkPlaces)},
	}
	var err error
	if e.client, err = newClient(c, &e.stats); err != nil {
		return nil, err
	}
	e.breaker = newBreaker(c)
	e.life, e.stop = context.WithCancel(context.Background())
	return e, nil
}

// makeCache makes the cache. All entries have the same size, so that a bound of
// bytes is one of entries.
func (e *Embedder) makeCache() (err error) {
	const rest = 200 // of an entry, about: key, list, map, slice header
	n := min(int64(e.c.CacheEntries), e.c.CacheBytes/int64(rest+4*e.id.dimensions))
	if e.cache, err = lru.New[key, []float32](int(max(n, 1))); err != nil {
		return fmt.Errorf("endpoint: cache: %w", err)
	}
	return nil
}

// Close waits for what runs, which it cuts short. No call may begin after it.
func (e *Embedder) Close() error {
	e.stop()
	e.guard.aside.Wait()
	for l, n := range map[*lane]int64{&e.turn: turnPlaces, &e.bulk: bulkPlaces} {
		if err := l.places.Acquire(context.WithoutCancel(e.life), n); err != nil {
			return fmt.Errorf("endpoint: close: %w", err)
		}
		l.places.Release(n)
	}
	e.client.http.CloseIdleConnections()
	return nil
}

// ID implements intent.Embedder: see Open.
func (e *Embedder) ID() string { return e.id.String() }

// Dimensions implements intent.Embedder.
func (e *Embedder) Dimensions() int { return e.id.dimensions }

// Embed implements intent.Embedder. Nothing is known of blank texts only: they
// are not sent. Errors: ErrAway, ErrAnswer, ErrChanged, and ctx's.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if err := orCancelled(ctx, nil); err != nil {
		return nil, err
	}
	keys := make([]key, len(texts))
	known := make(map[key][]float32, len(texts))
	missing := e.lookUp(texts, keys, known)
	if len(missing.texts) > 0 {
		ask := e.askMany
		if len(texts) <= FewTexts {
			ask = e.askFew
		}
		vectors, err := ask(ctx, missing)
		if err != nil {
			return nil, orCancelled(ctx, err)
		}
		for i, k := range missing.keys {
			known[k] = vectors[i]
		}
	}
	out := make([][]float32, len(texts))
	for i, k := range keys {
		out[i] = slices.Clone(known[k]) // the cache's own must not reach a caller
	}
	return out, nil
}

// wanted are different texts with their keys.
type wanted struct {
	texts []string
	keys  []key
}

// lookUp fills in the keys of texts, blank ones left out, and the vectors that
// the cache knows. It returns what is missing.
func (e *Embedder) lookUp(texts []string, keys []key, known map[key][]float32) wanted {
	var missing wanted
	for i, text := range texts {
		text = clean(text, e.c.TextRunes)
		if text == "" {
			continue
		}
		keys[i] = sha256.Sum256([]byte(text))
		if _, seen := known[keys[i]]; seen {
			continue
		}
		v, ok := e.cache.Get(keys[i])
		known[keys[i]] = v
		if ok {
			e.stats.hits.Add(1)
			continue
		}
		e.stats.misses.Add(1)
		missing.texts = append(missing.texts, text)
		missing.keys = append(missing.keys, keys[i])
	}
	return missing
}

// clean returns what is sent of a text: see mask. It is cut last, so that no
// half of a number is taken for a short one.
func clean(text string, runes int) string {
	text = strings.TrimSpace(mask(strings.ToValidUTF8(text, "\uFFFD")))
	for i := range text {
		if runes--; runes < 0 {
			return strings.TrimSpace(text[:i])
		}
	}
	return text
}

// askFew asks for what a turn waits for.
func (e *Embedder) askFew(ctx context.Context, w wanted) ([][]float32, error) {
	if err := e.admit(); err != nil {
		return nil, err
	}
	var flight strings.Builder
	for _, k := range w.keys {
		flight.Write(k[:])
	}
	done := e.flights.DoChan(flight.String(), func() (any, error) {
		var refused error
		vectors, err := e.breaker.Execute(func() ([][]float32, error) {
			ctx, cancel := context.WithTimeout(e.life, e.turn.Total)
			defer cancel()
			vectors, err := e.inBatches(ctx, e.turn, w.texts, e.id.dimensions)
			if refusesText(err) {
				refused, err = err, nil
			}
			return vectors, err
		})
		if err != nil {
			return vectors, breakerError(err)
		}
		if refused == nil {
			e.keep(w.keys, vectors)
		}
		return vectors, refused
	})
	select {
	case r := <-done:
		if r.Shared {
			e.stats.shared.Add(1)
		}
		vectors, _ := r.Val.([][]float32)
		return vectors, r.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// askMany asks for what a build waits for, several batches at once.
func (e *Embedder) askMany(ctx context.Context, w wanted) ([][]float32, error) {
	if err := e.verify(ctx); err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(w.texts))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(bulkPlaces)
	for start, end := range batches(w.texts, e.c.BatchTexts, e.c.BatchRunes) {
		g.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, e.bulk.Total)
			defer cancel()
			got, err := e.fetch(ctx, e.bulk, w.texts[start:end], e.id.dimensions)
			if err != nil {
				return err
			}
			copy(vectors[start:], got)
			e.keep(w.keys[start:end], got)
			return nil
		})
	}
	return vectors, g.Wait()
}

// keep puts vectors into the cache, unless they may be those of another model.
func (e *Embedder) keep(keys []key, vectors [][]float32) {
	e.guard.ifSame(func() {
		for i, k := range keys {
			e.cache.Add(k, vectors[i])
		}
	})
}

// inBatches asks for texts one batch after the other. want is the length of the
// vectors, 0 where that is not known yet.
func (e *Embedder) inBatches(ctx context.Context, l lane, texts []string, want int) ([][]float32, error) {
	vectors := make([][]float32, 0, len(texts))
	for start, end := range batches(texts, e.c.BatchTexts, e.c.BatchRunes) {
		got, err := e.fetch(ctx, l, texts[start:end], want)
		if err != nil {
			return nil, err
		}
		vectors = append(vectors, got...)
		want = len(vectors[0])
	}
	return vectors, nil
}

// fetch asks for one batch, as often as the lane's patience and ctx allow.
func (e *Embedder) fetch(ctx context.Context, l lane, texts []string, want int) ([][]float32, error) {
	if err := l.places.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("%w: no place got free: %s", ErrAway, err.Error())
	}
	defer l.places.Release(1)
	return repeat(ctx, l.Patience, func(ctx context.Context) ([][]float32, error) {
		return e.client.post(ctx, texts, want)
	})
}

// batches yields the bounds of runs of texts that one request may hold.
func batches(texts []string, most, runes int) func(yield func(start, end int) bool) {
	return func(yield func(start, end int) bool) {
		start, size := 0, 0
		for i, text := range texts {
			n := utf8.RuneCountInString(text)
			if i > start && (i-start == most || size+n > runes) {
				if !yield(start, i) {
					return
				}
				start, size = i, 0
			}
			size += n
		}
		if start < len(texts) {
			yield(start, len(texts))
		}
	}
}

// orCancelled returns the error of ctx where that has ended, else err.
func orCancelled(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("endpoint: %w", ended)
	}
	return err
}
