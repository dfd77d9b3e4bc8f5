package dialog

import (
	"context"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// ActRequest is a button that the visitor pressed.
type ActRequest struct {
	Shop    shop.ID
	Visitor string
	Session string
	Turn    string // as in TurnRequest: a repetition does nothing more
}

func (r ActRequest) check() error {
	return firstOf(checkShop(r.Shop), checkPerson("visitor", r.Visitor), checkTurnID(r.Turn))
}

func (r ActRequest) address() address { return address{r.Shop, r.Visitor, r.Session} }

// AskHuman hands the session over. In WAITING and HUMAN, where a human already
// has it, nothing more happens than that the agent sees the request. Errors are
// those of [Service.Turn].
func (s *Service) AskHuman(ctx context.Context, req ActRequest) (*Reply, error) {
	if err := req.check(); err != nil {
		return nil, err
	}
	a, err := s.change(ctx, req.address(), turnKey{req.Turn, digest("human")}, func(ctx context.Context, a *act) error {
		switch {
		case a.session.over(a.now):
			return ErrClosed
		case a.session.State != StateBot:
			return a.listen(a.words.human, req.Turn)
		}
		b, err := s.newBot(ctx, a)
		if err != nil {
			return err
		}
		a.say(Entry{Author: AuthorVisitor, Text: a.words.human, Turn: req.Turn})
		return s.perform(ctx, a, b, b.handOver(ReasonRequested), "")
	})
	if err != nil {
		return nil, err
	}
	return &a.reply, nil
}

// BackToBot gives the session back to the bot, whether it waits for a human or
// one has it, and returns it: in state BOT unless it has moved on since. Where
// the bot has it already that is ErrNotWaiting, and ErrClosed when it is over.
func (s *Service) BackToBot(ctx context.Context, req ActRequest) (*Session, error) {
	if err := req.check(); err != nil {
		return nil, err
	}
	a, err := s.change(ctx, req.address(), turnKey{req.Turn, digest("back")}, func(ctx context.Context, a *act) error {
		switch {
		case a.session.over(a.now):
			return ErrClosed
		case a.session.State == StateBot:
			return ErrNotWaiting
		case a.session.full():
			return ErrFull // or visitors could go back and forth for ever
		}
		words := a.words.cancelled
		if a.session.State == StateHuman {
			words = a.words.leftAgent
		}
		survey, err := s.closeOwn(ctx, a, handoff.OutcomeCancelled)
		if err != nil {
			return err
		}
		a.session.State = StateBot
		a.tellEnd(words, "", survey)
		a.session.setBoundary()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.view(a.session), nil
}

// End closes the session and its ticket for good. A session that is over stays
// as it is.
func (s *Service) End(ctx context.Context, req ActRequest) (*Session, error) {
	if err := req.check(); err != nil {
		return nil, err
	}
	a, err := s.change(ctx, req.address(), turnKey{req.Turn, digest("end")}, func(ctx context.Context, a *act) error {
		if a.session.over(a.now) {
			return nil
		}
		var survey *Survey
		if a.session.Ticket != "" {
			var err error
			if survey, err = s.closeOwn(ctx, a, handoff.OutcomeLeft); err != nil {
				return err
			}
		}
		a.session.forget()
		a.session.State = StateClosed
		a.tellEnd(a.words.ended, "", survey)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.view(a.session), nil
}
