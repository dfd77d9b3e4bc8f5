package redistest

import (
	"context"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Cluster is a cluster of one test, as of [StartCluster], whose masters it may
// pause. Its methods fail the test where they cannot do what they say.
type Cluster struct {
	Client *redis.ClusterClient // closed when the test ends

	t     testing.TB
	nodes []*process
}

// StartOwnCluster starts a cluster, whose client may be changed before it is
// made. It is killed when the test ends.
func StartOwnCluster(t testing.TB, change ...func(*redis.ClusterOptions)) *Cluster {
	t.Helper()
	own := shared{nodes: cluster.nodes, opts: cluster.opts, ready: cluster.ready}
	o := &redis.ClusterOptions{Addrs: own.acquire(t)}
	for _, f := range change {
		f(o)
	}
	c := &Cluster{t: t, nodes: own.procs, Client: redis.NewClusterClient(o)}
	t.Cleanup(func() { _ = c.Client.Close() })
	return c
}

// Pause stops the process of the master that has a key, and returns what lets
// it go on. The others take it for dead after 15 seconds, and go on without it.
func (c *Cluster) Pause(key string) (resume func()) {
	c.t.Helper()
	err := c.Client.ForEachMaster(c.t.Context(), func(ctx context.Context, rdb *redis.Client) error {
		return rdb.ConfigSet(ctx, "cluster-require-full-coverage", "no").Err()
	})
	if err != nil {
		c.t.Fatalf("redistest: have the cluster serve a part of the slots: %v", err)
	}
	master, err := c.Client.MasterForKey(c.t.Context(), key)
	if err != nil {
		c.t.Fatalf("redistest: %v", err)
	}
	p := c.at(master.Options().Addr)
	c.send(p, syscall.SIGSTOP)
	return func() { c.t.Helper(); c.send(p, syscall.SIGCONT) }
}

// Apart reports whether two keys are on different masters.
func (c *Cluster) Apart(a, b string) bool {
	c.t.Helper()
	var addrs [2]string
	for i, key := range []string{a, b} {
		master, err := c.Client.MasterForKey(context.Background(), key)
		if err != nil {
			c.t.Fatalf("redistest: %v", err)
		}
		addrs[i] = master.Options().Addr
	}
	return addrs[0] != addrs[1]
}

func (c *Cluster) at(addr string) *process {
	c.t.Helper()
	for _, p := range c.nodes {
		if p.addr == addr {
			return p
		}
	}
	c.t.Fatalf("redistest: no node at %s", addr)
	return nil
}

func (c *Cluster) send(p *process, sig syscall.Signal) {
	c.t.Helper()
	if err := p.signal(sig); err != nil {
		c.t.Fatalf("redistest: %v", err)
	}
}
