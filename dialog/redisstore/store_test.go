package redisstore_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestOnServer(t *testing.T) {
	redistest.Start(t) // one server for both suites
	newHarness := func(t *testing.T) dialogtest.Harness { return harness(t, redistest.Start(t)) }
	t.Run("Store", func(t *testing.T) { dialogtest.TestStore(t, newHarness) })
	t.Run("Queue", func(t *testing.T) { dialogtest.TestQueue(t, newHarness) })
}

func TestOnCluster(t *testing.T) {
	redistest.StartCluster(t)
	newHarness := func(t *testing.T) dialogtest.Harness { return harness(t, redistest.StartCluster(t)) }
	t.Run("Store", func(t *testing.T) { dialogtest.TestStore(t, newHarness) })
	t.Run("Queue", func(t *testing.T) { dialogtest.TestQueue(t, newHarness) })
}

// harness has a clock that moves by ageing the keys: nothing waits.
func harness(t *testing.T, rdb redis.UniversalClient) dialogtest.Harness {
	return dialogtest.Harness{
		Store:   redisstore.New(rdb),
		Queue:   redisqueue.New(rdb),
		Advance: func(d time.Duration) { redistest.Age(t, rdb, d) },
	}
}
