package handoff

import (
	"slices"
	"time"
)

// The methods of this file are all that can happen to a ticket and the desks
// that it concerns. Each one changes both or, where it returns an error,
// neither. Whoever calls them commits ticket and agents together.

// Open reports whether the ticket still needs somebody.
func (t *Ticket) Open() bool { return t.State != Closed }

// Load is the ticket's weight on a desk.
func (t *Ticket) Load() int { return min(max(1, t.Weight), MaxWeight) }

// Ring offers a waiting ticket to a for so long. It returns ErrClosed, ErrTaken
// or ErrOffered where it does not wait freely, and ErrNotTaking or
// ErrAtCapacity where a cannot have it.
func (t *Ticket) Ring(a *Agent, now time.Time, ring time.Duration) error {
	if err := t.free(); err != nil {
		return err
	}
	if !a.MayBeOffered(t.Load()) {
		return a.refusal(t.Load())
	}
	until := now.Add(ring)
	t.Offer = &Offer{Agent: a.Name, Until: until}
	a.Put(Work{Ticket: t.ID, Weight: t.Load(), Kind: Ringing, Until: until}, now)
	return nil
}

// Give hands a waiting ticket to a without asking; errors as of Ring.
func (t *Ticket) Give(a *Agent, now time.Time) error {
	if err := t.free(); err != nil {
		return err
	}
	if !a.MayBeOffered(t.Load()) {
		return a.refusal(t.Load())
	}
	t.hold(a, now)
	return nil
}

// Claim gives a waiting ticket to a, who asks for it: also one that rings at
// a's desk. Claiming a ticket that a holds changes nothing and is no error, so
// that a retry is safe. Errors are ErrClosed, ErrTaken, ErrOffered, ErrNotTaking
// and ErrAtCapacity.
func (t *Ticket) Claim(a *Agent, now time.Time) error {
	switch {
	case t.State == Held && t.Agent == a.Name:
		return nil
	case t.Offer != nil && t.Offer.Agent == a.Name && t.State == Waiting:
		t.hold(a, now)
		return nil
	}
	if err := t.free(); err != nil {
		return err
	}
	if err := a.MayClaim(t.Load()); err != nil {
		return err
	}
	t.hold(a, now)
	return nil
}

// Pass ends the ring at a's desk: a declines, or did not hear it. A ticket that
// preferred a waits for a no longer. It returns ErrNotOffered where the ticket
// does not ring there.
func (t *Ticket) Pass(a *Agent, now time.Time) error {
	if t.State != Waiting || t.Offer == nil || t.Offer.Agent != a.Name {
		return ErrNotOffered
	}
	t.Offer = nil
	if t.Prefer == a.Name {
		t.Prefer, t.PreferUntil = "", time.Time{}
	}
	if !slices.Contains(t.Missed, a.Name) {
		t.Missed = append(t.Missed, a.Name)
		t.Missed = t.Missed[max(0, len(t.Missed)-MaxMissed):]
	}
	a.Clear(t.ID, now)
	return nil
}

// Requeue takes a ticket from the desk of a, where it rings or is held, and
// puts it back to the front of the line: nobody asked for this, so the customer
// must not wait longer for it. A ticket that only rang keeps its place.
func (t *Ticket) Requeue(a *Agent, now time.Time) error {
	if t.State == Waiting && t.Offer != nil && t.Offer.Agent == a.Name {
		t.Offer = nil
		a.Clear(t.ID, now)
		return nil
	}
	if err := t.HeldBy(a.Name); err != nil {
		return err
	}
	t.back(a, now)
	t.Missed = []string{a.Name} // asked last
	return nil
}

// Transfer passes a held ticket on: to an agent by name, or to whoever meets
// needs. It goes to the front of the line. An agent named is waited for until
// prefer is over. It returns an error as of HeldBy.
func (t *Ticket) Transfer(from *Agent, needs Needs, to string, now time.Time, prefer time.Duration) error {
	if err := t.HeldBy(from.Name); err != nil {
		return err
	}
	t.back(from, now)
	t.Needs, t.Prefer = needs, to
	t.Missed = []string{from.Name} // asked last
	if to != "" {
		t.PreferUntil = now.Add(prefer)
	}
	return nil
}

