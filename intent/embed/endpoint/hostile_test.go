package endpoint

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestHostileEndpoint has every kind of answer cost little time and memory, and
// be told from an endpoint that is away.
func TestHostileEndpoint(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	bomb := gzipBomb()
	for _, tc := range []struct {
		name   string
		handle func(w http.ResponseWriter, r *http.Request)
		want   error
		says   string
	}{
		{"a page", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!DOCTYPE html><title>Sign in</title>")
		}, ErrAnswer, "no JSON"},
		{"endless space", func(w http.ResponseWriter, r *http.Request) {
			pour(w, r, `{"data":[`, strings.Repeat(" ", 1<<16))
		}, ErrAnswer, "longer than"},
		{"endless vectors", func(w http.ResponseWriter, r *http.Request) {
			pour(w, r, `{"data":[{}`, strings.Repeat(",{}", 1<<14))
		}, ErrAnswer, "longer than"},
		{"one number for ever", func(w http.ResponseWriter, r *http.Request) {
			pour(w, r, `{"data":[{"index":0,"embedding":[0.`, strings.Repeat("0", 1<<16))
		}, ErrAnswer, "longer than"},
		{"a byte now and then", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		}, ErrAway, "deadline"},
		{"headers and no more", func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, ErrAway, "deadline"},
		{"a refusal without end", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			pour(w, r, `{"error":"`, strings.Repeat("x", 1<<16))
		}, ErrAnswer, "403 Forbidden"},
		{"a small answer that becomes a large one", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}, ErrAnswer, "compressed"},
		{"the same without saying so", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bomb) }, ErrAnswer, "no JSON"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		}, ErrAnswer, "redirects are not followed"},
		{"headers of a megabyte", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Much", strings.Repeat("x", 1<<20))
		}, ErrAway, ""},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"data":[`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, ErrAway, "unexpected EOF"},
		{"a code of its own", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error":{"message":"…","type":"invalid_request_error","code":"model_not_found"}}`)
		}, ErrAnswer, "404 Not Found (model_not_found)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newServer(t)
			c := s.config()
			c.Turn = Patience{Attempt: 200 * time.Millisecond, Total: 300 * time.Millisecond, Attempts: 2}
			e := open(t, c)
			s.misbehave(func(w http.ResponseWriter, r *http.Request, _ []string) bool {
				tc.handle(w, r)
				return true
			})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			took, err := turn(t.Context(), e, "退货")
			runtime.ReadMemStats(&after)
			if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("Embed = %v, want %v that says %q", err, tc.want, tc.says)
			}
			if took > 2*time.Second {
				t.Errorf("Embed took %v, want at most about 300ms", took)
			}
			// The server is in this process, too.
			if got := after.TotalAlloc - before.TotalAlloc; got > 32<<20 {
				t.Errorf("Embed allocated %d MiB, want little", got>>20)
			}
		})
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests went to another server", n)
	}
}

// pour writes start, and then more until nobody reads it any longer.
func pour(w http.ResponseWriter, r *http.Request, start, more string) {
	_, err := io.WriteString(w, start)
	for err == nil && r.Context().Err() == nil {
		_, err = io.WriteString(w, more)
	}
}

// gzipBomb returns 16 MiB of spaces, compressed to 16 KiB.
func gzipBomb() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	space := bytes.Repeat([]byte(" "), 1<<20)
	for range 16 {
		_, _ = z.Write(space)
	}
	_ = z.Close()
	return b.Bytes()
}

// TestWrongAnswers has the whole Embedder refuse what decodeAnswer refuses,
// for a turn, a build and at the start.
func TestWrongAnswers(t *testing.T) {
	for name, body := range map[string]string{
		"an error":        `{"error":{"message":"no"}}`,
		"too few":         data(item(0, "[1,0]")),
		"other length":    data(item(0, "[1,0]"), item(1, "[1,0]")),
		"zero":            data(item(0, strings.Repeat("0,", 63)+"0"), item(1, "[1,0]")),
		"all of one kind": data(item(0, "[1]"), item(1, "[1]"), item(2, "[1]"), item(3, "[1]"), item(4, "[1]"), item(5, "[1]"), item(6, "[1]"), item(7, "[1]")),
	} {
		s := newServer(t)
		e := open(t, s.config())
		s.answerWith(body)
		for i, texts := range [][]string{{"a"}, {"a", "b"}, strings.Fields("a b c d e f g h i j k")} {
			if got, err := e.Embed(t.Context(), texts); got != nil || !errors.Is(err, ErrAnswer) {
				// A build asks for the model first, and may see that it is another.
				if i < 2 || !errors.Is(err, ErrChanged) {
					t.Errorf("%s: Embed of %d texts = %d vectors, %v, want none, %v", name, len(texts), len(got), err, ErrAnswer)
				}
			}
		}
		if _, err := Open(t.Context(), s.config()); !errors.Is(err, ErrAnswer) {
			t.Errorf("%s: Open = %v, want %v", name, err, ErrAnswer)
		}
	}
}

func TestOpenFails(t *testing.T) {
	s := newServer(t)
	c := s.config()
	s.Close()
	if _, err := Open(t.Context(), c); !errors.Is(err, ErrAway) {
		t.Errorf("Open of an endpoint that is not there = %v, want %v", err, ErrAway)
	}
	ended := newServer(t)
	ended.misbehave(func(_ http.ResponseWriter, r *http.Request, _ []string) bool {
		<-r.Context().Done()
		return true
	})
	ctx, cancel := contextIn(t, 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := Open(ctx, ended.config()); !errors.Is(err, ctx.Err()) || ctx.Err() == nil || time.Since(start) > time.Second {
		t.Errorf("Open = %v after %v, want the error of its context at once", err, time.Since(start))
	}
}
