package dialog_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// leader is who routes a shop, and until when.
type leader struct {
	node string
	ends time.Time
}

func (m *memStore) agentVersion(a *handoff.Agent) uint64 {
	if stored := m.agents[ticketKey(a.Shop, a.Name)]; stored != nil {
		return stored.Version
	}
	return 0
}

// stir notes that something changes in a shop, in each place that is there; with
// mu held.
func (m *memStore) stir(id shop.ID) {
	if m.unsaid {
		return
	}
	for i := range m.stirs {
		if m.gone[i] {
			continue
		}
		m.mark[i]++
		m.stirs[i][id] = memStir{m.mark[i], m.now()}
	}
}

// Stirred tells of all shops from 0 on, or of those that need be.
func (m *memStore) Stirred(_ context.Context, after handoff.Mark) (shops []shop.ID, mark handoff.Mark, err error) {
	if err := m.fail("stirred"); err != nil {
		return nil, after, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, stirs := range m.stirs {
		if m.gone[i] {
			err = handoff.ErrIncomplete
			continue
		}
		for id, s := range stirs {
			old := m.now().Sub(s.at) >= handoff.StirFor
			if s.mark > after[i] && (after[i] > 0 || !old || !m.forgetful) {
				shops = append(shops, id)
			}
		}
		after[i] = m.mark[i]
	}
	slices.Sort(shops)
	return slices.Compact(shops), after, err
}

func (m *memStore) storeAgent(a *handoff.Agent) {
	m.stir(a.Shop)
	m.revision++
	a.Version++
	a.Revision = m.revision
	stored := clone(*a)
	m.agents[ticketKey(a.Shop, a.Name)] = &stored
}

func (m *memStore) Before(ctx context.Context, t *handoff.Ticket) (int, error) {
	list, err := m.List(ctx, t.Shop, handoff.Waiting, 0, 1_000_000)
	n := 0
	for _, other := range list {
		if other.Front || other.Priority >= t.Priority {
			n++
		}
	}
	return n, err
}

func (m *memStore) OpenOf(_ context.Context, id shop.ID, visitor string) (int, error) {
	if err := m.fail("open"); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.openOf(id, visitor), nil
}

// openOf needs the lock.
func (m *memStore) openOf(id shop.ID, visitor string) int {
	open := 0
	for _, t := range m.tickets {
		if t.Shop == id && t.Visitor == visitor && t.Open() {
			open++
		}
	}
	return open
}

func (m *memStore) Agent(_ context.Context, id shop.ID, name string) (*handoff.Agent, error) {
	if err := m.fail("agent"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.agents[ticketKey(id, name)]
	if a == nil {
		return nil, handoff.ErrNoAgent
	}
	got := clone(*a)
	return &got, nil
}

func (m *memStore) allAgents(id shop.ID, want func(*handoff.Agent) bool) []*handoff.Agent {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*handoff.Agent
	for _, a := range m.agents {
		if a.Shop == id && want(a) {
			got := clone(*a)
			list = append(list, &got)
		}
	}
	return list
}

func (m *memStore) Agents(_ context.Context, id shop.ID, after string, limit int) ([]*handoff.Agent, error) {
	if err := m.fail("agents"); err != nil {
		return nil, err
	}
	list := m.allAgents(id, func(a *handoff.Agent) bool { return a.Name > after })
	slices.SortFunc(list, func(a, b *handoff.Agent) int { return cmp.Compare(a.Name, b.Name) })
	return list[:min(limit, len(list))], nil
}

func (m *memStore) AgentChanges(_ context.Context, id shop.ID, after uint64, limit int) ([]*handoff.Agent, error) {
	if err := cmp.Or(m.fail("agent changes"), m.fail("agent changes of "+string(id))); err != nil {
		return nil, err
	}
	list := m.allAgents(id, func(a *handoff.Agent) bool { return a.Revision > after })
	slices.SortFunc(list, func(a, b *handoff.Agent) int { return cmp.Compare(a.Revision, b.Revision) })
	return list[:min(limit, len(list))], nil
}

func (m *memStore) PutAgent(_ context.Context, a *handoff.Agent) error {
	if err := m.fail("put agent"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.agentVersion(a) != a.Version {
		return handoff.ErrConflict
	}
	m.storeAgent(a)
	return nil
}

func (m *memStore) Shops(context.Context) ([]shop.ID, error) {
	if err := m.fail("shops"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []shop.ID
	for _, a := range m.agents {
		if !slices.Contains(ids, a.Shop) {
			ids = append(ids, a.Shop)
		}
	}
	return ids, nil
}

func (m *memStore) Renew(_ context.Context, id shop.ID, agent string, ttl time.Duration) error {
	if err := m.fail("renew"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leases[ticketKey(id, agent)] = m.now().Add(ttl)
	return nil
}

func (m *memStore) Lapsed(_ context.Context, id shop.ID, limit int) ([]string, error) {
	if err := m.fail("lapsed"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for key, ends := range m.leases {
		if name, ok := strings.CutPrefix(key, string(id)+"/"); ok && !m.now().Before(ends) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names[:min(limit, len(names))], nil
}

func (m *memStore) Drop(_ context.Context, id shop.ID, agent string) error {
	if err := m.fail("drop"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.now().Before(m.leases[ticketKey(id, agent)]) {
		delete(m.leases, ticketKey(id, agent))
	}
	return nil
}

func (m *memStore) Lead(_ context.Context, id shop.ID, node string, ttl time.Duration) (bool, error) {
	if err := m.fail("lead"); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.leaders[id]; !m.allLead && l.node != node && m.now().Before(l.ends) {
		return false, nil
	}
	m.leaders[id] = leader{node, m.now().Add(ttl)}
	return true, nil
}

func (m *memStore) Rules(_ context.Context, id shop.ID) (*handoff.Rules, error) {
	if err := m.fail("rules"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.rules[id]; r != nil {
		got := clone(*r)
		return &got, nil
	}
	return handoff.DefaultRules(id), nil
}

func (m *memStore) PutRules(_ context.Context, r *handoff.Rules) error {
	if err := m.fail("put rules"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var version uint64
	if stored := m.rules[r.Shop]; stored != nil {
		version = stored.Version
	}
	if version != r.Version {
		return handoff.ErrConflict
	}
	m.stir(r.Shop)
	r.Version++
	stored := clone(*r)
	m.rules[r.Shop] = &stored
	return nil
}
