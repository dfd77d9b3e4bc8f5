package redisstore

import (
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// errData means that what is stored is not what this package stores.
var errData = errors.New("stored data is damaged")

// passing are the beginnings of what a server answers when it cannot do now
// what it will do later: while it starts, changes roles or is full.
var passing = []string{
	"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS",
	"BUSY", "OOM", "MISCONF", "max number of clients",
}

// wrap adds what was being done to an error of the client, and ErrUnavailable
// where the server gave no answer or one that says to try later.
func wrap(doing string, err error) error {
	if _, answered := errors.AsType[redis.Error](err); answered && !isPassing(err) {
		return fmt.Errorf("redisstore: %s: %w", doing, err)
	}
	return fmt.Errorf("redisstore: %s: %w: %w", doing, knowledge.ErrUnavailable, err)
}

func isPassing(err error) bool {
	return slices.ContainsFunc(passing, func(prefix string) bool { return redis.HasErrorPrefix(err, prefix) })
}