// TakeOver gives an open ticket to a supervisor, whoever has it and whatever
// room there is. from is the agent who has it on the desk, nil where nobody
// does. Errors: ErrClosed, and ErrConflict where from is not who has it.
func (t *Ticket) TakeOver(supervisor, from *Agent, now time.Time) error {
	switch who := t.Desk(); {
	case t.State == Closed:
		return ErrClosed
	case who == supervisor.Name && t.State == Held:
		return nil
	case who != "" && who != supervisor.Name && from == nil,
		from != nil && from.Name != who:
		return ErrConflict
	}
	if from != nil && from.Name != supervisor.Name {
		from.Clear(t.ID, now)
	}
	t.hold(supervisor, now)
	return nil
}

// Desk returns the agent at whose desk the ticket rings or is held, or "".
func (t *Ticket) Desk() string {
	switch {
	case t.State == Held:
		return t.Agent
	case t.State == Waiting && t.Offer != nil:
		return t.Offer.Agent
	}
	return ""
}

// HeldBy returns nil if agent holds the ticket, else why not.
func (t *Ticket) HeldBy(agent string) error {
	switch {
	case t.State == Closed:
		return ErrClosed
	case t.State == Held && t.Agent == agent:
		return nil
	case t.State == Held:
		return ErrTaken
	}
	return ErrNotHolder
}

// Close ends the ticket with an outcome. a is the agent who has it on the
// desk, nil where nobody does; wrapUp is how long it keeps its room there. The
// caller has checked who may. Errors: ErrClosed, and ErrConflict where a is not
// who has it.
func (t *Ticket) Close(a *Agent, outcome string, now time.Time, wrapUp time.Duration) error {
	who := t.Desk()
	switch {
	case t.State == Closed:
		return ErrClosed
	case who != "" && a == nil, a != nil && a.Name != who:
		return ErrConflict
	}
	held := t.State == Held
	t.State, t.Offer, t.Outcome, t.Ended = Closed, nil, outcome, now
	switch {
	case a == nil:
	case held && wrapUp > 0:
		a.Put(Work{Ticket: t.ID, Weight: t.Load(), Kind: Wrapping, Until: now.Add(wrapUp)}, now)
	default:
		a.Clear(t.ID, now)
	}
	return nil
}

// AddNote keeps a note, or returns ErrFull.
func (t *Ticket) AddNote(n Note) error {
	if len(t.Notes) >= MaxNotes {
		return ErrFull
	}
	t.Notes = append(t.Notes, n)
	return nil
}

// AddTags adds those that the ticket does not have yet, all or none, or returns
// ErrFull.
func (t *Ticket) AddTags(tags []string) error {
	all := slices.Clone(t.Tags)
	for _, tag := range tags {
		if !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	if len(all) > MaxTags {
		return ErrFull
	}
	t.Tags = all
	return nil
}

// free returns nil for a ticket that waits and rings nowhere.
func (t *Ticket) free() error {
	switch {
	case t.State == Closed:
		return ErrClosed
	case t.State == Held:
		return ErrTaken
	case t.Offer != nil:
		return ErrOffered
	}
	return nil
}

func (t *Ticket) hold(a *Agent, now time.Time) {
	t.State, t.Agent, t.Offer, t.Missed = Held, a.Name, nil, nil
	t.Prefer, t.PreferUntil = "", time.Time{}
	if t.Claimed.IsZero() {
		t.Claimed = now
	}
	a.Missed = 0
	a.Put(Work{Ticket: t.ID, Weight: t.Load(), Kind: Holding}, now)
}

func (t *Ticket) back(a *Agent, now time.Time) {
	t.State, t.Front, t.Queued = Waiting, true, now
	t.Offer, t.Missed, t.Prefer, t.PreferUntil = nil, nil, "", time.Time{}
	a.Clear(t.ID, now)
}

func (a *Agent) refusal(weight int) error {
	if a.Presence == Online && !a.Draining && a.Room() < weight {
		return ErrAtCapacity
	}
	return ErrNotTaking
}
