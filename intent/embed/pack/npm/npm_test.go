package npm

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
)

// tarball is what the registries of these tests have; its content does not
// matter here.
var tarball = strings.Repeat("0123456789abcdef", 1<<14)

// sourceOf pins a text.
func sourceOf(text string) pack.Source {
	sum := sha512.Sum512([]byte(text))
	return pack.Source{
		Package: "@test/thing", Version: "1.0.0", Size: int64(len(text)),
		Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
}

// registry is a server that counts its requests.
type registry struct {
	*httptest.Server
	requests atomic.Int64
}

func newRegistry(t *testing.T, handle http.HandlerFunc) *registry {
	t.Helper()
	r := new(registry)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.requests.Add(1)
		handle(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

// serve answers with text as a registry does, parts of it included.
func serve(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		http.ServeContent(w, q, "", time.Time{}, strings.NewReader(text))
	}
}

// client returns one without patience.
func client(t *testing.T, address string) *Client {
	t.Helper()
	c, err := New(Config{Registry: address, Attempts: 4, Backoff: time.Millisecond, Stall: 200 * time.Millisecond, Total: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fetch returns the text that was fetched.
func fetch(t *testing.T, c *Client, s pack.Source, dir string) (string, error) {
	t.Helper()
	last := int64(0)
	path, err := c.Fetch(t.Context(), s, dir, func(done, total int64) {
		if done > total || total != s.Size {
			t.Errorf("progress says %d of %d, want at most %d", done, total, s.Size)
		}
		last = done
	})
	if err != nil {
		if path != "" {
			t.Errorf("Fetch = %q beside an error", path)
		}
		if _, statErr := os.Stat(filepath.Join(dir, s.FileName())); !errors.Is(statErr, os.ErrNotExist) {
			t.Errorf("after an error, %s is there: %v", s.FileName(), statErr)
		}
		return "", err
	}
	if last != 0 && last != s.Size {
		t.Errorf("progress ended with %d, want %d", last, s.Size)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), nil
}

func TestFetch(t *testing.T) {
	r := newRegistry(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path != "/npm/@test/thing/-/thing-1.0.0.tgz" || q.Header.Get("Range") != "" {
			t.Errorf("asked for %s, range %q", q.URL.Path, q.Header.Get("Range"))
		}
		serve(tarball)(w, q)
	})
	dir := t.TempDir()
	for range 2 { // the second time it is there
		got, err := fetch(t, client(t, r.URL+"/npm/"), sourceOf(tarball), dir)
		if got != tarball || err != nil {
			t.Errorf("Fetch = %d bytes, %v, want %d", len(got), err, len(tarball))
		}
	}
	if n := r.requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestFetchRefuses: what does not get better by trying again.
func TestFetchRefuses(t *testing.T) {
	other := strings.Replace(tarball, "a", "b", 1)
	for _, tc := range []struct {
		name     string
		handle   http.HandlerFunc
		want     string
		requests int64
	}{
		{"not there", http.NotFound, "404 Not Found", 1},
		{"not for us", status(http.StatusUnauthorized), "401 Unauthorized", 1},
		{"a page instead", serve("<html>please log in</html>"), "has 26 bytes, want", 1},
		{"other content", serve(other), "checksum is not the pinned one", 1},
		{"too large, and says so", serve(tarball + "x"), "has 262145 bytes, want 262144", 1},
		{"too large, and does not say so", func(w http.ResponseWriter, _ *http.Request) {
			flushed(w, tarball)
			_, _ = io.Copy(w, neverEnding{})
		}, "sent more than the 262144 bytes", 1},
		{"always busy", status(http.StatusServiceUnavailable), "503 Service Unavailable", 4},
		{"always slow down", status(http.StatusTooManyRequests), "429 Too Many Requests", 4},
		{"around in circles", func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, q.URL.Path, http.StatusFound) }, "redirects more than", 6},
		{"to another scheme", redirect("ftp://127.0.0.1/x"), "which is not https", 1},
		{"parts that do not fit", func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-1/2")
			w.WriteHeader(http.StatusPartialContent)
		}, "206 Partial Content", 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := newRegistry(t, tc.handle)
			if _, err := fetch(t, client(t, r.URL), sourceOf(tarball), t.TempDir()); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Fetch = %v, want it to say %q", err, tc.want)
			}
			if got := r.requests.Load(); got != tc.requests {
				t.Errorf("%d requests, want %d", got, tc.requests)
			}
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, to, http.StatusFound) }
}

// flushed writes text at once, with no length said.
func flushed(w http.ResponseWriter, text string) {
	_, _ = io.WriteString(w, text)
	_ = http.NewResponseController(w).Flush()
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

// TestFetchRecovers: what gets better by trying again, and by going on.
func TestFetchRecovers(t *testing.T) {
	half := len(tarball) / 2
	for _, tc := range []struct {
		name  string
		first http.HandlerFunc // answers once
		begin string           // of the range asked for next
	}{
		{"busy once", status(http.StatusBadGateway), ""},
		{"cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(tarball)))
			flushed(w, tarball[:half])
			panic(http.ErrAbortHandler)
		}, fmt.Sprintf("bytes=%d-", half)},
		{"ended early", func(w http.ResponseWriter, _ *http.Request) { flushed(w, tarball[:half]) }, fmt.Sprintf("bytes=%d-", half)},
		{"stuck in the middle", func(w http.ResponseWriter, q *http.Request) {
			flushed(w, tarball[:half])
			<-q.Context().Done()
		}, fmt.Sprintf("bytes=%d-", half)},
		{"stuck before the beginning", func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var second string
			var r *registry
			r = newRegistry(t, func(w http.ResponseWriter, q *http.Request) {
				if r.requests.Load() == 1 {
					tc.first(w, q)
					return
				}
				second = q.Header.Get("Range")
				serve(tarball)(w, q)
			})
			got, err := fetch(t, client(t, r.URL), sourceOf(tarball), t.TempDir())
			if got != tarball || err != nil {
				t.Errorf("Fetch = %d bytes, %v, want %d", len(got), err, len(tarball))
			}
			if second != tc.begin || r.requests.Load() != 2 {
				t.Errorf("%d requests, the last for %q, want 2 and %q", r.requests.Load(), second, tc.begin)
			}
		})
	}
}

