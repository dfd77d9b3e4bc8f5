package redistest

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// ageScript brings the end of each key that has one nearer by ARGV[1] ms. A
// time to live that is not positive deletes the key.
var ageScript = redis.NewScript(`
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local ttl = redis.call('PTTL', key)
    if ttl >= 0 then
      redis.call('PEXPIRE', key, ttl - ARGV[1])
    end
  end
until cursor == '0'
return 1
`)

// Age does to the keys what the passing of d does: each one that expires does so
// d earlier, or is gone. It stands for the servers' clock, which a test cannot
// move.
func Age(t testing.TB, rdb redis.UniversalClient, d time.Duration) {
	t.Helper()
	err := onEach(t.Context(), rdb, func(ctx context.Context, rdb *redis.Client) error {
		return ageScript.Run(ctx, rdb, nil, d.Milliseconds()).Err()
	})
	if err != nil {
		t.Fatalf("redistest: age the keys: %v", err)
	}
}
