package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/embedtest"
)

func TestContract(t *testing.T) {
	s := newServer(t)
	embedtest.TestEmbedder(t, embedtest.Harness{
		New:     func(t *testing.T) intent.Embedder { return open(t, s.config()) },
		Known:   []string{"怎么退货", "运费谁出", "track my parcel", "😀", "how do I return it"},
		Unknown: []string{"", "  ", "\n\u3000\t"},
	})
}

func TestOpen(t *testing.T) {
	s := newServer(t)
	e := open(t, s.config())
	if got, want := e.Dimensions(), 64; got != want {
		t.Errorf("Dimensions() = %d, want %d", got, want)
	}
	if id, ok := strings.CutPrefix(e.ID(), "endpoint/test/model/64/"); !ok || !isFingerprint(id) {
		t.Errorf("ID() = %q, want endpoint/test/model/64/ and a fingerprint", e.ID())
	}
	if got, want := open(t, s.config()).ID(), e.ID(); got != want {
		t.Errorf("ID() of the same model = %q, want %q", got, want)
	}
	s.load(testModel{seed: 2, dimensions: 64})
	if got, not := open(t, s.config()).ID(), e.ID(); got == not {
		t.Errorf("ID() of another model behind the same name = %q, want another one", got)
	}
}

func TestRequest(t *testing.T) {
	s := newServer(t)
	var path, key, body string
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		path, key, body = r.Method+" "+r.URL.String(), r.Header.Get("Authorization"), string(data)
		http.Error(w, "", http.StatusForbidden)
	})
	c := s.config()
	c.Dimensions = 32
	e, err := Resume(c, "endpoint/test/model/32/0123456789ab")
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, e)
	if _, err := e.client.post(t.Context(), []string{"a<b", "退货"}, 32); err == nil {
		t.Errorf("post = no error, want one")
	}
	want := `{"model":"test/model","input":["a\u003cb","退货"],"encoding_format":"float","dimensions":32}`
	if diff := cmp.Diff([]string{"POST /v1/embeddings", "Bearer sk-Secret-123", want}, []string{path, key, body}); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

func TestBatches(t *testing.T) {
	for _, tc := range []struct {
		name        string
		texts       []string
		most, runes int
		want        []string
	}{
		{name: "none", most: 2, runes: 10},
		{name: "by number", texts: []string{"a", "b", "c", "d", "e"}, most: 2, runes: 10, want: []string{"a b", "c d", "e"}},
		{name: "by characters", texts: []string{"退货", "运费", "发票", "x"}, most: 9, runes: 5, want: []string{"退货 运费", "发票 x"}},
		{name: "a text too long for any", texts: []string{"a", "bbbbbb", "c"}, most: 9, runes: 3, want: []string{"a", "bbbbbb", "c"}},
		{name: "one each", texts: []string{"a", "b"}, most: 1, runes: 9, want: []string{"a", "b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for start, end := range batches(tc.texts, tc.most, tc.runes) {
				got = append(got, strings.Join(tc.texts[start:end], " "))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("batches (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBuildAsksInBatches also checks that no text is sent twice.
func TestBuildAsksInBatches(t *testing.T) {
	s := newServer(t)
	c := s.config()
	c.BatchTexts = 7
	e := open(t, c)
	before := len(s.asked())
	var texts []string
	for i := range 40 {
		texts = append(texts, fmt.Sprint("text ", i%30), "")
	}
	vectors, err := e.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	sent := make(map[string]int)
	for _, batch := range s.asked()[before:] {
		if len(batch) > 7 {
			t.Errorf("a request has %d texts, want at most 7", len(batch))
		}
		for _, text := range batch {
			sent[text]++
		}
	}
	for text, n := range sent {
		if n != 1 || text == "" {
			t.Errorf("%q was sent %d times", text, n)
		}
	}
	for i, v := range vectors {
		if want := s.model.unit(texts[i]); texts[i] != "" && !near(v, want) {
			t.Errorf("vector of %q is not its own", texts[i])
		}
	}
	want := Stats{Misses: 30, Requests: 2 + 5, Cached: 30}
	got := e.Stats()
	got.Waited = 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Stats (-want +got):\n%s", diff)
	}
}

func TestCache(t *testing.T) {
	s := newServer(t)
	c := s.config()
	c.CacheEntries = 3
	e := open(t, c)
	before := s.requests.Load()
	for _, tc := range []struct {
		texts    string
		requests int64 // all in all
	}{
		{"a b c", 1},
		{"c b a", 1},
		{"a d", 2}, // pushes c out, which was used the longest time ago
		{"a b d", 2},
		{"c", 3},
	} {
		if _, err := e.Embed(t.Context(), strings.Fields(tc.texts)); err != nil {
			t.Fatal(err)
		}
		if got := s.requests.Load() - before; got != tc.requests {
			t.Errorf("after %q: %d requests, want %d", tc.texts, got, tc.requests)
		}
	}
	if got, want := e.Stats().Cached, 3; got != want {
		t.Errorf("Stats().Cached = %d, want %d", got, want)
	}
}

func TestCacheIsBoundedByBytes(t *testing.T) {
	s := newServer(t)
	c := s.config()
	c.CacheBytes = 10 * (200 + 4*64)
	e := open(t, c)
	texts := make([]string, 50)
	for i := range texts {
		texts[i] = fmt.Sprint(i)
	}
	if _, err := e.Embed(t.Context(), texts); err != nil {
		t.Fatal(err)
	}
	if got, want := e.Stats().Cached, 10; got != want {
		t.Errorf("Stats().Cached = %d, want %d", got, want)
	}
}

// TestEqualTextsShareARequest asks for one text from many callers, the first of
// whom leaves before there is an answer.
func TestEqualTextsShareARequest(t *testing.T) {
	s := newServer(t)
	e := open(t, s.config())
	before := s.requests.Load()
	arrived, answer := make(chan struct{}), make(chan struct{})
	s.misbehave(func(http.ResponseWriter, *http.Request, []string) bool {
		close(arrived)
		<-answer
		return false
	})
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := e.Embed(ctx, []string{"退货"})
		left <- err
	}()
	<-arrived
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			got, err := e.Embed(t.Context(), []string{" 退货\n"})
			if err != nil || !near(got[0], s.model.unit("退货")) {
				t.Errorf("Embed = %v, %v, want the vector", got, err)
			}
		})
	}
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("Embed of who left = %v, want %v", err, context.Canceled)
	}
	close(answer)
	wg.Wait()
	if got := s.requests.Load() - before; got != 1 {
		t.Errorf("%d requests for one text, want 1", got)
	}
}

