package wake

import (
	"context"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

var _ dialog.SignBoard = (*Signs)(nil)

// manySessions is how many sessions may have signs before those that are over
// are looked for.
const manySessions = 1000

// Signs is a [dialog.SignBoard] for one process. It is safe for concurrent use.
type Signs struct {
	now func() time.Time

	mu       sync.Mutex
	sessions map[string]*signs // guarded by mu
	sweepAt  int               // guarded by mu: when so many sessions are known, those that are over are dropped
}

// signs are those of one session.
type signs struct {
	ends   time.Time
	sides  dialog.Signs
	typing [2]time.Time // until when visitor and agent count as typing
}

// NewSigns returns a board without signs.
func NewSigns(now func() time.Time) *Signs {
	return &Signs{now: now, sessions: make(map[string]*signs), sweepAt: manySessions}
}

// Put implements [dialog.SignBoard].
func (b *Signs) Put(_ context.Context, id shop.ID, session string, side dialog.Author, sign dialog.Sign, typing, keep time.Duration) error {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	key := string(id) + " " + session
	s := b.sessions[key]
	if s == nil || !now.Before(s.ends) {
		s = new(signs)
		b.sessions[key] = s
	}
	s.ends = now.Add(keep)
	mine, at := &s.sides.Visitor, 0
	if side == dialog.AuthorAgent {
		mine, at = &s.sides.Agent, 1
	}
	mine.Read = max(mine.Read, sign.Read)
	s.typing[at] = time.Time{}
	if sign.Typing {
		s.typing[at] = now.Add(typing)
	}
	b.sweep(now)
	return nil
}

// Get implements [dialog.SignBoard].
func (b *Signs) Get(_ context.Context, id shop.ID, session string) (dialog.Signs, error) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.sessions[string(id)+" "+session]
	if s == nil || !now.Before(s.ends) {
		return dialog.Signs{}, nil
	}
	out := s.sides
	out.Visitor.Typing, out.Agent.Typing = now.Before(s.typing[0]), now.Before(s.typing[1])
	return out, nil
}

// sweep drops what is over, whenever twice as many sessions are known as after
// the last time.
func (b *Signs) sweep(now time.Time) {
	if len(b.sessions) < b.sweepAt {
		return
	}
	for key, s := range b.sessions {
		if !now.Before(s.ends) {
			delete(b.sessions, key)
		}
	}
	b.sweepAt = max(manySessions, 2*len(b.sessions))
}

// Len returns how many sessions are known.
func (b *Signs) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.sessions)
}
