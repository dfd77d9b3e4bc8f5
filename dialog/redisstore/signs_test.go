package redisstore_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/dialog/redisstore"
	"github.com/honeyguide-chat/honeyguide/testdata/redistest"
)

func TestSigns(t *testing.T) {
	for name, start := range map[string]func(testing.TB) redis.UniversalClient{"server": redistest.Start, "cluster": func(t testing.TB) redis.UniversalClient { return redistest.StartCluster(t) }} {
		t.Run(name, func(t *testing.T) {
			start(t) // one server for all of the suite
			dialogtest.TestSigns(t, func(t *testing.T) dialogtest.SignsHarness {
				return dialogtest.SignsHarness{Board: redisstore.NewSigns(start(t)), Wait: time.Sleep}
			})
		})
	}
}
