package dialog

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// maxOutcome bounds the outcome of a ticket, in characters.
const maxOutcome = 500

// Close ends the agent's part with an outcome, such as "solved". The session
// is closed, or goes back to the bot, and the customer may be asked for an
// opinion. Closing again with the same outcome changes nothing.
func (d *Desk) Close(ctx context.Context, id shop.ID, agent string, req CloseRequest) (*handoff.Ticket, error) {
	return d.close(ctx, id, agent, req, func(t *handoff.Ticket) error { return t.HeldBy(agent) })
}

// ForceClose is Close by a supervisor, whoever has the ticket.
func (d *Desk) ForceClose(ctx context.Context, id shop.ID, supervisor string, req CloseRequest) (*handoff.Ticket, error) {
	return d.close(ctx, id, supervisor, req, func(t *handoff.Ticket) error {
		if !t.Open() {
			return handoff.ErrClosed
		}
		return nil
	})
}

func (d *Desk) close(ctx context.Context, id shop.ID, agent string, req CloseRequest, may func(*handoff.Ticket) error) (*handoff.Ticket, error) {
	outcome, err := cleanText("outcome", req.Outcome, maxOutcome)
	if err != nil {
		return nil, err
	}
	if err := checkTags(req.Tags); err != nil {
		return nil, err
	}
	rules, err := d.service.rules(ctx, id)
	if err != nil {
		return nil, err
	}
	t, _, err := d.change(ctx, id, agent, req.Ticket, turnKey{}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		if !t.Open() && t.ClosedBy == agent && t.Outcome == outcome {
			return nil
		}
		if err := may(t); err != nil {
			return err
		}
		t.ClosedBy = agent
		if err := t.AddTags(req.Tags); err != nil {
			return err
		}
		if err := d.service.closeTicket(ctx, a, t, outcome); err != nil {
			return err
		}
		a.endHuman(agent, req.BackToBot, rules.Survey && !t.Claimed.IsZero())
		return nil
	})
	return t, err
}

// endHuman tells the customer that the human's part is over, and whose the
// session is now; with survey it asks for an opinion of that part.
func (a *act) endHuman(agent string, backToBot, survey bool) {
	e := Entry{Author: AuthorSystem, Text: fmt.Sprintf(a.words.agentClosed, agent), Agent: agent}
	a.session.State = StateClosed
	if backToBot {
		a.session.State = StateBot
		e.Text = fmt.Sprintf(a.words.agentReturned, agent)
	}
	if survey {
		e.Text += "\n" + a.words.survey
		e.Survey = &Survey{Ticket: a.session.LastTicket}
	}
	a.say(e)
	if backToBot {
		a.session.setBoundary()
		return
	}
	a.session.forget()
}

// WrapUp completes the notes on a ticket that the agent closed, and frees its
// room on the desk. Doing so again, or after the time for it, is no error.
func (d *Desk) WrapUp(ctx context.Context, id shop.ID, agent string, req WrapUpRequest) (*handoff.Ticket, error) {
	outcome := ""
	var err error
	if req.Outcome != "" {
		if outcome, err = cleanText("outcome", req.Outcome, maxOutcome); err != nil {
			return nil, err
		}
	}
	if err := checkTags(req.Tags); err != nil {
		return nil, err
	}
	t, _, err := d.change(ctx, id, agent, req.Ticket, turnKey{}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		switch {
		case t.Open():
			return &FieldError{Field: "ticket", Reason: "is not closed yet"}
		case t.Agent != agent && t.ClosedBy != agent:
			return handoff.ErrNotHolder
		}
		if outcome != "" {
			t.Outcome = outcome
		}
		if err := t.AddTags(req.Tags); err != nil {
			return err
		}
		seat, err := d.service.seat(ctx, a, agent)
		if err != nil {
			return err
		}
		seat.Clear(t.ID, a.now)
		a.ticket = t
		return nil
	})
	return t, err
}

// checkTags accepts what a ticket can carry.
func checkTags(tags []string) error {
	for i, tag := range tags {
		if cleaned, err := cleanText("tags", tag, handoff.MaxTag); err != nil || cleaned != tag || !utf8.ValidString(tag) {
			return &FieldError{Field: fmt.Sprintf("tags[%d]", i), Reason: fmt.Sprintf("must be 1 to %d printable characters", handoff.MaxTag)}
		}
	}
	if len(tags) > handoff.MaxTags {
		return &FieldError{Field: "tags", Reason: fmt.Sprintf("are more than %d", handoff.MaxTags)}
	}
	return nil
}

// closeTicket closes the session's open ticket as part of the act, and clears
// the desk on which it lies.
func (s *Service) closeTicket(ctx context.Context, a *act, t *handoff.Ticket, outcome string) error {
	if !t.Open() || a.session.Ticket != t.ID {
		return ErrConflict // session and ticket were read at different moments
	}
	rules, err := s.rules(ctx, t.Shop)
	if err != nil {
		return err
	}
	desk, err := s.deskOf(ctx, a, t)
	if err != nil {
		return err
	}
	if err := t.Close(desk, outcome, a.now, rules.WrapUp); err != nil {
		return err
	}
	a.ticket, a.session.Ticket, a.session.LastTicket = t, "", t.ID
	return nil
}

// closeOwn is closeTicket for an act of the visitor.
func (s *Service) closeOwn(ctx context.Context, a *act, outcome string) error {
	t, err := s.ticket(ctx, a.session.Shop, a.session.Ticket)
	if err != nil {
		return err
	}
	return s.closeTicket(ctx, a, t, outcome)
}
