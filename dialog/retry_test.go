package dialog_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/dialog/dialogtest"
	"github.com/honeyguide-chat/honeyguide/dialog/wake"
)

func TestDeskRetries(t *testing.T) {
	dialogtest.TestDeskRetries(t, func(*testing.T) dialog.Stores {
		m := newMemStore(time.Now)
		return dialog.Stores{
			Store: m, Waker: &fakeWaker{}, Signs: wake.NewSigns(time.Now),
			Staff: dialog.Staff{Queue: m, Roster: m, Leases: m, Rules: m, Stirs: m},
		}
	})
}

// TestNotRefusedByWhatItDidItself has the same request made on another node
// after this one has read the session and before it reads the ticket.
func TestNotRefusedByWhatItDidItself(t *testing.T) {
	o := newOffice(t)
	other := dialog.NewDesk(o.newService(dialog.Config{}))
	req := dialog.TicketRequest{Ticket: o.rings, Turn: "d1"}
	reads := 0
	o.store.fail = func(op string) error {
		if op != "ticket" {
			return nil
		}
		if reads++; reads == 2 {
			if _, err := other.Decline(t.Context(), testShop, "mei", req); err != nil {
				t.Errorf("Decline on the other node = %v", err)
			}
		}
		return nil
	}
	got, err := o.desk.Decline(t.Context(), testShop, "mei", req)
	if err != nil || reads < 4 {
		t.Fatalf("Decline = %v after %d reads of the ticket, want what the other node did", err, reads)
	}
	if diff := cmp.Diff(o.ticket(o.rings), got); diff != "" {
		t.Errorf("ticket (-stored +got):\n%s", diff)
	}
}
