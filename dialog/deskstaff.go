package dialog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// AgentSettings are what supervisors decide about an agent.
type AgentSettings struct {
	Name      string
	Skills    map[string]int // skill -> proficiency, 1 to handoff.MaxProficiency
	Languages []string       // primary language subtags; none: all
	Capacity  int            // 1 to handoff.MaxCapacity; 0 takes handoff.DefaultCapacity
}

// Self returns the calling agent, who is thereby known to be there.
func (d *Desk) Self(ctx context.Context, id shop.ID, agent string) (*handoff.Agent, error) {
	return d.changeAgent(ctx, id, agent, func(*handoff.Agent) bool { return false })
}

// SetPresence says whether the calling agent takes work. With drain an agent who
// goes offline keeps what is on the desk, gets nothing new, and is offline when
// the last ticket has left it. Without, the tickets go back to the front of
// the line at once, and their customers are told.
func (d *Desk) SetPresence(ctx context.Context, id shop.ID, agent string, p handoff.Presence, drain bool) (*handoff.Agent, error) {
	if !p.Valid() {
		return nil, &FieldError{Field: "presence", Reason: "must be online, busy, away or offline"}
	}
	if p == handoff.Offline && !drain {
		if err := firstOf(checkShop(id), checkPerson("agent", agent)); err != nil {
			return nil, err
		}
		return d.service.sendHome(ctx, id, agent, wentHome)
	}
	changed, err := d.changeAgent(ctx, id, agent, func(a *handoff.Agent) bool {
		if p == handoff.Offline && len(a.Work) > 0 {
			a.Draining = true
			return true
		}
		a.Be(p, d.service.moment())
		return true
	})
	if err != nil || p == handoff.Online {
		return changed, err
	}
	return d.stopRinging(ctx, id, changed)
}

// stopRinging sends on what rings at the desk of an agent who takes nothing new.
func (d *Desk) stopRinging(ctx context.Context, id shop.ID, agent *handoff.Agent) (*handoff.Agent, error) {
	stopped := false
	for _, w := range agent.Work {
		if w.Kind != handoff.Ringing {
			continue
		}
		if _, err := d.Decline(ctx, id, agent.Name, TicketRequest{Ticket: w.Ticket}); err != nil && !settled(err) {
			return nil, err
		}
		stopped = true
	}
	if !stopped {
		return agent, nil
	}
	return d.Self(ctx, id, agent.Name)
}

// changeAgent lets change change the calling agent's record, which it creates
// where there is none. change reports whether it did.
func (d *Desk) changeAgent(ctx context.Context, id shop.ID, agent string, change func(*handoff.Agent) bool) (*handoff.Agent, error) {
	if err := firstOf(checkShop(id), checkPerson("agent", agent)); err != nil {
		return nil, err
	}
	if err := d.service.alive(ctx, id, agent); err != nil {
		return nil, err
	}
	return d.service.putAgent(ctx, id, agent, change)
}

// putAgent reads, changes and stores an agent, until nobody else does at the
// same moment.
func (s *Service) putAgent(ctx context.Context, id shop.ID, name string, change func(*handoff.Agent) bool) (*handoff.Agent, error) {
	var err error
	for range s.cfg.MaxConflicts {
		var a *handoff.Agent
		a, err = s.staff.Roster.Agent(ctx, id, name)
		if errors.Is(err, handoff.ErrNoAgent) {
			a, err = handoff.NewAgent(id, name), nil
		}
		if err != nil {
			return nil, fmt.Errorf("dialog: reading an agent: %w", err)
		}
		gone := a.Presence == handoff.Offline
		if !change(a) {
			return a, nil
		}
		if err = s.staff.Roster.PutAgent(ctx, a); err == nil {
			s.wakeAgents(ctx, id, a.Name)
			if gone && a.Presence != handoff.Offline {
				s.wakeTopics(ctx, ShopsTopic) // the shop may rest on all nodes
			}
			return a, nil
		}
		if !errors.Is(err, handoff.ErrConflict) {
			return nil, fmt.Errorf("dialog: storing an agent: %w", err)
		}
	}
	return nil, err
}

// wakeAgents tells the routers and the agent's own streams.
func (s *Service) wakeAgents(ctx context.Context, id shop.ID, names ...string) {
	topics := []string{QueueTopic(id)}
	for _, name := range names {
		topics = append(topics, AgentTopic(id, name))
	}
	s.wakeTopics(ctx, topics...)
}

// wakeTopics wakes also when the caller has left in the meantime.
func (s *Service) wakeTopics(ctx context.Context, topics ...string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wakeTimeout)
	defer cancel()
	for _, topic := range topics {
		s.waker.Wake(ctx, topic)
	}
}

// goneWhy says why an agent is sent home.
type goneWhy int

const (
	wentHome  goneWhy = iota // said so
	wentQuiet                // gave no sign of life
)

