package dialogtest

import (
	"cmp"
	"errors"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// drawAgent returns a new state of an agent and whether it follows what the
// model has.
func (m *model) drawAgent(rt *rapid.T, name string) (a *handoff.Agent, follows bool) {
	a = handoff.NewAgent(m.shop, name)
	if old, stored := m.agents[name]; stored {
		*a = old
	}
	wrong := modelOff.Draw(rt, "wrong agent version")
	a.Version += wrong
	a.Missed = rapid.IntRange(0, 9).Draw(rt, "missed")
	return a, wrong == 0
}

// put stores an agent alone.
func (m *model) put(t *testing.T, rt *rapid.T) {
	a, follows := m.drawAgent(rt, rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "agent"))
	err := m.h.Roster.PutAgent(t.Context(), a)
	switch {
	case !follows && !errors.Is(err, handoff.ErrConflict):
		rt.Fatalf("PutAgent(%s v%d) = %v, want ErrConflict", a.Name, a.Version, err)
	case follows && err != nil:
		rt.Fatalf("PutAgent(%s v%d) = %v, want nil", a.Name, a.Version, err)
	case follows:
		m.applyAgent(rt, a)
	}
}

func (m *model) applyAgent(rt *rapid.T, a *handoff.Agent) {
	m.revision++
	if want := m.agents[a.Name].Version + 1; a.Version != want || a.Revision != m.revision {
		rt.Fatalf("agent %s gets version %d and revision %d, want %d and %d", a.Name, a.Version, a.Revision, want, m.revision)
	}
	m.agents[a.Name] = *a
}

func (m *model) checkAgents(t *testing.T, rt *rapid.T) {
	after, limit := rapid.Uint64Range(0, m.revision).Draw(rt, "after revision"), rapid.IntRange(1, 2).Draw(rt, "agents")
	var want []*handoff.Agent
	for _, a := range m.agents {
		if a.Revision > after {
			want = append(want, &a)
		}
	}
	slices.SortFunc(want, func(a, b *handoff.Agent) int { return cmp.Compare(a.Revision, b.Revision) })
	want = want[:min(limit, len(want))]
	got, err := m.h.Roster.AgentChanges(t.Context(), m.shop, after, limit)
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		rt.Fatalf("AgentChanges(%d, %d) = %v (-want +got):\n%s", after, limit, err, diff)
	}
}
