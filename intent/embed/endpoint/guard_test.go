package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeNet is an endpoint without a network, for tests in fake time.
type fakeNet struct {
	mu       sync.Mutex
	model    testModel
	requests int
	checks   int           // of the requests: those for the fixed sentences
	slow     time.Duration // how long a check takes
	fail     func(r *http.Request) (*http.Response, error)
}

func newFakeNet() *fakeNet { return &fakeNet{model: testModel{seed: 1, dimensions: 64}} }

func (n *fakeNet) RoundTrip(r *http.Request) (*http.Response, error) {
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	n.mu.Lock()
	n.requests++
	if in.Input[0] == sentences[0] {
		n.checks++
	}
	model, fail, slow := n.model, n.fail, n.slow
	n.mu.Unlock()
	if in.Input[0] == sentences[0] {
		time.Sleep(slow)
	}
	if fail != nil {
		return fail(r)
	}
	return status(http.StatusOK, "", string(model.answer(in.Input))), nil
}

func status(code int, retryAfter, body string) *http.Response {
	return &http.Response{StatusCode: code, Header: http.Header{"Retry-After": {retryAfter}}, Body: io.NopCloser(strings.NewReader(body))}
}

// set changes the endpoint: the model behind it, and how it fails (nil: it does
// not).
func (n *fakeNet) set(model testModel, fail func(r *http.Request) (*http.Response, error)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.model, n.fail = model, fail
}

// takes sets how long a check takes.
func (n *fakeNet) takes(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.slow = d
}

func (n *fakeNet) counts() (requests, checks int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.requests, n.checks
}

func unreachable(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }

func silent(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func says(code int, retryAfter string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return status(code, retryAfter, ""), nil }
}

// bubble runs f in fake time with an Embedder that has its defaults.
func bubble(t *testing.T, f func(t *testing.T, n *fakeNet, e *Embedder, log *lines)) {
	synctest.Test(t, func(t *testing.T) {
		n, log := newFakeNet(), new(lines)
		e := open(t, Config{URL: "https://example.com/v1", Model: "m", Log: log.logger(), transport: n})
		f(t, n, e, log)
		shut(t, e)
	})
}

// turn asks for one text, and returns the error and how long it took.
func turn(ctx context.Context, e *Embedder, text string) (time.Duration, error) {
	start := time.Now()
	_, err := e.Embed(ctx, []string{text})
	return time.Since(start), err
}

// build asks for many texts.
func build(ctx context.Context, e *Embedder, from int) (time.Duration, error) {
	texts := make([]string, 25)
	for i := range texts {
		texts[i] = fmt.Sprint("question ", from+i)
	}
	start := time.Now()
	_, err := e.Embed(ctx, texts)
	return time.Since(start), err
}

var oldModel, newModel = testModel{seed: 1, dimensions: 64}, testModel{seed: 2, dimensions: 64}

// TestAwayEndpointCostsATurnNothing follows an endpoint away and back.
func TestAwayEndpointCostsATurnNothing(t *testing.T) {
	bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, log *lines) {
		if _, err := turn(t.Context(), e, "known"); err != nil {
			t.Fatal(err)
		}
		n.set(oldModel, silent)
		for i := range tripAfter {
			took, err := turn(t.Context(), e, fmt.Sprint(i))
			if !errors.Is(err, ErrAway) || errors.Is(err, context.DeadlineExceeded) || took > e.c.Turn.Total {
				t.Errorf("turn %d = %v after %v, want %v after at most %v", i, err, took, ErrAway, e.c.Turn.Total)
			}
		}
		// Two hours of turns, one every five seconds.
		before, checksBefore := n.counts()
		for i := range 1440 {
			time.Sleep(5 * time.Second)
			if took, err := turn(t.Context(), e, fmt.Sprint(i)); !errors.Is(err, ErrAway) || took != 0 {
				t.Fatalf("turn while the endpoint is away = %v after %v, want %v at once", err, took, ErrAway)
			}
		}
		requests, checks := n.counts()
		if requests-before != checks-checksBefore || checks == checksBefore {
			t.Errorf("%d requests and %d checks while it is away, want checks only", requests-before, checks-checksBefore)
		}
		if took, err := turn(t.Context(), e, "known"); err != nil || took != 0 {
			t.Errorf("turn that the cache knows = %v after %v, want no error", err, took)
		}
		if got := e.Stats(); !got.Open || got.Changed || got.Refused != 1440 {
			t.Errorf("Stats = %+v, want an open breaker and 1440 refused", got)
		}

		n.set(oldModel, nil)
		time.Sleep(2 * time.Minute)
		if took, err := turn(t.Context(), e, "a"); !errors.Is(err, ErrAway) || took != 0 {
			t.Errorf("first turn of the endpoint's return = %v after %v, want %v at once", err, took, ErrAway)
		}
		synctest.Wait()
		if _, err := turn(t.Context(), e, "a"); err != nil {
			t.Errorf("turn after the endpoint's return = %v, want no error", err)
		}
		if e.Stats().Open {
			t.Errorf("Stats().Open = true after the endpoint's return")
		}
		for _, want := range []string{"embedding endpoint is away", "asking the embedding endpoint which model it has failed", "embedding endpoint is back"} {
			if got := strings.Count(log.String(), want); got != 1 {
				t.Errorf("the log says %q %d times, want once:\n%s", want, got, log)
			}
		}
	})
}

