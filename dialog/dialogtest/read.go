package dialogtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/dialog"
)

func testMissing(t *testing.T, h Harness) {
	wantMissing(t, h, shopA, "s1")
	wantMissing(t, h, shopA, "")
	wantMissing(t, h, shopA, "s\x00 \n*{other}:s")
}

func testRoundTrip(t *testing.T, h Harness) {
	c := fullChange()
	commit(t, h, c)

	session, rec := load(t, h, shopA, "s1", "turn-1")
	want := fullChange()
	want.Session.Version = 1
	wantSame(t, "session", want.Session, session)
	wantSame(t, "turn record", want.Turn, rec)
	wantSame(t, "entries", want.Entries, entries(t, h, shopA, "s1", 0, 10))

	want.Ticket.Version, want.Ticket.Revision = 1, 1
	ticket, err := h.Queue.Get(t.Context(), shopA, "t1")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "ticket", want.Ticket, ticket)
	wantSame(t, "session that was committed", want.Session, c.Session)
	wantSame(t, "ticket that was committed", want.Ticket, c.Ticket)
}

func testLongTexts(t *testing.T, h Harness) {
	for name, text := range map[string]string{
		"ascii":     strings.Repeat("a", 10_000),
		"chinese":   strings.Repeat("答", 10_000),
		"emoji":     strings.Repeat("😀", 10_000),
		"escaped":   strings.Repeat("\"\\<\u2028", 2_500),
		"newlines":  strings.Repeat("\r\n", 5_000),
		"zero byte": strings.Repeat("\x00", 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			if n := utf8.RuneCountInString(text); n != 10_000 {
				t.Fatalf("text has %d characters, want 10,000", n)
			}
			c := change(newSession(name), text, text)
			c.Turn = record("turn", text)
			commit(t, h, c)
			for _, e := range entries(t, h, shopA, name, 0, 10) {
				if e.Text != text {
					t.Errorf("entry %d comes back changed", e.Seq)
				}
			}
			if _, rec := load(t, h, shopA, name, "turn"); rec == nil || rec.Reply.Text != text {
				t.Error("turn record comes back changed")
			}
		})
	}
}

func testNothingIsShared(t *testing.T, h Harness) {
	c := fullChange()
	commit(t, h, c)
	want := read(t, h, "s1", "turn-1")

	c.Session.Slots["days"] = "changed by the writer"
	c.Session.Walk.Node = "changed by the writer"
	c.Entries[1].Rules[0] = "changed by the writer"
	c.Turn.Reply.Offers[0].Label = "changed by the writer"
	c.Ticket.Packet.Utterance = "changed by the writer"
	mine := read(t, h, "s1", "turn-1")
	mine.Session.Slots["days"] = "changed by a reader"
	mine.Entries[1].Offers[0].Label = "changed by a reader"
	mine.Turns["turn-1"].Reply.Rules[0] = "changed by a reader"

	wantSame(t, "store after others changed their copies", want, read(t, h, "s1", "turn-1"))
}

func testTurnRecords(t *testing.T, h Harness) {
	s := newSession("s")
	long := strings.Repeat("é", 512) // 1024 bytes
	turns := []string{"first", "second", "agent 客服 first", "fir", long}
	for _, turn := range turns {
		c := change(s, "text of "+turn)
		c.Turn = record(turn, turn)
		commit(t, h, c)
	}
	commit(t, h, change(s, "a change without a turn"))
	for _, turn := range turns {
		session, rec := load(t, h, shopA, "s", turn)
		wantSame(t, fmt.Sprintf("record of %q", turn), record(turn, turn), rec)
		wantSame(t, fmt.Sprintf("session with turn %q", turn), s, session)
	}
	for _, turn := range []string{"", "third", "f", "first ", "turn"} {
		if _, rec := load(t, h, shopA, "s", turn); rec != nil {
			t.Errorf("record of turn %q = %v, want none", turn, rec)
		}
	}
}

func testEntriesPages(t *testing.T, h Harness) {
	s := newSession("s")
	commit(t, h, change(s, "a"))
	commit(t, h, change(s, "b", "c"))
	commit(t, h, change(s, "d", "e"))
	for _, tt := range []struct {
		name  string
		after uint64
		limit int
		want  []string
	}{
		{"all", 0, 10, []string{"1 a", "2 b", "3 c", "4 d", "5 e"}},
		{"first page", 0, 2, []string{"1 a", "2 b"}},
		{"next page", 2, 2, []string{"3 c", "4 d"}},
		{"last page", 4, 2, []string{"5 e"}},
		{"nothing new", 5, 2, nil},
		{"yet to come", 6, 2, nil},
		{"far future", math.MaxInt64, 2, nil},
		{"farthest future", math.MaxUint64, 2, nil},
		{"no room", 0, 0, nil},
		{"negative room", 0, -1, nil},
		{"more than enough room", 3, math.MaxInt, []string{"4 d", "5 e"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantSame(t, "entries", tt.want, texts(entries(t, h, shopA, "s", tt.after, tt.limit)))
		})
	}
}

func testShopsAreIsolated(t *testing.T, h Harness) {
	a := change(newSession("s"), "in A")
	a.Turn = record("turn", "in A")
	commit(t, h, a)
	wantMissing(t, h, shopB, "s")
	wantMissing(t, h, "shop", "s")

	s := newSession("s")
	s.Shop = shopB
	b := change(s, "in B", "again")
	b.Ticket = newTicket(s, "t")
	commit(t, h, b)
	session, rec := load(t, h, shopB, "s", "turn")
	wantSame(t, "session of shop B", b.Session, session)
	if rec != nil {
		t.Errorf("turn of shop A in shop B = %v, want none", rec)
	}
	got := read(t, h, "s")
	wantSame(t, "session of shop A", a.Session, got.Session)
	wantSame(t, "entries of shop A", []string{"1 in A"}, texts(got.Entries))
	if len(got.Tickets) != 0 {
		t.Errorf("tickets of shop A = %v, want none", got.Tickets)
	}
}

func testSessionsAreIsolated(t *testing.T, h Harness) {
	ids := []string{"s", "s1", "s10", "S", "s:turns", "s 1", "客", "{shop-b}", "*"}
	for _, id := range ids {
		c := change(newSession(id), "of "+id)
		c.Turn = record("turn", id)
		commit(t, h, c)
	}
	for _, id := range ids {
		s, rec := load(t, h, shopA, id, "turn")
		if s.ID != id {
			t.Errorf("Load(%q) returns session %q", id, s.ID)
		}
		wantSame(t, "record of "+id, record("turn", id), rec)
		wantSame(t, "entries of "+id, []string{"1 of " + id}, texts(entries(t, h, shopA, id, 0, 10)))
	}
}

func testEndedContext(t *testing.T, h Harness) {
	c := change(newSession("s"), "first")
	commit(t, h, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, errLoad := h.Store.Load(ctx, shopA, "s", "")
	_, errEntries := h.Store.Entries(ctx, shopA, "s", 0, 1)
	errCommit := h.Store.Commit(ctx, change(c.Session, "second"))
	for call, err := range map[string]error{"Load": errLoad, "Entries": errEntries, "Commit": errCommit} {
		if !errors.Is(err, dialog.ErrUnavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: err = %v, want ErrUnavailable and context.Canceled", call, err)
		}
	}
	if c.Session.Version != 1 {
		t.Errorf("version after a commit that failed = %d, want 1", c.Session.Version)
	}
}
