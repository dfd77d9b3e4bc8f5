package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/endpoint"
	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
)

// testEndpoint answers with vectors that differ by text and by model, unless it
// is away.
type testEndpoint struct {
	*httptest.Server
	model atomic.Int64
	away  atomic.Int64 // the status that it answers with; 0: it is there
}

func newTestEndpoint(t *testing.T) *testEndpoint {
	t.Helper()
	s := new(testEndpoint)
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *testEndpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if code := s.away.Load(); code != 0 {
		w.WriteHeader(int(code))
		return
	}
	var in struct{ Input []string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var items []string
	for i, text := range in.Input {
		numbers := make([]string, 8)
		for d := range numbers {
			n := (int(s.model.Load())+3)*(d+1)*7919 ^ len(text)*104729*(d+2)
			numbers[d] = fmt.Sprint(n%1000 - 500)
		}
		items = append(items, fmt.Sprintf(`{"index":%d,"embedding":[%s]}`, i, strings.Join(numbers, ",")))
	}
	_, _ = fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(items, ","))
}

// config returns settings that use the endpoint, and a data folder.
func (s *testEndpoint) config(t *testing.T) Config {
	t.Helper()
	c := DefaultConfig()
	c.Data = filepath.Join(t.TempDir(), "data")
	c.Embedder.Use, c.Embedder.URL, c.Embedder.Model, c.Embedder.Key = EmbedderEndpoint, s.URL, "m", "hunter2"
	return c
}

