package live_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// fake is a store with some methods replaced.
type fake struct {
	knowledge.Store
	publish  func(context.Context, knowledge.Release) error
	model    func(context.Context, shop.ID, uint64) ([]byte, error)
	setModel func(context.Context, shop.ID, uint64, []byte) error
}

func (f *fake) Publish(ctx context.Context, r knowledge.Release) error {
	if f.publish != nil {
		return f.publish(ctx, r)
	}
	return f.Store.Publish(ctx, r)
}

func (f *fake) Model(ctx context.Context, id shop.ID, n uint64) ([]byte, error) {
	if f.model != nil {
		return f.model(ctx, id, n)
	}
	return f.Store.Model(ctx, id, n)
}

func (f *fake) SetModel(ctx context.Context, id shop.ID, n uint64, model []byte) error {
	if f.setModel != nil {
		return f.setModel(ctx, id, n, model)
	}
	return f.Store.SetModel(ctx, id, n, model)
}

var errAway = fmt.Errorf("the store is away: %w", knowledge.ErrUnavailable)

// node is a catalog whose trainings and log lines are counted.
type node struct {
	*live.Catalog
	trainings atomic.Int32
	log       bytes.Buffer // read it when the catalog rests
}

func newNode(t *testing.T, s knowledge.Store, o live.Options) *node {
	t.Helper()
	n := new(node)
	o.Log = slog.New(slog.NewTextHandler(&n.log, nil))
	n.Catalog = live.New(s, func() time.Time { return noon }, o)
	n.OnTrain(func() { n.trainings.Add(1) })
	t.Cleanup(n.Close)
	return n
}

func (n *node) wantTrainings(t *testing.T, want int32) {
	t.Helper()
	if got := n.trainings.Load(); got != want {
		t.Errorf("%d trainings, want %d; log:\n%s", got, want, &n.log)
	}
}

func (n *node) wantLog(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(n.log.String(), w) {
			t.Errorf("no %q in the log:\n%s", w, &n.log)
		}
	}
}

