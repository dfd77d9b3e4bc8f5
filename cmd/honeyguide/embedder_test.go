package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/app"
)

// embedderConfig returns what the flags of an embedder come to, and what
// --print-config says of them.
func embedderConfig(t *testing.T, file string, env map[string]string, args ...string) (app.EmbedderConfig, string, error) {
	t.Helper()
	if file != "" {
		name := filepath.Join(t.TempDir(), "serve.yaml")
		if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", name)
	}
	cfg := app.DefaultEmbedderConfig()
	var printed bytes.Buffer
	cmd := &cobra.Command{Use: "serve", SilenceErrors: true, SilenceUsage: true}
	cmd.RunE = func(*cobra.Command, []string) error { return printEffective(&printed, cmd.Flags()) }
	addEmbedderFlags(cmd.Flags(), &cfg)
	configured(cmd, func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	})
	cmd.SetArgs(append([]string{}, args...))
	err := cmd.ExecuteContext(t.Context())
	return cfg, printed.String(), err
}

func TestEmbedderFlags(t *testing.T) {
	const file = "embedder: endpoint\nembedder-url: https://a.example/v1\nembedder-model: BAAI/bge-m3\nembedder-key: from-file\n"
	fromFile := app.DefaultEmbedderConfig()
	fromFile.Use, fromFile.URL, fromFile.Model, fromFile.Key = "endpoint", "https://a.example/v1", "BAAI/bge-m3", "from-file"
	fromEnv := fromFile
	fromEnv.Key, fromEnv.Model = "from-environment", "m"
	all := app.EmbedderConfig{
		Use: "pack:zh", Packs: "/srv/packs", URL: "http://ollama:11434/v1", Model: "m", Key: "from-file",
		Dimensions: 256, Batch: 32, Timeout: time.Second, AllowHTTP: true,
	}
	for _, tc := range []struct {
		name string
		file string
		env  map[string]string
		args []string
		want app.EmbedderConfig
	}{
		{name: "defaults", want: app.DefaultEmbedderConfig()},
		{name: "a file", file: file, want: fromFile},
		{
			name: "the environment before the file", file: file, want: fromEnv,
			env: map[string]string{"HONEYGUIDE_EMBEDDER_KEY": "from-environment", "HONEYGUIDE_EMBEDDER_MODEL": "m"},
		},
		{
			name: "the command line", file: file, want: all,
			args: strings.Fields("--embedder pack:zh --packs /srv/packs --embedder-url http://ollama:11434/v1 --embedder-model m --embedder-dimensions 256 --embedder-batch 32 --embedder-timeout 1s --embedder-allow-http"),
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, printed, err := embedderConfig(t, tc.file, tc.env, tc.args...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
			if tc.want.Key != "" && strings.Contains(printed, string(tc.want.Key)) {
				t.Errorf("--print-config shows the key:\n%s", printed)
			}
		})
	}
}

func TestEmbedderKeyIsPrintedAsSet(t *testing.T) {
	_, printed, err := embedderConfig(t, "", map[string]string{"HONEYGUIDE_EMBEDDER_KEY": "hunter2", "HONEYGUIDE_EMBEDDER_URL": "https://u:hunter2@a.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# embedder-key: set, not shown # environment, HONEYGUIDE_EMBEDDER_KEY\n",
		"# embedder-url: set, not shown since it holds a password # environment, HONEYGUIDE_EMBEDDER_URL\n",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("--print-config does not say %q:\n%s", want, printed)
		}
	}
	if strings.Contains(printed, "hunter2") {
		t.Errorf("--print-config shows a secret:\n%s", printed)
	}
}

func TestEmbedderKeyIsRefusedOnTheCommandLine(t *testing.T) {
	for _, args := range [][]string{{"--embedder-key", "hunter2"}, {"--embedder-key=hunter2"}} {
		_, printed, err := embedderConfig(t, "", nil, args...)
		if err == nil || !strings.Contains(err.Error(), "HONEYGUIDE_EMBEDDER_KEY") || strings.Contains(err.Error()+printed, "hunter2") {
			t.Errorf("%q = %v, %q, want an error that names HONEYGUIDE_EMBEDDER_KEY and not the key", args, err, printed)
		}
	}
}