func TestTurnsOwnDeadline(t *testing.T) {
	bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, _ *lines) {
		n.set(oldModel, silent)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if took, err := turn(ctx, e, "a"); !errors.Is(err, context.DeadlineExceeded) || took != 200*time.Millisecond {
			t.Errorf("turn = %v after %v, want %v after 200ms", err, took, context.DeadlineExceeded)
		}
	})
}

// TestRepeats checks what is tried again, and how long that may take. Pauses
// are random in part.
func TestRepeats(t *testing.T) {
	ask := map[string]func(context.Context, *Embedder) (time.Duration, error){
		"turn":  func(ctx context.Context, e *Embedder) (time.Duration, error) { return turn(ctx, e, "a") },
		"build": func(ctx context.Context, e *Embedder) (time.Duration, error) { return build(ctx, e, 0) },
	}
	for _, tc := range []struct {
		name     string
		who      string
		fail     func(*http.Request) (*http.Response, error)
		want     error
		requests int // with the checks of a build; several batches at once
		min, max time.Duration
	}{
		{"no connection", "turn", unreachable, ErrAway, 2, 50 * time.Millisecond, 100 * time.Millisecond},
		{"no answer", "turn", silent, ErrAway, 2, 1500 * time.Millisecond, 1500 * time.Millisecond},
		{"an accident", "turn", says(502, ""), ErrAway, 2, 50 * time.Millisecond, 100 * time.Millisecond},
		{"no room", "turn", says(429, ""), ErrAway, 2, 50 * time.Millisecond, 100 * time.Millisecond},
		{"no room for a second", "turn", says(429, "1"), ErrAway, 2, time.Second, time.Second},
		{"no room for longer than a turn waits", "turn", says(429, "2"), ErrAway, 1, 0, 0},
		{"no room for years", "turn", says(503, "999999999999"), ErrAway, 1, 0, 0},
		{"a page that moved", "turn", says(302, ""), ErrAnswer, 1, 0, 0},
		{"a wrong key", "turn", says(401, "1"), ErrAnswer, 1, 0, 0},
		{"no such model", "turn", says(404, ""), ErrAnswer, 1, 0, 0},
		{"a wrong answer", "turn", says(200, ""), ErrAnswer, 1, 0, 0},
		{"nothing but well", "turn", says(204, ""), ErrAnswer, 1, 0, 0},
		{"no connection", "build", unreachable, ErrAway, 4, 350 * time.Millisecond, 700 * time.Millisecond},
		{"no answer", "build", silent, ErrAway, 2, time.Minute, time.Minute},
		{"no room for a while", "build", says(429, "15"), ErrAway, 4, 45 * time.Second, 45 * time.Second},
		{"a wrong key", "build", says(401, ""), ErrAnswer, 1, 0, 0},
	} {
		t.Run(tc.who+" "+tc.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, _ *lines) {
				n.set(oldModel, tc.fail)
				time.Sleep(e.c.Rest) // a build checks again
				before, _ := n.counts()
				took, err := ask[tc.who](t.Context(), e)
				if !errors.Is(err, tc.want) || took < tc.min || took > tc.max {
					t.Errorf("Embed = %v after %v, want %v after %v to %v", err, took, tc.want, tc.min, tc.max)
				}
				if requests, _ := n.counts(); requests-before != tc.requests {
					t.Errorf("%d requests, want %d", requests-before, tc.requests)
				}
			})
		})
	}
}

func TestRepeatHelps(t *testing.T) {
	bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, _ *lines) {
		first := true
		n.set(oldModel, func(r *http.Request) (*http.Response, error) {
			n.set(oldModel, nil)
			if !first {
				t.Errorf("a second request failed")
			}
			first = false
			return status(http.StatusTooManyRequests, "1", ""), nil
		})
		if took, err := turn(t.Context(), e, "a"); err != nil || took != time.Second {
			t.Errorf("turn = %v after %v, want no error after 1s", err, took)
		}
	})
}

