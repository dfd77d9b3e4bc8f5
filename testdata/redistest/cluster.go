package redistest

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"
)

// slots is how many slots a cluster has.
const slots = 16384

// joinCluster makes fresh nodes the masters of one cluster, each of an equal
// part of the slots, and returns when every node says that all are served.
func joinCluster(ctx context.Context, nodes []*process) error {
	clients := make([]*redis.Client, len(nodes))
	for i, p := range nodes {
		clients[i] = redis.NewClient(&redis.Options{Addr: p.addr})
		defer func() { _ = clients[i].Close() }()
		if err := clients[i].ClusterAddSlotsRange(ctx, i*slots/len(nodes), (i+1)*slots/len(nodes)-1).Err(); err != nil {
			return fmt.Errorf("assign slots to node %d: %w", i, err)
		}
		// Each its own, or they first have to agree who keeps which.
		if err := clients[i].Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err(); err != nil {
			return fmt.Errorf("set the epoch of node %d: %w", i, err)
		}
	}
	for i, rdb := range clients {
		for _, p := range nodes[:i] {
			if err := meet(ctx, rdb, p); err != nil {
				return fmt.Errorf("make node %d meet %s: %w", i, p.addr, err)
			}
		}
	}
	for i, rdb := range clients {
		if err := poll(ctx, func() error { return joined(ctx, rdb, len(nodes)) }); err != nil {
			return fmt.Errorf("wait for node %d of the cluster: %w", i, err)
		}
	}
	return nil
}

func meet(ctx context.Context, rdb *redis.Client, p *process) error {
	host, port, err := net.SplitHostPort(p.addr)
	if err != nil {
		return err
	}
	return rdb.Do(ctx, "CLUSTER", "MEET", host, port, p.busPort).Err()
}

// joined returns nil when the node serves, and has a link to all others: what
// is published before that is lost on the way.
func joined(ctx context.Context, rdb *redis.Client, nodes int) error {
	info, err := rdb.ClusterInfo(ctx).Result()
	if err != nil {
		return err
	}
	if !strings.Contains(info, "cluster_state:ok") {
		return fmt.Errorf("node is not ready: %s", info)
	}
	list, err := rdb.ClusterNodes(ctx).Result()
	if err != nil {
		return err
	}
	if strings.Count(list, " connected") != nodes || strings.Contains(list, "handshake") {
		return fmt.Errorf("node does not know all others: %s", list)
	}
	return nil
}
