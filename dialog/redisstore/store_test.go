package redisstore_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/handoff/redisqueue"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestStore(t *testing.T) {
	redistest.Start(t) // one server for all of the suite
	dialogtest.TestStore(t, func(t *testing.T) dialogtest.Harness { return harness(t, redistest.Start(t)) })
}

func TestStirs(t *testing.T) {
	redistest.Start(t)
	dialogtest.TestStirs(t, func(t *testing.T) dialogtest.Harness { return harness(t, redistest.Start(t)) })
}

func TestDeskRetries(t *testing.T) {
	redistest.Start(t)
	dialogtest.TestDeskRetries(t, func(t *testing.T) dialog.Stores { return stores(t, redistest.Start(t)) })
}

// TestOnCluster also runs the suite of the queue on tickets that came with their
// sessions; redisqueue runs it on both kinds of server.
func TestOnCluster(t *testing.T) {
	redistest.StartCluster(t)
	newHarness := func(t *testing.T) dialogtest.Harness { return harness(t, redistest.StartCluster(t)) }
	t.Run("Store", func(t *testing.T) { dialogtest.TestStore(t, newHarness) })
	t.Run("Queue", func(t *testing.T) { dialogtest.TestQueue(t, newHarness) })
	t.Run("Stirs", func(t *testing.T) { dialogtest.TestStirs(t, newHarness) })
	t.Run("DeskRetries", func(t *testing.T) {
		dialogtest.TestDeskRetries(t, func(t *testing.T) dialog.Stores { return stores(t, redistest.StartCluster(t)) })
	})
	t.Run("Waker", func(t *testing.T) { testWakerReachesOthers(t, redistest.StartCluster(t)) })
}

// stores are those of one node, whose waker does not run: nobody watches.
func stores(t *testing.T, rdb redis.UniversalClient) dialog.Stores {
	t.Helper()
	return redisstore.Stores(rdb, redisstore.NewWaker(rdb, slog.New(slog.DiscardHandler)))
}

// harness has a clock that moves by ageing the keys: nothing waits.
func harness(t *testing.T, rdb redis.UniversalClient) dialogtest.Harness {
	queue := redisqueue.New(rdb)
	return dialogtest.Harness{
		Store:   redisstore.New(rdb),
		Queue:   queue,
		Roster:  queue,
		Stirs:   queue,
		Advance: func(d time.Duration) { redistest.Age(t, rdb, d) },
	}
}
