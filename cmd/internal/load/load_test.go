package load_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/load"
)

func TestQuantile(t *testing.T) {
	tens := []float64{100, 20, 30, 10, 50, 40, 60, 70, 90, 80}
	for _, tt := range []struct {
		xs   []float64
		q    float64
		want float64
	}{
		{nil, 0.5, 0},
		{[]float64{7}, 0, 7},
		{[]float64{7}, 1, 7},
		{tens, 0, 10},
		{tens, 0.5, 60},
		{tens, 0.99, 100},
	} {
		if got := load.Quantile(tt.xs, tt.q); got != tt.want {
			t.Errorf("Quantile(%v, %v) = %v, want %v", tt.xs, tt.q, got, tt.want)
		}
	}
	if tens[0] != 100 {
		t.Error("Quantile sorted what it was given")
	}
}

// TestTurns measures for a moment, to see that all of it works: how fast is
// nobody's business here.
func TestTurns(t *testing.T) {
	turns, err := load.OpenTurns(t.Context(), load.TurnsOptions{Questions: 200, Workers: 4, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := turns.Close(t.Context()); err != nil {
			t.Errorf("Close = %v", err)
		}
	}()
	last := 0
	r, err := turns.Run(t.Context(), 2*time.Second, func(percent int) { last = percent })
	if err != nil {
		t.Fatal(err)
	}
	if last != 100 {
		t.Errorf("progress ended at %d %%, want 100", last)
	}
	for name, of := range map[string]load.CallsOf{"turn": r.Turn, "silent": r.Silent, "bare": r.Bare} {
		if of.PerSecond.Median <= 0 || of.Alone.Count == 0 || of.Together.Count == 0 || of.Together.P99 < of.Together.P50 {
			t.Errorf("%s = %+v, want something measured", name, of)
		}
	}
	if r.Ratio.Median <= 0 || len(r.Decisions) == 0 {
		t.Errorf("ratio %v, decisions %v, want both", r.Ratio, r.Decisions)
	}
}

func TestQueue(t *testing.T) {
	for name, data := range map[string]string{"redis": "", "embedded": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			q, err := load.OpenQueue(t.Context(), load.QueueOptions{Data: data, Waiting: 20, Agents: 10, Rate: 20})
			if err != nil {
				t.Fatal(err)
			}
			r, err := q.Run(t.Context(), 1500*time.Millisecond, func(int) {})
			if err != nil {
				t.Fatal(err)
			}
			if r.Freed.Count != 10 || r.Came.Count != 10 {
				t.Errorf("%d agents and %d customers were counted, want 10 each", r.Freed.Count, r.Came.Count)
			}
			if r.Sustained <= 0 || r.Fill <= 0 {
				t.Errorf("report = %+v, want all rates", r)
			}
			if measured := r.Bare.Count > 0; measured != (data == "") {
				t.Errorf("Redis was measured: %t, with data %q", measured, data)
			}
			if err := q.Close(t.Context()); err != nil {
				t.Errorf("Close = %v", err)
			}
			if left, _ := filepath.Glob(filepath.Join(data, "*.db")); data != "" && len(left) > 0 {
				t.Errorf("%v is left behind", left)
			}
		})
	}
}

func TestOverload(t *testing.T) {
	v, err := load.OpenOverload(t.Context(), load.OverloadOptions{Questions: 100, Modest: 10, Offered: 3000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := v.Close(t.Context()); err != nil {
			t.Errorf("Close = %v", err)
		}
	}()
	r, err := v.Run(t.Context(), 5*time.Second, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	if r.Shed <= 0 || r.WithRetry != 1 || r.Other != 0 {
		t.Errorf("shed %v, of which with a time to try again %v, other errors %d; want some, all and none", r.Shed, r.WithRetry, r.Other)
	}
}

// TestOpenRedis names a server, or says what to install.
func TestOpenRedis(t *testing.T) {
	if _, err := load.OpenRedis(t.Context(), "redis://127.0.0.1:1/0"); err == nil || !strings.Contains(err.Error(), "--redis") {
		t.Errorf("OpenRedis where nothing listens = %v, want an error of --redis", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := load.OpenRedis(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "apt-get install redis-server") {
		t.Errorf("OpenRedis without redis-server = %v, want what to install", err)
	}
}

// A server that was started leaves nothing behind.
func TestOwnRedisEnds(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r, err := load.OpenRedis(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("files left behind: %v", left)
	}
	if _, err := load.OpenRedis(t.Context(), r.Address); err == nil {
		t.Error("the server still answers")
	}
}

func TestStreams(t *testing.T) {
	program := filepath.Join(t.TempDir(), "honeyguide")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../honeyguide").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r, err := load.Streams(t.Context(), load.StreamsOptions{Program: program, Streams: 50, Conns: 2}, 100*time.Millisecond, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	if r.Before <= 0 || r.After <= 0 {
		t.Errorf("report = %+v, want memory", r)
	}
}
