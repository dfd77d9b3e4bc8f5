package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// testConfig is what the configured command of the tests ran with.
type testConfig struct {
	Grpc    string
	Drain   time.Duration
	Share   float64
	Public  bool
	Origins []string
	Token   string
}

// configure runs a configured command and returns what it ran with and printed.
// It is nil where the command did not get to run.
func configure(t *testing.T, file string, env map[string]string, args ...string) (*testConfig, string, error) {
	t.Helper()
	if file != "" {
		t.Chdir(t.TempDir())
		if err := os.WriteFile("serve.yaml", []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var cfg testConfig
	var ran *testConfig
	var show bool
	cmd := &cobra.Command{Use: "serve", SilenceErrors: true, SilenceUsage: true}
	cmd.RunE = func(*cobra.Command, []string) error {
		if show {
			return printEffective(cmd.OutOrStdout(), cmd.Flags())
		}
		ran = &cfg
		return nil
	}
	cmd.Flags().BoolVar(&show, "print-config", false, "")
	cmd.Flags().StringVar(&cfg.Grpc, "grpc", "127.0.0.1:7070", "")
	cmd.Flags().DurationVar(&cfg.Drain, "drain", 10*time.Second, "")
	cmd.Flags().Float64Var(&cfg.Share, "tolerated-share", 0.05, "")
	cmd.Flags().BoolVar(&cfg.Public, "allow-public", false, "")
	cmd.Flags().StringSliceVar(&cfg.Origins, "origins", []string{"https://a.example"}, "")
	cmd.Flags().StringVar(&cfg.Token, "token", "", "")
	markSecret(cmd.Flags(), "token")
	configured(cmd, func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	})
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(append([]string{}, args...))
	err := cmd.ExecuteContext(context.Background())
	return ran, out.String(), err
}

func TestConfigPrecedence(t *testing.T) {
	const file = `# settings
grpc: 127.0.0.1:1
drain: 1s
tolerated-share: 0.1
allow-public: true
origins: [https://b.example, https://c.example]
token: from-file
`
	defaults := testConfig{Grpc: "127.0.0.1:7070", Drain: 10 * time.Second, Share: 0.05, Origins: []string{"https://a.example"}}
	fromFile := testConfig{
		Grpc: "127.0.0.1:1", Drain: time.Second, Share: 0.1, Public: true,
		Origins: []string{"https://b.example", "https://c.example"}, Token: "from-file",
	}
	with := func(base testConfig, change func(*testConfig)) testConfig {
		change(&base)
		return base
	}
	for _, tc := range []struct {
		name string
		file string
		env  map[string]string
		args []string
		want testConfig
	}{
		{name: "defaults", want: defaults},
		{name: "an empty file", file: "# nothing\n", args: []string{"--config", "serve.yaml"}, want: defaults},
		{name: "the file", file: file, args: []string{"--config", "serve.yaml"}, want: fromFile},
		{
			name: "the file, named by the environment", file: file,
			env: map[string]string{"HONEYGUIDE_CONFIG": "serve.yaml"}, want: fromFile,
		},
		{
			name: "the environment before the file", file: file, args: []string{"--config", "serve.yaml"},
			env: map[string]string{"HONEYGUIDE_GRPC": "127.0.0.1:2", "HONEYGUIDE_TOLERATED_SHARE": "0.2", "HONEYGUIDE_ORIGINS": "x,y"},
			want: with(fromFile, func(c *testConfig) {
				c.Grpc, c.Share, c.Origins = "127.0.0.1:2", 0.2, []string{"x", "y"}
			}),
		},
		{
			name: "the command line before all", file: file,
			env:  map[string]string{"HONEYGUIDE_GRPC": "127.0.0.1:2", "HONEYGUIDE_ALLOW_PUBLIC": "true"},
			args: []string{"--grpc", "127.0.0.1:3", "--allow-public=false", "--config", "serve.yaml"},
			want: with(fromFile, func(c *testConfig) { c.Grpc, c.Public = "127.0.0.1:3", false }),
		},
		{
			name: "a variable that is empty is none",
			env:  map[string]string{"HONEYGUIDE_GRPC": ""}, want: defaults,
		},
		{
			name: "a list may be one value, or empty", file: "origins: []\ngrpc: ''\n", args: []string{"--config", "serve.yaml"},
			want: with(defaults, func(c *testConfig) { c.Origins, c.Grpc = []string{}, "" }),
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, _, err := configure(t, tc.file, tc.env, tc.args...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Errorf("configured (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConfigRefuses(t *testing.T) {
	const keys = "allow-public, drain, grpc, origins, token, tolerated-share"
	file := []string{"--config", "serve.yaml"}
	for _, tc := range []struct {
		name string
		file string
		env  map[string]string
		args []string
		want []string // all of it is said
		not  string   // this is not
	}{
		{name: "an unknown key", file: "# x\ngrcp: x\n", args: file, want: []string{`serve.yaml:2: there is no setting "grcp"`, keys}},
		{
			name: "every problem, not just the first", file: "a: 1\nb: 2\ndrain: soon\n", args: file,
			want: []string{`"a"`, `"b"`, "serve.yaml:3: not a value of --drain"},
		},
		{name: "a file in a file", file: "config: other.yaml\n", args: file, want: []string{`no setting "config"`}},
		{name: "a key twice", file: "drain: 1s\ndrain: 2s\n", args: file, want: []string{"serve.yaml:2: drain is there twice"}},
		{name: "a list where one value belongs", file: "drain: [1s]\n", args: file, want: []string{"drain must be one value"}},
		{name: "a mapping", file: "origins: {a: b}\n", args: file, want: []string{"origins must be one value"}},
		{name: "a list of lists", file: "origins: [[a]]\n", args: file, want: []string{"an item of origins"}},
		{name: "no settings", file: "- drain\n", args: file, want: []string{"serve.yaml:1: the file must hold settings"}},
		{name: "two documents", file: "drain: 1s\n---\ndrain: 2s\n", args: file, want: []string{"one document"}},
		{name: "no YAML", file: "drain: [\n", args: file, want: []string{"serve.yaml"}},
		{name: "no such file", args: []string{"--config", "missing.yaml"}, want: []string{"--config", "missing.yaml"}},
		{
			name: "a bad variable", env: map[string]string{"HONEYGUIDE_DRAIN": "soon"},
			want: []string{"HONEYGUIDE_DRAIN: not a value of --drain", "soon"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ran, _, err := configure(t, tc.file, tc.env, tc.args...)
			if err == nil || ran != nil {
				t.Fatalf("the command ran, want an error")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error = %v, want it to say %q", err, want)
				}
			}
		})
	}
}

func TestPrintConfig(t *testing.T) {
	env := map[string]string{"HONEYGUIDE_TOKEN": "very-secret"}
	args := []string{"--config", "serve.yaml", "--grpc", "redis://user:pass@host:1/0", "--print-config"}
	ran, out, err := configure(t, "drain: 1s\norigins: ['*', b]\n", env, args...)
	if err != nil || ran != nil {
		t.Fatalf("configured = %v, %v, want it to print only", ran, err)
	}
	want := `allow-public: false # default
drain: 1s # serve.yaml:1
# grpc: set, not shown since it holds a password # command line
origins: ['*', b] # serve.yaml:2
# token: set, not shown # environment, HONEYGUIDE_TOKEN
tolerated-share: 0.05 # default
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("--print-config (-want +got):\n%s", diff)
	}
}

// TestPrintedConfigIsRead checks that what is printed means the same when read.
func TestPrintedConfigIsRead(t *testing.T) {
	args := []string{"--grpc", "true", "--drain", "90s", "--allow-public", "--origins", "12,[x", "--tolerated-share", "1"}
	want, _, err := configure(t, "", nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	_, printed, err := configure(t, "", nil, append(args, "--print-config")...)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := configure(t, printed, nil, "--config", "serve.yaml")
	if err != nil {
		t.Fatalf("reading what was printed: %v\n%s", err, printed)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read again (-want +got):\n%s\n%s", diff, printed)
	}
}

// TestSecretsStaySecret looks for a secret in everything that a mistake says.
func TestSecretsStaySecret(t *testing.T) {
	var number int
	cmd := &cobra.Command{Use: "serve", SilenceErrors: true, SilenceUsage: true, RunE: func(*cobra.Command, []string) error { return nil }}
	cmd.Flags().IntVar(&number, "pin", 0, "")
	markSecret(cmd.Flags(), "pin")
	configured(cmd, func(name string) (string, bool) { return "hunter2", name == "HONEYGUIDE_PIN" })
	cmd.SetArgs([]string{})
	err := cmd.ExecuteContext(t.Context())
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error = %v, want one without the secret", err)
	}
}
