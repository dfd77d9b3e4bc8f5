package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/intent/embed/endpoint"
)

// What EmbedderConfig.Use may be, besides PackPrefix and a name.
const (
	EmbedderOff      = "off"
	EmbedderEndpoint = "endpoint"
	PackPrefix       = "pack:"
)

// EmbedderConfig says what makes vectors of texts, if anything does. The zero
// value means off.
type EmbedderConfig struct {
	Use   string // EmbedderOff, EmbedderEndpoint, or PackPrefix and the name of a pack
	Packs string // folder of the packs; "" is PacksFolder in the data folder

	// Of the endpoint; see endpoint.Config.
	URL        string
	Model      string
	Key        endpoint.Secret
	Dimensions int           // 0: those of the model
	Batch      int           // texts a request
	Timeout    time.Duration // for a turn, all attempts together
	AllowHTTP  bool          // http to other machines
}

// DefaultEmbedderConfig is off, and says how an endpoint is used where one is
// named.
func DefaultEmbedderConfig() EmbedderConfig {
	return EmbedderConfig{Use: EmbedderOff, Batch: 10, Timeout: 1500 * time.Millisecond}
}

// Validate reports the first setting that cannot be used. Its error holds
// neither key nor password.
func (c *EmbedderConfig) Validate() error {
	name, isPack := strings.CutPrefix(c.Use, PackPrefix)
	switch {
	case c.Use == "" || c.Use == EmbedderOff:
		return nil
	case isPack && name != "":
		return nil
	case c.Use != EmbedderEndpoint:
		return fmt.Errorf("--embedder: %q is not %s, %s or %sNAME", c.Use, EmbedderOff, EmbedderEndpoint, PackPrefix)
	case c.URL == "":
		return fmt.Errorf("--embedder-url: says nothing; the endpoint is at an address such as http://127.0.0.1:11434/v1")
	case c.Model == "":
		return fmt.Errorf("--embedder-model: names no model")
	case c.Timeout < 10*time.Millisecond || c.Timeout > time.Minute:
		return fmt.Errorf("--embedder-timeout: %v is not between 10ms and 1m", c.Timeout)
	}
	if err := c.endpoint(nil).Validate(); err != nil {
		return fmt.Errorf("--embedder: %w", err)
	}
	return nil
}

// endpoint returns the settings of the endpoint.
func (c *EmbedderConfig) endpoint(log *slog.Logger) endpoint.Config {
	return endpoint.Config{
		URL: c.URL, AllowHTTP: c.AllowHTTP, Model: c.Model, Key: c.Key, Dimensions: c.Dimensions,
		BatchTexts: c.Batch,
		// An attempt takes up to two thirds, which leaves time for another.
		Turn: endpoint.Patience{Attempt: c.Timeout * 2 / 3, Total: c.Timeout},
		Log:  log,
	}
}

// PackOpener opens the pack of a name. What it returns besides closes it again.
type PackOpener func(name string) (intent.Embedder, func() error, error)

// Open opens what makes vectors, and fails where that cannot be used now: for
// commands whose outcome would be another without. data is the data folder. The
// Embedder is nil where vectors are off. The function closes it again and is
// never nil but for an error.
func (c *EmbedderConfig) Open(ctx context.Context, data string, log *slog.Logger) (intent.Embedder, func() error, error) {
	if err := c.Validate(); err != nil {
		return nil, nil, fmt.Errorf("app: %w", err)
	}
	switch name, isPack := strings.CutPrefix(c.Use, PackPrefix); {
	case isPack:
		return OpenPacks(c.Packs, data)(name)
	case c.Use == EmbedderEndpoint:
		e, err := endpoint.Open(ctx, c.endpoint(log))
		if err != nil {
			return nil, nil, fmt.Errorf("app: embedder: %w", err)
		}
		return e, e.Close, nil
	}
	return nil, closeNothing, nil
}

func closeNothing() error { return nil }

// embedderFile remembers, in the data folder, which model the endpoint had: a
// program that starts while the endpoint is away then knows whose vectors to
// expect when it is back.
const embedderFile = "embedder.id"

// How long a start waits for the endpoint: where it is known which model it
// should have, and where it was never seen.
const (
	knownPatience = 3 * time.Second
	firstPatience = 30 * time.Second
)

// OpenEmbedder opens what makes vectors for a server, which must start whether
// the endpoint is there or not. Where it is away, the Embedder is the one of
// the last start, and fails until the endpoint is back; or nil, after a line in
// the log, where there was none: then there are no vectors until the next
// start. Errors: settings that cannot be used, a pack that cannot be opened,
// and ctx's. The caller must call the function at the end.
func (c *Config) OpenEmbedder(ctx context.Context, log *slog.Logger) (intent.Embedder, func() error, error) {
	if c.Embedder.Use != EmbedderEndpoint {
		return c.Embedder.Open(ctx, c.Data, log)
	}
	file := filepath.Join(c.Data, embedderFile)
	known, err := readID(file)
	if err != nil {
		return nil, nil, fmt.Errorf("app: embedder: %w", err)
	}
	patience := firstPatience
	if known != "" {
		patience = knownPatience
	}
	start, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	e, closing, err := c.Embedder.Open(start, c.Data, log)
	switch {
	case err == nil:
		if err := writeID(file, known, e.ID()); err != nil {
			log.Warn("embedding endpoint cannot be remembered for a start without it", "err", err)
		}
		return e, closing, nil
	case ctx.Err() != nil || start.Err() == nil && !errors.Is(err, endpoint.ErrAway) && !errors.Is(err, endpoint.ErrAnswer):
		return nil, nil, err
	case known == "":
		log.Error("embedding endpoint cannot be used and was never seen: no vectors until the next start", "err", err)
		return nil, closeNothing, nil
	}
	return c.resume(known, err, log)
}

// resume returns the Embedder of an earlier start in place of one that could
// not be opened.
func (c *Config) resume(id string, failed error, log *slog.Logger) (intent.Embedder, func() error, error) {
	e, err := endpoint.Resume(c.Embedder.endpoint(log), id)
	if err != nil {
		log.Error("embedding endpoint cannot be used, and the last one seen was another: no vectors until the next start", "err", failed, "last", id)
		return nil, closeNothing, nil
	}
	log.Warn("embedding endpoint cannot be used: matching starts without vectors", "err", failed, "waits for", id)
	return e, e.Close, nil
}

// readID returns the ID of the last start, or "".
func readID(file string) (string, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(data)), err
}

// writeID replaces the file, whole or not at all, where its content changes.
func writeID(file, old, id string) error {
	if old == id {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", []byte(id+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
