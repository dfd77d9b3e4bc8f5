package boltqueue_test

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/handoff/boltqueue"
	"github.com/honeyguide-chat/honeyguide/handoff/handofftest"
)

func TestStirs(t *testing.T) {
	handofftest.TestStirs(t, func(t *testing.T) handofftest.StirHarness {
		h, _ := newHarness(t)
		q := h.Queue.(*boltqueue.Queue)
		return handofftest.StirHarness{Stirs: q, Change: handofftest.StaffChanges(q, q)}
	})
}
