// Package redistest runs real Redis servers for tests.
//
// [Start] and [StartCluster] share a server and a cluster among the tests of a
// binary, each test with an empty database; [StartServer] and [StartOwnCluster]
// give a test its own, to kill, stop, restart and pause. A test fails, and is never
// skipped, where redis-server is not installed.
//
// A shared server ends with the last test that uses it, so a test that calls
// Start before its subtests do keeps one server for all of them: worth it for
// the cluster, which needs two seconds to open for writing. On Linux every
// server also dies with the test binary: a panic or a timeout leaves no orphan.
package redistest

import (
	"context"
	"fmt"
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
	rdb := redis.NewClient(&redis.Options{Addr: standalone.acquire(t)[0]})
	t.Cleanup(func() { _ = rdb.Close() })
	flush(t, rdb)
	return rdb
}

// StartCluster returns a client of the shared cluster, of three masters without
// replicas that each own a third of the slots, with an empty database. A script
// or a transaction whose keys do not share a slot fails with CROSSSLOT. The
// rules of [Start] hold.
func StartCluster(t testing.TB) *redis.ClusterClient {
	t.Helper()
	rdb := redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster.acquire(t)})
	t.Cleanup(func() { _ = rdb.Close() })
	flush(t, rdb)
	return rdb
}

func flush(t testing.TB, rdb redis.UniversalClient) {
	t.Helper()
	err := onEach(t.Context(), rdb, func(ctx context.Context, rdb *redis.Client) error {
		return rdb.FlushAll(ctx).Err()
	})
	if err != nil {
		t.Fatalf("redistest: empty the database: %v", err)
	}
}

// onEach calls f with a client of each server that rdb leads to.
func onEach(ctx context.Context, rdb redis.UniversalClient, f func(context.Context, *redis.Client) error) error {
	switch rdb := rdb.(type) {
	case *redis.ClusterClient:
		return rdb.ForEachMaster(ctx, f)
	case *redis.Client:
		return f(ctx, rdb)
	}
	return fmt.Errorf("a client of unknown type %T", rdb)
}
