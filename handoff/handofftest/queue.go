// Package handofftest checks implementations of the handoff interfaces.
package handofftest

import (
	"context"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// A Harness gives one subtest an empty queue.
type Harness struct {
	Queue handoff.Queue

	// Put stores t as the commit of a session would. It returns Conflict, and
	// stores nothing, where t.Version is not the stored one; else it sets
	// t.Version and t.Revision. It is safe for concurrent use.
	Put func(ctx context.Context, t *handoff.Ticket, keep time.Duration) error

	// Conflict is the error that Put wraps for a stale version.
	Conflict error

	// Advance moves the queue's clock forward. Real time does not pass.
	Advance func(time.Duration)
}

// TestQueue checks that the queues newHarness makes keep the contract of
// [handoff.Queue]. Every implementation calls it from its own tests.
func TestQueue(t *testing.T, newHarness func(*testing.T) Harness) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"GetMissing", testGetMissing},
		{"RoundTrip", testRoundTrip},
		{"NothingIsShared", testNothingIsShared},
		{"VersionsAndRevisions", testVersionsAndRevisions},
		{"StaleVersionConflicts", testStaleVersionConflicts},
		{"OneClaimWins", testOneClaimWins},
		{"ShopsAreIsolated", testShopsAreIsolated},
		{"EndedContext", testEndedContext},

		{"ListOrder", testListOrder},
		{"ListByState", testListByState},
		{"ListPages", testListPages},
		{"Position", testPosition},
		{"ChangedPriorityMoves", testChangedPriorityMoves},

		{"ChangesInOrder", testChangesInOrder},
		{"ChangesCoalesce", testChangesCoalesce},
		{"ChangesPages", testChangesPages},
		{"FollowerMissesNothing", testFollowerMissesNothing},

		{"ClosedVanishAfterKeep", testClosedVanishAfterKeep},
		{"ClosedKeepsItsEnd", testClosedKeepsItsEnd},
		{"VanishedAreSkippedInChanges", testVanishedAreSkippedInChanges},
		{"OpenNeverVanish", testOpenNeverVanish},
		{"IDFreeAgainAfterKeep", testIDFreeAgainAfterKeep},

		{"Model", testModel},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newHarness(t)) })
	}
}
