package dialog_test

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// memStore is a Store and a Queue in memory. fail may make any operation fail
// before it does anything, and lost may make a commit fail after it was made.
type memStore struct {
	fail func(op string) error
	lost func() error
	// away, if set, makes the operation of that name fail, or all of them for "".
	away atomic.Pointer[string]
	// allLead gives the lead to every router that asks.
	allLead bool

	mu        sync.Mutex                 // guards what follows
	refuse    func(*dialog.Change) error // if set, may refuse a commit by what is in it
	sessions  map[string]*memSession
	tickets   map[string]*handoff.Ticket
	agents    map[string]*handoff.Agent
	leases    map[string]time.Time
	leaders   map[shop.ID]leader
	rules     map[shop.ID]*handoff.Rules
	stirs     [2]map[shop.ID]memStir // kept in two places
	mark      handoff.Mark           // the last ones given
	gone      [2]bool                // places that cannot be reached
	unsaid    bool                   // changes have no stir
	forgetful bool                   // who starts hears only of stirs that may still stand for something
	asked     func(op string)        // if set, hears of every operation
	revision  uint64
	now       func() time.Time
}

type memSession struct {
	session dialog.Session
	entries []dialog.Entry
	turns   map[string]dialog.TurnRecord
}

// memStir is the last stir of a shop.
type memStir struct {
	mark uint64
	at   time.Time
}

var (
	_ dialog.Store      = (*memStore)(nil)
	_ handoff.Queue     = (*memStore)(nil)
	_ handoff.Roster    = (*memStore)(nil)
	_ handoff.Leases    = (*memStore)(nil)
	_ handoff.RuleStore = (*memStore)(nil)
	_ handoff.Stirs     = (*memStore)(nil)
)

func newMemStore(now func() time.Time) *memStore {
	m := &memStore{
		lost:     func() error { return nil },
		sessions: make(map[string]*memSession), tickets: make(map[string]*handoff.Ticket),
		agents: make(map[string]*handoff.Agent), leases: make(map[string]time.Time),
		leaders: make(map[shop.ID]leader), rules: make(map[shop.ID]*handoff.Rules),
		stirs: [2]map[shop.ID]memStir{make(map[shop.ID]memStir), make(map[shop.ID]memStir)}, now: now,
	}
	m.fail = func(op string) error {
		m.mu.Lock()
		if m.asked != nil {
			m.asked(op)
		}
		m.mu.Unlock()
		if away := m.away.Load(); away != nil && (*away == "" || *away == op) {
			return dialog.ErrUnavailable
		}
		return nil
	}
	return m
}

