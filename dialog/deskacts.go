package dialog

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// TicketRequest names a ticket that an agent does something with.
type TicketRequest struct {
	Ticket string
	// Turn makes it safe to send the request again when its answer was lost: what
	// was done under the id is not done again, whatever has happened to the ticket
	// since, and the answer is the ticket as it now is. It is chosen by the client,
	// unique for the agent within the session; "" gives no such safety.
	Turn string
}

// ReplyRequest is what an agent says to the customer.
type ReplyRequest struct {
	Ticket string
	Turn   string // chosen by the client: the same id says it once
	Text   string // at most MaxReply characters
	// Suggestion is the node whose suggested answer the reply was made from,
	// edited or not; "" is none.
	Suggestion knowledge.NodeID
}

// NoteRequest is what an agent leaves for other agents.
type NoteRequest struct {
	Ticket string
	Turn   string // as of ReplyRequest
	Text   string // at most handoff.MaxNote characters
}

// TransferRequest passes a held ticket on.
type TransferRequest struct {
	Ticket string
	Turn   string        // as of TicketRequest
	Agent  string        // to this agent, who is waited for; "" where Needs say to whom
	Needs  handoff.Needs // what the next agent must meet; the zero value keeps the ticket's own
	Note   string        // for the next agent; "" is none
}

// CloseRequest ends a human's part.
type CloseRequest struct {
	Ticket    string
	Turn      string   // as of TicketRequest
	Outcome   string   // such as "solved", 1 to 500 characters
	Tags      []string // added to the ticket's
	BackToBot bool     // the bot goes on; otherwise the session is closed
}

// WrapUpRequest completes what was noted when a ticket was closed, and frees
// its room on the desk.
type WrapUpRequest struct {
	Ticket  string
	Turn    string   // as of TicketRequest
	Outcome string   // replaces the ticket's; "" keeps it
	Tags    []string // added to the ticket's
}

// Suggestion is an answer of the knowledge that an agent may send.
type Suggestion struct {
	Node        knowledge.NodeID
	Title       string
	Text        string // what the bot would say or ask; "" where the node demands a human
	Probability float64
	Sure        bool // the bot would have answered with it
}

// SignRequest is what one side of a conversation does without saying anything.
type SignRequest struct {
	Typing bool
	Read   uint64 // the last entry seen; 0 says nothing about it
}

// Signs are what both sides of a conversation do right now. They are no part of
// the transcript and may be lost.
type Signs struct {
	Visitor Sign
	Agent   Sign
}

// Sign is what one side does.
type Sign struct {
	Typing bool
	Read   uint64 // the last entry that was seen
}

// SurveyRequest is the customer's opinion of a human's part.
type SurveyRequest struct {
	ActRequest
	Ticket  string // which part; "" is the last one
	Score   int    // 1 (bad) to 5 (good)
	Comment string // at most MaxComment characters
}

// Wait is what a waiting customer is told.
type Wait struct {
	Position int           // customers who are before, from 0
	Estimate time.Duration // until an agent comes; 0 where too little is known to say
	Error    time.Duration // by which estimates were wrong lately, in the mean
	Opens    time.Time     // when agents are on duty again; zero where they are now
}

// Cursor says how much of one ticket's conversation a client has.
type Cursor struct {
	Ticket string
	Seq    uint64 // of the last entry
}

// DeskNews is what an agent's stream brings at once. All empty is a heartbeat.
type DeskNews struct {
	Agent   *handoff.Agent    // the caller, as he now is; nil where nothing changed
	Tickets []*handoff.Ticket // that changed, in the order of their revisions
	Lines   []DeskLines       // of the tickets on the caller's desk
	Alarms  []level.Alarm     // all that there are now; nil where nothing changed
}

// DeskLines are the next entries of one conversation.
type DeskLines struct {
	Ticket  string
	Entries []Entry // in order, continuing where the last ones ended
	Signs   *Signs  // nil where nothing changed
}
