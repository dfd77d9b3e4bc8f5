package dialogtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// opening returns a change of a new session of a visitor whose new ticket may
// be the last of so many.
func opening(session, visitor string, most int) *dialog.Change {
	c := change(newSession(session), "text")
	c.Session.Visitor = visitor
	c.Ticket, c.MaxOpen = newTicket(c.Session, "ticket-of-"+session), most
	return c
}

func testOpenTicketsAreBounded(t *testing.T, h Harness) {
	stored, before := whole(t, h) // an open ticket of the visitor
	for _, most := range []int{1, 0, -1} {
		c := opening("other", "visitor", most)
		if most == 0 {
			c.Ticket.State, c.MaxOpen = handoff.Closed, 1 // bounds nothing that is open
		}
		err := refused(t, h, fmt.Sprint("at most ", c.MaxOpen, " tickets, this one ", c.Ticket.State), c, before)
		if got := errors.Is(err, handoff.ErrTooMany); got != (most == 1) || errors.Is(err, dialog.ErrConflict) {
			t.Errorf("Commit of a %s ticket with at most %d open = %v", c.Ticket.State, c.MaxOpen, err)
		}
		wantMissing(t, h, shopA, "other")
	}
	known := next(stored)
	known.MaxOpen = 5
	refused(t, h, "a bound for a ticket that is known", known, before)

	commit(t, h, opening("other's", "other visitor", 1))
	commit(t, h, opening("second", "visitor", 2))
	free := opening("third", "visitor", 2)
	if err := h.Store.Commit(t.Context(), free); !errors.Is(err, handoff.ErrTooMany) {
		t.Errorf("Commit of a third ticket with at most 2 open = %v, want ErrTooMany", err)
	}
	closing := next(stored)
	closing.Ticket.State, closing.Keep = handoff.Closed, time.Hour
	commit(t, h, closing)
	commit(t, h, free)
	commit(t, h, opening("fourth", "visitor", 0)) // no bound
}

// testBoundHoldsInARace opens many tickets of one visitor at the same time, each
// in a session of its own.
func testBoundHoldsInARace(t *testing.T, h Harness) {
	const rivals, most = 40, 3
	errs := make([]error, rivals)
	var wg sync.WaitGroup
	for i := range rivals {
		c := opening(fmt.Sprint("s", i), "visitor", most)
		wg.Go(func() { errs[i] = h.Store.Commit(t.Context(), c) })
	}
	wg.Wait()
	made := 0
	for i, err := range errs {
		switch {
		case err == nil:
			made++
		case !errors.Is(err, handoff.ErrTooMany):
			t.Errorf("Commit %d = %v, want nil or ErrTooMany", i, err)
		default:
			wantMissing(t, h, shopA, fmt.Sprint("s", i))
		}
	}
	listed, err := h.Queue.List(t.Context(), shopA, handoff.Waiting, 0, everything)
	open, err2 := h.Queue.OpenOf(t.Context(), shopA, "visitor")
	if made != most || len(listed) != most || open != most || err != nil || err2 != nil {
		t.Errorf("%d commits made, %d tickets wait, %d are open, %v, %v, want %d of each", made, len(listed), open, err, err2, most)
	}
}