// sendHome takes everything from an agent's desk, puts it back into the line,
// and sets the agent offline. First the agent gets nothing new, so that it
// comes to an end.
func (s *Service) sendHome(ctx context.Context, id shop.ID, name string, why goneWhy) (*handoff.Agent, error) {
	agent, err := s.putAgent(ctx, id, name, func(a *handoff.Agent) bool {
		if len(a.Work) > 0 {
			a.Draining = true
			return true
		}
		if a.Version == 0 && why == wentQuiet {
			return false // somebody without a desk, such as a supervisor who left a note
		}
		change := a.Presence != handoff.Offline || a.Draining || a.Version == 0
		a.Be(handoff.Offline, s.moment())
		return change
	})
	if err != nil {
		return nil, err
	}
	for _, w := range agent.Work {
		if err := s.takeBack(ctx, id, name, w, why); err != nil {
			return nil, err
		}
	}
	agent, err = s.putAgent(ctx, id, name, func(a *handoff.Agent) bool {
		if a.Presence == handoff.Offline || len(a.Work) > 0 {
			return false
		}
		a.Be(handoff.Offline, s.moment())
		return true
	})
	if err != nil {
		return nil, err
	}
	if len(agent.Work) > 0 {
		return nil, ErrConflict // taken up again at the same moment, by a call of the agent
	}
	s.lifeSigns.forget(string(id) + " " + name)
	if err := s.staff.Leases.Drop(ctx, id, name); err != nil {
		return nil, fmt.Errorf("dialog: dropping a lease: %w", err)
	}
	return agent, nil
}

// takeBack clears one ticket from the desk of an agent who is not there.
func (s *Service) takeBack(ctx context.Context, id shop.ID, name string, w handoff.Work, why goneWhy) error {
	_, _, err := s.changeTicket(ctx, id, w.Ticket, turnKey{}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		if t.Desk() != name {
			return errNotThere
		}
		words := a.words.requeued
		if why == wentQuiet {
			words = a.words.lost
		}
		return s.requeue(ctx, a, t, name, words)
	})
	if !errors.Is(err, errNotThere) && !errors.Is(err, handoff.ErrNotFound) && !errors.Is(err, ErrNotFound) {
		return err
	}
	// A wrap-up, or a ticket that is gone: only the desk has to change.
	_, err = s.putAgent(ctx, id, name, func(a *handoff.Agent) bool {
		if on := a.On(w.Ticket); on == nil || on.Kind != w.Kind {
			return false
		}
		a.Clear(w.Ticket, s.moment())
		return true
	})
	return err
}

// errNotThere means that a ticket is not on the desk where it was seen.
var errNotThere = errors.New("dialog: ticket is not on this desk")

// Agents returns the shop's agents by name, those after the given one, at most
// limit or MaxPageSize.
func (d *Desk) Agents(ctx context.Context, id shop.ID, after string, limit int) ([]*handoff.Agent, error) {
	if err := checkShop(id); err != nil {
		return nil, err
	}
	agents, err := d.service.staff.Roster.Agents(ctx, id, after, pageSize(limit))
	if err != nil {
		return nil, fmt.Errorf("dialog: listing agents: %w", err)
	}
	return agents, nil
}

// PutAgent sets what supervisors decide about an agent, who is put on the
// roster where he is not. Settings that cannot be give a *handoff.RulesError.
// What the agent holds stays, also where it is more than the new capacity.
func (d *Desk) PutAgent(ctx context.Context, id shop.ID, settings AgentSettings) (*handoff.Agent, error) {
	if err := firstOf(checkShop(id), checkPerson("name", settings.Name)); err != nil {
		return nil, err
	}
	var invalid error
	agent, err := d.service.putAgent(ctx, id, settings.Name, func(a *handoff.Agent) bool {
		a.Skills, a.Languages, a.Capacity = settings.Skills, settings.Languages, settings.Capacity
		if a.Capacity == 0 {
			a.Capacity = handoff.DefaultCapacity
		}
		invalid = a.Validate()
		return invalid == nil
	})
	if invalid != nil {
		return nil, invalid
	}
	return agent, err
}

// Rules returns how the shop's customers reach humans.
func (d *Desk) Rules(ctx context.Context, id shop.ID) (*handoff.Rules, error) {
	if err := checkShop(id); err != nil {
		return nil, err
	}
	rules, err := d.service.staff.Rules.Rules(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dialog: reading the rules of a shop: %w", err)
	}
	return rules, nil
}

// PutRules stores the shop's rules, whose Version is the one that was read, and
// returns them as stored. Rules that cannot be give a *handoff.RulesError, and
// rules that somebody else has changed since handoff.ErrConflict. Doing so again,
// where the answer was lost, changes nothing.
func (d *Desk) PutRules(ctx context.Context, rules *handoff.Rules) (*handoff.Rules, error) {
	if err := checkShop(rules.Shop); err != nil {
		return nil, err
	}
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	stored := *rules
	if err := d.service.staff.Rules.PutRules(ctx, &stored); err != nil {
		if errors.Is(err, handoff.ErrConflict) {
			if own := d.wasPut(ctx, rules); own != nil {
				return own, nil
			}
		}
		return nil, fmt.Errorf("dialog: storing the rules of a shop: %w", err)
	}
	d.service.forgetRules(rules.Shop)
	d.service.wakeAgents(ctx, rules.Shop)
	return &stored, nil
}

// wasPut returns the stored rules where they are what came of storing these, and
// nil where they are not or cannot be read.
func (d *Desk) wasPut(ctx context.Context, rules *handoff.Rules) *handoff.Rules {
	stored, err := d.service.staff.Rules.Rules(ctx, rules.Shop)
	if err != nil || stored.Version != rules.Version+1 {
		return nil
	}
	put := *rules
	put.Version = stored.Version
	a, errA := json.Marshal(&put) // in which nil and empty are the same
	b, errB := json.Marshal(stored)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		return nil
	}
	return stored
}
