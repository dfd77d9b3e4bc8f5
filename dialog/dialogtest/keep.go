package dialogtest

import (
	"errors"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

const century = 100 * 365 * 24 * time.Hour

// keeping returns c, to be kept for d.
func keeping(d time.Duration, c *dialog.Change) *dialog.Change {
	c.Keep = d
	return c
}

func testEndsAfterKeep(t *testing.T, h Harness) {
	c := keeping(time.Hour, change(newSession("s"), "text"))
	c.Turn = record("turn", "text")
	commit(t, h, c)
	before := read(t, h, "s", "turn")
	h.Advance(59 * time.Minute)
	wantSame(t, "session before its time is over", before, read(t, h, "s", "turn"))
	h.Advance(2 * time.Minute)
	wantMissing(t, h, shopA, "s")
	if err := h.Store.Commit(t.Context(), change(c.Session, "more")); !errors.Is(err, dialog.ErrConflict) {
		t.Errorf("Commit to a session whose time is over = %v, want ErrConflict", err)
	}
	wantMissing(t, h, shopA, "s")
}

func testCommitRenewsKeep(t *testing.T, h Harness) {
	s := newSession("s")
	first := keeping(time.Hour, change(s, "first"))
	first.Turn = record("turn", "first")
	commit(t, h, first)
	for range 3 {
		h.Advance(50 * time.Minute)
		commit(t, h, keeping(time.Hour, change(s))) // no entry, no turn: all of it is kept on
	}
	h.Advance(50 * time.Minute)
	got := read(t, h, "s", "turn")
	wantSame(t, "entries of a session that is in use", []string{"1 first"}, texts(got.Entries))
	wantSame(t, "its first turn", first.Turn, got.Turns["turn"])

	commit(t, h, keeping(time.Minute, change(s, "last"))) // shorter than before
	h.Advance(2 * time.Minute)
	wantMissing(t, h, shopA, "s")
}

func testKeepZeroNeverEnds(t *testing.T, h Harness) {
	s := newSession("s")
	c := keeping(time.Hour, change(s, "first"))
	c.Turn = record("turn", "first")
	commit(t, h, c)

	s.State = dialog.StateWaiting
	c = keeping(0, change(s, "second"))
	c.Ticket = newTicket(s, "t")
	commit(t, h, c)
	before := read(t, h, "s", "turn")
	h.Advance(century)
	wantSame(t, "waiting session after a century", before, read(t, h, "s", "turn"))

	s.State = dialog.StateHuman
	commit(t, h, keeping(time.Hour, change(s, "third"))) // the ticket is open and not part of this
	h.Advance(2 * time.Hour)
	wantMissing(t, h, shopA, "s")
	if _, err := h.Queue.Get(t.Context(), shopA, "t"); err != nil {
		t.Errorf("Get of an open ticket = %v, want nil", err)
	}
}

func testClosedTicketEndsAfterKeep(t *testing.T, h Harness) {
	s := newSession("s")
	ticket := newTicket(s, "t")
	c := keeping(0, change(s, "first"))
	c.Ticket = ticket
	commit(t, h, c)

	if err := ticket.Close(nil, "solved", start, 0); err != nil {
		t.Fatal(err)
	}
	s.State = dialog.StateClosed
	c = keeping(time.Hour, change(s, "second"))
	c.Ticket = ticket
	commit(t, h, c)
	h.Advance(59 * time.Minute)
	wantSame(t, "closed ticket before its time is over", []*handoff.Ticket{ticket}, read(t, h, "s").Tickets)
	h.Advance(2 * time.Minute)
	wantMissing(t, h, shopA, "s")
	if _, err := h.Queue.Get(t.Context(), shopA, "t"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Get of a closed ticket after its time: err = %v, want ErrNotFound", err)
	}
}

func testIDFreeAgainAfterKeep(t *testing.T, h Harness) {
	old := keeping(time.Hour, change(newSession("s"), "old", "older"))
	old.Turn = record("old", "old")
	commit(t, h, old)
	h.Advance(2 * time.Hour)

	again := change(newSession("s"), "new")
	again.Turn = record("new", "new")
	commit(t, h, again)
	for range 2 {
		got := read(t, h, "s", "old", "new")
		wantSame(t, "session", again.Session, got.Session)
		wantSame(t, "entries", []string{"1 new"}, texts(got.Entries))
		wantSame(t, "turns", map[string]*dialog.TurnRecord{"old": nil, "new": again.Turn}, got.Turns)
		h.Advance(century) // what the old one left behind does not end the new one
	}
}
