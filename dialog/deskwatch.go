package dialog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// MaxCursors bounds the conversations that a client says it has parts of.
const MaxCursors = handoff.MaxCapacity

// lookPause is the least time between two looks of an agent's stream at the
// whole shop: a thousand agents of a busy shop must not all read every change.
// What concerns the agent's own desk is not held up by it.
const lookPause = time.Second

// WatchDesk calls emit with everything that an agent has to see, as it comes:
// the own record, the tickets of the shop that changed after a revision, the
// conversations on the own desk from where cursors say, and what customers do
// there right now. Every ticket's last state and every entry comes once and in
// order; after a cut, on any node, watch again with the last revision and the
// last entries seen. Empty news are heartbeats. While it runs the agent is
// known to be there. It ends only with ctx or an error.
func (d *Desk) WatchDesk(ctx context.Context, id shop.ID, agent string, after uint64, cursors []Cursor, emit func(DeskNews) error) error {
	if err := firstOf(checkShop(id), checkPerson("agent", agent)); err != nil {
		return err
	}
	if len(cursors) > MaxCursors {
		return &FieldError{Field: "cursors", Reason: fmt.Sprintf("are more than %d", MaxCursors)}
	}
	w := &deskWatch{
		desk: d, id: id, agent: agent, after: after, emit: emit,
		seen: make(map[string]uint64), signs: make(map[string]Signs), follows: make(map[string]func()),
		wakes: make(chan struct{}, 1),
	}
	for _, c := range cursors {
		w.seen[c.Ticket] = c.Seq
	}
	defer w.leave()
	return w.run(ctx)
}

// deskWatch is one agent's stream.
type deskWatch struct {
	desk  *Desk
	id    shop.ID
	agent string
	after uint64 // revision of the last ticket that was emitted
	emit  func(DeskNews) error

	version uint64                     // of the agent's record that was emitted
	seen    map[string]uint64          // ticket -> last entry emitted
	signs   map[string]Signs           // ticket -> what was emitted
	alarms  []level.Alarm              // that were emitted
	looked  time.Time                  // when the shop was looked at
	on      map[string]*handoff.Ticket // tickets whose conversations are followed
	follows map[string]func()          // topic -> how to leave it
	wakes   chan struct{}              // of all topics
}

func (w *deskWatch) run(ctx context.Context) error {
	s := w.desk.service
	w.follow(ctx, AgentTopic(w.id, w.agent)) // before the first look, so that nothing falls between
	shop, leave := s.waker.Subscribe(QueueTopic(w.id))
	defer leave()
	poll := time.NewTicker(min(s.cfg.Poll, lookPause))
	defer poll.Stop()
	idle := time.NewTimer(s.cfg.Heartbeat)
	defer idle.Stop()
	for {
		news, err := w.look(ctx)
		if err == nil && !news.empty() {
			err = w.emit(news)
			idle.Reset(s.cfg.Heartbeat)
		}
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return err
		}
		beat, err := w.wait(ctx, shop, poll.C, idle.C)
		if err != nil {
			return err
		}
		if beat {
			if err := w.emit(DeskNews{}); err != nil {
				return err
			}
			idle.Reset(s.cfg.Heartbeat)
		}
	}
}

// wait returns when it is time to look again; beat says that this is because
// nothing came for a while.
func (w *deskWatch) wait(ctx context.Context, shop <-chan struct{}, poll, idle <-chan time.Time) (beat bool, err error) {
	for {
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-shop: // which says nothing of the own desk
			if w.rested() {
				return false, nil
			}
		case <-w.wakes:
			return false, nil
		case <-poll:
			return false, nil
		case <-idle:
			return true, nil
		}
	}
}

// rested reports whether the shop was not looked at for lookPause. A change
// that comes earlier is found by the next poll.
func (w *deskWatch) rested() bool {
	now := w.desk.service.now()
	return now.Sub(w.looked) >= lookPause || now.Before(w.looked)
}

