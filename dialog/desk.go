package dialog

import (
	"context"
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Desk is the agents' side of the sessions of a Service. Every change of a
// ticket is committed with its session, its transcript and the desks that it
// concerns as one, and the customer is told of it.
//
// A ticket that the shop does not have gives handoff.ErrNotFound. One that the
// caller may not change gives handoff.ErrNotHolder (nobody holds it),
// handoff.ErrTaken (another agent does), handoff.ErrOffered (it rings at
// another desk) or handoff.ErrClosed. A turn id that the caller has used in the
// session for something else gives ErrTurnReused.
type Desk struct {
	service *Service
}

// NewDesk returns the desk of a service. The two share locks, so that visitor
// and agent of one session do not run into each other.
func NewDesk(s *Service) *Desk { return &Desk{service: s} }

// Claim gives a waiting ticket to agent, who asks for it or accepts its ring:
// the session goes from WAITING to HUMAN. Claiming a ticket that the agent
// holds changes nothing. It fails with handoff.ErrNotTaking where the agent is
// away, and handoff.ErrAtCapacity where the desk is full.
func (d *Desk) Claim(ctx context.Context, id shop.ID, agent string, req TicketRequest) (*handoff.Ticket, error) {
	return d.act(ctx, id, agent, req, []string{"claim"}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		if t.HeldBy(agent) == nil {
			return nil
		}
		seat, err := d.service.ownSeat(ctx, a, agent)
		if err != nil {
			return err
		}
		if err := t.Claim(seat, a.now); err != nil {
			return err
		}
		a.join(t, agent)
		return nil
	})
}

// join has an agent own the session from now on.
func (a *act) join(t *handoff.Ticket, agent string) {
	a.ticket, a.session.State, a.session.LastAgent = t, StateHuman, agent
	a.tell(fmt.Sprintf(a.words.agentJoined, agent), agent)
}

// Decline ends the ring of a ticket at the agent's desk; it rings elsewhere
// then. Where nobody else can take it, it comes back: who declines it once more
// is set away, or it would ring without end. It fails with
// handoff.ErrNotOffered where it does not ring there.
func (d *Desk) Decline(ctx context.Context, id shop.ID, agent string, req TicketRequest) (*handoff.Ticket, error) {
	return d.act(ctx, id, agent, req, []string{"decline"}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		if t.Desk() != agent {
			return handoff.ErrNotOffered
		}
		seat, err := d.service.seat(ctx, a, agent)
		if err != nil {
			return err
		}
		again := slices.Contains(t.Missed, agent)
		if err := t.Pass(seat, a.now); err != nil {
			return err
		}
		seat.Missed = 0 // who says no is there
		if again && seat.Presence == handoff.Online && !seat.Draining {
			seat.Be(handoff.Away, a.now)
		}
		a.ticket = t
		return nil
	})
}

