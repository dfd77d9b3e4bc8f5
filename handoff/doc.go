// Package handoff holds what happens between the bot giving up and a human
// having settled the matter: the [Ticket], its [Packet], and the queue that
// agents read.
//
// A ticket and its session always change together. The package therefore only
// decides (the methods of Ticket) and reads (the [Queue]); every write goes
// through the commit of package dialog, which stores session, transcript and
// ticket as one.
package handoff