func (n *DeskNews) empty() bool {
	return n.Agent == nil && len(n.Tickets) == 0 && len(n.Lines) == 0 && n.Alarms == nil
}

// look reads what is new, and takes it as emitted.
func (w *deskWatch) look(ctx context.Context) (news DeskNews, err error) {
	s := w.desk.service
	if err := s.alive(ctx, w.id, w.agent); err != nil {
		return news, err
	}
	agent, err := s.putAgent(ctx, w.id, w.agent, func(a *handoff.Agent) bool { return a.Version == 0 })
	if err != nil {
		return news, err
	}
	changed := agent.Version != w.version
	if changed {
		news.Agent, w.version = agent, agent.Version
	}
	if changed || w.rested() {
		w.looked = s.now()
		if err := w.lookAtShop(ctx, changed, &news); err != nil {
			return news, err
		}
	}
	return news, w.lookAtDesk(ctx, agent, &news)
}

// lookAtShop reads the alarms and the changed tickets, a page at a time. Unless
// the own desk has changed, and a ticket with it, the picture says whether there
// are any: all streams of a process share it.
func (w *deskWatch) lookAtShop(ctx context.Context, changed bool, news *DeskNews) error {
	s := w.desk.service
	alarms, err := s.alarms(ctx, w.id)
	if err != nil {
		return err
	}
	if !sameAlarms(alarms, w.alarms) {
		w.alarms = alarms
		news.Alarms = append([]level.Alarm{}, alarms...) // not nil: there may be none any more
	}
	if !changed {
		if last, err := s.lastTicket(ctx, w.id); err != nil || last <= w.after {
			return err
		}
	}
	tickets, err := s.staff.Queue.Changes(ctx, w.id, w.after, MaxPageSize)
	if err != nil {
		return fmt.Errorf("dialog: reading the changes of tickets: %w", err)
	}
	news.Tickets = tickets
	if n := len(tickets); n > 0 {
		w.after = tickets[n-1].Revision
		if n == MaxPageSize {
			w.looked = time.Time{} // there is more
			w.wake()
		}
	}
	return nil
}

func sameAlarms(a, b []level.Alarm) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Skill != b[i].Skill || a[i].Reason != b[i].Reason {
			return false
		}
	}
	return true
}

// lookAtDesk reads the conversations on the agent's desk.
func (w *deskWatch) lookAtDesk(ctx context.Context, agent *handoff.Agent, news *DeskNews) error {
	on := map[string]bool{AgentTopic(w.id, w.agent): true}
	left := w.on // what was on the desk and is not any more has a last line: why
	w.on = make(map[string]*handoff.Ticket)
	for _, work := range agent.Work {
		if work.Kind == handoff.Wrapping {
			continue
		}
		t, err := w.desk.service.ticket(ctx, w.id, work.Ticket)
		if err != nil {
			return err
		}
		topic := SessionTopic(w.id, t.Session)
		on[topic], w.on[t.ID] = true, t
		delete(left, t.ID)
		w.follow(ctx, topic)
		if err := w.addLines(ctx, t, false, news); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		if err := w.addLines(ctx, left[id], true, news); err != nil {
			return err
		}
	}
	for topic, leave := range w.follows {
		if !on[topic] {
			leave()
			delete(w.follows, topic)
		}
	}
	return nil
}

// follow passes the wake-ups of a topic on.
func (w *deskWatch) follow(ctx context.Context, topic string) {
	if w.follows[topic] != nil {
		return
	}
	wakes, leave := w.desk.service.waker.Subscribe(topic)
	done := make(chan struct{})
	w.follows[topic] = func() {
		close(done)
		leave()
	}
	go func() {
		for {
			select {
			case <-wakes:
				w.wake()
			case <-done:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
}

func (w *deskWatch) wake() {
	select {
	case w.wakes <- struct{}{}:
	default:
	}
}

func (w *deskWatch) leave() {
	for _, leave := range w.follows {
		leave()
	}
}
