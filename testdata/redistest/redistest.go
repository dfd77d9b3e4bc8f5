// Package redistest runs real Redis servers for tests.
//
// [Start] and [StartCluster] share one server of each kind among the tests of
// a binary, each test with an empty database; [StartServer] gives a test one of
// its own, to kill, stop, restart and pause. A test fails, and is never
// skipped, where redis-server is not installed.
//
// A shared server ends with the last test that uses it, so a test that calls
// Start before its subtests do keeps one server for all of them: worth it for
// the cluster, which needs two seconds to open for writing. On Linux every
// server also dies with the test binary: a panic or a timeout leaves no orphan.
package redistest

import (
	"testing"

	"github.com/redis/go-redis/v9"
)

// Start returns a client of the shared server with an empty database. The
// client is closed when the test ends.
//
// The database is emptied for the new test: tests that use Start must not be
// parallel to each other, and a subtest that calls Start takes the data of its
// parent away.
func Start(t testing.TB) redis.UniversalClient {
	t.Helper()
	p := standalone.acquire(t)
	rdb := redis.NewClient(&redis.Options{Addr: p.addr})
	t.Cleanup(func() { _ = rdb.Close() })
	flush(t, rdb)
	return rdb
}

// StartCluster returns a client of the shared cluster, whose only node owns all
// slots, with an empty database. It behaves as a larger one does in what
// matters here: a script or a transaction whose keys do not share a slot fails
// with CROSSSLOT. The rules of [Start] hold.
func StartCluster(t testing.TB) *redis.ClusterClient {
	t.Helper()
	p := cluster.acquire(t)
	rdb := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{p.addr}})
	t.Cleanup(func() { _ = rdb.Close() })
	flush(t, rdb)
	return rdb
}

func flush(t testing.TB, rdb redis.UniversalClient) {
	t.Helper()
	if err := rdb.FlushAll(t.Context()).Err(); err != nil {
		t.Fatalf("redistest: empty the database: %v", err)
	}
}
