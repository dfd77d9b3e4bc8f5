// Package dialogtest checks implementations of the dialog interfaces.
package dialogtest

import (
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// A Harness gives one subtest an empty store.
type Harness struct {
	Store dialog.Store

	// Queue reads the tickets that Store commits.
	Queue handoff.Queue

	// Roster reads the agents that Store commits, and stores others.
	Roster handoff.Roster

	// Stirs say in which shops Store and Roster change something.
	Stirs handoff.Stirs

	// Advance moves the store's clock forward. Real time does not pass.
	Advance func(time.Duration)
}

// TestStore checks that the stores newHarness makes keep the contract of
// [dialog.Store]. Every implementation calls it from its own tests.
func TestStore(t *testing.T, newHarness func(*testing.T) Harness) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"Missing", testMissing},
		{"RoundTrip", testRoundTrip},
		{"LongTexts", testLongTexts},
		{"NothingIsShared", testNothingIsShared},
		{"TurnRecords", testTurnRecords},
		{"EntriesPages", testEntriesPages},
		{"ShopsAreIsolated", testShopsAreIsolated},
		{"SessionsAreIsolated", testSessionsAreIsolated},
		{"EndedContext", testEndedContext},

		{"VersionsRise", testVersionsRise},
		{"StaleSessionConflicts", testStaleSessionConflicts},
		{"StaleTicketConflicts", testStaleTicketConflicts},
		{"TurnIsMadeOnce", testTurnIsMadeOnce},
		{"TranscriptGapIsRefused", testTranscriptGapIsRefused},
		{"MalformedIsRefused", testMalformedIsRefused},
		{"CommitWithoutEntries", testCommitWithoutEntries},
		{"CommitOfManyEntries", testCommitOfManyEntries},

		{"AgentsRoundTrip", testAgentsRoundTrip},
		{"AgentsAreOne", testAgentsAreOne},
		{"TwoDesks", testTwoDesks},
		{"StaleAgentConflicts", testStaleAgentConflicts},
		{"MalformedAgentsAreRefused", testMalformedAgentsAreRefused},
		{"CapacityHoldsInARace", testCapacityHoldsInARace},
		{"OneAgentWinsATicket", testOneAgentWinsATicket},
		{"AgentsStay", testAgentsStay},

		{"OpenTicketsAreBounded", testOpenTicketsAreBounded},
		{"BoundHoldsInARace", testBoundHoldsInARace},

		{"OneCommitWinsAVersion", testOneCommitWinsAVersion},
		{"EveryCommitCounts", testEveryCommitCounts},
		{"ReadersSeeWholeCommits", testReadersSeeWholeCommits},

		{"EndsAfterKeep", testEndsAfterKeep},
		{"CommitRenewsKeep", testCommitRenewsKeep},
		{"KeepZeroNeverEnds", testKeepZeroNeverEnds},
		{"ClosedTicketEndsAfterKeep", testClosedTicketEndsAfterKeep},
		{"IDFreeAgainAfterKeep", testIDFreeAgainAfterKeep},

		{"Model", testModel},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, newHarness(t)) })
	}
}
