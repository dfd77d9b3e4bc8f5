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
	// ErrOffered means that the ticket rings at another agent's desk.
	ErrOffered = errors.New("handoff: ticket is offered to another agent")
	// ErrNotOffered means that the ticket does not ring at the caller's desk (any more).
	ErrNotOffered = errors.New("handoff: ticket is not offered to the caller")
	// ErrNoAgent means that the shop has no such agent.
	ErrNoAgent = errors.New("handoff: agent not found")
	// ErrNotTaking means that the agent takes no new work: the presence says so.
	ErrNotTaking = errors.New("handoff: agent takes no new work")
	// ErrAtCapacity means that the agent's desk has no room for the ticket.
	ErrAtCapacity = errors.New("handoff: agent has no room for the ticket")
	// ErrConflict means that an agent or the rules changed since they were read.
	ErrConflict = errors.New("handoff: changed since it was read")
	// ErrFull means that the ticket takes no more notes or tags.
	ErrFull = errors.New("handoff: ticket takes no more notes or tags")
	// ErrTooMany means that the visitor has as many open tickets as the shop allows.
	ErrTooMany = errors.New("handoff: visitor has too many open tickets")
	// ErrUnavailable means that the queue cannot be reached; trying again may help.
	ErrUnavailable = errors.New("handoff: queue is unavailable")
	// ErrIncomplete means that a part of what was asked for cannot be reached; the rest is returned with it.
	ErrIncomplete = errors.New("handoff: a part cannot be reached")
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
	Needs    Needs     `json:"needs"`
	Priority int       `json:"priority,omitempty"` // 0 to 9, higher is earlier
	Weight   int       `json:"weight,omitempty"`   // of an agent's capacity, 1 to 10; 0 counts as 1
	Tags     []string  `json:"tags,omitempty"`     // at most MaxTags
	Packet   Packet    `json:"packet"`
	Agent    string    `json:"agent,omitempty"` // who holds, or last held, it
	Outcome  string    `json:"outcome,omitempty"`
	ClosedBy string    `json:"closedBy,omitempty"` // the agent or supervisor who closed it; "" is the visitor
	Created  time.Time `json:"created"`
	Queued   time.Time `json:"queued"`           // when it last came into the line
	Claimed  time.Time `json:"claimed,omitzero"` // when an agent first took it
	Ended    time.Time `json:"ended,omitzero"`

	// Front puts the ticket before all that have none: an agent had it, and
	// lost the connection or passed it on.
	Front bool `json:"front,omitempty"`
	// Offer is the desk at which a waiting ticket rings; nil where at none.
	Offer *Offer `json:"offer,omitempty"`
	// Missed are the agents at whose desks it rang in vain since it came into
	// the line, at most MaxMissed: others are asked first.
	Missed []string `json:"missed,omitempty"`
	// Prefer is the agent that the ticket waits for until PreferUntil.
	Prefer      string    `json:"prefer,omitempty"`
	PreferUntil time.Time `json:"preferUntil,omitzero"`
	// Message says that nobody was on duty when the customer came: the words
	// are a message, to be answered later.
	Message bool `json:"message,omitempty"`
	// Estimate is the wait that the customer was told at the beginning; 0 where
	// none was.
	Estimate time.Duration `json:"estimate,omitempty"`

	Notes  []Note  `json:"notes,omitempty"` // of agents for agents, at most MaxNotes; customers never see them
	Survey *Survey `json:"survey,omitempty"`
	// Suggested counts the customer's messages for which answers were suggested
	// to the agent, and Accepted the replies that were made from one.
	Suggested int `json:"suggested,omitempty"`
	Accepted  int `json:"accepted,omitempty"`
	// SuggestedTo is the last of these messages.
	SuggestedTo uint64 `json:"suggestedTo,omitempty"`

	// Version rises by one with each commit; 0 means never stored.
	Version uint64 `json:"version"`
	// Revision is the place of the ticket's last change in the shop's change
	// feed, given by the store: from 1, larger is later, unique in a shop.
	Revision uint64 `json:"revision"`
}

// OutcomeCancelled and OutcomeLeft are the outcomes of tickets that the
// visitor ended: by going back to the bot, or by ending the session.
const (
	OutcomeCancelled = "cancelled"
	OutcomeLeft      = "left"
)

// Limits of a ticket.
const (
	MaxNotes  = 50
	MaxNote   = 1000 // characters
	MaxTags   = 20
	MaxTag    = 40 // characters
	MaxMissed = 20
	MaxWeight = 10
)

// Offer is a ticket ringing at an agent's desk.
type Offer struct {
	Agent string    `json:"agent"`
	Until time.Time `json:"until"`
}

// Note is what one agent leaves for others.
type Note struct {
	Agent string    `json:"agent"`
	Text  string    `json:"text"`
	Time  time.Time `json:"time"`
	After uint64    `json:"after"` // the entry of the transcript that was the last then
}

// Survey is what the customer thinks of the human's part.
type Survey struct {
	Score   int       `json:"score"` // 1 (bad) to 5 (good)
	Comment string    `json:"comment,omitempty"`
	Time    time.Time `json:"time"`
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
