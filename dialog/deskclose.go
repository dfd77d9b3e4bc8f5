package dialog

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// maxOutcome bounds the outcome of a ticket, in characters.
const maxOutcome = 500

// Close ends the agent's part with an outcome, such as "solved". The session
// is closed, or goes back to the bot, and the customer may be asked for an
// opinion. Closing again with the same outcome changes nothing.
func (d *Desk) Close(ctx context.Context, id shop.ID, agent string, req CloseRequest) (*handoff.Ticket, error) {
	return d.close(ctx, id, agent, "close", req, func(t *handoff.Ticket) error { return t.HeldBy(agent) })
}

// ForceClose is Close by a supervisor, whoever has the ticket.
func (d *Desk) ForceClose(ctx context.Context, id shop.ID, supervisor string, req CloseRequest) (*handoff.Ticket, error) {
	return d.close(ctx, id, supervisor, "force close", req, func(t *handoff.Ticket) error {
		if !t.Open() {
			return handoff.ErrClosed
		}
		return nil
	})
}

func (d *Desk) close(ctx context.Context, id shop.ID, agent, what string, req CloseRequest, may func(*handoff.Ticket) error) (*handoff.Ticket, error) {
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
	content := append([]string{what, req.Outcome, strconv.FormatBool(req.BackToBot)}, req.Tags...)
	return d.act(ctx, id, agent, TicketRequest{req.Ticket, req.Turn}, content, func(ctx context.Context, a *act, t *handoff.Ticket) error {
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
		if err := d.service.closeTicket(ctx, a, t, outcome, rules); err != nil {
			return err
		}
		a.endHuman(agent, req.BackToBot, surveyOf(t, rules))
		return nil
	})
}

// endHuman tells the customer that the human's part is over, and whose the
// session is now.
func (a *act) endHuman(agent string, backToBot bool, survey *Survey) {
	words := a.words.agentClosed
	a.session.State = StateClosed
	if backToBot {
		words = a.words.agentReturned
		a.session.State = StateBot
	}
	a.tellEnd(fmt.Sprintf(words, agent), agent, survey)
	if backToBot {
		a.session.setBoundary()
		return
	}
	a.session.forget()
}

// tellEnd tells the customer of the end of a human's part, and asks for an
// opinion of it where survey is not nil.
func (a *act) tellEnd(text, agent string, survey *Survey) {
	if survey != nil {
		text += "\n" + a.words.survey
	}
	a.say(Entry{Author: AuthorSystem, Text: text, Agent: agent, Survey: survey})
}

// surveyOf returns the question for an opinion of a closed ticket; nil where
// the shop does not ask, or no human has had it.
func surveyOf(t *handoff.Ticket, rules *ruling) *Survey {
	if !rules.Survey || t.Claimed.IsZero() {
		return nil
	}
	return &Survey{Ticket: t.ID}
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
	content := append([]string{"wrap up", req.Outcome}, req.Tags...)
	return d.act(ctx, id, agent, TicketRequest{req.Ticket, req.Turn}, content, func(ctx context.Context, a *act, t *handoff.Ticket) error {
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
		a.ticket = t
		seat, err := d.service.seat(ctx, a, agent)
		if errors.Is(err, handoff.ErrNoAgent) {
			return nil // a supervisor without a desk, who closed it by force
		}
		if err != nil {
			return err
		}
		seat.Clear(t.ID, a.now)
		return nil
	})
}

// checkTags accepts what a ticket can carry.
func checkTags(tags []string) error {
	if len(tags) > handoff.MaxTags {
		return &FieldError{Field: "tags", Reason: fmt.Sprintf("are more than %d", handoff.MaxTags)}
	}
	for i, tag := range tags {
		if err := checkName(fmt.Sprintf("tags[%d]", i), tag); err != nil {
			return err
		}
	}
	return nil
}

// closeTicket closes the session's open ticket as part of the act, and clears
// the desk on which it lies.
func (s *Service) closeTicket(ctx context.Context, a *act, t *handoff.Ticket, outcome string, rules *ruling) error {
	if !t.Open() || a.session.Ticket != t.ID {
		return ErrConflict // session and ticket were read at different moments
	}
	desk, err := s.deskOf(ctx, a, t)
	if err != nil {
		return err
	}
	if err := t.Close(desk, outcome, a.now, rules.WrapUp); err != nil {
		return err
	}
	a.ticket, a.session.Ticket = t, ""
	if !t.Claimed.IsZero() {
		a.session.LastTicket = t.ID
	}
	return nil
}

// closeOwn is closeTicket for an act of the visitor. It returns what the
// customer is to be asked.
func (s *Service) closeOwn(ctx context.Context, a *act, outcome string) (*Survey, error) {
	rules, err := s.rules(ctx, a.session.Shop)
	if err != nil {
		return nil, err
	}
	t, err := s.ticket(ctx, a.session.Shop, a.session.Ticket)
	if err != nil {
		return nil, err
	}
	if err := s.closeTicket(ctx, a, t, outcome, rules); err != nil {
		return nil, err
	}
	return surveyOf(t, rules), nil
}