func explain(t *testing.T, c *live.Catalog, utterance string) *intent.Explanation {
	t.Helper()
	s, err := c.Acquire(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	x, err := s.Explain(t.Context(), utterance, "", noon)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestModelIsLoadedInsteadOfTrained(t *testing.T) {
	store := newStore(t)
	first := newNode(t, store, live.Options{})
	publish(t, first.Catalog, "a", "三天")
	first.wantTrainings(t, 1)
	first.wantLog(t, "release is published", "model=trained", "took=", "model is stored")

	second := newNode(t, store, live.Options{})
	if got, number := answer(t, second.Catalog, "a"); got != "三天" || number != 1 {
		t.Errorf("answers %q from release %d, want 三天 from 1", got, number)
	}
	for _, utterance := range []string{"退的钱几天到", "发票怎么弄", "今天天气好"} {
		if diff := cmp.Diff(explain(t, first.Catalog, utterance), explain(t, second.Catalog, utterance)); diff != "" {
			t.Errorf("Explain(%s) (-trained +loaded):\n%s", utterance, diff)
		}
	}
	second.wantTrainings(t, 0)
	second.wantLog(t, "release is live", "model=loaded", "took=")

	// The next release has a model of its own.
	publish(t, second.Catalog, "a", "五天")
	third := newNode(t, store, live.Options{})
	if got, _ := answer(t, third.Catalog, "a"); got != "五天" {
		t.Errorf("answers %q, want 五天", got)
	}
	third.wantTrainings(t, 0)
}

func TestModelThatCannotBeUsed(t *testing.T) {
	away := func(context.Context, shop.ID, uint64) ([]byte, error) { return nil, errAway }
	set := func(t *testing.T, s knowledge.Store, model []byte) {
		if err := s.SetModel(t.Context(), "a", 1, model); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name   string
		change func(*testing.T, *fake, []byte) // the store and its model
		o      live.Options
		log    string
		kept   bool // the model is replaced
	}{
		{"is foreign", func(*testing.T, *fake, []byte) {}, live.Options{Tolerance: 0.2}, "level=INFO msg=\"release is trained anew\"", true},
		{"is cut off", func(t *testing.T, f *fake, m []byte) { set(t, f.Store, m[:len(m)/2]) }, live.Options{}, "level=WARN", true},
		{"is nonsense", func(t *testing.T, f *fake, _ []byte) { set(t, f.Store, []byte("model")) }, live.Options{}, "level=WARN", true},
		{"is missing", func(_ *testing.T, f *fake, _ []byte) {
			real := f.Store
			f.model = func(ctx context.Context, id shop.ID, n uint64) ([]byte, error) {
				f.model = real.Model
				return nil, knowledge.ErrNoModel
			}
		}, live.Options{}, "level=INFO msg=\"release is trained anew\"", true},
		{"cannot be read", func(_ *testing.T, f *fake, _ []byte) { f.model = away }, live.Options{}, "level=WARN", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := newStore(t)
			publish(t, newCatalog(t, store), "a", "三天")
			model, err := store.Model(t.Context(), "a", 1)
			if err != nil {
				t.Fatal(err)
			}
			f := &fake{Store: store}
			tt.change(t, f, model)
			written := 0
			f.setModel = func(ctx context.Context, id shop.ID, n uint64, m []byte) error {
				written++
				return store.SetModel(ctx, id, n, m)
			}
			n := newNode(t, f, tt.o)
			if got, number := answer(t, n.Catalog, "a"); got != "三天" || number != 1 {
				t.Errorf("answers %q from release %d, want 三天 from 1", got, number)
			}
			n.wantTrainings(t, 1)
			n.wantLog(t, tt.log, "model=trained")
			if kept := written == 1; kept != tt.kept {
				t.Errorf("wrote the model %d times, want it written: %v", written, tt.kept)
			}
			if !tt.kept {
				return
			}
			again := newNode(t, store, tt.o)
			answer(t, again.Catalog, "a")
			again.wantTrainings(t, 0)
		})
	}
}

func TestModelThatCannotBeStored(t *testing.T) {
	f := &fake{Store: newStore(t), setModel: func(context.Context, shop.ID, uint64, []byte) error { return errAway }}
	n := newNode(t, f, live.Options{})
	publish(t, n.Catalog, "a", "三天")
	if got, _ := answer(t, n.Catalog, "a"); got != "三天" {
		t.Errorf("answers %q, want 三天", got)
	}
	n.wantLog(t, "level=WARN msg=\"storing the model failed", errAway.Error())
}

// An author who goes away once the release is stored does not cost the model.
func TestModelOutlivesItsPublisher(t *testing.T) {
	store := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := newCatalog(t, &fake{Store: store, publish: func(ctx context.Context, r knowledge.Release) error {
		defer cancel()
		return store.Publish(ctx, r)
	}})
	if _, err := c.Publish(ctx, "a", draft("三天")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Model(t.Context(), "a", 1); err != nil {
		t.Errorf("Model = %v, want nil", err)
	}
}

// A model of a release that another publisher replaced meanwhile is dropped.
func TestModelOfAReplacedRelease(t *testing.T) {
	store := newStore(t)
	f := &fake{Store: store}
	n := newNode(t, f, live.Options{})
	f.setModel = func(ctx context.Context, id shop.ID, number uint64, model []byte) error {
		publish(t, newCatalog(t, store), "a", "五天")
		return store.SetModel(ctx, id, number, model)
	}
	publish(t, n.Catalog, "a", "三天")
	n.wantLog(t, "level=INFO msg=\"model is not stored")
	again := newNode(t, store, live.Options{})
	if got, number := answer(t, again.Catalog, "a"); got != "五天" || number != 2 {
		t.Errorf("answers %q from release %d, want 五天 from 2", got, number)
	}
	again.wantTrainings(t, 0)
}

func TestNodesThatTrainAtOnce(t *testing.T) {
	store := newStore(t)
	publish(t, newCatalog(t, &fake{Store: store, setModel: func(context.Context, shop.ID, uint64, []byte) error { return errAway }}), "a", "三天")
	var wg sync.WaitGroup
	for range 4 {
		n := newNode(t, store, live.Options{})
		wg.Go(func() {
			if got, _ := answer(t, n.Catalog, "a"); got != "三天" {
				t.Errorf("answers %q, want 三天", got)
			}
		})
	}
	wg.Wait()
	last := newNode(t, store, live.Options{})
	answer(t, last.Catalog, "a")
	last.wantTrainings(t, 0)
}

// hang is a call of a store that does not come back until it is let go.
type hang struct {
	began, letGo chan struct{}
	deadline     time.Time // of the call
}

func newHang() *hang { return &hang{began: make(chan struct{}), letGo: make(chan struct{})} }

func (h *hang) call(ctx context.Context) error {
	h.deadline, _ = ctx.Deadline()
	close(h.began)
	<-h.letGo
	return errAway
}

// wantPatience checks that the call would have been given up soon.
func (h *hang) wantPatience(t *testing.T) {
	t.Helper()
	if left := time.Until(h.deadline); h.deadline.IsZero() || left > 10*time.Second {
		t.Errorf("the call's deadline is %v, %v away, want one 10 s away at most", h.deadline, left)
	}
}

// A store that hangs holds up the next release, and never the turns of this one.
func TestStoreThatHangsOverAModel(t *testing.T) {
	store := newStore(t)
	here := newCatalog(t, store)
	publish(t, here, "a", "三天")
	f := &fake{Store: store}
	there := newNode(t, f, live.Options{Refresh: time.Millisecond})
	answer(t, there.Catalog, "a")
	reading := newHang()
	f.model = func(ctx context.Context, _ shop.ID, _ uint64) ([]byte, error) { return nil, reading.call(ctx) }
	publish(t, here, "a", "五天")

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- there.Run(ctx) }()
	<-reading.began
	if got, _ := answer(t, there.Catalog, "a"); got != "三天" {
		t.Errorf("while the model is read: %q, want 三天", got)
	}
	reading.wantPatience(t)
	close(reading.letGo)
	for deadline := time.Now().Add(10 * time.Second); ; {
		if got, _ := answer(t, there.Catalog, "a"); got == "五天" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the other node never followed")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	there.wantTrainings(t, 1)
}

// Where the model is hard to store, only the call that trained it waits.
func TestStoreThatHangsOverATrainedModel(t *testing.T) {
	writing := newHang()
	f := &fake{Store: newStore(t), setModel: func(ctx context.Context, _ shop.ID, _ uint64, _ []byte) error { return writing.call(ctx) }}
	n := newNode(t, f, live.Options{})
	published := make(chan error, 1)
	go func() {
		_, err := n.Publish(t.Context(), "a", draft("三天"))
		published <- err
	}()
	<-writing.began
	if got, _ := answer(t, n.Catalog, "a"); got != "三天" {
		t.Errorf("while the model is stored: %q, want 三天", got)
	}
	writing.wantPatience(t)
	close(writing.letGo)
	if err := <-published; err != nil {
		t.Errorf("Publish = %v, want nil", err)
	}
}
