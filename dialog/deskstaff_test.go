package dialog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestSetPresence(t *testing.T) {
	for _, tt := range []struct {
		name, agent string
		presence    handoff.Presence
		drain       bool
		want        handoff.Presence
		draining    bool
		work        int
	}{
		{"first sight", "zoe", handoff.Online, false, handoff.Online, false, 0},
		{"away with work", "mei", handoff.Away, false, handoff.Away, false, 2},
		{"busy with work", "mei", handoff.Busy, false, handoff.Busy, false, 2},
		{"home when all is done", "mei", handoff.Offline, true, handoff.Online, true, 2},
		{"home, with nothing to do", "cai", handoff.Offline, true, handoff.Offline, false, 0},
		{"home at once", "mei", handoff.Offline, false, handoff.Offline, false, 0},
		{"home at once instead of later", "eva", handoff.Offline, false, handoff.Offline, false, 0},
		{"stays after all", "eva", handoff.Online, false, handoff.Online, false, 1},
		{"home from home", "dan", handoff.Offline, false, handoff.Offline, false, 0},
		{"home at first sight", "zoe", handoff.Offline, false, handoff.Offline, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			got := o.be(tt.agent, tt.presence, tt.drain)
			if got.Presence != tt.want || got.Draining != tt.draining || len(got.Work) != tt.work {
				t.Errorf("SetPresence = %s, draining %t, %d on the desk, want %s, %t, %d", got.Presence, got.Draining, len(got.Work), tt.want, tt.draining, tt.work)
			}
			if diff := cmp.Diff(o.agent(tt.agent), got); diff != "" {
				t.Errorf("agent (-stored +got):\n%s", diff)
			}
		})
	}
}

// TestGoingHomeAtOnce: the customers of who leaves are first in line and know why.
func TestGoingHomeAtOnce(t *testing.T) {
	o := newOffice(t)
	rang, _ := o.last(o.rings)
	o.be("mei", handoff.Offline, false)
	if got := o.ticket(o.held); got.State != handoff.Waiting || !got.Front {
		t.Errorf("what mei held = %+v, want it waiting at the front", got)
	}
	if e, s := o.last(o.held); s.State != dialog.StateWaiting || !strings.Contains(e.Text, "暂时离开") {
		t.Errorf("session in %s, the customer was told %+v", s.State, e)
	}
	if got := o.ticket(o.rings); got.Offer != nil || got.Front {
		t.Errorf("what rang at mei's = %+v, want it to keep its place", got)
	}
	if e, _ := o.last(o.rings); e.Seq != rang.Seq {
		t.Errorf("a customer whose ticket only rang was told %+v", e)
	}
	if got := o.ticket(o.closed); got.State != handoff.Closed {
		t.Errorf("what mei was wrapping up = %+v", got)
	}
}

// TestDrainEnds: an agent who goes home after the work gets nothing new, and is
// offline when the last ticket has left the desk.
func TestDrainEnds(t *testing.T) {
	o := newOffice(t)
	if err := o.ticket(o.free).Ring(o.agent("eva"), o.now(), time.Second); !errors.Is(err, handoff.ErrNotTaking) {
		t.Errorf("Ring at a draining desk = %v, want ErrNotTaking", err)
	}
	if _, err := o.desk.Close(t.Context(), testShop, "eva", dialog.CloseRequest{Ticket: o.drains, Outcome: "ok"}); err != nil {
		t.Fatal(err)
	}
	if a := o.agent("eva"); a.Presence != handoff.Online || !a.Draining {
		t.Errorf("eva is %s, draining %t, want her to finish the wrap-up", a.Presence, a.Draining)
	}
	if _, err := o.desk.WrapUp(t.Context(), testShop, "eva", dialog.WrapUpRequest{Ticket: o.drains}); err != nil {
		t.Fatal(err)
	}
	if a := o.agent("eva"); a.Presence != handoff.Offline || a.Draining {
		t.Errorf("eva is %s, draining %t, want offline", a.Presence, a.Draining)
	}
}

func TestPutAgentKeepsWhatAgentsDo(t *testing.T) {
	o := newOffice(t)
	before := o.agent("mei")
	got, err := o.desk.PutAgent(t.Context(), testShop, dialog.AgentSettings{
		Name: "mei", Capacity: 1, Skills: map[string]int{"退货": 5}, Languages: []string{"zh", "en"},
	})
	if err != nil || got.Capacity != 1 || got.Skills["退货"] != 5 {
		t.Fatalf("PutAgent = %+v, %v", got, err)
	}
	if diff := cmp.Diff(before.Work, got.Work); diff != "" || got.Presence != before.Presence {
		t.Errorf("presence %s, want %s; desk (-want +got):\n%s", got.Presence, before.Presence, diff)
	}
	if got, err = o.desk.PutAgent(t.Context(), testShop, dialog.AgentSettings{Name: "new"}); err != nil || got.Capacity != handoff.DefaultCapacity || got.Presence != handoff.Offline {
		t.Errorf("PutAgent of a new one = %+v, %v, want the defaults", got, err)
	}
	agents, err := o.desk.Agents(t.Context(), testShop, "dan", 2)
	var names []string
	for _, a := range agents {
		names = append(names, a.Name)
	}
	if diff := cmp.Diff([]string{"eva", "mei"}, names); diff != "" || err != nil {
		t.Errorf("Agents after dan = %v (-want +got):\n%s", err, diff)
	}
}

