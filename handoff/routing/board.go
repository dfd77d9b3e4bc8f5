package routing

import (
	"maps"
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// maxClosed is how many closed tickets a Board remembers, lest an old version
// of one that was read before it was closed comes back into the line.
const maxClosed = 4096

// Assignment is a ticket that an agent should get.
type Assignment struct {
	Ticket, Agent string // id and name
}

// Board decides who gets what. It is fed with tickets and agents as they now
// are and keeps no pointer into them. It is not safe for concurrent use.
type Board struct {
	rules *handoff.Rules
	now   time.Time

	tickets map[string]*ticket // all open ones
	closed  graveyard
	agents  map[string]*agent

	groups  map[need]*group
	active  *btree.BTreeG[*group] // those that somebody may be free for, by their first tickets
	barren  map[*group]struct{}   // those that no agent in free fits
	free    *btree.BTreeG[*agent] // those with room, idle longest first
	waiters map[string]map[*ticket]struct{}

	steps *btree.BTreeG[*ticket] // those that ask for something else at ticket.step, by that time
	ends  *btree.BTreeG[end]

	// What changed since now was last told, and has no place yet.
	freshTickets []*ticket
	freshAgents  []*agent
	allFresh     bool
}

// New returns an empty Board of a shop with these rules, which are valid.
func New(rules *handoff.Rules) *Board {
	b := &Board{
		tickets: make(map[string]*ticket),
		closed:  graveyard{ids: make(map[string]struct{})},
		agents:  make(map[string]*agent),
		groups:  make(map[need]*group),
		active:  ordered(compareGroups),
		barren:  make(map[*group]struct{}),
		free:    ordered(compareIdle),
		waiters: make(map[string]map[*ticket]struct{}),
		steps:   ordered(compareSteps),
		ends:    ordered(compareEnds),
	}
	b.SetRules(rules)
	return b
}

// SetRules makes the Board decide by other rules, which are valid. Offers and
// wrap-ups that are under way end no later than these rules say.
func (b *Board) SetRules(rules *handoff.Rules) {
	r := *rules
	r.Relax = slices.Clone(rules.Relax)
	r.Skills = maps.Clone(rules.Skills)
	b.rules, b.allFresh = &r, true
}

// Ticket takes in a ticket as it now is. One that is not newer than the one
// known changes nothing.
func (b *Board) Ticket(t *handoff.Ticket) {
	old := b.tickets[t.ID]
	if b.closed.has(t.ID) || old != nil && t.Version <= old.version {
		return
	}
	if old != nil {
		b.takeTicket(old)
	}
	if !t.Open() {
		delete(b.tickets, t.ID)
		b.closed.add(t.ID)
		return
	}
	fresh := newTicket(t, old)
	b.tickets[t.ID] = fresh
	b.freshTickets = append(b.freshTickets, fresh)
}

// Agent takes in an agent as she or he now is. One that is not newer than the
// one known changes nothing.
func (b *Board) Agent(a *handoff.Agent) {
	old := b.agents[a.Name]
	if old != nil && a.Version <= old.version {
		return
	}
	if old != nil {
		b.takeAgent(old)
	}
	fresh := newAgent(a, old)
	b.agents[a.Name] = fresh
	b.freshAgents = append(b.freshAgents, fresh)
	if old == nil || old.expected != fresh.expected {
		for t := range b.waiters[a.Name] {
			b.freshTickets = append(b.freshTickets, t)
		}
	}
}

// Undo puts back an assignment that could not be committed. Whoever calls it
// has told the Board before what ticket and agent now are; else Next gives the
// same answer again.
func (b *Board) Undo(as Assignment) {
	if t := b.tickets[as.Ticket]; t != nil && t.pending == as.Agent {
		t.pending = ""
		b.freshTickets = append(b.freshTickets, t)
	}
	if a := b.agents[as.Agent]; a != nil && a.pending == as.Ticket {
		a.pending = ""
		b.freshAgents = append(b.freshAgents, a)
	}
}

// graveyard remembers the ids that were added last.
type graveyard struct {
	ids   map[string]struct{}
	order []string // a ring when it is full
	next  int
}

func (g *graveyard) has(id string) bool {
	_, ok := g.ids[id]
	return ok
}

func (g *graveyard) add(id string) {
	g.ids[id] = struct{}{}
	if len(g.order) < maxClosed {
		g.order = append(g.order, id)
		return
	}
	delete(g.ids, g.order[g.next])
	g.order[g.next] = id
	g.next = (g.next + 1) % maxClosed
}

// ordered returns an empty set in the order of compare, without the locks that
// the tree has by default.
func ordered[T any](compare func(a, b T) int) *btree.BTreeG[T] {
	less := func(a, b T) bool { return compare(a, b) < 0 }
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}
