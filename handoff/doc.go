// Package handoff holds what happens between the bot giving up and a human
// having settled the matter: the [Ticket] and its [Packet], the [Agent] with
// what is on the desk, and the [Rules] of a shop.
//
// A ticket, its session and the desks that it lies on always change together.
// The package therefore only decides (the methods of Ticket) and reads (the
// [Queue] and the [Roster]); every write of a ticket goes through the commit of
// package dialog, which stores session, transcript, ticket and desks as one,
// each only if it is as it was read. That is why no race gives a ticket to two
// agents, or an agent more than there is room for.
package handoff
