package endpoint

import (
	"encoding/json"
	"hash/fnv"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// testModel is a small model: a vector for each text, made from its hash.
type testModel struct {
	seed       uint64
	dimensions int
}

func (m testModel) vector(text string) []float32 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // cannot fail
	rnd := rand.New(rand.NewPCG(m.seed, h.Sum64()))
	v := make([]float32, m.dimensions)
	for i := range v {
		v[i] = float32(3 * rnd.NormFloat64())
	}
	return v
}

// unit returns what an Embedder makes of the vector of text.
func (m testModel) unit(text string) []float32 {
	v := m.vector(text)
	if err := normalize(v); err != nil {
		panic(err)
	}
	return v
}

// answer returns what a well-behaved endpoint says.
func (m testModel) answer(texts []string) []byte {
	type item struct {
		Object    string    `json:"object"`
		Index     int       `json:"index"`
		Embedding []float32 `json:"embedding"`
	}
	items := make([]item, len(texts))
	for i, text := range texts {
		items[i] = item{"embedding", i, m.vector(text)}
	}
	slices.Reverse(items) // their order says nothing
	body, err := json.Marshal(map[string]any{"object": "list", "data": items, "model": "m", "usage": map[string]int{"total_tokens": 9}})
	if err != nil {
		panic(err)
	}
	return body
}

// server is an endpoint whose behaviour can be changed while it runs.
type server struct {
	*httptest.Server
	requests atomic.Int64

	mu     sync.Mutex
	model  testModel
	texts  [][]string // of all requests
	handle func(w http.ResponseWriter, r *http.Request, texts []string) bool
}

func newServer(t testing.TB) *server {
	t.Helper()
	s := &server{model: testModel{seed: 1, dimensions: 64}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// config returns a Config for the server that does not keep a test waiting.
func (s *server) config() Config {
	return Config{
		URL: s.URL + "/v1", Model: "test/model", Key: "sk-Secret-123",
		Turn: Patience{Attempt: 2 * time.Second, Total: 3 * time.Second, Attempts: 2},
		Bulk: Patience{Attempt: 5 * time.Second, Total: 10 * time.Second, Attempts: 2},
	}
}

// misbehave has f asked first about every request; it returns true where it has
// answered. nil ends that.
func (s *server) misbehave(f func(w http.ResponseWriter, r *http.Request, texts []string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handle = f
}

// answerWith has the server answer 200 and body.
func (s *server) answerWith(body string) {
	s.misbehave(func(w http.ResponseWriter, _ *http.Request, _ []string) bool {
		_, _ = io.WriteString(w, body)
		return true
	})
}

func (s *server) load(m testModel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.model = m
}

// asked returns the texts of all requests, each request's by itself.
func (s *server) asked() [][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.texts)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/embeddings" {
		http.Error(w, "no", http.StatusTeapot)
		return
	}
	s.mu.Lock()
	s.texts = append(s.texts, in.Input)
	model, handle := s.model, s.handle
	s.mu.Unlock()
	if handle != nil && handle(w, r, in.Input) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(model.answer(in.Input))
}

// open opens an Embedder that is closed when the test ends.
func open(t testing.TB, c Config) *Embedder {
	t.Helper()
	e, err := Open(t.Context(), c)
	if err != nil {
		t.Fatalf("Open = %v, want no error", err)
	}
	t.Cleanup(func() { shut(t, e) })
	return e
}

func shut(t testing.TB, e *Embedder) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Errorf("Close = %v, want no error", err)
	}
}

// lines is a log that a test reads.
type lines struct {
	mu   sync.Mutex
	text []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

func (l *lines) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func near(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Abs(float64(x-y)) < 1e-6 })
}
