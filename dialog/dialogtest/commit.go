package dialogtest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func testVersionsRise(t *testing.T, h Harness) {
	s := newSession("s")
	ticket := newTicket(s, "t")
	for version := uint64(1); version <= 3; version++ {
		c := change(s, "text")
		c.Ticket = ticket
		commit(t, h, c)
		if s.Version != version || ticket.Version != version || ticket.Revision != version {
			t.Errorf("after commit %d: session version %d, ticket version %d, revision %d, want all the same",
				version, s.Version, ticket.Version, ticket.Revision)
		}
		got := read(t, h, "s")
		wantSame(t, "session", s, got.Session)
		wantSame(t, "ticket", ticket, got.Tickets[0])
	}
}

// whole is a session at version 2 with a ticket at version 2 and two turns.
func whole(t *testing.T, h Harness) (*dialog.Change, contents) {
	t.Helper()
	s := newSession("s")
	s.Slots = map[knowledge.SlotID]string{"days": "8"}
	ticket := newTicket(s, "t")
	for _, turn := range []string{"one", "two"} {
		c := change(s, "text of "+turn)
		c.Ticket, c.Turn, c.Keep = ticket, record(turn, turn), time.Hour
		commit(t, h, c)
	}
	return &dialog.Change{Session: s, Ticket: ticket}, read(t, h, "s", "one", "two", "new")
}

// refused commits c, which must leave everything as it was, in the store and
// in c itself.
func refused(t *testing.T, h Harness, what string, c *dialog.Change, before contents) error {
	t.Helper()
	given := stamps(c)
	err := h.Store.Commit(t.Context(), c)
	if err == nil {
		t.Fatalf("Commit with %s = nil, want an error", what)
	}
	wantSame(t, "the caller's versions and revisions after a commit with "+what, given, stamps(c))
	wantSame(t, "store after a commit with "+what, before, read(t, h, "s", "one", "two", "new"))
	return err
}

// stamps returns the versions and revisions that a commit of c sets.
func stamps(c *dialog.Change) []uint64 {
	list := []uint64{c.Session.Version}
	if t := c.Ticket; t != nil {
		list = append(list, t.Version, t.Revision)
	}
	for _, a := range c.Agents {
		if a != nil {
			list = append(list, a.Version, a.Revision)
		}
	}
	return list
}

func wantConflict(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, dialog.ErrConflict) {
		t.Errorf("Commit with %s = %v, want ErrConflict", what, err)
	}
}

// next continues from with a change of everything.
func next(from *dialog.Change) *dialog.Change {
	s, ticket := *from.Session, *from.Ticket
	s.Topic, ticket.Priority = "new", 9
	c := change(&s, "new")
	c.Ticket, c.Turn = &ticket, record("new", "new")
	return c
}

func testStaleSessionConflicts(t *testing.T, h Harness) {
	stored, before := whole(t, h)
	for what, version := range map[string]uint64{"version 0": 0, "an old version": 1, "a version to come": 3} {
		c := next(stored)
		c.Session.Version = version
		wantConflict(t, what, refused(t, h, what, c, before))
		c.Ticket = nil
		wantConflict(t, what+", no ticket", refused(t, h, what+", no ticket", c, before))
	}
	c := change(newSession("missing"), "text")
	c.Session.Version = 1
	wantConflict(t, "a version of a session that does not exist", h.Store.Commit(t.Context(), c))
	wantMissing(t, h, shopA, "missing")
	commit(t, h, next(stored)) // nothing of the above stands in the way
}

func testStaleTicketConflicts(t *testing.T, h Harness) {
	stored, before := whole(t, h)
	for what, version := range map[string]uint64{
		"ticket version 0": 0, "an old ticket version": 1, "a ticket version to come": 3,
	} {
		c := next(stored)
		c.Ticket.Version = version
		wantConflict(t, what, refused(t, h, what, c, before))
	}
	c := next(stored)
	c.Ticket.ID = "missing"
	what := "a version of a ticket that does not exist"
	wantConflict(t, what, refused(t, h, what, c, before))

	fresh := change(newSession("fresh"), "text")
	fresh.Ticket = newTicket(fresh.Session, "t") // exists
	wantConflict(t, "a new session and a ticket id in use", h.Store.Commit(t.Context(), fresh))
	wantMissing(t, h, shopA, "fresh")
	commit(t, h, next(stored))
}

// A node may begin a turn with what it remembers of the session, and has not
// looked then whether the turn was made before.
func testTurnIsMadeOnce(t *testing.T, h Harness) {
	stored, before := whole(t, h)
	for _, turn := range []string{"one", "two"} {
		c := next(stored)
		c.Turn = record(turn, "another reply")
		what := "a turn that the session has, " + turn
		wantConflict(t, what, refused(t, h, what, c, before))
		c.Ticket = nil
		wantConflict(t, what+", no ticket", refused(t, h, what+", no ticket", c, before))
	}
	other := change(newSession("other"), "text")
	other.Turn = record("one", "of another session")
	commit(t, h, other)
	commit(t, h, next(stored))
}