// TestFetchGoesOn with what an earlier process left, right or wrong.
func TestFetchGoesOn(t *testing.T) {
	for _, tc := range []struct {
		name     string
		part     string
		handle   http.HandlerFunc
		requests int64
	}{
		{"a part", tarball[:1000], serve(tarball), 1},
		{"a part, with a registry that has no parts", tarball[:1000], func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tarball) }, 1},
		{"all of it", tarball, serve(tarball), 0},
		{"a wrong part", strings.Repeat("x", 1000), serve(tarball), 2},
		{"wrong all over", strings.Repeat("x", len(tarball)), serve(tarball), 1},
		{"more than all of it", tarball + "x", serve(tarball), 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, dir := sourceOf(tarball), t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, s.FileName()+".part"), []byte(tc.part), 0o644); err != nil {
				t.Fatal(err)
			}
			r := newRegistry(t, tc.handle)
			got, err := fetch(t, client(t, r.URL), s, dir)
			if got != tarball || err != nil {
				t.Errorf("Fetch = %d bytes, %v, want %d", len(got), err, len(tarball))
			}
			if n := r.requests.Load(); n != tc.requests {
				t.Errorf("%d requests, want %d", n, tc.requests)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	mirror := newRegistry(t, serve(tarball))
	secure := httptest.NewTLSServer(serve(tarball))
	defer secure.Close()
	for _, tc := range []struct {
		name string
		tls  bool
		to   string
		want string // of the error; "" for none
	}{
		{"http to another host", false, mirror.URL, ""},
		{"http to https", false, secure.URL, ""},
		{"https to https", true, secure.URL, ""},
		{"https to http", true, mirror.URL, "which is not https"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			start := httptest.NewServer
			if tc.tls {
				start = httptest.NewTLSServer
			}
			r := start(redirect(tc.to + "/elsewhere"))
			defer r.Close()
			c, err := New(Config{Registry: r.URL, Transport: secure.Client().Transport, Attempts: 2, Backoff: time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			got, err := fetch(t, c, sourceOf(tarball), t.TempDir())
			switch {
			case tc.want == "" && (got != tarball || err != nil):
				t.Errorf("Fetch = %d bytes, %v, want %d", len(got), err, len(tarball))
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("Fetch = %v, want it to say %q", err, tc.want)
			}
		})
	}
	if n := mirror.requests.Load(); n != 1 {
		t.Errorf("%d requests over http, want 1: none after https", n)
	}
}

// TestNoAnswer: a registry that is not there, and one that says nothing.
func TestNoAnswer(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if _, err := fetch(t, client(t, gone.URL), sourceOf(tarball), t.TempDir()); err == nil {
		t.Error("Fetch from where nobody listens = no error, want one")
	}
	silent := newRegistry(t, func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
	if _, err := fetch(t, client(t, silent.URL), sourceOf(tarball), t.TempDir()); err == nil || !strings.Contains(err.Error(), "nothing came for 200ms") {
		t.Errorf("Fetch from a silent registry = %v, want it to say for how long", err)
	}
}

// TestDrops: a registry that always sends something, but never comes to an end.
func TestDrops(t *testing.T) {
	r := newRegistry(t, func(w http.ResponseWriter, q *http.Request) {
		for q.Context().Err() == nil {
			flushed(w, "x")
			time.Sleep(time.Millisecond)
		}
	})
	c := client(t, r.URL)
	c.cfg.Total = 100 * time.Millisecond
	if _, err := fetch(t, c, sourceOf(tarball), t.TempDir()); err == nil || !strings.Contains(err.Error(), "longer than 100ms") {
		t.Errorf("Fetch = %v, want it to say that it took longer than 100ms", err)
	}
}

// TestCancelled: what there is stays for the next time.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := newRegistry(t, func(w http.ResponseWriter, q *http.Request) {
		flushed(w, tarball[:1000])
		<-q.Context().Done()
	})
	dir := t.TempDir()
	_, err := client(t, r.URL).Fetch(ctx, sourceOf(tarball), dir, func(int64, int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Fetch = %v, want %v", err, context.Canceled)
	}
	if info, err := os.Stat(filepath.Join(dir, "test-thing-1.0.0.tgz.part")); err != nil || info.Size() != 1000 {
		t.Errorf("the part: %v, %v, want 1000 bytes", info, err)
	}
}

func TestNew(t *testing.T) {
	for _, address := range []string{"", "registry", "ftp://registry", "https://", "https://me:secret@registry", "https://registry?x", "https://me:secret@no host", ":"} {
		if _, err := New(Config{Registry: address}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%q) = %v, want an error without the password", address, err)
		}
	}
	c, err := New(Config{Registry: "https://registry/npm/"})
	if err != nil || c.base != "https://registry/npm" {
		t.Errorf("New = %+v, %v, want the address without its last slash", c, err)
	}
}
