package app_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/dialog/script"
	"github.com/honeyguide-chat/honeyguide/intent/live"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

// The dialogs in testdata are played with the trees that ship, the real
// matcher and the embedded store. The same release is measured against its
// golden report and with follow-ups, so that it is built once.
func TestGoldenDialogs(t *testing.T) {
	for _, locale := range []string{"zh-CN", "en"} {
		t.Run(locale, func(t *testing.T) {
			a := openDemo(t, locale)
			t.Run("report", func(t *testing.T) { testReport(t, a, locale) })
			t.Run("follow-ups", func(t *testing.T) { testFollowUps(t, a, locale) })
			files, err := filepath.Glob("../../../testdata/dialogs/*." + locale + ".txt")
			if err != nil || len(files) == 0 {
				t.Fatalf("no golden dialogs: %v", err)
			}
			for _, f := range files {
				t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
					script.Run(t, a.Dialog, a.Desk, f)
				})
			}
		})
	}
}

func openDemo(t *testing.T, locale string) *app.App {
	t.Helper()
	cfg := app.DefaultConfig()
	cfg.Data = t.TempDir()
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	if _, err := a.PublishIfNew(t.Context(), shop.ID("demo"), draftOf(t, locale)); err != nil {
		t.Fatal(err)
	}
	return a
}

func draftOf(t *testing.T, locale string) live.Draft {
	t.Helper()
	read := func(name string) []byte {
		data, err := testdata.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	return live.Draft{
		Source: read("trees/disputes." + locale + ".yaml"),
		Tests:  read("questions/disputes." + locale + ".calibration.tsv"),
		Author: "test",
	}
}

// Publishing the same draft again makes no new release, and a restart finds it.
func TestPublishIfNewAfterARestart(t *testing.T) {
	cfg := app.DefaultConfig()
	cfg.Data = t.TempDir()
	draft := live.Draft{Author: "test", Source: []byte("honeyguide: 1\nlocale: zh-CN\nnodes:\n  - {id: a, title: 退款, question: 怎么退款, answer: 在订单里申请。}\n")}
	for _, step := range []struct {
		note string
		want uint64
	}{{"first", 1}, {"restart", 1}, {"another tree", 2}} {
		a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if step.want == 2 {
			draft.Source = append(draft.Source, "# changed\n"...)
		}
		r, err := a.PublishIfNew(t.Context(), "demo", draft)
		if err != nil || r.Number != step.want {
			t.Errorf("%s: PublishIfNew = release %d, %v, want %d", step.note, r.Number, err, step.want)
		}
		if err := a.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	}
}

func TestConfigValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*app.Config)
		want   string // in the error; "" is none
	}{
		{"default", func(*app.Config) {}, ""},
		{"public address", func(c *app.Config) { c.Grpc = "0.0.0.0:7070" }, "--allow-public"},
		{"public by name", func(c *app.Config) { c.HTTP = "shop.example:80" }, "--allow-public"},
		{"every address", func(c *app.Config) { c.HTTP = ":7080" }, "--allow-public"},
		{"public, allowed", func(c *app.Config) { c.Grpc, c.AllowPublic = "0.0.0.0:7070", true }, ""},
		{"localhost", func(c *app.Config) { c.Grpc = "localhost:0" }, ""},
		{"IPv6 loopback", func(c *app.Config) { c.Grpc = "[::1]:0" }, ""},
		{"no port", func(c *app.Config) { c.Grpc = "127.0.0.1" }, "--grpc"},
		{"no HTTP side", func(c *app.Config) { c.HTTP = "" }, ""},
		{"no data", func(c *app.Config) { c.Data = "" }, "--data"},
		{"tolerance", func(c *app.Config) { c.Tolerance = 0.6 }, "--tolerance"},
		{"tolerance of nothing", func(c *app.Config) { c.Tolerance = 0.001 }, "--tolerance"},
		{"a tolerance for every shop", func(c *app.Config) { c.Tolerance = 0.02 }, ""},
		{"no cache of matches", func(c *app.Config) { c.MatchCache = 0 }, ""},
		{"a cache of less than none", func(c *app.Config) { c.MatchCache = -1 }, "--match-cache"},
		{"a cache without bounds", func(c *app.Config) { c.MatchCache = 1_000_001 }, "--match-cache"},
		{"idle", func(c *app.Config) { c.Idle = 0 }, "--idle"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := app.DefaultConfig()
			tt.change(&c)
			err := c.Validate()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("Validate() = %v, want an error with %q", err, tt.want)
			}
		})
	}
}