// TestStaffSurvivesConflicts: what two do to one agent at the same moment both
// happens, and nothing is lost where the store cannot be reached.
func TestStaffSurvivesConflicts(t *testing.T) {
	o := newOffice(t)
	conflicts := 3
	o.store.fail = func(op string) error {
		if op == "put agent" && conflicts > 0 {
			conflicts--
			return handoff.ErrConflict
		}
		return nil
	}
	if a := o.be("mei", handoff.Away, false); a.Presence != handoff.Away {
		t.Errorf("presence = %s, want away", a.Presence)
	}
	o.wantUntouched(t, func() {
		for _, op := range []string{"put agent", "agent", "rules", "renew"} {
			o.store.fail = func(o string) error {
				if o == op {
					return handoff.ErrUnavailable
				}
				return nil
			}
			o.pass(time.Minute) // rules and leases are read anew
			if _, err := o.desk.SetPresence(t.Context(), testShop, "mei", handoff.Online, false); !errors.Is(err, handoff.ErrUnavailable) {
				t.Errorf("SetPresence while %q fails = %v, want ErrUnavailable", op, err)
			}
		}
		o.store.fail = func(op string) error {
			if op == "put agent" {
				return handoff.ErrConflict
			}
			return nil
		}
		if _, err := o.desk.SetPresence(t.Context(), testShop, "mei", handoff.Online, false); !errors.Is(err, handoff.ErrConflict) {
			t.Errorf("SetPresence under endless conflicts = %v, want ErrConflict", err)
		}
	})
	// One that fails in the middle is whole when it is done again.
	commits := 0
	o.store.fail = func(op string) error {
		if op == "commit" {
			if commits++; commits == 1 {
				return dialog.ErrUnavailable
			}
		}
		return nil
	}
	if _, err := o.desk.SetPresence(t.Context(), testShop, "mei", handoff.Offline, false); !errors.Is(err, dialog.ErrUnavailable) {
		t.Errorf("going home while the store is away = %v, want ErrUnavailable", err)
	}
	if a := o.agent("mei"); !a.Draining || a.Presence == handoff.Offline || len(a.Work) == 0 {
		t.Errorf("in the middle mei is %s, draining %t, with %v, want her to get nothing new and keep the rest", a.Presence, a.Draining, a.Work)
	}
	if a := o.be("mei", handoff.Offline, false); a.Presence != handoff.Offline || len(a.Work) != 0 {
		t.Errorf("going home again leaves %+v", a)
	}
}

// TestLeaseFollowsChangedRules: an agent whose lease was short when it was
// renewed last must not lose it because leases are long now.
func TestLeaseFollowsChangedRules(t *testing.T) {
	o := newOffice(t)
	o.changeRules(func(r *handoff.Rules) { r.Lease = 12 * time.Second })
	o.pass(2 * time.Second)
	self := func() {
		t.Helper()
		if _, err := o.desk.Self(t.Context(), testShop, "cai"); err != nil {
			t.Fatal(err)
		}
	}
	self()
	o.pass(10 * time.Second)
	self()
	o.changeRules(func(r *handoff.Rules) { r.Lease = time.Hour })
	for range 20 {
		o.pass(time.Second)
		self()
	}
	if lapsed, err := o.store.Lapsed(t.Context(), testShop, 10); err != nil || slices.Contains(lapsed, "cai") {
		t.Errorf("Lapsed = %v, %v, want it without cai, who is heard of every second", lapsed, err)
	}
}

func TestRenewingCostsFewWrites(t *testing.T) {
	o := newOffice(t)
	renewals := 0
	o.store.fail = func(op string) error {
		if op == "renew" {
			renewals++
		}
		return nil
	}
	for range 60 {
		o.pass(time.Second)
		if _, err := o.desk.Self(t.Context(), testShop, "cai"); err != nil {
			t.Fatal(err)
		}
	}
	if renewals < 5 || renewals > 7 {
		t.Errorf("%d renewals in a minute of calls, want one in ten seconds", renewals)
	}
	o.pass(-time.Hour) // a clock that jumps back
	if _, err := o.desk.Self(t.Context(), testShop, "cai"); err != nil || renewals > 8 {
		t.Errorf("Self = %v after %d renewals", err, renewals)
	}
}
