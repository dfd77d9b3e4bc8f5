// Package npm fetches tarballs from an npm registry.
//
// Only what has the pinned checksum is kept, so neither the registry nor what
// stands between needs to be trusted, and a registry may be reached over http.
// Downloads are bounded in size and time, are tried again where that may help,
// and go on where an earlier one ended, also one of another process.
package npm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent/embed/pack"
)

// maxRedirects is how often a registry may send us elsewhere.
const maxRedirects = 5

// Config says how to reach a registry. Of all else zero values stand for the
// defaults.
type Config struct {
	Registry  string            // address, http or https; required
	Transport http.RoundTripper // a clone of http.DefaultTransport, which heeds HTTPS_PROXY and the like
	Attempts  int               // of each tarball; 6
	Backoff   time.Duration     // before the second attempt, doubled before each further one; 1 s
	Stall     time.Duration     // give an attempt up where nothing comes for so long; 30 s
	Total     time.Duration     // for a tarball, all attempts together; 1 h
}

// Client fetches tarballs from one registry. It is safe for concurrent use with
// different sources.
type Client struct {
	cfg  Config
	base string // address without a slash at the end
	http *http.Client
}

// New returns a client, or an error if the address is none of a registry.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.Registry)
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Host == "":
		return nil, errors.New("npm: that is no address of a registry, such as https://npm.example.com") // it may hold a password
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("npm: the address of a registry has no password, query or fragment")
	}
	if cfg.Transport == nil {
		transport, ok := http.DefaultTransport.(*http.Transport)
		if !ok {
			return nil, errors.New("npm: there is no default transport to begin with")
		}
		cfg.Transport = transport.Clone()
	}
	cfg.Attempts = cmp.Or(cfg.Attempts, 6)
	cfg.Backoff = cmp.Or(cfg.Backoff, time.Second)
	cfg.Stall = cmp.Or(cfg.Stall, 30*time.Second)
	cfg.Total = cmp.Or(cfg.Total, time.Hour)
	return &Client{
		cfg: cfg, base: strings.TrimRight(u.String(), "/"),
		http: &http.Client{Transport: cfg.Transport, CheckRedirect: checkRedirect},
	}, nil
}

// checkRedirect follows other hosts, as mirrors keep tarballs elsewhere, but
// never from https to anything else.
func checkRedirect(next *http.Request, before []*http.Request) error {
	if len(before) > maxRedirects {
		return permanent(fmt.Errorf("the registry redirects more than %d times", maxRedirects))
	}
	last := before[len(before)-1].URL
	if next.URL.Scheme != "https" && (last.Scheme == "https" || next.URL.Scheme != "http") {
		return permanent(fmt.Errorf("the registry redirects from %s to %s, which is not https", last.Host, next.URL.Redacted()))
	}
	return nil
}

// Fetch implements pack.Fetch. The tarball is in dir under its FileName once it
// is whole; until then what there is of it has ".part" behind its name.
func (c *Client) Fetch(ctx context.Context, s pack.Source, dir string, progress func(done, total int64)) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Total, fmt.Errorf("it took longer than %v", c.cfg.Total))
	defer cancel()
	path := filepath.Join(dir, s.FileName())
	if pack.CheckIntegrity(ctx, s, path) == nil {
		return path, nil
	}
	d := &download{client: c, url: c.base + "/" + s.Path(), part: path + ".part", size: s.Size, progress: progress}
	err := d.verified(ctx, s)
	if err != nil {
		return "", fmt.Errorf("npm: %s: %w", d.url, err)
	}
	if err := os.Rename(d.part, path); err != nil {
		return "", fmt.Errorf("npm: %w", err)
	}
	return path, nil
}

// verified downloads until the part is the tarball that s pins. What an earlier
// process left may be wrong: then it begins once more.
func (d *download) verified(ctx context.Context, s pack.Source) error {
	resumed := d.offset() > 0
	if err := d.run(ctx); err != nil {
		return err
	}
	err := pack.CheckIntegrity(ctx, s, d.part)
	if !errors.Is(err, pack.ErrIntegrity) {
		return err
	}
	if failed := os.Remove(d.part); failed != nil || !resumed {
		return errors.Join(err, failed)
	}
	return d.verified(ctx, s)
}