func TestLongTextsAreCut(t *testing.T) {
	s := newServer(t)
	c := s.config()
	c.TextRunes = 5
	e := open(t, c)
	if _, err := e.Embed(t.Context(), []string{"退货运费谁出呢", " ab  cdef", "abcde", "x\xffy"}); err != nil {
		t.Fatal(err)
	}
	asked := s.asked()
	if diff := cmp.Diff([]string{"退货运费谁", "ab  c", "abcde", "x\uFFFDy"}, asked[len(asked)-1]); diff != "" {
		t.Errorf("sent texts (-want +got):\n%s", diff)
	}
}

func TestTextsAreMasked(t *testing.T) {
	s := newServer(t)
	c := s.config()
	c.TextRunes = 12
	e := open(t, c)
	// Cut before it was masked, the number would have too few digits.
	if _, err := e.Embed(t.Context(), []string{"电话13800138000", "我的订单号是 8391028374", "a@b.cc"}); err != nil {
		t.Fatal(err)
	}
	asked := s.asked()
	if diff := cmp.Diff([]string{"电话0000000000", "我的订单号是 00000", "link"}, asked[len(asked)-1]); diff != "" {
		t.Errorf("sent texts (-want +got):\n%s", diff)
	}
}

func TestDimensionsAreAskedFor(t *testing.T) {
	s := newServer(t)
	c := s.config()
	c.Dimensions = 32
	if _, err := Open(t.Context(), c); !errors.Is(err, ErrAnswer) {
		t.Errorf("Open of a model that ignores dimensions = %v, want %v", err, ErrAnswer)
	}
	s.load(testModel{seed: 1, dimensions: 32})
	if got := open(t, c).Dimensions(); got != 32 {
		t.Errorf("Dimensions() = %d, want 32", got)
	}
}

// TestClose checks that nothing runs afterwards.
func TestClose(t *testing.T) {
	s := newServer(t)
	e, err := Open(t.Context(), s.config())
	if err != nil {
		t.Fatal(err)
	}
	s.misbehave(func(_ http.ResponseWriter, r *http.Request, _ []string) bool {
		<-r.Context().Done()
		return true
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := e.Embed(ctx, []string{"a"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Embed = %v, want %v", err, context.DeadlineExceeded)
	}
	start := time.Now()
	shut(t, e)
	shut(t, e) // a second time does no harm
	if took := time.Since(start); took > time.Second {
		t.Errorf("Close took %v, want what runs cut short", took)
	}
	before := s.requests.Load()
	if _, err := e.Embed(t.Context(), []string{"b"}); !errors.Is(err, ErrAway) {
		t.Errorf("Embed after Close = %v, want %v", err, ErrAway)
	}
	if got := s.requests.Load(); got != before {
		t.Errorf("%d requests after Close, want none", got-before)
	}
}

func TestStatsOfSharedCalls(t *testing.T) {
	s := newServer(t)
	e := open(t, s.config())
	for range 3 {
		if _, err := e.Embed(t.Context(), slices.Repeat([]string{"a", "b"}, 2)); err != nil {
			t.Fatal(err)
		}
	}
	got := e.Stats()
	if got.Waited <= 0 {
		t.Errorf("Stats().Waited = %v, want more", got.Waited)
	}
	got.Waited = 0
	if diff := cmp.Diff(Stats{Hits: 4, Misses: 2, Requests: 2, Cached: 2}, got); diff != "" {
		t.Errorf("Stats (-want +got):\n%s", diff)
	}
}