// start opens the embedder as a server does, and closes it when the test ends.
func start(t *testing.T, c Config) (intent.Embedder, string, error) {
	t.Helper()
	var log bytes.Buffer
	e, closing, err := c.OpenEmbedder(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
	if err == nil {
		t.Cleanup(func() {
			if err := closing(); err != nil {
				t.Errorf("closing = %v, want no error", err)
			}
		})
	}
	if strings.Contains(log.String()+fmt.Sprint(err), "hunter2") {
		t.Errorf("the key is said: %s %v", log.String(), err)
	}
	return e, log.String(), err
}

// embeds waits until e gives vectors.
func embeds(t *testing.T, e intent.Embedder) error {
	t.Helper()
	var err error
	for range 200 {
		if _, err = e.Embed(t.Context(), []string{"退货"}); err == nil || errors.Is(err, endpoint.ErrChanged) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

func TestOpenEmbedderOff(t *testing.T) {
	for _, use := range []string{"", "off"} {
		c := DefaultConfig()
		c.Embedder.Use = use
		if e, log, err := start(t, c); e != nil || err != nil || log != "" {
			t.Errorf("OpenEmbedder = %v, %v, log %q, want nil, no error and no words", e, err, log)
		}
	}
}

func TestOpenEmbedder(t *testing.T) {
	s := newTestEndpoint(t)
	c := s.config(t)
	e, log, err := start(t, c)
	if err != nil || log != "" {
		t.Fatalf("OpenEmbedder = %v, log %q, want no error and no words", err, log)
	}
	if err := embeds(t, e); err != nil {
		t.Errorf("Embed = %v, want no error", err)
	}
	data, err := os.ReadFile(filepath.Join(c.Data, embedderFile))
	if got, want := string(data), e.ID()+"\n"; got != want || err != nil {
		t.Errorf("%s holds %q, %v, want %q", embedderFile, got, err, want)
	}
}

// TestStartWithoutEndpoint starts while the endpoint is away, which it was not
// at an earlier start.
func TestStartWithoutEndpoint(t *testing.T) {
	for _, code := range []int64{http.StatusUnauthorized, http.StatusBadGateway} {
		s := newTestEndpoint(t)
		c := s.config(t)
		before, _, err := start(t, c)
		if err != nil {
			t.Fatal(err)
		}
		s.away.Store(code)
		e, log, err := start(t, c)
		if err != nil || e == nil || !strings.Contains(log, "matching starts without vectors") {
			t.Fatalf("%d: OpenEmbedder = %v, %v, log %q, want one that waits", code, e, err, log)
		}
		if e.ID() != before.ID() || e.Dimensions() != before.Dimensions() {
			t.Errorf("%d: ID() = %s, %d dimensions, want those of the last start: %s, %d", code, e.ID(), e.Dimensions(), before.ID(), before.Dimensions())
		}
		if _, err := e.Embed(t.Context(), []string{"退货"}); !errors.Is(err, endpoint.ErrAway) {
			t.Errorf("%d: Embed = %v, want %v", code, err, endpoint.ErrAway)
		}
	}
}

func TestStartWhileTheEndpointIsNotThereYet(t *testing.T) {
	s := newTestEndpoint(t)
	c := s.config(t)
	opened, _, err := start(t, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []bool{false, true} {
		e, closing, err := c.resume(opened.ID(), errors.New("it was away"), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if other {
			s.model.Add(1)
		}
		if err := embeds(t, e); errors.Is(err, endpoint.ErrChanged) != other || err != nil != other {
			t.Errorf("Embed once the endpoint is there, with another model = %v: %v", other, err)
		}
		if err := closing(); err != nil {
			t.Errorf("closing = %v, want no error", err)
		}
	}
}

func TestStartWithAnEndpointNeverSeen(t *testing.T) {
	s := newTestEndpoint(t)
	s.away.Store(http.StatusNotFound)
	c := s.config(t)
	e, log, err := start(t, c)
	if e != nil || err != nil || !strings.Contains(log, "was never seen") {
		t.Errorf("OpenEmbedder = %v, %v, log %q, want nil and a word about it", e, err, log)
	}
	// What is remembered may be of another model.
	if err := writeID(filepath.Join(c.Data, embedderFile), "", "endpoint/other/8/0123456789ab"); err != nil {
		t.Fatal(err)
	}
	e, log, err = start(t, c)
	if e != nil || err != nil || !strings.Contains(log, "was another") {
		t.Errorf("OpenEmbedder = %v, %v, log %q, want nil and a word about it", e, err, log)
	}
}

// TestNewModelAtAStart: what is remembered does not hold against what is there.
func TestNewModelAtAStart(t *testing.T) {
	s := newTestEndpoint(t)
	c := s.config(t)
	before, _, err := start(t, c)
	if err != nil {
		t.Fatal(err)
	}
	s.model.Add(1)
	after, _, err := start(t, c)
	if err != nil || after.ID() == before.ID() {
		t.Fatalf("OpenEmbedder = %v, want another ID than %s", err, before.ID())
	}
	s.away.Store(http.StatusBadGateway)
	if e, _, err := start(t, c); err != nil || e.ID() != after.ID() {
		t.Errorf("OpenEmbedder = %v, want the one of the last start, %s", err, after.ID())
	}
}

// TestCommandsFailWithoutTheEndpoint: their outcome would be another.
func TestCommandsFailWithoutTheEndpoint(t *testing.T) {
	s := newTestEndpoint(t)
	s.away.Store(http.StatusBadGateway)
	c := s.config(t)
	e, closing, err := c.Embedder.Open(t.Context(), c.Data, slog.New(slog.DiscardHandler))
	if e != nil || closing != nil || !errors.Is(err, endpoint.ErrAway) {
		t.Errorf("Open = %v, %v, want %v", e, err, endpoint.ErrAway)
	}
}

func TestOpenEmbedderIsCancelled(t *testing.T) {
	s := newTestEndpoint(t)
	c := s.config(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.OpenEmbedder(ctx, slog.New(slog.DiscardHandler)); !errors.Is(err, context.Canceled) {
		t.Errorf("OpenEmbedder = %v, want %v", err, context.Canceled)
	}
}

func TestOpenEmbedderOfAPack(t *testing.T) {
	for _, folder := range []string{"", t.TempDir()} {
		c := DefaultConfig()
		c.Data, c.Embedder.Use, c.Embedder.Packs = t.TempDir(), "pack:gloss", folder
		if e, _, err := start(t, c); e != nil || !errors.Is(err, pack.ErrNotBuilt) {
			t.Errorf("OpenEmbedder of a pack that is not there = %v, %v, want %v", e, err, pack.ErrNotBuilt)
		}
	}
}

func TestEmbedderConfigValidate(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*EmbedderConfig)
		want   string // "" means that it is valid
	}{
		{"an endpoint", func(*EmbedderConfig) {}, ""},
		{"off, and all else wrong", func(c *EmbedderConfig) { *c = EmbedderConfig{Use: "off", URL: "hunter2", Batch: -1} }, ""},
		{"a pack", func(c *EmbedderConfig) { *c = EmbedderConfig{Use: "pack:en"} }, ""},
		{"a pack without a name", func(c *EmbedderConfig) { c.Use = "pack:" }, `"pack:" is not off, endpoint or pack:NAME`},
		{"something else", func(c *EmbedderConfig) { c.Use = "openai" }, `"openai" is not`},
		{"no URL", func(c *EmbedderConfig) { c.URL = "" }, "--embedder-url"},
		{"no model", func(c *EmbedderConfig) { c.Model = "" }, "--embedder-model"},
		{"no time", func(c *EmbedderConfig) { c.Timeout = 0 }, "--embedder-timeout"},
		{"http to elsewhere", func(c *EmbedderConfig) { c.URL = "http://ollama:11434/v1" }, "in the clear"},
		{"the same, allowed", func(c *EmbedderConfig) { c.URL, c.AllowHTTP = "http://ollama:11434/v1", true }, ""},
		{"a password in the URL", func(c *EmbedderConfig) { c.URL = "https://u:hunter2@a.example" }, "a user or a password"},
		{"a bad key", func(c *EmbedderConfig) { c.Key = "hunter2 " }, "the key"},
		{"a large batch", func(c *EmbedderConfig) { c.Batch = 10_000 }, "texts a request"},
		{"dimensions below 0", func(c *EmbedderConfig) { c.Dimensions = -1 }, "dimensions"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := DefaultConfig()
			c.Embedder.Use, c.Embedder.URL, c.Embedder.Model = EmbedderEndpoint, "https://a.example/v1", "m"
			tc.change(&c.Embedder)
			err := c.Validate()
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Validate() = %v, want it to say %q", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("Validate() = %v, want nothing of a secret", err)
			}
		})
	}
}
