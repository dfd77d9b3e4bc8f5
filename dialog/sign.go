package dialog

import (
	"context"
	"fmt"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// typingFor is how long somebody counts as typing after saying so.
const typingFor = 6 * time.Second

// signsFor is how long signs are kept after the last one.
const signsFor = 24 * time.Hour

// SignBoard keeps what both sides of conversations do right now. It may forget.
// Implementations are held to this contract by dialogtest.TestSigns. An error
// that is none of this package's is wrapped in ErrUnavailable.
type SignBoard interface {
	// Put notes what one side, AuthorVisitor or AuthorAgent, does. It counts as
	// typing for so long, unless another sign says otherwise. A Read that is
	// not above the stored one changes nothing of it. All is kept for keep.
	Put(ctx context.Context, id shop.ID, session string, side Author, sign Sign, typing, keep time.Duration) error

	// Get returns what both sides do; nothing is known of a session without signs.
	Get(ctx context.Context, id shop.ID, session string) (Signs, error)
}

// Sign notes what the visitor does without saying anything, for the agent to
// see. In state BOT and CLOSED nobody does, and nothing is noted.
func (s *Service) Sign(ctx context.Context, id shop.ID, visitor, session string, req SignRequest) error {
	got, _, err := s.load(ctx, address{id, visitor, session}, "")
	if err != nil {
		return err
	}
	return s.sign(ctx, got, AuthorVisitor, req)
}

// Sign is [Service.Sign] for the agent who holds the ticket.
func (d *Desk) Sign(ctx context.Context, id shop.ID, agent, ticket string, req SignRequest) error {
	t, err := d.service.ticket(ctx, id, ticket)
	if err != nil {
		return err
	}
	if err := t.HeldBy(agent); err != nil {
		return err
	}
	session, _, err := d.service.load(ctx, addressOf(t), "")
	if err != nil {
		return err
	}
	return d.service.sign(ctx, session, AuthorAgent, req)
}

func (s *Service) sign(ctx context.Context, session *Session, side Author, req SignRequest) error {
	if session.State != StateWaiting && session.State != StateHuman {
		return nil
	}
	sign := Sign{Typing: req.Typing, Read: min(req.Read, session.Seq)}
	if err := s.signs.Put(ctx, session.Shop, session.ID, side, sign, typingFor, signsFor); err != nil {
		return fmt.Errorf("dialog: noting a sign: %w", err)
	}
	s.waker.Wake(ctx, SessionTopic(session.Shop, session.ID))
	return nil
}
