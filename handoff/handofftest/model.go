package handofftest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// model is the queue of one shop, as simple as can be.
type model struct {
	h    Harness
	shop shop.ID

	now      time.Duration
	tickets  map[string]*handoff.Ticket
	ends     map[string]time.Duration // of tickets that vanish
	revision uint64
}

// testModel lets random changes happen to a queue and to the model, and
// compares what can be read after each.
func testModel(t *testing.T, h Harness) {
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++ // each run has a shop of its own; the store is shared
		m := &model{
			h: h, shop: shop.ID(fmt.Sprint("shop-", run)),
			tickets: make(map[string]*handoff.Ticket), ends: make(map[string]time.Duration),
		}
		rt.Repeat(map[string]func(*rapid.T){
			"put":     func(rt *rapid.T) { m.put(t, rt) },
			"stale":   func(rt *rapid.T) { m.stale(t, rt) },
			"advance": func(rt *rapid.T) { m.advance(rt) },
			"":        func(rt *rapid.T) { m.check(t, rt) },
		})
	})
}

var modelIDs = rapid.SampledFrom([]string{"a", "b", "c", "d"})

// next draws a new state for one ticket, whatever its old one was.
func (m *model) next(rt *rapid.T) *handoff.Ticket {
	id := modelIDs.Draw(rt, "id")
	t := &handoff.Ticket{
		Shop: m.shop, ID: id,
		State:    rapid.SampledFrom([]handoff.State{handoff.Waiting, handoff.Held, handoff.Closed}).Draw(rt, "state"),
		Visitor:  rapid.SampledFrom([]string{"ann", "bob"}).Draw(rt, "visitor"),
		Priority: rapid.IntRange(0, 2).Draw(rt, "priority"),
		Front:    rapid.Bool().Draw(rt, "front"),
		Created:  start.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "created"))),
	}
	if stored := m.tickets[id]; stored != nil {
		t.Version, t.Visitor = stored.Version, stored.Visitor // a ticket stays its visitor's
	}
	return t
}

func (m *model) put(t *testing.T, rt *rapid.T) {
	next := m.next(rt)
	keep := rapid.SampledFrom([]time.Duration{0, time.Hour, 3 * time.Hour}).Draw(rt, "keep")
	version := next.Version
	if err := m.h.Put(t.Context(), next, keep); err != nil {
		rt.Fatalf("Put(%s v%d) = %v, want nil", next.ID, version, err)
	}
	if next.Version != version+1 || next.Revision <= m.revision {
		rt.Fatalf("Put gives version %d and revision %d, want %d and above %d", next.Version, next.Revision, version+1, m.revision)
	}
	m.revision = next.Revision
	m.tickets[next.ID] = next
	switch {
	case next.State != handoff.Closed:
		delete(m.ends, next.ID)
	case keep > 0:
		m.ends[next.ID] = m.now + keep
	} // one that was closed before and comes without keep stays as long as it was to
}

func (m *model) stale(t *testing.T, rt *rapid.T) {
	next := m.next(rt)
	next.Version += uint64(rapid.IntRange(1, 2).Draw(rt, "ahead"))
	if err := m.h.Put(t.Context(), next, 0); !errors.Is(err, m.h.Conflict) {
		rt.Fatalf("Put(%s v%d) = %v, want a conflict", next.ID, next.Version, err)
	}
}

func (m *model) advance(rt *rapid.T) {
	// Never a whole number of hours in sum: on a server a little real time
	// passes as well, so that an exact end cannot be met.
	d := time.Duration(rapid.IntRange(1, 3).Draw(rt, "hours"))*time.Hour + time.Minute
	m.h.Advance(d)
	m.now += d
	for id, end := range m.ends {
		if end <= m.now {
			delete(m.tickets, id)
			delete(m.ends, id)
		}
	}
}

// check makes one read of those there are, drawn at random, as each costs a server
// some time.
func (m *model) check(t *testing.T, rt *rapid.T) {
	read := rapid.SampledFrom([]func(*testing.T, *rapid.T){m.checkList, m.checkPosition, m.checkBefore, m.checkOpen, m.checkChanges})
	read.Draw(rt, "read")(t, rt)
}

