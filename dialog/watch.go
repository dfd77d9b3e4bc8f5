package dialog

import (
	"context"
	"fmt"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Watch calls emit with the entries after a sequence number, in order and each
// once, as they come. It returns nil when the session is over and everything
// was emitted, the cause when ctx ends, or the error of emit or the store.
//
// Signs come where they changed, while a human is concerned. Neither entries
// nor signs is a heartbeat: it tells an idle watcher that it is still
// connected. Watch needs no wake-up to make progress, only to be fast.
func (s *Service) Watch(ctx context.Context, id shop.ID, visitor, session string, after uint64, emit func([]Entry, *Signs) error) error {
	at := address{id, visitor, session}
	var signs Signs
	return s.watch(ctx, SessionTopic(id, session), func() error { return emit(nil, nil) },
		func(ctx context.Context) (news, done bool, err error) {
			before := after
			state, done, err := s.emitNew(ctx, at, &after, func(entries []Entry) error { return emit(entries, nil) })
			if err != nil || state != StateHuman {
				return after != before, done, err
			}
			changed, err := s.emitSigns(ctx, at, &signs, emit)
			return changed || after != before, done, err
		})
}

// emitSigns emits what both sides do, where it is not what was emitted before.
func (s *Service) emitSigns(ctx context.Context, at address, last *Signs, emit func([]Entry, *Signs) error) (changed bool, err error) {
	signs, err := s.signs.Get(ctx, at.shop, at.session)
	if err != nil {
		return false, fmt.Errorf("dialog: reading signs: %w", err)
	}
	if signs == *last {
		return false, nil
	}
	*last = signs
	return true, emit(nil, &signs)
}

// emitNew emits what has come after a sequence number and moves that on. It
// returns the session's state; done tells that nothing more will come.
func (s *Service) emitNew(ctx context.Context, at address, after *uint64, emit func([]Entry) error) (state State, done bool, err error) {
	session, _, err := s.load(ctx, at, "")
	if err != nil {
		return "", false, err
	}
	for {
		if *after >= session.Seq {
			return session.State, session.over(s.now()), nil
		}
		entries, err := s.entries(ctx, at, *after, MaxPageSize)
		if err != nil {
			return "", false, err
		}
		if len(entries) == 0 {
			return session.State, false, nil
		}
		if err := emit(entries); err != nil {
			return "", false, err
		}
		*after = entries[len(entries)-1].Seq
	}
}

// watch calls look at once and then after every wake-up of topic and every
// poll, until it is done or fails or ctx ends. It calls beat when nothing new
// came for a while.
func (s *Service) watch(ctx context.Context, topic string, beat func() error, look func(context.Context) (news, done bool, err error)) error {
	wakes, leave := s.waker.Subscribe(topic) // before the first look, so that nothing falls between
	defer leave()
	poll := time.NewTicker(s.cfg.Poll)
	defer poll.Stop()
	idle := time.NewTimer(s.cfg.Heartbeat)
	defer idle.Stop()
	for {
		news, done, err := look(ctx)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil || done:
			return err
		case news:
			idle.Reset(s.cfg.Heartbeat)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-wakes:
		case <-poll.C:
		case <-idle.C:
			if err := beat(); err != nil {
				return err
			}
			idle.Reset(s.cfg.Heartbeat)
		}
	}
}
