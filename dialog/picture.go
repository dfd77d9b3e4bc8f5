package dialog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/routing"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Times of pictures.
const (
	pictureAge  = time.Second     // a picture that is looked at is not older, unless the shop rests
	roundAge    = 3 * time.Second // a router that was told of stirs longer ago may have missed some
	forgetAfter = 24 * time.Hour  // a shop that rests and is not asked for is forgotten
	feedPage    = 500             // changes that are read at once
)

// picture is what a process knows of a shop's agents and tickets, read once for
// all who ask: the router and the service level. It holds nothing that another
// process, or this one after a restart, would not find in the feeds as well.
type picture struct {
	id shop.ID

	// Guarded by pictures.mu.
	awake bool // a router follows the shop
	whole bool // while it rests: nothing has happened that was not read
	used  time.Time

	mu              sync.Mutex // held while the feeds are read; guards what follows
	rules           *ruling
	tickets, agents uint64               // revisions up to which the feeds were read
	read            time.Time            // when both were last read to the end
	staff           map[string]*standing // by name
	present         int                  // agents of staff who are there
	board           *routing.Board       // nil where no router asked for it

	figures figures
}

// standing is how an agent stands to the work.
type standing struct {
	presence handoff.Presence
	there    bool // connected, or with something on the desk
}

// pictures are those of all shops that were asked for.
type pictures struct {
	mu    sync.Mutex
	shops map[shop.ID]*picture // guarded by mu
	round time.Time            // guarded by mu: when a router asked for the stirs that it has seen to; zero where there is none
}

func newPictures() *pictures { return &pictures{shops: make(map[shop.ID]*picture)} }

// of returns the picture of a shop, which may still be empty.
func (ps *pictures) of(id shop.ID, now time.Time) *picture {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p := ps.shops[id]
	if p == nil {
		p = &picture{id: id, staff: make(map[string]*standing)}
		ps.shops[id] = p
	}
	p.used = now
	return p
}

// wake says that something happens in a shop, and that a router follows it.
func (ps *pictures) wake(p *picture) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p.awake, p.whole = true, false
}

// rest says that a router has read all that happened, and follows no more.
func (ps *pictures) rest(p *picture, now time.Time) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p.awake, p.whole, p.used = false, true, now
}

// seen says that the router has seen to all stirs until a moment.
func (ps *pictures) seen(at time.Time) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.round = at
}

// current reports whether the picture needs no reading: nothing has happened in
// the shop, or it would have been woken.
func (ps *pictures) current(p *picture, now time.Time) bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return p.whole && fresh(ps.round, now, roundAge)
}

// settle says that a shop was read to the end. Where it is not awake all that
// its last stir stood for was made before that. A stir that came since has woken
// it, or will.
func (ps *pictures) settle(p *picture, now time.Time) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p.whole = !p.awake && fresh(ps.round, now, roundAge)
}

// forget drops the shops that rest and that nobody has asked for since a moment,
// and returns them.
func (ps *pictures) forget(since time.Time) (ids []shop.ID) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for id, p := range ps.shops {
		if !p.awake && p.used.Before(since) {
			delete(ps.shops, id)
			ids = append(ids, id)
		}
	}
	return ids
}

// fresh reports whether at was less than age ago. What lies in the future is not
// fresh: a clock has jumped.
func fresh(at, now time.Time, age time.Duration) bool {
	passed := now.Sub(at)
	return passed >= 0 && passed < age
}

// picture returns what is known of a shop, not older than pictureAge, with its
// rules.
func (s *Service) picture(ctx context.Context, id shop.ID) (*picture, *ruling, error) {
	p := s.pictures.of(id, s.now())
	if s.pictures.current(p, s.now()) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p, p.rules, nil
	}
	rules, err := s.rules(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.setRules(rules); err != nil {
		return nil, nil, err
	}
	if fresh(p.read, s.now(), pictureAge) {
		return p, rules, nil
	}
	if err := p.readFeeds(ctx, s); err != nil {
		return nil, nil, err
	}
	s.pictures.settle(p, s.now())
	return p, rules, nil
}

// lastTicket returns the revision of the shop's last change of a ticket, as the
// picture has it.
func (s *Service) lastTicket(ctx context.Context, id shop.ID) (uint64, error) {
	p, _, err := s.picture(ctx, id)
	if err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tickets, nil
}

// setRules needs mu.
func (p *picture) setRules(rules *ruling) error {
	if p.rules == nil {
		if err := p.figures.begin(rules); err != nil {
			return fmt.Errorf("dialog: judging the service of shop %q: %w", p.id, err)
		}
	}
	if p.board != nil && p.rules.Version != rules.Version { // it goes through all tickets then
		p.board.SetRules(rules.Rules)
	}
	p.rules = rules
	return nil
}

// route has the picture keep a board from now on: all is read again for it. It
// needs mu, and rules.
func (p *picture) route() {
	if p.board == nil {
		p.board = routing.New(p.rules.Rules)
		p.tickets, p.agents, p.read = 0, 0, time.Time{}
	}
}

// readFeeds takes in all that is new. It needs mu, and rules.
func (p *picture) readFeeds(ctx context.Context, s *Service) error {
	began := s.now()
	if err := p.readAgents(ctx, s); err != nil {
		return err
	}
	if err := p.readTickets(ctx, s); err != nil {
		return err
	}
	p.read = began
	return nil
}

// readAgents takes in what is new of the agents. It needs mu.
func (p *picture) readAgents(ctx context.Context, s *Service) error {
	for {
		agents, err := s.staff.Roster.AgentChanges(ctx, p.id, p.agents, feedPage)
		if err != nil {
			return fmt.Errorf("dialog: reading the changes of agents: %w", err)
		}
		for _, a := range agents {
			p.note(a)
			if p.board != nil {
				p.board.Agent(a)
			}
			p.agents = a.Revision
		}
		if len(agents) < feedPage {
			return nil
		}
	}
}

// note keeps how an agent stands to the work.
func (p *picture) note(a *handoff.Agent) {
	old := p.staff[a.Name]
	if old == nil {
		old = new(standing)
		p.staff[a.Name] = old
	}
	if old.there {
		p.present--
	}
	old.presence, old.there = a.Presence, isThere(a)
	if old.there {
		p.present++
	}
}

// isThere reports whether something may have to be done about an agent: to bring
// tickets, or to take them away.
func isThere(a *handoff.Agent) bool { return a.Presence != handoff.Offline || len(a.Work) > 0 }

// readTickets takes in what is new of the tickets. It needs mu, and rules.
func (p *picture) readTickets(ctx context.Context, s *Service) error {
	for {
		tickets, err := s.staff.Queue.Changes(ctx, p.id, p.tickets, feedPage)
		if err != nil {
			return fmt.Errorf("dialog: reading the changes of tickets: %w", err)
		}
		p.figures.add(tickets)
		for _, t := range tickets {
			if p.board != nil {
				p.board.Ticket(t)
			}
			p.tickets = t.Revision
		}
		if len(tickets) < feedPage {
			return nil
		}
	}
}
