package redisqueue_test

import (
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