// Reply says text to the customer and returns its entry. A turn id that comes
// again from the same agent gets the entry it made, or ErrTurnReused where the
// text differs.
func (d *Desk) Reply(ctx context.Context, id shop.ID, agent string, req ReplyRequest) (*Entry, error) {
	if err := checkTurnID(req.Turn); err != nil {
		return nil, err
	}
	cleaned, err := cleanText("text", req.Text, MaxReply)
	if err != nil {
		return nil, err
	}
	if !plausibleNode(req.Suggestion) {
		return nil, &FieldError{Field: "suggestion", Reason: "is no id of a node"}
	}
	key := agentTurn(agent, req.Turn, "reply", req.Ticket, req.Text, string(req.Suggestion))
	t, a, err := d.change(ctx, id, agent, req.Ticket, key, func(_ context.Context, a *act, t *handoff.Ticket) error {
		if err := t.HeldBy(agent); err != nil {
			return err
		}
		if a.session.full() {
			return ErrFull
		}
		if req.Suggestion != "" {
			t.Accepted++
			a.ticket = t
		}
		a.say(Entry{Author: AuthorAgent, Text: cleaned, Turn: req.Turn, Agent: agent, Node: req.Suggestion})
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

// agentTurn names an agent's act. A blank cannot be in a visitor's turn id, so
// the two never collide.
func agentTurn(agent, turn string, what ...string) turnKey {
	return turnKey{"agent " + agent + " " + turn, digest(what...)}
}

// Note keeps a note for other agents, which the customer never sees. Whoever
// may see the ticket may leave one, also when it is closed. It fails with
// handoff.ErrFull where the ticket has as many as it takes.
func (d *Desk) Note(ctx context.Context, id shop.ID, agent string, req NoteRequest) (*handoff.Ticket, error) {
	if err := checkTurnID(req.Turn); err != nil {
		return nil, err
	}
	text, err := cleanText("text", req.Text, handoff.MaxNote)
	if err != nil {
		return nil, err
	}
	t, _, err := d.change(ctx, id, agent, req.Ticket, agentTurn(agent, req.Turn, "note", req.Ticket, req.Text),
		func(_ context.Context, a *act, t *handoff.Ticket) error {
			a.ticket = t
			return t.AddNote(handoff.Note{Agent: agent, Text: text, Time: a.now, After: a.session.Seq})
		})
	return t, err
}

// act is change for acts whose turn id may be missing. what tells it from other
// acts on the same ticket.
func (d *Desk) act(ctx context.Context, id shop.ID, agent string, req TicketRequest, what []string, decide func(context.Context, *act, *handoff.Ticket) error) (*handoff.Ticket, error) {
	var key turnKey
	if req.Turn != "" {
		if err := checkTurnID(req.Turn); err != nil {
			return nil, err
		}
		key = agentTurn(agent, req.Turn, append([]string{req.Ticket}, what...)...)
	}
	t, _, err := d.change(ctx, id, agent, req.Ticket, key, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		a.always = key.id != ""
		return decide(ctx, a, t)
	})
	return t, err
}

// change lets decide change a ticket, its session, and the desks that it takes
// with seat. It returns the ticket as it then is.
func (d *Desk) change(ctx context.Context, id shop.ID, agent, ticket string, turn turnKey, decide func(context.Context, *act, *handoff.Ticket) error) (*handoff.Ticket, *act, error) {
	if err := firstOf(checkShop(id), checkPerson("agent", agent)); err != nil {
		return nil, nil, err
	}
	if err := d.service.alive(ctx, id, agent); err != nil {
		return nil, nil, err
	}
	return d.service.changeTicket(ctx, id, ticket, turn, decide)
}

// changeTicket is change without an agent who acts.
func (s *Service) changeTicket(ctx context.Context, id shop.ID, ticket string, turn turnKey, decide func(context.Context, *act, *handoff.Ticket) error) (*handoff.Ticket, *act, error) {
	t, err := s.ticket(ctx, id, ticket)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.change(ctx, addressOf(t), turn, func(ctx context.Context, a *act) error {
		if t, err = s.ticket(ctx, id, ticket); err != nil { // again, under the session's lock
			return err
		}
		if t.Open() && a.session.Ticket != t.ID {
			return ErrConflict // session and ticket were read at different moments
		}
		return decide(ctx, a, t)
	})
	if err == nil && a.again {
		t, err = s.ticket(ctx, id, ticket) // not one that was changed in vain before
	}
	if err != nil {
		return nil, nil, err
	}
	return t, a, nil
}

func (s *Service) ticket(ctx context.Context, id shop.ID, ticket string) (*handoff.Ticket, error) {
	if !plausibleID(ticket) {
		return nil, handoff.ErrNotFound
	}
	t, err := s.staff.Queue.Get(ctx, id, ticket)
	if err != nil {
		return nil, fmt.Errorf("dialog: reading a ticket: %w", err)
	}
	return t, nil
}

func addressOf(t *handoff.Ticket) address { return address{t.Shop, t.Visitor, t.Session} }
