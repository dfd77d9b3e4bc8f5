package boltqueue_test

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
)

func TestRoster(t *testing.T) {
	handofftest.TestRoster(t, func(t *testing.T) handoff.Roster {
		h, _ := newHarness(t)
		return h.Queue.(*boltqueue.Queue)
	})
}

func TestLeases(t *testing.T) {
	handofftest.TestLeases(t, func(t *testing.T) handofftest.LeaseHarness {
		h, _ := newHarness(t)
		return handofftest.LeaseHarness{Leases: h.Queue.(*boltqueue.Queue), Advance: h.Advance}
	})
}

func TestRules(t *testing.T) {
	handofftest.TestRules(t, func(t *testing.T) handoff.RuleStore {
		h, _ := newHarness(t)
		return h.Queue.(*boltqueue.Queue)
	})
}
