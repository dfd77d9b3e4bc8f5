package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The bounds of a connection.
const (
	connectTimeout = 3 * time.Second
	idleTimeout    = 90 * time.Second
	maxHeader      = 64 << 10
	maxErrorBody   = 4 << 10
)

// client sends single requests.
type client struct {
	http       *http.Client
	url        string
	key        Secret
	model      string
	dimensions int // to ask for, or 0
	stats      *counters
}

// newClient returns a client for a Config that is valid.
func newClient(c Config, stats *counters) (*client, error) {
	target, err := c.target()
	if err != nil {
		return nil, err
	}
	transport := c.transport
	if transport == nil {
		transport = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:    connectTimeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // so that no small answer becomes a large one
			MaxIdleConnsPerHost:    turnPlaces,
			IdleConnTimeout:        idleTimeout,
			MaxResponseHeaderBytes: maxHeader,
		}
	}
	return &client{
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		url: target, key: c.Key, model: c.Model, dimensions: c.Dimensions, stats: stats,
	}, nil
}

// request is the body of a request.
type request struct {
	Model      string   `json:"model"`
	Input      []string `json:"input"`
	Format     string   `json:"encoding_format"`
	Dimensions int      `json:"dimensions,omitempty"`
}

// post asks once for the vectors of texts. want is their length, 0 where it is
// not known yet. Its errors are *statusError, ErrAnswer, or of the network.
func (c *client) post(ctx context.Context, texts []string, want int) ([][]float32, error) {
	start := time.Now()
	c.stats.requests.Add(1)
	body, err := c.exchange(ctx, texts, want)
	c.stats.waited.Add(int64(time.Since(start)))
	if err == nil {
		var vectors [][]float32
		if vectors, err = decodeAnswer(body, len(texts), want); err == nil {
			return vectors, nil
		}
	}
	c.stats.failures.Add(1)
	return nil, err
}

// exchange returns the body of an answer that is 200.
func (c *client) exchange(ctx context.Context, texts []string, want int) (answer []byte, err error) {
	body, err := json.Marshal(request{Model: c.model, Input: texts, Format: "float", Dimensions: c.dimensions})
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "honeyguide")
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+string(c.key))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	return c.read(resp, answerLimit(len(texts), want))
}

// read reads an answer of at most limit bytes.
func (c *client) read(resp *http.Response, limit int64) ([]byte, error) {
	if resp.StatusCode != http.StatusOK {
		return nil, c.refusal(resp)
	}
	if resp.Header.Get("Content-Encoding") != "" {
		return nil, wrong("it is compressed, which nobody asked for")
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the answer: %w", err)
	case int64(len(body)) > limit:
		return nil, wrong("it is longer than %d bytes", limit)
	}
	return body, nil
}

// refusal makes an error of an answer that is not 200.
func (c *client) refusal(resp *http.Response) error {
	e := &statusError{code: resp.StatusCode, after: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err == nil {
		e.word = errorWord(body, c.key)
	}
	return e
}

// isWord tells words such as model_not_found from what else an endpoint may
// say: a key, or what a customer wrote.
var isWord = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)

// errorWord returns the code or type that an endpoint gives its error, if it is
// a word that can be shown.
func errorWord(body []byte, key Secret) string {
	var answer struct {
		Error struct {
			Code, Type any
		}
	}
	if json.Unmarshal(body, &answer) != nil {
		return "" // said in some other way
	}
	for _, v := range []any{answer.Error.Code, answer.Error.Type} {
		word, ok := v.(string)
		if ok && len(word) <= 40 && isWord.MatchString(word) && !overlaps(word, string(key)) {
			return word
		}
	}
	return ""
}

func overlaps(word, key string) bool {
	return key != "" && (strings.Contains(word, key) || strings.Contains(key, word))
}

// retryAfter reads the header of that name: seconds, or a date. It returns 0
// for what is neither, and for what has passed.
func retryAfter(header string, now time.Time) time.Duration {
	const most = 24 * time.Hour // so that no number overflows
	if seconds, err := strconv.Atoi(strings.TrimSpace(header)); err == nil {
		return min(time.Duration(min(max(seconds, 0), int(most/time.Second)))*time.Second, most)
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), most)
}
