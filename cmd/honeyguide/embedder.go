package main

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
)

// addEmbedderFlags gives a command the settings of what makes vectors.
func addEmbedderFlags(fs *pflag.FlagSet, cfg *app.EmbedderConfig) {
	const key = "embedder-key"
	fs.StringVar(&cfg.Use, "embedder", cfg.Use, "`what` makes vectors of texts: off, pack:NAME or endpoint")
	fs.StringVar(&cfg.Packs, "packs", cfg.Packs, "`folder` of the packs (default: packs in --data)")
	fs.StringVar(&cfg.URL, "embedder-url", cfg.URL, "base `URL` of the endpoint, such as http://127.0.0.1:11434/v1; its key is in "+variable(key)+", or for a server "+key+" in the file of --"+configFlag)
	fs.StringVar(&cfg.Model, "embedder-model", cfg.Model, "`name` of the model at the endpoint")
	fs.IntVar(&cfg.Dimensions, "embedder-dimensions", cfg.Dimensions, "ask for vectors of this `length`, of a model that can shorten its own (default: as the model has them)")
	fs.IntVar(&cfg.Batch, "embedder-batch", cfg.Batch, "send the endpoint at most this many `texts` in a request")
	fs.DurationVar(&cfg.Timeout, "embedder-timeout", cfg.Timeout, "a turn waits this long for the endpoint, and then goes on without vectors")
	fs.BoolVar(&cfg.AllowHTTP, "embedder-allow-http", cfg.AllowHTTP, "send texts and key to another machine without encryption")
	fs.StringVar((*string)(&cfg.Key), key, string(cfg.Key), "")
	markSecret(fs, key)
	keepOffCommandLine(fs, key)
}

// isEmbedderFlag reports whether a flag is one of addEmbedderFlags.
func isEmbedderFlag(f *pflag.Flag) bool {
	return f.Name == "packs" || strings.HasPrefix(f.Name, "embedder")
}
