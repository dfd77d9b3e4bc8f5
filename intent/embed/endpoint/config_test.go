package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func contextIn(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

func TestTarget(t *testing.T) {
	for _, tc := range []struct {
		url   string
		allow bool
		want  string // or, where it begins with "!", what the error says
	}{
		{url: "https://api.openai.com/v1", want: "https://api.openai.com/v1/embeddings"},
		{url: "https://api.openai.com/v1/", want: "https://api.openai.com/v1/embeddings"},
		{url: "https://api.openai.com/v1/embeddings", want: "https://api.openai.com/v1/embeddings"},
		{url: "https://example.com", want: "https://example.com/embeddings"},
		{url: "https://example.com/embeddings/v1", want: "https://example.com/embeddings/v1/embeddings"},
		{url: "https://dashscope.aliyuncs.com/compatible-mode/v1", want: "https://dashscope.aliyuncs.com/compatible-mode/v1/embeddings"},
		{url: "http://127.0.0.1:11434/v1", want: "http://127.0.0.1:11434/v1/embeddings"},
		{url: "http://localhost:11434/v1", want: "http://localhost:11434/v1/embeddings"},
		{url: "http://[::1]:8080", want: "http://[::1]:8080/embeddings"},
		{url: "HTTPS://Example.com/v1", want: "https://Example.com/v1/embeddings"},
		{url: "http://ollama:11434/v1", want: "!in the clear"},
		{url: "http://ollama:11434/v1", allow: true, want: "http://ollama:11434/v1/embeddings"},
		{url: "http://127.0.0.1.example.com/v1", want: "!in the clear"},
		{url: "http://localhost.example.com/v1", want: "!in the clear"},
		{url: "http://0x7f.1/v1", want: "!in the clear"},
		{url: "", want: "!like https://host/v1"},
		{url: "localhost:11434", want: "!like https://host/v1"},
		{url: "ftp://localhost", want: "!like https://host/v1"},
		{url: "https:///v1", want: "!like https://host/v1"},
		{url: "https://:443/v1", want: "!like https://host/v1"},
		{url: "https://example.com/v1?key=hunter2", want: "!without '?'"},
		{url: "https://example.com/v1?", want: "!without '?'"},
		{url: "https://example.com/v1#x", want: "!without '?'"},
		{url: "https://u:hunter2@example.com/v1", want: "!a user or a password"},
		{url: "https://hunter2\x7f@example.com", want: "!cannot be read"},
	} {
		got, err := Config{URL: tc.url, AllowHTTP: tc.allow}.target()
		says, fails := strings.CutPrefix(tc.want, "!")
		switch {
		case fails && (err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2")):
			t.Errorf("target of %q = %q, %v, want an error that says %q", tc.url, got, err, says)
		case !fails && (err != nil || got != tc.want):
			t.Errorf("target of %q = %q, %v, want %q", tc.url, got, err, tc.want)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*Config)
		want   string // "" means that it is valid
	}{
		{"the defaults", func(*Config) {}, ""},
		{"a model with slashes", func(c *Config) { c.Model = "BAAI/bge-m3:latest" }, ""},
		{"no model", func(c *Config) { c.Model = "" }, "no model"},
		{"a model with spaces", func(c *Config) { c.Model = "a b" }, "spaces"},
		{"a model with a line end", func(c *Config) { c.Model = "a\n" }, "control characters"},
		{"a long model", func(c *Config) { c.Model = strings.Repeat("a", 201) }, "more than 200"},
		{"a key with a line end", func(c *Config) { c.Key = "hunter2\n" }, "printable ASCII"},
		{"a key in Chinese", func(c *Config) { c.Key = "hunter2密" }, "printable ASCII"},
		{"a long key", func(c *Config) { c.Key = Secret(strings.Repeat("x", 5000)) }, "up to 4096"},
		{"dimensions below 0", func(c *Config) { c.Dimensions = -1 }, "dimensions"},
		{"too many dimensions", func(c *Config) { c.Dimensions = 9000 }, "dimensions"},
		{"a batch below 0", func(c *Config) { c.BatchTexts = -1 }, "texts a request: -1"},
		{"a large batch", func(c *Config) { c.BatchTexts = 5000 }, "texts a request: 5000"},
		{"no characters", func(c *Config) { c.TextRunes = -1 }, "characters of a text"},
		{"many attempts", func(c *Config) { c.Turn.Attempts = 11 }, "attempts of a turn"},
		{"no time", func(c *Config) { c.Turn.Total = -1 }, "-1ns is not"},
		{"much time", func(c *Config) { c.Bulk.Attempt = 2 * time.Hour }, "2h0m0s is not"},
		{"a cache below 0", func(c *Config) { c.CacheBytes = -1 }, "cache"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := Config{URL: "https://example.com/v1", Model: "m"}
			tc.change(&c)
			err := c.Validate()
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("Validate = %v, want it to say %q", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("Validate = %v, want nothing of the key", err)
			}
			if err == nil {
				return
			}
			if _, opened := Open(t.Context(), c); opened == nil {
				t.Errorf("Open = no error, want that of Validate")
			}
		})
	}
}

func TestSecretIsNotPrinted(t *testing.T) {
	c := Config{Key: "hunter2"}
	marshaled, err := json.Marshal(c.Key)
	if err != nil {
		t.Fatal(err)
	}
	var log lines
	log.logger().Info("x", "config", c, "key", c.Key)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", c.Key)
	for _, said := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q %v", c, c, c.Key, c.Key, &c), string(marshaled), log.String()} {
		if strings.Contains(said, "hunter2") {
			t.Errorf("the key is printed: %s", said)
		}
	}
}
