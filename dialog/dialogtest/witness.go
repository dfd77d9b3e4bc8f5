package dialogtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// A commit of Step bears witness in every place where a store keeps something:
// what version v of the session stands for can be told from v alone.

// entriesPerStep is how many entries each step adds.
const entriesPerStep = 2

// Step commits the next version of a session, the first where there is none,
// together with entries, a turn record, its ticket and two desks. It returns the
// version that it committed, or tried to. [Verify] tells whether all of it is
// there.
func Step(ctx context.Context, h Harness, id shop.ID, session string) (version uint64, err error) {
	s, _, err := h.Store.Load(ctx, id, session, "")
	if errors.Is(err, dialog.ErrNotFound) {
		s, err = newSession(session), nil
		s.Shop = id
	}
	if err != nil {
		return 0, err
	}
	ticket, err := h.Queue.Get(ctx, id, witnessTicket(session))
	if errors.Is(err, handoff.ErrNotFound) {
		ticket, err = newTicket(s, witnessTicket(session)), nil
	}
	if err != nil {
		return 0, err
	}
	desks, err := witnessDesks(ctx, h, id, session)
	if err != nil {
		return 0, err
	}
	version = s.Version + 1
	for _, desk := range desks {
		desk.Missed = witnessMissed(version)
	}
	var lines []string
	for range entriesPerStep {
		lines = append(lines, witnessText(version))
	}
	c := change(s, lines...)
	c.Session.Topic = "" // nothing but the version tells
	c.Turn = record(witnessTurn(version), witnessText(version))
	c.Ticket, ticket.State = ticket, witnessState(version)
	c.Agents = desks
	return version, h.Store.Commit(ctx, c)
}

// witnessDesks reads the desks that a session's commits change.
func witnessDesks(ctx context.Context, h Harness, id shop.ID, session string) ([]*handoff.Agent, error) {
	var desks []*handoff.Agent
	for _, name := range witnessNames(session) {
		a, err := h.Roster.Agent(ctx, id, name)
		if errors.Is(err, handoff.ErrNoAgent) {
			a, err = handoff.NewAgent(id, name), nil
		}
		if err != nil {
			return nil, err
		}
		desks = append(desks, a)
	}
	return desks, nil
}

func witnessNames(session string) []string {
	return []string{"giver-of-" + session, "taker-of-" + session}
}
func witnessMissed(version uint64) int { return int(version) * 3 }

func witnessTicket(session string) string { return "ticket-" + session }
func witnessText(version uint64) string   { return fmt.Sprint("said in version ", version) }
func witnessTurn(version uint64) string   { return fmt.Sprint("turn-", version) }
func witnessState(version uint64) handoff.State {
	return [...]handoff.State{handoff.Held, handoff.Waiting}[version%2]
}
func witnessEntries(version uint64) (seq uint64) { return version * entriesPerStep }

// Verify checks that the commits of a session that [Step] made are there whole:
// each one up to the stored version with all of its parts, and nothing of a
// later one. It returns the stored version, 0 where there is no session.
func Verify(t testing.TB, h Harness, id shop.ID, session string) uint64 {
	t.Helper()
	s, _, err := h.Store.Load(t.Context(), id, session, "")
	if errors.Is(err, dialog.ErrNotFound) {
		verifyTicket(t, h, id, session, 0)
		verifyDesks(t, h, id, session, 0)
		return 0
	}
	if err != nil {
		t.Fatalf("Load(%s, %s) = %v", id, session, err)
	}
	if s.Seq != witnessEntries(s.Version) {
		t.Errorf("session %s at version %d ends with entry %d, want %d", session, s.Version, s.Seq, witnessEntries(s.Version))
	}
	found := entries(t, h, id, session, 0, everything)
	if len(found) != int(s.Seq) {
		t.Errorf("session %s has %d entries, want %d", session, len(found), s.Seq)
	}
	for i, e := range found {
		version := uint64(i/entriesPerStep) + 1
		if e.Seq != uint64(i)+1 || e.Text != witnessText(version) {
			t.Errorf("entry %d of session %s is number %d: %q, want %q", i+1, session, e.Seq, e.Text, witnessText(version))
		}
	}
	for version := uint64(1); version <= s.Version+1; version++ {
		_, rec := load(t, h, id, session, witnessTurn(version))
		if (rec != nil) != (version <= s.Version) {
			t.Errorf("session %s at version %d: record of turn %d = %v", session, s.Version, version, rec)
		}
	}
	verifyTicket(t, h, id, session, s.Version)
	verifyDesks(t, h, id, session, s.Version)
	return s.Version
}

// verifyDesks checks that the desks are at version, or absent for 0, and where
// they belong in the feed.
func verifyDesks(t testing.TB, h Harness, id shop.ID, session string, version uint64) {
	t.Helper()
	for _, name := range witnessNames(session) {
		a, err := h.Roster.Agent(t.Context(), id, name)
		if version == 0 {
			if !errors.Is(err, handoff.ErrNoAgent) {
				t.Errorf("desk %s without its session = %v, %v, want ErrNoAgent", name, a, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("desk %s = %v", name, err)
			continue
		}
		if a.Version != version || a.Missed != witnessMissed(version) {
			t.Errorf("desk %s is at version %d with %d missed, want %d with %d", name, a.Version, a.Missed, version, witnessMissed(version))
		}
		changed, err := h.Roster.AgentChanges(t.Context(), id, a.Revision-1, 1)
		if err != nil || len(changed) != 1 || changed[0].Name != name {
			t.Errorf("agents that changed at revision %d = %v, %v, want %s", a.Revision, changed, err, name)
		}
	}
}

// verifyTicket checks that the ticket is at version, or absent for 0, and in
// the line where it belongs and in no other.
func verifyTicket(t testing.TB, h Harness, id shop.ID, session string, version uint64) {
	t.Helper()
	ticket, err := h.Queue.Get(t.Context(), id, witnessTicket(session))
	switch {
	case version == 0 && !errors.Is(err, handoff.ErrNotFound):
		t.Errorf("ticket without a session %s = %v, %v, want ErrNotFound", session, ticket, err)
	case version == 0:
	case err != nil:
		t.Errorf("ticket of session %s = %v", session, err)
	case ticket.Version != version || ticket.State != witnessState(version):
		t.Errorf("ticket of session %s is %s at version %d, want %s at %d", session, ticket.State, ticket.Version, witnessState(version), version)
	}
	for _, state := range []handoff.State{handoff.Waiting, handoff.Held} {
		line, err := h.Queue.List(t.Context(), id, state, 0, everything)
		if err != nil {
			t.Fatalf("List(%s, %s) = %v", id, state, err)
		}
		listed := slices.ContainsFunc(line, func(t *handoff.Ticket) bool { return t.ID == witnessTicket(session) })
		if want := version != 0 && state == witnessState(version); listed != want {
			t.Errorf("ticket of session %s at version %d is among the %s ones: %t, want %t", session, version, state, listed, want)
		}
	}
}
