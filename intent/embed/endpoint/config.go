package endpoint

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// The bounds of what can be configured.
const (
	MaxDimensions = 8192 // of a vector
	MaxModelName  = 200  // bytes
	maxKey        = 4096 // bytes
)

// FewTexts is up to how many texts, asked for together, count as a turn's: an
// utterance and its clauses.
const FewTexts = 10

// Config says which endpoint to use, and how. URL and Model must be there; the
// zero value of the rest means the default.
type Config struct {
	// URL is the base of the API, such as http://127.0.0.1:11434/v1: requests go
	// to URL + "/embeddings", which may also be there already. It must be https,
	// or http to this machine, and hold no user, query or fragment.
	URL string
	// AllowHTTP permits http to other machines: texts and key can be read on the
	// way there.
	AllowHTTP bool
	// Model is what the endpoint calls the model.
	Model string
	// Key is sent as a bearer token; "" sends none.
	Key Secret
	// Dimensions asks for vectors of this length, of models that can shorten
	// theirs. 0 takes what the model gives; most servers refuse anything else.
	Dimensions int

	BatchTexts int // at most this many texts a request; 10, which is what DashScope takes
	BatchRunes int // at most this many characters a request, unless one text has more; 16,000
	TextRunes  int // of longer texts only this many characters are sent; 500

	Turn Patience // for up to FewTexts texts; {1 s, 1.5 s, 2}
	Bulk Patience // for more, and for the fixed sentences; {30 s, 60 s, 4}

	// The cache holds at most CacheEntries vectors and about CacheBytes bytes,
	// whichever is less: 20,000 and 64 MiB.
	CacheEntries int
	CacheBytes   int64

	// Rest is how long an endpoint is left alone that failed three times
	// running or has another model; 15 s.
	Rest time.Duration
	// Recheck is how long the model is taken to be the one it was; 4 minutes,
	// less than after which Ollama puts an idle model away.
	Recheck time.Duration

	// Log gets a line when the endpoint goes away, is back, or has another
	// model. nil discards.
	Log *slog.Logger

	transport http.RoundTripper // instead of the network, in tests
}

// Patience says how long to wait for one batch of texts.
type Patience struct {
	Attempt  time.Duration // for the answer to one request
	Total    time.Duration // for all attempts, the waits between them and for a free place
	Attempts int           // at most
}

// A Secret is a text that is not printed, logged or marshaled by accident. To
// read it takes a conversion to string.
type Secret string

// String returns a fixed text, or "" for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(secret)"
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	c.BatchTexts = cmp.Or(c.BatchTexts, 10)
	c.BatchRunes = cmp.Or(c.BatchRunes, 16_000)
	c.TextRunes = cmp.Or(c.TextRunes, 500)
	c.Turn = c.Turn.or(Patience{Attempt: time.Second, Total: 1500 * time.Millisecond, Attempts: 2})
	c.Bulk = c.Bulk.or(Patience{Attempt: 30 * time.Second, Total: time.Minute, Attempts: 4})
	c.CacheEntries = cmp.Or(c.CacheEntries, 20_000)
	c.CacheBytes = cmp.Or(c.CacheBytes, 64<<20)
	c.Rest = cmp.Or(c.Rest, 15*time.Second)
	c.Recheck = cmp.Or(c.Recheck, 4*time.Minute)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func (p Patience) or(q Patience) Patience {
	return Patience{cmp.Or(p.Attempt, q.Attempt), cmp.Or(p.Total, q.Total), cmp.Or(p.Attempts, q.Attempts)}
}

// Validate reports the first setting that cannot be used. Its error holds
// neither key nor password.
func (c Config) Validate() error {
	if _, err := c.target(); err != nil {
		return err
	}
	switch {
	case c.Model == "":
		return fmt.Errorf("endpoint: no model is named")
	case len(c.Model) > MaxModelName || strings.ContainsFunc(c.Model, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }):
		return fmt.Errorf("endpoint: the model's name has spaces or control characters, or more than %d bytes", MaxModelName)
	case len(c.Key) > maxKey || strings.ContainsFunc(string(c.Key), func(r rune) bool { return r <= ' ' || r > '~' }):
		return fmt.Errorf("endpoint: the key is no line of printable ASCII characters without spaces, up to %d of them", maxKey)
	case c.Dimensions < 0 || c.Dimensions > MaxDimensions:
		return fmt.Errorf("endpoint: %d dimensions are not between 0 and %d", c.Dimensions, MaxDimensions)
	}
	d := c.withDefaults()
	for _, n := range []struct {
		what        string
		value, most int
	}{
		{"texts a request", d.BatchTexts, 2048}, {"characters a request", d.BatchRunes, 1_000_000},
		{"characters of a text", d.TextRunes, 100_000}, {"vectors in the cache", d.CacheEntries, 10_000_000},
		{"attempts of a turn", d.Turn.Attempts, 10}, {"attempts of a build", d.Bulk.Attempts, 10},
	} {
		if n.value < 1 || n.value > n.most {
			return fmt.Errorf("endpoint: %s: %d is not between 1 and %d", n.what, n.value, n.most)
		}
	}
	for _, t := range []time.Duration{d.Turn.Attempt, d.Turn.Total, d.Bulk.Attempt, d.Bulk.Total, d.Rest, d.Recheck} {
		if t < time.Millisecond || t > time.Hour {
			return fmt.Errorf("endpoint: %v is not between a millisecond and an hour", t)
		}
	}
	if d.CacheBytes < 0 {
		return fmt.Errorf("endpoint: a cache of %d bytes", d.CacheBytes)
	}
	return nil
}

// target returns where requests go.
func (c Config) target() (string, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil: // which quotes the URL, and what may be a password in it
		return "", fmt.Errorf("endpoint: the URL cannot be read")
	case u.User != nil:
		return "", fmt.Errorf("endpoint: the URL holds a user or a password; the key has a setting of its own")
	case u.Host == "" || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return "", fmt.Errorf("endpoint: the URL must be like https://host/v1")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", fmt.Errorf("endpoint: the URL must end with its path, without '?' and '#'")
	case u.Scheme == "http" && !c.AllowHTTP && !thisMachine(u.Hostname()):
		return "", fmt.Errorf("endpoint: http to %s would send texts and key in the clear: use https, or allow it", u.Host)
	}
	u.Path = strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/embeddings")
	return u.JoinPath("embeddings").String(), nil
}

func thisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