func testTranscriptGapIsRefused(t *testing.T, h Harness) {
	stored, before := whole(t, h)
	move := func(c *dialog.Change, by int) *dialog.Change {
		c.Session.Seq += uint64(by)
		for i := range c.Entries {
			c.Entries[i].Seq += uint64(by)
		}
		return c
	}
	wantConflict(t, "a gap before its entries", refused(t, h, "a gap before its entries", move(next(stored), 1), before))
	wantConflict(t, "entries that exist", refused(t, h, "entries that exist", move(next(stored), -1), before))

	none := next(stored)
	none.Entries = nil // but Seq says there is one
	wantConflict(t, "an entry missing", refused(t, h, "an entry missing", none, before))

	s := newSession("late")
	late := move(change(s, "text"), 1)
	wantConflict(t, "a new session that begins with entry 2", h.Store.Commit(t.Context(), late))
	wantMissing(t, h, shopA, "late")
}

func testMalformedIsRefused(t *testing.T, h Harness) {
	stored, before := whole(t, h)
	for what, spoil := range map[string]func(*dialog.Change){
		"entries out of order":         func(c *dialog.Change) { c.Entries[0].Seq, c.Entries[1].Seq = c.Entries[1].Seq, c.Entries[0].Seq },
		"an entry twice":               func(c *dialog.Change) { c.Entries[0].Seq = c.Entries[1].Seq },
		"a Seq before its last entry":  func(c *dialog.Change) { c.Session.Seq-- },
		"a Seq behind its last entry":  func(c *dialog.Change) { c.Session.Seq++ },
		"a ticket of another shop":     func(c *dialog.Change) { c.Ticket.Shop = shopB },
		"a ticket of another session":  func(c *dialog.Change) { c.Ticket.Session = "other" },
		"a ticket without id":          func(c *dialog.Change) { c.Ticket.ID = "" },
		"a turn without id":            func(c *dialog.Change) { c.Turn.ID = "" },
		"a turn id with a zero byte":   func(c *dialog.Change) { c.Turn.ID = "a\x00b" },
		"a session without id":         func(c *dialog.Change) { c.Session.ID = "" },
		"a session id with a zero":     func(c *dialog.Change) { c.Session.ID = "s\x00" },
		"a session id without end":     func(c *dialog.Change) { c.Session.ID = strings.Repeat("s", 1025) },
		"an invalid shop":              func(c *dialog.Change) { c.Session.Shop, c.Ticket.Shop = "{shop", "{shop" },
		"no shop":                      func(c *dialog.Change) { c.Session.Shop, c.Ticket.Shop = "", "" },
		"a negative keep":              func(c *dialog.Change) { c.Keep = -1 },
		"a text beyond measure":        func(c *dialog.Change) { c.Entries[0].Text = strings.Repeat("x", 2<<20) },
		"entries beyond measure":       func(c *dialog.Change) { c.Entries = change(c.Session, make([]string, 501)...).Entries },
		"a ticket larger than allowed": func(c *dialog.Change) { c.Ticket.Outcome = strings.Repeat("x", 2<<20) },
	} {
		s, ticket := *stored.Session, *stored.Ticket
		c := change(&s, "new", "newer")
		c.Ticket, c.Turn = &ticket, record("new", "new")
		spoil(c)
		if err := refused(t, h, what, c, before); errors.Is(err, dialog.ErrConflict) || errors.Is(err, dialog.ErrUnavailable) {
			t.Errorf("Commit with %s = %v, want an error that no repetition mends", what, err)
		}
	}
	noSession := &dialog.Change{}
	if err := h.Store.Commit(t.Context(), noSession); err == nil {
		t.Error("Commit without a session = nil, want an error")
	}
}

func testCommitOfManyEntries(t *testing.T, h Harness) {
	c := change(newSession("s"), make([]string, dialog.MaxPageSize)...)
	c.Ticket = newTicket(c.Session, "t")
	commit(t, h, c)
	got := read(t, h, "s")
	wantSame(t, "entries", c.Entries, got.Entries)
	wantSame(t, "ticket", c.Ticket, got.Tickets[0])
}

func testCommitWithoutEntries(t *testing.T, h Harness) {
	s := newSession("s")
	commit(t, h, change(s)) // a new one, too
	wantSame(t, "session", s, read(t, h, "s").Session)
	if got := entries(t, h, shopA, "s", 0, 10); len(got) != 0 {
		t.Errorf("entries of a session without = %v, want none", got)
	}
	commit(t, h, change(s, "first"))
	s.Topic = "changed"
	commit(t, h, change(s))
	got := read(t, h, "s")
	wantSame(t, "session", s, got.Session)
	wantSame(t, "entries", []string{"1 first"}, texts(got.Entries))
}
