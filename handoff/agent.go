package handoff

import (
	"slices"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Presence says whether an agent takes work.
type Presence string

// The presences. An agent of any of them but Offline is connected: a lease says
// so (see [Leases]).
const (
	Offline Presence = "offline" // not there; holds nothing
	Online  Presence = "online"  // is offered tickets, and may claim
	Busy    Presence = "busy"    // is offered none, but may claim
	Away    Presence = "away"    // takes nothing new, and keeps what is held
)

// Valid reports whether p is one of the presences.
func (p Presence) Valid() bool {
	return p == Offline || p == Online || p == Busy || p == Away
}

// Limits of an agent.
const (
	DefaultCapacity = 3
	MaxCapacity     = 100
	MaxSkills       = 50
	MaxProficiency  = 5
)

// Agent is somebody who answers tickets, and what is on the agent's desk. The
// record changes in the very commit that changes a ticket on the desk, so that
// neither two agents nor more than the capacity can be reached by any race.
type Agent struct {
	Shop shop.ID `json:"shop"`
	Name string  `json:"name"`

	// What supervisors set.
	Skills    map[string]int `json:"skills,omitempty"`    // skill -> proficiency, 1 to MaxProficiency
	Languages []string       `json:"languages,omitempty"` // primary language subtags, such as "zh"; none: all
	Capacity  int            `json:"capacity"`            // sum of weights that can be held at once, 1 to MaxCapacity

	// What the agent sets.
	Presence Presence  `json:"presence"`
	Draining bool      `json:"draining,omitempty"` // goes offline when the last ticket has left the desk
	Since    time.Time `json:"since,omitzero"`     // of Presence

	Work   []Work    `json:"work,omitempty"`   // what is on the desk, in the order in which it came
	Idle   time.Time `json:"idle,omitzero"`    // when work last came or left: who waits longest is asked first
	Missed int       `json:"missed,omitempty"` // rings in a row that were not accepted; see Rules.Misses

	// Version rises by one with each change; 0 means never stored.
	Version uint64 `json:"version"`
	// Revision is the place of the last change in the shop's feed of agents,
	// given by the store: from 1, larger is later, unique in a shop.
	Revision uint64 `json:"revision"`
}

// Work is one ticket on an agent's desk. It takes up capacity.
type Work struct {
	Ticket string   `json:"ticket"`
	Weight int      `json:"weight"`
	Kind   WorkKind `json:"kind"`
	// Until is when a ring or a wrap-up ends; zero for what is held.
	Until time.Time `json:"until,omitzero"`
}

// WorkKind says what a ticket does on a desk.
type WorkKind string

// The kinds of work.
const (
	Ringing  WorkKind = "ringing" // offered, not taken yet
	Holding  WorkKind = "holding" // the agent answers it
	Wrapping WorkKind = "wrapping"
)

// NewAgent returns an agent with the defaults, who is offline.
func NewAgent(id shop.ID, name string) *Agent {
	return &Agent{Shop: id, Name: name, Capacity: DefaultCapacity, Presence: Offline}
}

// Load is the sum of the weights on the desk.
func (a *Agent) Load() int {
	sum := 0
	for _, w := range a.Work {
		sum += w.Weight
	}
	return sum
}

// Room is how much more weight the agent can take, never below 0.
func (a *Agent) Room() int { return max(0, a.Capacity-a.Load()) }

// Meets reports whether the agent can do what needs ask for.
func (a *Agent) Meets(n Needs) bool {
	if n.Skill != "" && a.Skills[n.Skill] < max(1, n.Proficiency) {
		return false
	}
	return n.Language == "" || len(a.Languages) == 0 || slices.Contains(a.Languages, n.Language)
}

// MayBeOffered reports whether a ticket of this weight may ring at the agent's desk.
func (a *Agent) MayBeOffered(weight int) bool {
	return a.Presence == Online && !a.Draining && a.Room() >= weight
}

// MayClaim returns nil if the agent may take a ticket of this weight by
// himself, else ErrNotTaking or ErrAtCapacity.
func (a *Agent) MayClaim(weight int) error {
	switch {
	case a.Draining || a.Presence != Online && a.Presence != Busy:
		return ErrNotTaking
	case a.Room() < weight:
		return ErrAtCapacity
	}
	return nil
}

// Put places work on the desk, or changes what is there for the same ticket.
func (a *Agent) Put(w Work, now time.Time) {
	a.Idle = now
	if i := a.place(w.Ticket); i >= 0 {
		a.Work[i] = w
		return
	}
	a.Work = append(a.Work, w)
}

// Clear takes a ticket off the desk. A draining agent whose desk is empty then
// is offline.
func (a *Agent) Clear(ticket string, now time.Time) {
	if i := a.place(ticket); i >= 0 {
		a.Work = slices.Delete(a.Work, i, i+1)
		a.Idle = now
	}
	if a.Draining && len(a.Work) == 0 {
		a.Be(Offline, now)
	}
}

// Be sets the presence. It ends draining. Who was offline begins to be idle now:
// a night away is no turn earned.
func (a *Agent) Be(p Presence, now time.Time) {
	a.Draining, a.Missed = false, 0
	if a.Idle.IsZero() || a.Presence == Offline && p != Offline {
		a.Idle = now
	}
	if a.Presence != p {
		a.Presence, a.Since = p, now
	}
}

// On returns what a ticket does on the desk, or nil.
func (a *Agent) On(ticket string) *Work {
	if i := a.place(ticket); i >= 0 {
		return &a.Work[i]
	}
	return nil
}

func (a *Agent) place(ticket string) int {
	return slices.IndexFunc(a.Work, func(w Work) bool { return w.Ticket == ticket })
}
