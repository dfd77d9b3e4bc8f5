// Package routing decides which waiting ticket goes to which agent. A [Board]
// is a picture of one shop in memory, as its tickets, agents and rules were
// last seen; it reads no clock and stores nothing. What it decides becomes true
// only by a commit, which fails where the picture was out of date: a Board that
// is wrong costs a retry, never a customer.
//
// # Who is next
//
// Tickets are looked at in the order of the line (see [handoff.Queue.List]).
// The first one that somebody can take is assigned; one that nobody can take
// now is passed by, so that it does not keep others waiting. It goes to the
// agent who meets what it asks for after so long a wait, has room, and is idle
// longest. Agents at whose desks it rang in vain come after all others who can
// take it.
//
// A ticket that prefers an agent waits for that one alone, whatever the skills,
// for somebody chose that agent: until its time for that is over, or at once to
// everybody where the agent is unknown, offline or draining.
//
// A ticket of more than weight 1 may find no desk with so much room while
// lighter ones behind it take every bit that gets free. From the target of the
// service level on, therefore, the first in line of those that ask for the same
// keeps one desk for itself: among those fit that have some room, the one that
// has most. That room can only grow until it is enough, unless the agent claims
// or leaves.
//
// # Clocks
//
// Times in tickets and agents were written by other nodes. A ring or a wrap-up
// that would end later than the rules allow, counted from when the Board first
// saw it, ends then; a ticket that came into the line in the future has come
// when the Board first saw it. Where now itself goes back, everything counts as
// first seen at that moment. So no clock that went back keeps a customer
// waiting for longer than the rules say.
package routing
