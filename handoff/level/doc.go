// Package level says how well a shop serves the customers who wait for a
// human: figures for a time gone by ([Ledger.Report]), the wait of a customer
// who joins ([Ledger.Estimate]) and alarms ([Ledger.Alarms]).
//
// All of it is computed from the tickets as they now are and from nothing else:
// neither from the order in which they came in nor from what was asked before.
// So every node that has followed the shop's change feed says the same, and one
// that starts again has lost nothing once it has read the feed.
//
// Time is open time: only the hours in which the shop's calendar has agents on
// duty count, in waits, handling times and windows alike. A message that was
// left at night thus waits from the next opening.
package level
