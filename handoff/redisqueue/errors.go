package redisqueue

import (
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// passing are the beginnings of what a server answers when it cannot do now
// what it will do later: while it starts, changes roles or is full.
var passing = []string{
	"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS",
	"BUSY", "OOM", "MISCONF", "max number of clients",
}

// errData means that what is stored is not what this package stores.
var errData = errors.New("stored data is damaged")

// Unavailable reports whether err, which a client returned, means that the
// server could not be reached in time or could not serve now: trying again may
// help.
func Unavailable(err error) bool {
	if _, answered := errors.AsType[redis.Error](err); !answered {
		return true // lost, refused or too late
	}
	return slices.ContainsFunc(passing, func(prefix string) bool { return redis.HasErrorPrefix(err, prefix) })
}

// wrap returns nil for nil.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	own := errors.Is(err, handoff.ErrNotFound) || errors.Is(err, handoff.ErrNoAgent) || errors.Is(err, errData)
	if own || !Unavailable(err) {
		return fmt.Errorf("redisqueue: %s: %w", doing, err)
	}
	return fmt.Errorf("redisqueue: %s: %w: %w", doing, handoff.ErrUnavailable, err)
}