// set changes how the store behaves while it is in use.
func (m *memStore) set(change func(*memStore)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// clone copies v deeply, as a round trip through a real store does.
func clone[T any](v T) T {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out T
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

func (m *memStore) Load(_ context.Context, id shop.ID, session, turn string) (*dialog.Session, *dialog.TurnRecord, error) {
	if err := m.fail("load"); err != nil {
		return nil, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[string(id)+"/"+session]
	if s == nil {
		return nil, nil, dialog.ErrNotFound
	}
	got := clone(s.session)
	if rec, ok := s.turns[turn]; ok {
		rec = clone(rec)
		return &got, &rec, nil
	}
	return &got, nil, nil
}

func (m *memStore) Commit(_ context.Context, c *dialog.Change) error {
	if err := m.fail("commit"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		if err := m.refuse(c); err != nil {
			return err
		}
	}
	key := string(c.Session.Shop) + "/" + c.Session.ID
	s := m.sessions[key]
	if s == nil {
		s = &memSession{turns: make(map[string]dialog.TurnRecord)}
	}
	if c.Session.Version != s.session.Version || s.session.Seq+uint64(len(c.Entries)) != c.Session.Seq {
		return dialog.ErrConflict
	}
	if c.Turn != nil {
		if _, made := s.turns[c.Turn.ID]; made {
			return dialog.ErrConflict
		}
	}
	for _, a := range c.Agents {
		if m.agentVersion(a) != a.Version {
			return dialog.ErrConflict
		}
	}
	if c.Ticket != nil {
		var stored uint64
		if t := m.tickets[ticketKey(c.Session.Shop, c.Ticket.ID)]; t != nil {
			stored = t.Version
		}
		if stored != c.Ticket.Version {
			return dialog.ErrConflict
		}
		if c.MaxOpen > 0 && m.openOf(c.Ticket.Shop, c.Ticket.Visitor) >= c.MaxOpen {
			return handoff.ErrTooMany
		}
		m.stir(c.Session.Shop)
		m.revision++
		c.Ticket.Version++
		c.Ticket.Revision = m.revision
		t := clone(*c.Ticket)
		m.tickets[ticketKey(c.Session.Shop, t.ID)] = &t
	}
	for _, a := range c.Agents {
		m.storeAgent(a)
	}
	c.Session.Version++
	s.session = clone(*c.Session)
	s.entries = append(s.entries, clone(c.Entries)...)
	if c.Turn != nil {
		s.turns[c.Turn.ID] = clone(*c.Turn)
	}
	m.sessions[key] = s
	return m.lost()
}

func (m *memStore) Entries(_ context.Context, id shop.ID, session string, after uint64, limit int) ([]dialog.Entry, error) {
	if err := m.fail("entries"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[string(id)+"/"+session]
	if s == nil {
		return nil, dialog.ErrNotFound
	}
	from := min(after, uint64(len(s.entries)))
	to := min(from+uint64(limit), uint64(len(s.entries)))
	return clone(s.entries[from:to]), nil
}

func ticketKey(id shop.ID, ticket string) string { return string(id) + "/" + ticket }

func (m *memStore) Get(_ context.Context, id shop.ID, ticket string) (*handoff.Ticket, error) {
	if err := m.fail("ticket"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tickets[ticketKey(id, ticket)]
	if t == nil {
		return nil, handoff.ErrNotFound
	}
	got := clone(*t)
	return &got, nil
}

func (m *memStore) List(_ context.Context, id shop.ID, state handoff.State, offset, limit int) ([]*handoff.Ticket, error) {
	if err := m.fail("list"); err != nil {
		return nil, err
	}
	list := m.all(id, func(t *handoff.Ticket) bool { return t.State == state })
	slices.SortFunc(list, func(a, b *handoff.Ticket) int {
		if a.Front != b.Front {
			return map[bool]int{true: -1, false: 1}[a.Front]
		}
		return cmp.Or(b.Priority-a.Priority, a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))], nil
}

func (m *memStore) Position(ctx context.Context, id shop.ID, ticket string) (int, error) {
	list, err := m.List(ctx, id, handoff.Waiting, 0, 1_000_000)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(list, func(t *handoff.Ticket) bool { return t.ID == ticket })
	if i < 0 {
		return 0, handoff.ErrNotFound
	}
	return i, nil
}

func (m *memStore) Changes(_ context.Context, id shop.ID, after uint64, limit int) ([]*handoff.Ticket, error) {
	if err := m.fail("changes"); err != nil {
		return nil, err
	}
	list := m.all(id, func(t *handoff.Ticket) bool { return t.Revision > after })
	slices.SortFunc(list, func(a, b *handoff.Ticket) int { return cmp.Compare(a.Revision, b.Revision) })
	return list[:min(limit, len(list))], nil
}

func (m *memStore) all(id shop.ID, want func(*handoff.Ticket) bool) []*handoff.Ticket {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*handoff.Ticket
	for _, t := range m.tickets {
		if t.Shop == id && want(t) {
			got := clone(*t)
			list = append(list, &got)
		}
	}
	return list
}

// stored returns the session as the store has it, with its whole transcript.
func (m *memStore) stored(id shop.ID, session string) (dialog.Session, []dialog.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[string(id)+"/"+session]
	return clone(s.session), clone(s.entries)
}
