package redisqueue_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestRoster(t *testing.T) {
	onBoth(t, func(t *testing.T, start func(*testing.T) redis.UniversalClient) {
		handofftest.TestRoster(t, func(t *testing.T) handoff.Roster { return redisqueue.New(start(t)) })
	})
}

func TestRules(t *testing.T) {
	onBoth(t, func(t *testing.T, start func(*testing.T) redis.UniversalClient) {
		handofftest.TestRules(t, func(t *testing.T) handoff.RuleStore { return redisqueue.New(start(t)) })
	})
}

func TestLeases(t *testing.T) {
	onBoth(t, func(t *testing.T, start func(*testing.T) redis.UniversalClient) {
		handofftest.TestLeases(t, func(t *testing.T) handofftest.LeaseHarness {
			rdb := start(t)
			return handofftest.LeaseHarness{Leases: redisqueue.New(rdb), Advance: func(d time.Duration) {
				redistest.Age(t, rdb, d)
				ageLeases(t, rdb, d)
			}}
		})
	})
}

// TestLeaseEndsByTheServersClock waits for real: the suite moves what the ends
// are compared with.
func TestLeaseEndsByTheServersClock(t *testing.T) {
	q := redisqueue.New(redistest.Start(t))
	const ttl = 100 * time.Millisecond
	began := time.Now().Add(-time.Millisecond) // the server counts whole ones
	if err := q.Renew(t.Context(), "shop", "agent", ttl); err != nil {
		t.Fatal(err)
	}
	if leads, err := q.Lead(t.Context(), "shop", "one", ttl); err != nil || !leads {
		t.Fatalf("Lead(one) = %t, %v, want true, nil", leads, err)
	}
	for lapsed, led := false, false; !lapsed || !led; {
		agents, err := q.Lapsed(t.Context(), "shop", 1)
		if err != nil {
			t.Fatal(err)
		}
		lapsed = len(agents) == 1
		if !led {
			if led, err = q.Lead(t.Context(), "shop", "other", time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		if passed := time.Since(began); (lapsed || led) && passed < ttl {
			t.Fatalf("after %v: lease has lapsed: %t, another node leads: %t, want neither before %v", passed, lapsed, led, ttl)
		} else if passed > time.Minute {
			t.Fatalf("after %v: lease has lapsed: %t, another node leads: %t, want both", passed, lapsed, led)
		}
	}
}

// sentTwice is a client that sends each script again, as one does that lost the
// answer.
type sentTwice struct{}

func (sentTwice) DialHook(next redis.DialHook) redis.DialHook { return next }

func (sentTwice) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (sentTwice) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := next(ctx, cmd); err != nil || !strings.HasPrefix(cmd.Name(), "eval") {
			return err
		}
		return next(ctx, cmd)
	}
}

func TestPutThatIsSentAgainIsAnswered(t *testing.T) {
	rdb := redistest.Start(t)
	rdb.AddHook(sentTwice{})
	q := redisqueue.New(rdb)
	a, r := handoff.NewAgent("shop", "agent"), handoff.DefaultRules("shop")
	for version := uint64(1); version <= 3; version++ {
		if err := q.PutAgent(t.Context(), a); err != nil || a.Version != version || a.Revision != version {
			t.Fatalf("PutAgent = %v and version %d, revision %d, want nil and %d for both", err, a.Version, a.Revision, version)
		}
		if err := q.PutRules(t.Context(), r); err != nil || r.Version != version {
			t.Fatalf("PutRules = %v and version %d, want nil and %d", err, r.Version, version)
		}
	}
	stale := *a
	stale.Version--
	if err := q.PutAgent(t.Context(), &stale); !errors.Is(err, handoff.ErrConflict) {
		t.Errorf("PutAgent of an old version = %v, want ErrConflict", err)
	}
}

// TestShopIsAddedBeforeItsAgent has the set of shops refuse: the agent must not
// be stored, or nobody would find the shop.
func TestShopIsAddedBeforeItsAgent(t *testing.T) {
	rdb := redistest.Start(t)
	if err := rdb.Set(t.Context(), "hg:shops", "not a set", 0).Err(); err != nil {
		t.Fatal(err)
	}
	q, a := redisqueue.New(rdb), handoff.NewAgent("shop", "agent")
	if err := q.PutAgent(t.Context(), a); err == nil || a.Version != 0 {
		t.Errorf("PutAgent where the shop cannot be added = %v and version %d, want an error and 0", err, a.Version)
	}
	if _, err := q.Agent(t.Context(), "shop", "agent"); !errors.Is(err, handoff.ErrNoAgent) {
		t.Errorf("Agent after that: err = %v, want ErrNoAgent", err)
	}
	if err := rdb.Del(t.Context(), "hg:shops").Err(); err != nil {
		t.Fatal(err)
	}
	if err := q.PutAgent(t.Context(), a); err != nil {
		t.Errorf("PutAgent where the shop can be added = %v, want nil", err)
	}
	if shops, err := q.Shops(t.Context()); err != nil || len(shops) != 1 {
		t.Errorf("Shops() = %v, %v, want one", shops, err)
	}
}

func TestDamagedAgentOrRulesAreNoReasonToTryAgain(t *testing.T) {
	rdb := redistest.Start(t)
	q := redisqueue.New(rdb)
	for _, key := range []string{"hg:{shop}:agent:a", "hg:{shop}:rules"} {
		if err := rdb.HSet(t.Context(), key, "data", "{", "revision", 1).Err(); err != nil {
			t.Fatal(err)
		}
	}
	_, errAgent := q.Agent(t.Context(), "shop", "a")
	_, errRules := q.Rules(t.Context(), "shop")
	for call, err := range map[string]error{"Agent": errAgent, "Rules": errRules} {
		if err == nil || errors.Is(err, handoff.ErrUnavailable) || errors.Is(err, handoff.ErrNoAgent) {
			t.Errorf("%s of damaged data: err = %v, want one that nothing mends", call, err)
		}
	}
}

// onBoth runs a suite on a server and on a cluster.
func onBoth(t *testing.T, run func(*testing.T, func(*testing.T) redis.UniversalClient)) {
	t.Run("Server", func(t *testing.T) {
		redistest.Start(t) // one for all of the suite
		run(t, func(t *testing.T) redis.UniversalClient { return redistest.Start(t) })
	})
	t.Run("Cluster", func(t *testing.T) {
		redistest.StartCluster(t)
		run(t, func(t *testing.T) redis.UniversalClient { return redistest.StartCluster(t) })
	})
}

// ageLeases brings the ends of the leases nearer, as redistest.Age does with
// those of keys.
func ageLeases(t *testing.T, rdb redis.UniversalClient, d time.Duration) {
	t.Helper()
	for _, key := range []string{"hg:{shop-a}:leases", "hg:{shop-b}:leases"} {
		agents, err := rdb.ZRange(t.Context(), key, 0, -1).Result()
		if err != nil {
			t.Fatal(err)
		}
		for _, agent := range agents {
			if err := rdb.ZIncrBy(t.Context(), key, -float64(d.Milliseconds()), agent).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
