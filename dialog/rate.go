package dialog

import (
	"context"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// RateRequest is a visitor's opinion of one entry.
type RateRequest struct {
	Shop    shop.ID
	Visitor string
	Session string
	Turn    string // as in TurnRequest
	Entry   uint64 // sequence number of an entry of bot or agent
	Good    bool
	Comment string // optional, at most MaxComment characters
}

// Rate stores the opinion as an entry of the visitor, without text, and
// returns its sequence number. It may come after the end of the session, and
// the last opinion of an entry counts. An entry that does not exist gives
// ErrNotFound. A turn id that comes again changes nothing.
func (s *Service) Rate(ctx context.Context, req RateRequest) (uint64, error) {
	comment, err := req.check()
	if err != nil {
		return 0, err
	}
	at := address{req.Shop, req.Visitor, req.Session}
	key := turnKey{req.Turn, digest("rate", fmt.Sprint(req.Entry, req.Good), req.Comment)}
	a, err := s.change(ctx, at, key, func(ctx context.Context, a *act) error {
		if err := s.checkRated(ctx, a.session, req.Entry); err != nil {
			return err
		}
		if a.session.full() {
			return ErrFull
		}
		a.say(Entry{
			Author: AuthorVisitor, Turn: req.Turn,
			Rating: &Rating{Entry: req.Entry, Good: req.Good, Comment: comment},
		})
		return nil
	})
	if err != nil {
		return 0, err
	}
	return a.reply.FirstSeq, nil
}

func (r RateRequest) check() (comment string, err error) {
	if err := firstOf(checkShop(r.Shop), checkPerson("visitor", r.Visitor), checkTurnID(r.Turn)); err != nil {
		return "", err
	}
	if r.Comment == "" {
		return "", nil
	}
	return cleanText("comment", r.Comment, MaxComment)
}

// checkRated accepts the entries of bot and agent.
func (s *Service) checkRated(ctx context.Context, session *Session, seq uint64) error {
	if seq == 0 || seq > session.Seq {
		return fmt.Errorf("dialog: rated entry: %w", ErrNotFound)
	}
	entries, err := s.store.Entries(ctx, session.Shop, session.ID, seq-1, 1)
	if err != nil {
		return fmt.Errorf("dialog: reading a transcript: %w", err)
	}
	if len(entries) == 0 || entries[0].Seq != seq {
		return fmt.Errorf("dialog: rated entry: %w", ErrNotFound)
	}
	if by := entries[0].Author; by != AuthorBot && by != AuthorAgent {
		return &FieldError{Field: "entry", Reason: "is not from the bot or an agent"}
	}
	return nil
}