// TestBadTextsDoNotOpenTheBreaker: whoever writes them must not take the
// vectors away from everybody.
func TestBadTextsDoNotOpenTheBreaker(t *testing.T) {
	for code, opens := range map[int]bool{400: false, 413: false, 422: false, 401: true, 404: true, 500: true} {
		bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, _ *lines) {
			n.set(oldModel, says(code, ""))
			for i := range 2 * tripAfter {
				if _, err := turn(t.Context(), e, fmt.Sprint(i)); err == nil {
					t.Errorf("%d: turn = no error, want one", code)
				}
			}
			if got := e.Stats().Open; got != opens {
				t.Errorf("after %d turns refused with %d: Open = %v, want %v", 2*tripAfter, code, got, opens)
			}
		})
	}
}

// TestChangedModel follows another model into the place of the old one.
func TestChangedModel(t *testing.T) {
	for _, other := range []testModel{newModel, {seed: 1, dimensions: 32}} {
		bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, log *lines) {
			if _, err := turn(t.Context(), e, "known"); err != nil {
				t.Fatal(err)
			}
			n.set(other, nil)
			time.Sleep(e.c.Recheck)
			_, _ = turn(t.Context(), e, "new") // begins the check, and may still be answered
			synctest.Wait()
			before, _ := n.counts()
			for _, text := range []string{"known", "new", "a"} {
				if took, err := turn(t.Context(), e, text); !errors.Is(err, ErrChanged) || took != 0 {
					t.Errorf("turn with another model = %v after %v, want %v", err, took, ErrChanged)
				}
			}
			if _, err := build(t.Context(), e, 0); !errors.Is(err, ErrChanged) {
				t.Errorf("build with another model = %v, want %v", err, ErrChanged)
			}
			if requests, _ := n.counts(); requests-before != 1 {
				t.Errorf("%d requests to another model, want the one of the build's check", requests-before)
			}
			if got := e.Stats(); !got.Changed || got.Cached != 0 || got.Open {
				t.Errorf("Stats = %+v, want Changed, nothing cached and not Open", got)
			}
			if got := strings.Count(log.String(), "embedding endpoint has another model"); got != 1 {
				t.Errorf("the log says %d times that the model is another, want once:\n%s", got, log)
			}

			// It stays for two minutes. That is no failure, and no reason to ask
			// for it in every turn.
			_, checksBefore := n.counts()
			for range 120 {
				time.Sleep(time.Second)
				_, _ = turn(t.Context(), e, "a")
				synctest.Wait()
			}
			if _, checks := n.counts(); checks-checksBefore != 8 {
				t.Errorf("%d checks in two minutes of another model, want one every 15 seconds", checks-checksBefore)
			}
			if e.Stats().Open || strings.Contains(log.String(), "is away") {
				t.Errorf("another model opens the breaker:\n%s", log)
			}

			n.set(oldModel, nil)
			time.Sleep(e.c.Rest)
			_, _ = turn(t.Context(), e, "a") // begins the check
			synctest.Wait()
			if _, err := turn(t.Context(), e, "a"); err != nil || e.Stats().Changed {
				t.Errorf("turn with the old model again = %v, want no error", err)
			}
		})
	}
}

// TestBuildAfterAChange: a build asks first which model it gets.
func TestBuildAfterAChange(t *testing.T) {
	bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, _ *lines) {
		n.set(newModel, nil)
		time.Sleep(e.c.Rest)
		if _, err := build(t.Context(), e, 0); !errors.Is(err, ErrChanged) {
			t.Errorf("build = %v, want %v", err, ErrChanged)
		}
	})
}

// TestBuildDoesNotWaitForTheBreaker: builds have time, and are few.
func TestBuildDoesNotWaitForTheBreaker(t *testing.T) {
	bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, _ *lines) {
		n.set(oldModel, unreachable)
		for i := range tripAfter {
			_, _ = turn(t.Context(), e, fmt.Sprint(i))
		}
		n.set(oldModel, nil)
		if _, err := build(t.Context(), e, 0); err != nil {
			t.Errorf("build = %v, want no error", err)
		}
	})
}

