package dialog

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// transferWait is how long a ticket waits for the agent to whom it was passed
// by name, before anybody who fits may have it.
const transferWait = 2 * time.Minute

// Transfer passes a held ticket on, to an agent or to whoever meets other
// needs. The packet, the notes and the transcript go with it, and it waits at
// the front of the line. An agent whom the shop does not have gives
// handoff.ErrNoAgent, one who is away or offline handoff.ErrNotTaking.
func (d *Desk) Transfer(ctx context.Context, id shop.ID, agent string, req TransferRequest) (*handoff.Ticket, error) {
	note, err := req.check(agent)
	if err != nil {
		return nil, err
	}
	what := []string{
		"transfer", req.Agent, req.Needs.Skill, strconv.Itoa(req.Needs.Proficiency), req.Needs.Language, req.Note,
	}
	return d.act(ctx, id, agent, TicketRequest{req.Ticket, req.Turn}, what, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		if err := t.HeldBy(agent); err != nil {
			return err
		}
		if err := d.mayHave(ctx, id, req.Agent); err != nil {
			return err
		}
		from, err := d.service.seat(ctx, a, agent)
		if err != nil {
			return err
		}
		needs := t.Needs
		if req.Needs != (handoff.Needs{}) {
			needs = req.Needs
			needs.Language = cmp.Or(primaryLanguage(needs.Language), t.Needs.Language)
		}
		if note != "" {
			if err := t.AddNote(handoff.Note{Agent: agent, Text: note, Time: a.now, After: a.session.Seq}); err != nil {
				return err
			}
		}
		if err := t.Transfer(from, needs, req.Agent, a.now, transferWait); err != nil {
			return err
		}
		a.ticket, a.session.State = t, StateWaiting
		a.tell(fmt.Sprintf(a.words.transferred, agent), agent)
		return nil
	})
}

func (r TransferRequest) check(agent string) (note string, err error) {
	switch {
	case r.Agent == agent:
		return "", &FieldError{Field: "agent", Reason: "is the caller"}
	case r.Agent == "" && r.Needs == (handoff.Needs{}):
		return "", &FieldError{Field: "agent", Reason: "is empty, and no needs say to whom"}
	case r.Agent != "":
		err = checkPerson("agent", r.Agent)
	}
	if err == nil {
		err = checkNeeds(r.Needs)
	}
	if err != nil || r.Note == "" {
		return "", err
	}
	return cleanText("note", r.Note, handoff.MaxNote)
}

func checkNeeds(n handoff.Needs) error {
	if n.Skill != "" {
		if err := checkName("needs.skill", n.Skill); err != nil {
			return err
		}
	}
	if n.Proficiency < 0 || n.Proficiency > handoff.MaxProficiency {
		return &FieldError{Field: "needs.proficiency", Reason: fmt.Sprintf("must be 0 to %d", handoff.MaxProficiency)}
	}
	if checkLocale(n.Language) != nil {
		return &FieldError{Field: "needs.language", Reason: "is no language tag"}
	}
	return nil
}

// mayHave returns why a ticket cannot be passed to an agent; "" is anyone.
func (d *Desk) mayHave(ctx context.Context, id shop.ID, agent string) error {
	if agent == "" {
		return nil
	}
	to, err := d.service.staff.Roster.Agent(ctx, id, agent)
	if err != nil {
		return fmt.Errorf("dialog: reading an agent: %w", err)
	}
	if to.Draining || to.Presence != handoff.Online && to.Presence != handoff.Busy {
		return handoff.ErrNotTaking
	}
	return nil
}

// Requeue puts a ticket that the agent holds, or that rings there, back to the
// line: to its front where it was held.
func (d *Desk) Requeue(ctx context.Context, id shop.ID, agent string, req TicketRequest) (*handoff.Ticket, error) {
	return d.act(ctx, id, agent, req, []string{"requeue"}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		return d.service.requeue(ctx, a, t, agent, a.words.requeued)
	})
}

// requeue takes a ticket from an agent's desk. words tell the customer, with
// the agent's name, why somebody else will come.
func (s *Service) requeue(ctx context.Context, a *act, t *handoff.Ticket, agent, words string) error {
	if t.Desk() != agent {
		return t.HeldBy(agent)
	}
	seat, err := s.seat(ctx, a, agent)
	if err != nil {
		return err
	}
	held := t.State == handoff.Held
	if err := t.Requeue(seat, a.now); err != nil {
		return err
	}
	a.ticket = t
	if held {
		a.session.State = StateWaiting
		a.tell(fmt.Sprintf(words, agent), agent)
	}
	return nil
}

// TakeOver gives an open ticket to a supervisor, whoever has it. The customer
// is told who helps from now on.
func (d *Desk) TakeOver(ctx context.Context, id shop.ID, supervisor string, req TicketRequest) (*handoff.Ticket, error) {
	return d.act(ctx, id, supervisor, req, []string{"take over"}, func(ctx context.Context, a *act, t *handoff.Ticket) error {
		if t.HeldBy(supervisor) == nil {
			return nil
		}
		to, err := d.service.ownSeat(ctx, a, supervisor)
		if err != nil {
			return err
		}
		from, err := d.service.deskOf(ctx, a, t)
		if err != nil {
			return err
		}
		if err := t.TakeOver(to, from, a.now); err != nil {
			return err
		}
		a.join(t, supervisor)
		return nil
	})
}
