package dialog

import (
	"context"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// maxOutcome bounds the outcome of a ticket, in characters.
const maxOutcome = 500

// Desk is the agents' side of the sessions of a Service. Every change of a
// ticket is committed with its session and transcript as one, and the customer
// is told of it.
//
// A ticket that the shop does not have gives handoff.ErrNotFound. One that the
// caller may not change gives handoff.ErrNotHolder (nobody holds it),
// handoff.ErrTaken (another agent does) or handoff.ErrClosed.
type Desk struct {
	service *Service
}

// NewDesk returns the desk of a service. The two share locks, so that visitor
// and agent of one session do not run into each other.
func NewDesk(s *Service) *Desk { return &Desk{service: s} }

// Claim gives a waiting ticket to agent: the session goes from WAITING to
// HUMAN. Claiming a ticket that the agent holds changes nothing.
func (d *Desk) Claim(ctx context.Context, id shop.ID, agent, ticket string) (*handoff.Ticket, error) {
	t, _, err := d.change(ctx, id, agent, ticket, turnKey{}, func(a *act, t *handoff.Ticket) error {
		held := t.State == handoff.Held
		if err := t.Claim(agent, a.now); err != nil || held {
			return err
		}
		a.ticket, a.session.State = t, StateHuman
		a.tell(fmt.Sprintf(a.words.agentJoined, agent), agent)
		return nil
	})
	return t, err
}

// Reply says text to the customer and returns its entry. A turn id that comes
// again from the same agent gets the entry it made, or ErrTurnReused where the
// text differs.
func (d *Desk) Reply(ctx context.Context, id shop.ID, agent, ticket, turn, text string) (*Entry, error) {
	if err := checkTurnID(turn); err != nil {
		return nil, err
	}
	cleaned, err := cleanText("text", text, MaxReply)
	if err != nil {
		return nil, err
	}
	// A blank cannot be in a visitor's turn id, so the two never collide.
	key := turnKey{"agent " + agent + " " + turn, digest("reply", ticket, text)}
	t, a, err := d.change(ctx, id, agent, ticket, key, func(a *act, t *handoff.Ticket) error {
		if err := t.HeldBy(agent); err != nil {
			return err
		}
		if a.session.full() {
			return ErrFull
		}
		a.say(Entry{Author: AuthorAgent, Text: cleaned, Turn: turn, Agent: agent})
		return nil
	})
	if err != nil {
		return nil, err
	}
	entries, err := d.service.entries(ctx, addressOf(t), a.reply.FirstSeq-1, 1)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, ErrNotFound // retention ended since
	}
	return &entries[0], nil
}

// Close ends the agent's part with an outcome, such as "solved". The session
// is closed, or goes back to the bot. Closing again with the same outcome
// changes nothing.
func (d *Desk) Close(ctx context.Context, id shop.ID, agent, ticket, outcome string, backToBot bool) (*handoff.Ticket, error) {
	outcome, err := cleanText("outcome", outcome, maxOutcome)
	if err != nil {
		return nil, err
	}
	t, _, err := d.change(ctx, id, agent, ticket, turnKey{}, func(a *act, t *handoff.Ticket) error {
		if !t.Open() && t.Agent == agent && t.Outcome == outcome {
			return nil
		}
		if err := t.HeldBy(agent); err != nil {
			return err
		}
		if err := a.closeTicket(t, outcome); err != nil {
			return err
		}
		if !backToBot {
			a.session.forget()
			a.session.State = StateClosed
			a.tell(fmt.Sprintf(a.words.agentClosed, agent), agent)
			return nil
		}
		a.session.State = StateBot
		a.tell(fmt.Sprintf(a.words.agentReturned, agent), agent)
		a.session.setBoundary()
		return nil
	})
	return t, err
}

// change lets decide change a ticket and its session. It returns the ticket as
// it then is.
func (d *Desk) change(ctx context.Context, id shop.ID, agent, ticket string, turn turnKey, decide func(*act, *handoff.Ticket) error) (*handoff.Ticket, *act, error) {
	if err := firstOf(checkShop(id), checkPerson("agent", agent)); err != nil {
		return nil, nil, err
	}
	t, err := d.ticket(ctx, id, ticket)
	if err != nil {
		return nil, nil, err
	}
	a, err := d.service.change(ctx, addressOf(t), turn, func(ctx context.Context, a *act) error {
		if t, err = d.ticket(ctx, id, ticket); err != nil { // again, under the session's lock
			return err
		}
		if t.Open() && a.session.Ticket != t.ID {
			return ErrConflict // session and ticket were read at different moments
		}
		return decide(a, t)
	})
	if err != nil {
		return nil, nil, err
	}
	return t, a, nil
}

func (d *Desk) ticket(ctx context.Context, id shop.ID, ticket string) (*handoff.Ticket, error) {
	if !plausibleID(ticket) {
		return nil, handoff.ErrNotFound
	}
	t, err := d.service.queue.Get(ctx, id, ticket)
	if err != nil {
		return nil, fmt.Errorf("dialog: reading a ticket: %w", err)
	}
	return t, nil
}

func addressOf(t *handoff.Ticket) address { return address{t.Shop, t.Visitor, t.Session} }
