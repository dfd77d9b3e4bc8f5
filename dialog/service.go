package dialog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Config sets the times of conversations. A zero field takes its default.
type Config struct {
	Idle         time.Duration // a session of the bot ends after this silence; default 30 minutes
	Retention    time.Duration // how long closed and expired sessions can be read; default 30 days
	Poll         time.Duration // how often a watcher looks without a wake-up; default 5 seconds
	Heartbeat    time.Duration // how often an idle watcher hears that it is still connected; default 10 seconds
	MaxConflicts int           // how often a change is decided again because others changed the session; default 8
}

func (c Config) withDefaults() Config {
	for _, d := range []struct {
		value *time.Duration
		std   time.Duration
	}{
		{&c.Idle, 30 * time.Minute},
		{&c.Retention, 30 * 24 * time.Hour},
		{&c.Poll, 5 * time.Second},
		{&c.Heartbeat, 10 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.std
		}
	}
	if c.MaxConflicts <= 0 {
		c.MaxConflicts = 8
	}
	return c
}

// Service holds the conversations of visitors with the bot. It is safe for
// concurrent use, by many processes where store, waker and queue are shared.
//
// Every method names the shop and the visitor: a session of another shop or
// visitor does not exist for it and gives ErrNotFound. A request that must be
// corrected gives a *FieldError. Errors of the store come through wrapped; see
// ErrUnavailable.
type Service struct {
	store     Store
	waker     Waker
	knowledge Knowledge
	staff     Staff
	signs     SignBoard
	now       func() time.Time
	newID     func() string
	cfg       Config
	locks     keyLock
	ruleBook  ruleBook
	lifeSigns lifeSigns
	pictures  *pictures
	memory    *memory
}

// Stores are what a Service keeps its state in; all must stand on one
// technology, since a commit of Store changes what Staff reads.
type Stores struct {
	Store Store
	Waker Waker
	Staff Staff
	Signs SignBoard
}

// NewService returns a Service and starts nothing. newID returns ids of
// sessions and tickets that never repeat.
func NewService(stores Stores, k Knowledge, now func() time.Time, newID func() string, cfg Config) *Service {
	s := &Service{
		store: stores.Store, waker: stores.Waker, staff: stores.Staff, signs: stores.Signs, knowledge: k,
		now: now, newID: newID, cfg: cfg.withDefaults(), pictures: newPictures(), memory: newMemory(),
	}
	stores.Waker.Listen(s.memory.heard)
	return s
}

// moment is now in the form in which stores give it back.
func (s *Service) moment() time.Time { return s.now().UTC().Round(0) }

// over reports whether nothing more can be said: the session was closed, or
// has expired.
func (s *Session) over(now time.Time) bool {
	return s.State == StateClosed || s.State == StateBot && !s.Expires.IsZero() && !now.Before(s.Expires)
}

// full reports whether the session takes no more from visitor and agent.
func (s *Session) full() bool { return s.Seq >= MaxEntries }

// newBot pins the live release for the rest of the act. A shop without one has
// a bot without knowledge.
func (s *Service) newBot(ctx context.Context, a *act) (*bot, error) {
	b := &bot{session: a.session, words: a.words, now: a.now}
	release, err := s.knowledge.Acquire(ctx, a.session.Shop)
	switch {
	case errors.Is(err, knowledge.ErrNoRelease):
		b.tree = knowledge.NewTree(knowledge.Document{})
	case err != nil:
		return nil, fmt.Errorf("dialog: acquiring the live release: %w", err)
	default:
		a.release, b.release, b.tree = release, release, release.Tree()
	}
	return b, nil
}