func TestChecksAreRegularAndFew(t *testing.T) {
	bubble(t, func(t *testing.T, n *fakeNet, e *Embedder, _ *lines) {
		_, before := n.counts()
		for i := range 3600 { // an hour
			time.Sleep(time.Second)
			if _, err := turn(t.Context(), e, fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if _, checks := n.counts(); checks-before != 15 {
			t.Errorf("%d checks in an hour, want one every 4 minutes", checks-before)
		}
		// Nor does a check that takes its time bring others on.
		_, before = n.counts()
		n.takes(20 * time.Second)
		time.Sleep(e.c.Recheck)
		for i := range 15 {
			if _, err := turn(t.Context(), e, fmt.Sprint("slow ", i)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if _, checks := n.counts(); checks-before != 1 {
			t.Errorf("%d checks while one is slow, want 1", checks-before)
		}
		time.Sleep(e.c.Rest)
		n.takes(0)

		// Builds one after the other do not check each by itself.
		_, before = n.counts()
		for i := range 10 {
			if _, err := build(t.Context(), e, 100*i); err != nil {
				t.Fatal(err)
			}
		}
		if _, checks := n.counts(); checks-before > 1 {
			t.Errorf("%d checks for 10 builds at once, want at most 1", checks-before)
		}
	})
}

func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newFakeNet()
		c := Config{URL: "https://example.com/v1", Model: "m", transport: n}
		opened := open(t, c)
		shut(t, opened)
		resumed := func() *Embedder {
			e, err := Resume(c, opened.ID())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(opened.id, e.id, cmp.AllowUnexported(identity{})); diff != "" {
				t.Errorf("identity (-want +got):\n%s", diff)
			}
			return e
		}

		n.set(oldModel, unreachable)
		e := resumed()
		if took, err := turn(t.Context(), e, "a"); !errors.Is(err, ErrAway) || took != 0 {
			t.Errorf("first turn = %v after %v, want %v at once", err, took, ErrAway)
		}
		synctest.Wait()
		n.set(oldModel, nil)
		time.Sleep(e.c.Rest)
		_, _ = turn(t.Context(), e, "a") // begins the check
		synctest.Wait()
		if _, err := turn(t.Context(), e, "a"); err != nil {
			t.Errorf("turn once the endpoint is there = %v, want no error", err)
		}
		shut(t, e)

		e = resumed()
		if _, err := build(t.Context(), e, 0); err != nil {
			t.Errorf("build = %v, want no error", err)
		}
		shut(t, e)

		n.set(newModel, nil)
		e = resumed()
		_, _ = turn(t.Context(), e, "a") // begins the check
		synctest.Wait()
		if _, err := turn(t.Context(), e, "a"); !errors.Is(err, ErrChanged) {
			t.Errorf("turn with another model = %v, want %v", err, ErrChanged)
		}
		shut(t, e)
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "-7": 0, "7.5": 0, "soon": 0,
		"999999999999": 24 * time.Hour, "99999999999999999999999": 0, "-9223372036854775808": 0,
		"Sat, 21 Nov 2026 08:00:30 GMT": 30 * time.Second,
		"Sat, 21 Nov 2026 07:00:00 GMT": 0,
		"Sat, 21 Nov 9999 07:00:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", header, got, want)
		}
	}
}

// TestNothingLeaks looks for what nobody must see in what is said of an
// endpoint that repeats everything it hears.
func TestNothingLeaks(t *testing.T) {
	const text, key = "我的电话是13800138000", "sk_secret_key"
	bad := bytes.ReplaceAll([]byte(`{"error":{"message":"T K","code":"K","type":"T"},"data":[{"index":"T","embedding":"K"}]}`), []byte("T"), []byte(text))
	bad = bytes.ReplaceAll(bad, []byte("K"), []byte(key))
	for _, code := range []int{200, 302, 400, 401, 429, 500} {
		synctest.Test(t, func(t *testing.T) {
			n, log := newFakeNet(), new(lines)
			e := open(t, Config{URL: "https://example.com/v1", Model: "m", Key: key, Log: log.logger(), transport: n})
			n.set(oldModel, func(*http.Request) (*http.Response, error) { return status(code, key, string(bad)), nil })
			said := []string{fmt.Sprintf("%v %+v %#v", e.c, e.c, e.c)}
			for range 2 * tripAfter {
				_, err := turn(t.Context(), e, text)
				said = append(said, fmt.Sprintf("%v %+v %#v", err, err, err))
				time.Sleep(e.c.Rest)
				synctest.Wait()
			}
			_, err := build(t.Context(), e, 0)
			said = append(said, fmt.Sprint(err), log.String())
			for _, s := range said {
				if strings.Contains(s, text) || strings.Contains(s, key) {
					t.Errorf("%d: it is said: %s", code, s)
				}
			}
		})
	}
}
