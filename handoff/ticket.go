package handoff

import (
	"errors"
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Errors of tickets. Test for them with errors.Is.
var (
	// ErrNotFound means that the shop has no such ticket.
	ErrNotFound = errors.New("handoff: ticket not found")
	// ErrTaken means that another agent holds the ticket.
	ErrTaken = errors.New("handoff: ticket is held by another agent")
	// ErrNotHolder means that the caller does not hold the ticket it wants to change.
	ErrNotHolder = errors.New("handoff: ticket is not held by the caller")
	// ErrClosed means that the ticket has been closed.
	ErrClosed = errors.New("handoff: ticket is closed")
	// ErrUnavailable means that the queue cannot be reached; trying again may help.
	ErrUnavailable = errors.New("handoff: queue is unavailable")
)

// State is where a ticket stands.
type State string

// The states of a ticket. Waiting and Held tickets are open: they have exactly
// one session, which is in state WAITING or HUMAN.
const (
	Waiting State = "waiting" // in line, no agent
	Held    State = "held"    // one agent answers
	Closed  State = "closed"  // settled, or the visitor left
)

// Ticket is one session's place in the queue of human agents.
type Ticket struct {
	Shop     shop.ID   `json:"shop"`
	ID       string    `json:"id"`
	Session  string    `json:"session"`
	Visitor  string    `json:"visitor"`
	State    State     `json:"state"`
	Skill    string    `json:"skill,omitempty"`    // what the agent must be good at; "" is anyone
	Priority int       `json:"priority,omitempty"` // 0 to 9, higher is earlier
	Packet   Packet    `json:"packet"`
	Agent    string    `json:"agent,omitempty"` // who holds, or closed, it
	Outcome  string    `json:"outcome,omitempty"`
	Created  time.Time `json:"created"`
	Claimed  time.Time `json:"claimed,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`

	// Version rises by one with each commit; 0 means never stored.
	Version uint64 `json:"version"`
	// Revision is the place of the ticket's last change in the shop's change
	// feed, given by the store: from 1, larger is later, unique in a shop.
	Revision uint64 `json:"revision"`
}

// Packet is what the human sees besides the transcript: why the session was
// handed over and what the bot already knows, so that nobody asks twice.
type Packet struct {
	Reason     string      `json:"reason"` // a reason code of package dialog
	Locale     string      `json:"locale"`
	Release    uint64      `json:"release"`              // the knowledge the bot had; 0 when none
	Utterance  string      `json:"utterance,omitempty"`  // what the customer said last
	Candidates []Candidate `json:"candidates,omitempty"` // what the bot thought, best first
	Asked      []Asked     `json:"asked,omitempty"`      // what the bot asked, in order
	Also       []Question  `json:"also,omitempty"`       // what the customer asked besides and was not told yet, at most 3
	Slots      []Slot      `json:"slots,omitempty"`      // the facts collected
	Node       string      `json:"node,omitempty"`       // the node that demanded the handoff, or where the walk stood
}

// Candidate is one node that the bot considered.
type Candidate struct {
	Node        knowledge.NodeID `json:"node"`
	Title       string           `json:"title"`
	Probability float64          `json:"probability"`
}

// Question is something that the customer asked about.
type Question struct {
	Node  knowledge.NodeID `json:"node"`
	Title string           `json:"title"`
}

// Asked is one question of the bot and what the customer replied.
type Asked struct {
	Question string `json:"question"`
	Reply    string `json:"reply,omitempty"`
}

// Slot is one fact in words that a human reads.
type Slot struct {
	ID    knowledge.SlotID `json:"id"`
	Title string           `json:"title"`
	Value string           `json:"value"` // canonical: option id, true/false, digits, text
	Label string           `json:"label"` // as shown: the option's label, 是/否, "8 天"
}

// Open reports whether the ticket still needs somebody.
func (t *Ticket) Open() bool { return t.State != Closed }

// Claim gives a waiting ticket to agent. Claiming a ticket that the agent
// already holds changes nothing and is no error, so that a retry is safe.
func (t *Ticket) Claim(agent string, now time.Time) error {
	switch {
	case t.State == Closed:
		return ErrClosed
	case t.State == Held && t.Agent == agent:
		return nil
	case t.State == Held:
		return ErrTaken
	}
	t.State, t.Agent, t.Claimed = Held, agent, now
	return nil
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

// Close ends the ticket with an outcome. The caller has checked who may.
func (t *Ticket) Close(outcome string, now time.Time) error {
	if t.State == Closed {
		return ErrClosed
	}
	t.State, t.Outcome, t.Ended = Closed, outcome, now
	return nil
}
