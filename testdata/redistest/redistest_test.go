package redistest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestStartGivesEachTestAnEmptyDatabase(t *testing.T) {
	starts := map[string]func(testing.TB) redis.UniversalClient{
		"Start":        redistest.Start,
		"StartCluster": func(t testing.TB) redis.UniversalClient { return redistest.StartCluster(t) },
	}
	for name, start := range starts {
		t.Run(name, func(t *testing.T) {
			start(t) // one server for both
			for range 2 {
				t.Run("use", func(t *testing.T) {
					rdb := start(t)
					if n, err := rdb.DBSize(t.Context()).Result(); err != nil || n != 0 {
						t.Errorf("DBSize() = %d, %v, want 0, nil", n, err)
					}
					if err := rdb.Set(t.Context(), "key", "value", 0).Err(); err != nil {
						t.Errorf("Set() = %v, want nil", err)
					}
				})
			}
		})
	}
}

func TestStartSharesTheServer(t *testing.T) {
	id := func(rdb redis.UniversalClient) string {
		info, err := rdb.Info(t.Context(), "server").Result()
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(info, "run_id:")
		return strings.Fields(rest)[0]
	}
	if a, b := id(redistest.Start(t)), id(redistest.Start(t)); a != b {
		t.Errorf("two Starts in one test use servers %s and %s, want the same", a, b)
	}
}

func TestClusterRefusesKeysOfDifferentSlots(t *testing.T) {
	rdb := redistest.StartCluster(t)
	script := redis.NewScript(`redis.call('SET', KEYS[1], 1) redis.call('SET', KEYS[2], 1) return 1`)
	if err := script.Run(t.Context(), rdb, []string{"{a}:1", "{a}:2"}).Err(); err != nil {
		t.Errorf("script on one slot = %v, want nil", err)
	}
	err := script.Run(t.Context(), rdb, []string{"{a}:1", "{b}:2"}).Err()
	if !redis.HasErrorPrefix(err, "CROSSSLOT") {
		t.Errorf("script on two slots = %v, want CROSSSLOT", err)
	}
}

func TestClusterIsThreeMasters(t *testing.T) {
	rdb := redistest.StartCluster(t)
	const keys = 300
	for i := range keys {
		if err := rdb.Set(t.Context(), fmt.Sprint("key", i), "value", time.Hour).Err(); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	sizes := make(map[string]int64)
	err := rdb.ForEachMaster(t.Context(), func(ctx context.Context, rdb *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		var err error
		sizes[rdb.Options().Addr], err = rdb.DBSize(ctx).Result()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for addr, n := range sizes {
		sum += n
		if n == 0 {
			t.Errorf("master %s has no keys", addr)
		}
	}
	if len(sizes) != 3 || sum != keys {
		t.Errorf("masters and their keys = %v, want 3 with %d together", sizes, keys)
	}
}

func TestServerKeepsItsFilesAcrossKillAndRestart(t *testing.T) {
	s := redistest.StartServer(t, "--appendonly", "yes", "--appendfsync", "always")
	for i, end := range []func(){s.Kill, s.Stop} {
		key := fmt.Sprint("key", i)
		if err := s.Client().Set(t.Context(), key, "value", 0).Err(); err != nil {
			t.Fatal(err)
		}
		end()
		if err := s.Client(failFast).Ping(t.Context()).Err(); err == nil {
			t.Error("Ping() of a dead server = nil, want an error")
		}
		s.Restart()
		if got, err := s.Client().Get(t.Context(), key).Result(); err != nil || got != "value" {
			t.Errorf("Get(%s) after the restart = %q, %v, want value, nil", key, got, err)
		}
	}
}

func TestServerPauses(t *testing.T) {
	s := redistest.StartServer(t)
	rdb := s.Client(func(o *redis.Options) { o.ContextTimeoutEnabled = true })
	if err := rdb.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	s.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := rdb.Ping(ctx).Err(); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Ping() of a paused server = %v, want a passed deadline", err)
	}
	s.Resume()
	if err := rdb.Ping(t.Context()).Err(); err != nil {
		t.Errorf("Ping() after Resume = %v, want nil", err)
	}
}

func failFast(o *redis.Options) { o.MaxRetries, o.DialerRetries = -1, 1 }

// TestKilledBinaryLeavesNoServer runs this test again as a child that starts a
// server and is then killed.
func TestKilledBinaryLeavesNoServer(t *testing.T) {
	if os.Getenv("REDISTEST_CHILD") != "" {
		fmt.Printf("addr=%s\n", redistest.StartServer(t).Addr)
		select {}
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends the server with a killed test binary")
	}
	child := exec.Command(os.Args[0], "-test.run=^TestKilledBinaryLeavesNoServer$")
	child.Env = append(os.Environ(), "REDISTEST_CHILD=1", "TMPDIR="+t.TempDir())
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var addr string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var found bool
		if addr, found = strings.CutPrefix(lines.Text(), "addr="); found {
			break
		}
	}
	rdb := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1, DialerRetries: 1})
	t.Cleanup(func() { _ = rdb.Close() })
	if err := rdb.Ping(t.Context()).Err(); err != nil {
		t.Errorf("Ping() of the child's server at %q = %v, want nil", addr, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	for deadline := time.Now().Add(10 * time.Second); rdb.Ping(t.Context()).Err() == nil; {
		if time.Now().After(deadline) {
			t.Fatal("the server still answers 10 s after its test binary was killed")
		}
	}
}

func TestAge(t *testing.T) {
	for name, rdb := range map[string]redis.UniversalClient{"server": redistest.Start(t), "cluster": redistest.StartCluster(t)} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			for key, ttl := range map[string]time.Duration{"hour": time.Hour, "day": 24 * time.Hour, "for ever": 0} {
				if err := rdb.Set(ctx, key, "value", ttl).Err(); err != nil {
					t.Fatal(err)
				}
			}
			redistest.Age(t, rdb, 2*time.Hour)
			for key, want := range map[string]time.Duration{"hour": -2, "day": 22 * time.Hour, "for ever": -1} {
				got, err := rdb.PTTL(ctx, key).Result()
				if err != nil || got > want || got < want-time.Minute {
					t.Errorf("PTTL(%s) after two hours = %v, %v, want %v, nil", key, got, err, want)
				}
			}
		})
	}
}
