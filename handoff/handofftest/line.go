package handofftest

import (
	"errors"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func testListOrder(t *testing.T, h Harness) {
	const century = 100 * 365 * 24 * time.Hour
	// In the order of the line; stored in another one.
	line := []*handoff.Ticket{
		waiting("urgent-late", priority(9), after(century)),
		waiting("first", priority(5), after(0)),
		waiting("z-a-nanosecond-later", priority(5), after(1)),
		waiting("a-second-nanosecond", priority(5), after(2)),
		waiting("next-millisecond", priority(5), after(time.Millisecond)),
		waiting("same-A", priority(1), after(time.Hour)),
		waiting("same-a", priority(1), after(time.Hour)),
		waiting("same-b", priority(1), after(time.Hour)),
		waiting("same-客", priority(1), after(time.Hour)),
		waiting("old", priority(0), after(-century)),
		waiting("older-but-later", priority(0), after(-time.Hour)),
	}
	for _, i := range []int{5, 9, 1, 8, 3, 0, 10, 2, 7, 4, 6} {
		put(t, h, line[i])
	}
	wantIDs(t, "List", list(t, h, shopA, handoff.Waiting, 0, 100), ids(line))
	for i, ticket := range line {
		if got, err := h.Queue.Position(t.Context(), shopA, ticket.ID); err != nil || got != i {
			t.Errorf("Position(%s) = %d, %v, want %d, nil", ticket.ID, got, err, i)
		}
	}
}

func testListByState(t *testing.T, h Harness) {
	a, b, c := waiting("a"), waiting("b"), waiting("c")
	for _, ticket := range []*handoff.Ticket{a, b, c} {
		put(t, h, ticket)
	}
	wantLists := func(when string, waiting, held []string) {
		t.Helper()
		wantIDs(t, "waiting "+when, list(t, h, shopA, handoff.Waiting, 0, 10), waiting)
		wantIDs(t, "held "+when, list(t, h, shopA, handoff.Held, 0, 10), held)
		wantIDs(t, "closed "+when, list(t, h, shopA, handoff.Closed, 0, 10), nil) // not open: never listed
		wantIDs(t, "tickets in no state "+when, list(t, h, shopA, "", 0, 10), nil)
	}
	wantLists("at first", []string{"a", "b", "c"}, nil)

	must(t, b.Claim(atWork("agent"), start))
	put(t, h, b)
	wantLists("after a claim", []string{"a", "c"}, []string{"b"})

	b.State, b.Agent = handoff.Waiting, ""
	put(t, h, b)
	wantLists("after it was put back", []string{"a", "b", "c"}, nil)

	must(t, a.Close(nil, "left", start, 0))
	put(t, h, a)
	must(t, c.Claim(atWork("agent"), start))
	put(t, h, c)
	must(t, c.Close(atWork("agent"), "done", start, 0))
	put(t, h, c)
	wantLists("after two were closed", []string{"b"}, nil)
	if got := get(t, h, shopA, "c"); got.State != handoff.Closed || got.Outcome != "done" {
		t.Errorf("Get of a closed ticket = %s, %q, want closed, done", got.State, got.Outcome)
	}
}

func testListPages(t *testing.T, h Harness) {
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		put(t, h, waiting(id))
	}
	for _, tt := range []struct {
		name          string
		offset, limit int
		want          []string
	}{
		{"first page", 0, 2, []string{"a", "b"}},
		{"second page", 2, 2, []string{"c", "d"}},
		{"last page", 4, 2, []string{"e"}},
		{"behind the end", 5, 2, nil},
		{"far behind the end", 1 << 40, 2, nil},
		{"no limit left", 0, 0, nil},
		{"negative limit", 0, -1, nil},
		{"negative offset is none", -3, 2, []string{"a", "b"}},
		{"large limit", 0, 1 << 40, []string{"a", "b", "c", "d", "e"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantIDs(t, "List", list(t, h, shopA, handoff.Waiting, tt.offset, tt.limit), tt.want)
		})
	}
}

func testPosition(t *testing.T, h Harness) {
	a, b, c := waiting("a"), waiting("b"), waiting("c")
	for _, ticket := range []*handoff.Ticket{c, a, b} {
		put(t, h, ticket)
	}
	must(t, b.Claim(atWork("agent"), start))
	put(t, h, b)
	if got, err := h.Queue.Position(t.Context(), shopA, "c"); err != nil || got != 1 {
		t.Errorf("Position(c) behind one that waits and one that is held = %d, %v, want 1, nil", got, err)
	}
	if _, err := h.Queue.Position(t.Context(), shopA, "b"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Position of a held ticket: err = %v, want ErrNotFound", err)
	}
	must(t, a.Close(nil, "left", start, 0))
	put(t, h, a)
	if _, err := h.Queue.Position(t.Context(), shopA, "a"); !errors.Is(err, handoff.ErrNotFound) {
		t.Errorf("Position of a closed ticket: err = %v, want ErrNotFound", err)
	}
	if got, err := h.Queue.Position(t.Context(), shopA, "c"); err != nil || got != 0 {
		t.Errorf("Position(c) when it is the first = %d, %v, want 0, nil", got, err)
	}
}

func testChangedPriorityMoves(t *testing.T, h Harness) {
	a, b := waiting("a"), waiting("b")
	put(t, h, a)
	put(t, h, b)
	b.Priority = 7
	put(t, h, b)
	wantIDs(t, "List after b became urgent", list(t, h, shopA, handoff.Waiting, 0, 10), []string{"b", "a"})
	if got, err := h.Queue.Position(t.Context(), shopA, "a"); err != nil || got != 1 {
		t.Errorf("Position(a) = %d, %v, want 1, nil", got, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