func (m *model) checkList(t *testing.T, rt *rapid.T) {
	state := rapid.SampledFrom([]handoff.State{handoff.Waiting, handoff.Held}).Draw(rt, "listed state")
	offset := rapid.IntRange(0, 3).Draw(rt, "offset")
	limit := rapid.IntRange(1, 5).Draw(rt, "limit of the list")
	want := m.line(state)
	want = want[min(offset, len(want)):]
	want = want[:min(limit, len(want))]
	got, err := m.h.Queue.List(t.Context(), m.shop, state, offset, limit)
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		rt.Fatalf("List(%s, %d, %d) = %v (-want +got):\n%s", state, offset, limit, err, diff)
	}
}

func (m *model) checkPosition(t *testing.T, rt *rapid.T) {
	id := modelIDs.Draw(rt, "id to find")
	want := slices.IndexFunc(m.line(handoff.Waiting), func(t *handoff.Ticket) bool { return t.ID == id })
	got, err := m.h.Queue.Position(t.Context(), m.shop, id)
	switch {
	case want < 0 && !errors.Is(err, handoff.ErrNotFound):
		rt.Fatalf("Position(%s), which does not wait: err = %v, want ErrNotFound", id, err)
	case want >= 0 && (err != nil || got != want):
		rt.Fatalf("Position(%s) = %d, %v, want %d, nil", id, got, err, want)
	}
}

func (m *model) checkBefore(t *testing.T, rt *rapid.T) {
	one := m.next(rt)
	one.ID += "-new"
	want := 0
	for _, other := range m.line(handoff.Waiting) {
		if compareLine(other, one) < 0 {
			want++
		}
	}
	if got, err := m.h.Queue.Before(t.Context(), one); err != nil || got != want {
		rt.Fatalf("Before(%s) = %d, %v, want %d, nil", one.ID, got, err, want)
	}
}

func (m *model) checkOpen(t *testing.T, rt *rapid.T) {
	visitor := rapid.SampledFrom([]string{"ann", "bob", "nobody"}).Draw(rt, "visitor who waits")
	want := len(m.sorted(func(t *handoff.Ticket) bool { return t.Open() && t.Visitor == visitor }, compareLine))
	if got, err := m.h.Queue.OpenOf(t.Context(), m.shop, visitor); err != nil || got != want {
		rt.Fatalf("OpenOf(%s) = %d, %v, want %d, nil", visitor, got, err, want)
	}
}

func (m *model) checkChanges(t *testing.T, rt *rapid.T) {
	after := rapid.Uint64Range(0, m.revision).Draw(rt, "after")
	limit := rapid.IntRange(1, 5).Draw(rt, "limit")
	got, err := m.h.Queue.Changes(t.Context(), m.shop, after, limit)
	if diff := gocmp.Diff(m.changes(after, limit), got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		rt.Fatalf("Changes(%d, %d) = %v (-want +got):\n%s", after, limit, err, diff)
	}
}

func (m *model) line(state handoff.State) []*handoff.Ticket {
	return m.sorted(func(t *handoff.Ticket) bool { return t.State == state }, compareLine)
}

// compareLine is the order of the line as the contract says it.
func compareLine(a, b *handoff.Ticket) int {
	if a.Front != b.Front {
		if a.Front {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.Priority, a.Priority), a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
}

func (m *model) changes(after uint64, limit int) []*handoff.Ticket {
	all := m.sorted(func(t *handoff.Ticket) bool { return t.Revision > after }, func(a, b *handoff.Ticket) int {
		return cmp.Compare(a.Revision, b.Revision)
	})
	return all[:min(limit, len(all))]
}

func (m *model) sorted(keep func(*handoff.Ticket) bool, order func(a, b *handoff.Ticket) int) []*handoff.Ticket {
	var list []*handoff.Ticket
	for _, t := range m.tickets {
		if keep(t) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, order)
	return list
}
