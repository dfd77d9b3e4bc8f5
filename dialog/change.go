package dialog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// address names a session and the visitor whom it must belong to.
type address struct {
	shop    shop.ID
	visitor string
	session string
}

// turnKey names what must not be done twice. The zero key is for acts that a
// repetition does not harm.
type turnKey struct{ id, digest string }

// act is one change of a session under way.
type act struct {
	session *Session // as it will be
	entries []Entry
	ticket  *handoff.Ticket  // as it will be; nil where it does not change
	maxOpen int              // where ticket is new, as of [Change]
	agents  []*handoff.Agent // the desks that were read for it, as they will be
	reply   Reply            // kept under the turn's id
	again   bool             // reply is that of a turn that was committed before
	always  bool             // the turn is kept also where it changes nothing
	private bool             // nobody reads session after the act: it may be remembered
	now     time.Time
	words   *phrases
	release Release // pinned until the act is over; nil where none is needed
}

func (s *Service) newAct(session *Session) *act {
	return &act{session: session, now: s.moment(), words: phrasesFor(session.Locale)}
}

// changes reports whether there is something to commit.
func (a *act) changes() bool { return len(a.entries) > 0 || a.ticket != nil || a.always }

// say appends an entry. The session already has the state after it.
func (a *act) say(e Entry) {
	a.session.Seq++
	e.Seq, e.Time, e.State = a.session.Seq, a.now, a.session.State
	a.entries = append(a.entries, e)
}

func (a *act) tell(text, agent string) {
	a.say(Entry{Author: AuthorSystem, Text: text, Agent: agent})
}

func (a *act) unpin() {
	if a.release != nil {
		a.release.Release()
	}
}

// change loads the session, lets decide change it, and commits. Where somebody
// else has changed the session in the meantime, or the visitor has opened tickets
// elsewhere, it is loaded and decided again.
// A turn that was committed before is not decided: its reply comes back.
func (s *Service) change(ctx context.Context, at address, turn turnKey, decide func(context.Context, *act) error) (*act, error) {
	unlock, err := s.locks.lock(ctx, string(at.shop)+" "+at.session)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if session := s.memory.take(at); session != nil {
		a, err := s.attemptFrom(ctx, session, turn, decide)
		if !errors.Is(err, errOutdated) {
			return a, err
		}
	}
	for range s.cfg.MaxConflicts {
		var a *act
		a, err = s.attempt(ctx, at, turn, decide)
		if !errors.Is(err, ErrConflict) && !errors.Is(err, handoff.ErrTooMany) {
			return a, err
		}
	}
	return nil, err
}

// errOutdated means that what was remembered of a session led to no commit:
// whatever the reason was, it may be that something else is stored by now.
var errOutdated = errors.New("dialog: what is remembered of a session may be outdated")

// attemptFrom decides on what is remembered of a session.
func (s *Service) attemptFrom(ctx context.Context, session *Session, turn turnKey, decide func(context.Context, *act) error) (*act, error) {
	a := s.newAct(session)
	defer a.unpin()
	if err := decide(ctx, a); err != nil || !a.changes() {
		return nil, errOutdated
	}
	err := s.commit(ctx, a, turn)
	if err != nil && !errors.Is(err, ErrUnavailable) {
		return nil, errOutdated
	}
	return a, err
}

func (s *Service) attempt(ctx context.Context, at address, turn turnKey, decide func(context.Context, *act) error) (*act, error) {
	session, record, err := s.load(ctx, at, turn.id)
	if err != nil {
		return nil, err
	}
	a := s.newAct(session)
	if record != nil {
		if record.Digest != turn.digest {
			return nil, ErrTurnReused
		}
		a.reply, a.again = record.Reply, true
		return a, nil
	}
	defer a.unpin()
	if err := decide(ctx, a); err != nil {
		if s.madeMeanwhile(ctx, at, turn) {
			return nil, ErrConflict // it was refused because of what it did itself
		}
		return nil, err
	}
	if !a.changes() {
		return a, nil
	}
	return a, s.commit(ctx, a, turn)
}

// madeMeanwhile reports whether a turn that was new when its session was loaded
// has been committed since, by the same request on another node.
func (s *Service) madeMeanwhile(ctx context.Context, at address, turn turnKey) bool {
	if turn.id == "" {
		return false
	}
	_, record, err := s.load(ctx, at, turn.id)
	return err == nil && record != nil
}

// load returns the session at an address, or ErrNotFound.
func (s *Service) load(ctx context.Context, at address, turn string) (*Session, *TurnRecord, error) {
	if err := checkShop(at.shop); err != nil {
		return nil, nil, err
	}
	if !plausibleID(at.session) {
		return nil, nil, ErrNotFound
	}
	session, record, err := s.store.Load(ctx, at.shop, at.session, turn)
	if err != nil {
		return nil, nil, fmt.Errorf("dialog: loading a session: %w", err)
	}
	if session.Visitor != at.visitor {
		return nil, nil, ErrNotFound
	}
	return session, record, nil
}

func (s *Service) commit(ctx context.Context, a *act, turn turnKey) error {
	a.reply.State, a.reply.Ticket = a.session.State, a.session.Ticket
	a.reply.FirstSeq, a.reply.LastSeq = a.session.Seq-uint64(len(a.entries))+1, a.session.Seq
	c := &Change{Session: a.session, Entries: a.entries, Ticket: a.ticket, MaxOpen: a.maxOpen, Keep: s.keep(a)}
	if a.ticket != nil {
		c.Agents = a.agents
	}
	if turn.id != "" {
		c.Turn = &TurnRecord{ID: turn.id, Digest: turn.digest, Reply: a.reply}
	}
	if err := s.store.Commit(ctx, c); err != nil {
		return fmt.Errorf("dialog: committing: %w", err)
	}
	s.wake(ctx, a)
	if a.private && a.session.State == StateBot {
		s.memory.keep(a.session)
	}
	return nil
}

// keep sets the session's end and returns how long the store must keep it.
func (s *Service) keep(a *act) time.Duration {
	session := a.session
	switch {
	case session.State == StateClosed:
		session.Updated, session.Expires = a.now, time.Time{}
		return s.cfg.Retention
	case session.State != StateBot:
		session.Updated, session.Expires = a.now, time.Time{}
		return 0
	case session.over(a.now):
		return s.cfg.Retention // a rating that came after the end
	}
	session.Updated, session.Expires = a.now, a.now.Add(s.cfg.Idle)
	// A session that grew old in human hands goes on by Idle alone.
	if last := session.Created.Add(MaxSessionAge); last.After(a.now) && session.Expires.After(last) {
		session.Expires = last
	}
	return session.Expires.Sub(a.now) + s.cfg.Retention
}

// wakeTimeout bounds how long a committed turn is held up by its wake-ups.
const wakeTimeout = 2 * time.Second

// wake tells the watchers, also when the caller has left after the commit.
func (s *Service) wake(ctx context.Context, a *act) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wakeTimeout)
	defer cancel()
	s.waker.Wake(ctx, SessionTopic(a.session.Shop, a.session.ID))
	if a.ticket != nil {
		s.waker.Wake(ctx, QueueTopic(a.session.Shop))
	}
	for _, agent := range a.agents {
		s.waker.Wake(ctx, AgentTopic(a.session.Shop, agent.Name))
	}
}
