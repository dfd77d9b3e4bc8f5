package chaos

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// History is what is left of a run: what is stored at its end, and what the
// people saw and were told while it went on.
type History struct {
	Read        time.Time // when what is stored was read; everything was quiet by then
	Supervisors map[string]bool

	// As stored at the end.
	Conversations []*Conversation
	Tickets       []*handoff.Ticket // of every state
	Agents        []*handoff.Agent
	Line          map[handoff.State][]string // what is listed as waiting and as held

	// As seen while it went on.
	Glimpses []*handoff.Agent // desks
	Replies  []Saying         // of agents, in the order in which each agent gave them
	Views    []View           // of agents' streams
	Feeds    []Feed           // of agents' streams
	Faults   []string         // what people noticed themselves
}

// Conversation is one session.
type Conversation struct {
	Session, Visitor string
	State            dialog.State   // as stored
	Entries          []dialog.Entry // as stored

	Said    []Saying  // what the customer said, in order
	Left    bool      // the customer tried to end the session
	Went    bool      // the customer tried to go back to the bot
	Seen    []Glimpse // what the customer's streams brought, in order
	Watched bool      // the last stream said that there was nothing more
}

// Saying is something that somebody said, under a turn id.
type Saying struct {
	Session, Agent string // Agent is empty where the customer spoke
	Turn, Text     string // an empty Text stands for words that the server chose
	Fate           Fate
}

// Fate is what became of something that was sent.
type Fate int

// The fates. Who sends something repeats it until it is Acked or Refused; who
// goes away meanwhile does not learn what became of it.
const (
	Unknown Fate = iota
	Acked
	Refused
)

// String returns the fate in a word.
func (f Fate) String() string { return [...]string{"unknown", "acked", "refused"}[f] }

// View is what the streams of one agent brought of one conversation.
type View struct {
	Agent, Session string
	Seen           []Glimpse
}

// Feed is what the streams of one agent brought of the shop's tickets.
type Feed struct {
	Agent string
	After uint64            // the last revision
	Known map[string]uint64 // ticket -> its last revision
}

// Glimpse is an entry that a stream brought.
type Glimpse struct {
	Entry dialog.Entry
	At    time.Time
}
