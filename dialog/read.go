package dialog

import (
	"context"
	"errors"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Get returns the session. One that has expired has state CLOSED.
func (s *Service) Get(ctx context.Context, id shop.ID, visitor, session string) (*Session, error) {
	got, _, err := s.load(ctx, address{id, visitor, session}, "")
	if err != nil {
		return nil, err
	}
	return s.view(got), nil
}

// Position returns how many customers wait before this session, or
// ErrNotWaiting.
func (s *Service) Position(ctx context.Context, id shop.ID, visitor, session string) (int, error) {
	got, _, err := s.load(ctx, address{id, visitor, session}, "")
	if err != nil {
		return 0, err
	}
	if got.State != StateWaiting {
		return 0, ErrNotWaiting
	}
	n, err := s.staff.Queue.Position(ctx, id, got.Ticket)
	if errors.Is(err, handoff.ErrNotFound) { // claimed since
		return 0, ErrNotWaiting
	}
	if err != nil {
		return 0, fmt.Errorf("dialog: reading a place in the queue: %w", err)
	}
	return n, nil
}

// Transcript returns the entries after a sequence number, in order, at most
// limit or MaxPageSize. A limit of 0 or less takes MaxPageSize.
func (s *Service) Transcript(ctx context.Context, id shop.ID, visitor, session string, after uint64, limit int) ([]Entry, error) {
	at := address{id, visitor, session}
	if _, _, err := s.load(ctx, at, ""); err != nil {
		return nil, err
	}
	return s.entries(ctx, at, after, limit)
}

func (s *Service) entries(ctx context.Context, at address, after uint64, limit int) ([]Entry, error) {
	entries, err := s.store.Entries(ctx, at.shop, at.session, after, pageSize(limit))
	if err != nil {
		return nil, fmt.Errorf("dialog: reading a transcript: %w", err)
	}
	return entries, nil
}

func pageSize(limit int) int {
	if limit <= 0 || limit > MaxPageSize {
		return MaxPageSize
	}
	return limit
}

// view shows an expired session as what it is for everybody: closed.
func (s *Service) view(session *Session) *Session {
	if session.over(s.now()) {
		session.State, session.Offers = StateClosed, nil
	}
	return session
}
