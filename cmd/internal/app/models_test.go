package app_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
	"github.com/honeyguide-chat/honeyguide/intent/live"
)

// The second start in a folder answers from the model of the first, and says so.
func TestSecondStartLoadsTheModel(t *testing.T) {
	cfg := app.DefaultConfig()
	cfg.Data = t.TempDir()
	tree := []byte("honeyguide: 1\nlocale: zh-CN\nnodes:\n  - id: invoice.how\n    title: 开发票\n    question: 怎么开发票\n    answer: 在订单详情里申请。\n")
	for start, want := range []string{`"release is published" shop=a release=1 author=editor model=trained took=`, `"release is live" shop=a release=1 model=loaded took=`} {
		var log bytes.Buffer
		a, err := app.Open(t.Context(), cfg, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.PublishIfNew(t.Context(), "a", live.Draft{Source: tree, Author: "editor"}); err != nil {
			t.Errorf("PublishIfNew at start %d = %v", start+1, err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
		if !strings.Contains(log.String(), want) {
			t.Errorf("log of start %d has no %q:\n%s", start+1, want, &log)
		}
	}
}
