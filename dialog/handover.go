package dialog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

// handOver gives the session to the queue, with a ticket that holds all the bot
// knows, and tells the customer what to expect. A visitor with as many open
// tickets as the shop allows stays with the bot and is told that, too.
func (s *Service) handOver(ctx context.Context, a *act, b *bot, m *move, typed string) error {
	session := a.session
	rules, err := s.rules(ctx, session.Shop)
	if err != nil {
		return err
	}
	open, err := s.staff.Queue.OpenOf(ctx, session.Shop, session.Visitor)
	if err != nil {
		return fmt.Errorf("dialog: counting a visitor's tickets: %w", err)
	}
	if open >= rules.MaxOpen {
		if session.full() {
			return ErrFull // or a session that the bot wants to pass on would grow for ever
		}
		session.Asks, session.Misses = 0, 0 // or nothing but this would be said from now on
		m.decision, m.reason, m.text, m.offers, m.question = Answer, ReasonTooMany, a.words.tooMany, nil, ""
		return nil
	}
	t := s.newTicket(a, b, m, rules, typed)
	if err := s.preferLast(ctx, t, session.LastAgent, rules); err != nil {
		return err
	}
	wait, err := s.waitOf(ctx, t, rules)
	if err != nil {
		// A line that cannot be read right now must not keep a customer from
		// reaching a human: it only costs what could be said about the wait.
		wait = Wait{Position: -1}
	}
	t.Estimate, t.Message = wait.Estimate, !wait.Opens.IsZero()
	words := a.words.handedOver(m.reason, wait)
	if m.text != "" {
		words = m.text + "\n\n" + words
	}
	m.text, m.offers, m.question = words, nil, ""
	session.forget()
	session.State, session.Ticket = StateWaiting, t.ID
	a.ticket, a.maxOpen = t, rules.MaxOpen
	return nil
}

// newTicket returns the session's ticket as the shop's rules and the node that
// demands the handoff want it.
func (s *Service) newTicket(a *act, b *bot, m *move, rules *ruling, typed string) *handoff.Ticket {
	session := a.session
	t := &handoff.Ticket{
		Shop: session.Shop, ID: s.newID(), Session: session.ID, Visitor: session.Visitor,
		State: handoff.Waiting, Needs: handoff.Needs{Language: primaryLanguage(session.Locale)},
		Packet: packetOf(b, *m, typed), Created: a.now, Queued: a.now,
	}
	rules.Route(t)
	if m.policy != nil {
		if m.policy.Skill != "" {
			t.Needs.Skill = m.policy.Skill
		}
		t.Priority = max(t.Priority, m.policy.Priority)
	}
	return t
}

// preferLast has a ticket wait a little for the agent who knows the customer,
// if that agent is there and can do what it takes.
func (s *Service) preferLast(ctx context.Context, t *handoff.Ticket, last string, rules *ruling) error {
	if last == "" || rules.Prefer <= 0 {
		return nil
	}
	agent, err := s.staff.Roster.Agent(ctx, t.Shop, last)
	switch {
	case errors.Is(err, handoff.ErrNoAgent):
		return nil
	case err != nil:
		return fmt.Errorf("dialog: reading an agent: %w", err)
	}
	if agent.Presence == handoff.Online && !agent.Draining && agent.Meets(t.Needs) {
		t.Prefer, t.PreferUntil = last, t.Queued.Add(rules.Prefer)
	}
	return nil
}

// primaryLanguage returns the part of a BCP 47 tag that agents are known by.
func primaryLanguage(tag string) string {
	language, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(language)
}

// Wait returns what a session that waits for a human can expect, or
// ErrNotWaiting.
func (s *Service) Wait(ctx context.Context, session *Session) (Wait, error) {
	if session.State != StateWaiting {
		return Wait{}, ErrNotWaiting
	}
	t, err := s.ticket(ctx, session.Shop, session.Ticket)
	if err != nil {
		return Wait{}, err
	}
	rules, err := s.rules(ctx, session.Shop)
	if err != nil {
		return Wait{}, err
	}
	wait, err := s.waitOf(ctx, t, rules)
	if errors.Is(err, handoff.ErrNotFound) { // claimed since
		return Wait{}, ErrNotWaiting
	}
	return wait, err
}

// waitOf returns what the customer of a ticket can expect. One that is not
// stored yet would be the last of its priority.
func (s *Service) waitOf(ctx context.Context, t *handoff.Ticket, rules *ruling) (Wait, error) {
	var w Wait
	var err error
	if t.Version == 0 {
		w.Position, err = s.staff.Queue.Before(ctx, t)
	} else {
		w.Position, err = s.staff.Queue.Position(ctx, t.Shop, t.ID)
	}
	if err != nil {
		return Wait{}, fmt.Errorf("dialog: reading a place in the queue: %w", err)
	}
	now := s.moment()
	if !rules.hours.Open(now) {
		w.Opens, _ = rules.hours.Next(now)
		return w, nil
	}
	w.Estimate, w.Error, err = s.estimate(ctx, t, now)
	return w, err
}

// inMinutes rounds a wait up to whole minutes.
func inMinutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
