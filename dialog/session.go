package dialog

import (
	"time"

	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// State says who owns a session; see the package comment.
type State string

// The states of a session.
const (
	StateBot     State = "BOT"
	StateWaiting State = "WAITING"
	StateHuman   State = "HUMAN"
	StateClosed  State = "CLOSED"
)

// Limits of a conversation. Lengths are in characters (runes).
const (
	MaxUtterance  = 2000
	MaxReply      = 4000 // of an agent
	MaxComment    = 1000 // of a rating
	MaxTurnID     = 64   // of visible ASCII
	MaxVisitorID  = 128
	MaxEntries    = 2000 // of a session; the bot then hands over, a human may close
	MaxAsks       = 2    // asks in a row before a human is offered
	MaxWalkDepth  = 3    // walks put aside because the subject changed
	MaxOffers     = 10   // options in one reply
	MaxPageSize   = 500  // entries in one read
	MaxSessionAge = 30 * 24 * time.Hour
)

// Session is the state kept between the turns of one conversation. The
// transcript is kept beside it, as entries.
type Session struct {
	Shop    shop.ID `json:"shop"`
	ID      string  `json:"id"`
	Visitor string  `json:"visitor"` // who it belongs to
	Locale  string  `json:"locale"`  // BCP 47
	State   State   `json:"state"`

	Version uint64    `json:"version"` // rises by one with each commit; 0 means never stored
	Seq     uint64    `json:"seq"`     // of the last entry; entries are 1, 2, 3 …
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	Expires time.Time `json:"expires"` // idle end of a session in state BOT; zero in WAITING and HUMAN

	Ticket string `json:"ticket,omitempty"` // the open ticket; "" in BOT and CLOSED
	// LastTicket is the last closed one that a human had, and LastAgent who took one last.
	LastTicket string `json:"lastTicket,omitempty"`
	LastAgent  string `json:"lastAgent,omitempty"`
	Boundary   uint64 `json:"boundary,omitempty"` // entries up to here no longer trigger anything

	Slots  map[knowledge.SlotID]string `json:"slots,omitempty"`  // canonical values
	Walk   *Walk                       `json:"walk,omitempty"`   // where the bot waits for a fact
	Aside  []Walk                      `json:"aside,omitempty"`  // walks put aside, the latest last
	Offers []Offer                     `json:"offers,omitempty"` // what the last reply let the customer pick
	Asks   int                         `json:"asks,omitempty"`   // asks in a row
	Misses int                         `json:"misses,omitempty"` // asks in a row that brought nothing
	Topic  knowledge.NodeID            `json:"topic,omitempty"`  // the node last reached
	// TopicAge counts the turns since the conversation was last about Topic.
	TopicAge int `json:"topicAge,omitempty"`
	// Also is what the customer asked besides what was answered, and was not
	// told yet: at most intent.MaxOthers offers of kind OfferNode, which can be
	// picked at any time.
	Also []Offer `json:"also,omitempty"`
	// Last is why the bot did what it did last.
	Last Reason `json:"last,omitempty"`
	// Utterance is what the customer last said that was neither a pick nor the
	// value of a slot; where it came in pieces, all of them. Facts in it fill
	// the slots of the node it leads to.
	Utterance string `json:"utterance,omitempty"`
	// Seen is what the bot last thought, for the packet.
	Seen []Considered `json:"seen,omitempty"`
	// Asked is what the bot asked since the boundary, for the packet.
	Asked []Asked `json:"asked,omitempty"`
}

// Walk is a walk down the tree that waits for the customer.
type Walk struct {
	Node knowledge.NodeID `json:"node"` // where the walk stands
	Slot knowledge.SlotID `json:"slot"` // what was asked
}

// Considered is a node that the bot thought of, with its probability.
type Considered struct {
	Node        knowledge.NodeID `json:"node"`
	Probability float64          `json:"probability"`
}

// Asked is one question of the bot and the reply it got.
type Asked struct {
	Question string `json:"question"`
	Reply    string `json:"reply,omitempty"`
}

// OfferKind says what picking an offer does.
type OfferKind string

// The kinds of offer.
const (
	OfferNode   OfferKind = "node"   // go to a node
	OfferValue  OfferKind = "value"  // fill the slot that was asked
	OfferNone   OfferKind = "none"   // none of these
	OfferHuman  OfferKind = "human"  // ask for a human
	OfferResume OfferKind = "resume" // go back to the walk put aside
)

// Offer is something that the customer can pick, by its place in the list
// (from 1), its label or its id.
type Offer struct {
	ID    string           `json:"id"` // unique within the reply, such as "node:returns.late"
	Kind  OfferKind        `json:"kind"`
	Label string           `json:"label"`
	Node  knowledge.NodeID `json:"node,omitempty"`  // of OfferNode
	Value string           `json:"value,omitempty"` // of OfferValue, canonical
}

// Author says who an entry of the transcript is from.
type Author string

// The authors.
const (
	AuthorVisitor Author = "visitor"
	AuthorBot     Author = "bot"
	AuthorAgent   Author = "agent"
	AuthorSystem  Author = "system" // a change of state, told to everybody
)

// Entry is one line of a session's transcript. Entries never change.
type Entry struct {
	Seq    uint64    `json:"seq"`
	Time   time.Time `json:"time"`
	Author Author    `json:"author"`
	Text   string    `json:"text"`
	Turn   string    `json:"turn,omitempty"`  // the client's turn id
	Agent  string    `json:"agent,omitempty"` // of AuthorAgent, and of system entries about one
	State  State     `json:"state"`           // of the session, after this entry

	// Of AuthorBot:
	Decision    Decision         `json:"decision,omitempty"`
	Reason      Reason           `json:"reason,omitempty"`
	Node        knowledge.NodeID `json:"node,omitempty"`
	Probability float64          `json:"probability,omitempty"`
	Release     uint64           `json:"release,omitempty"`
	Rules       []string         `json:"rules,omitempty"`
	Offers      []Offer          `json:"offers,omitempty"`

	// Of a rating (author visitor):
	Rating *Rating `json:"rating,omitempty"`

	// Of the question for an opinion (author system) and its reply (visitor):
	Survey *Survey `json:"survey,omitempty"`
}

// Rating is the customer's opinion of one bot or agent entry.
type Rating struct {
	Entry   uint64 `json:"entry"` // its sequence number
	Good    bool   `json:"good"`
	Comment string `json:"comment,omitempty"`
}

// Decision is what the bot did in a turn.
type Decision string

// The decisions. None is a turn in which the bot is silent.
const (
	None    Decision = ""
	Answer  Decision = "ANSWER"
	Ask     Decision = "ASK"
	Handoff Decision = "HANDOFF"
)

// Reason is why the bot decided as it did. The words are stable: evaluation,
// packets and clients rely on them.
type Reason string

// The reasons.
const (
	ReasonExact       Reason = "EXACT_QUESTION"      // ANSWER or walk: the utterance is one of the node's questions
	ReasonSure        Reason = "SURE"                // ANSWER or walk: the probability is above the shop's threshold
	ReasonPicked      Reason = "PICKED"              // ANSWER or walk: the customer picked it
	ReasonWalked      Reason = "WALKED"              // ANSWER: the facts led here
	ReasonCourtesy    Reason = "COURTESY"            // ANSWER: a greeting or thanks, which asks nothing
	ReasonSlot        Reason = "SLOT_NEEDED"         // ASK: the answer depends on a fact
	ReasonSlotAgain   Reason = "SLOT_NOT_UNDERSTOOD" // ASK: the reply is no value of the slot
	ReasonMenu        Reason = "MENU"                // ASK: the node groups others
	ReasonUnsure      Reason = "UNSURE"              // ASK: did you mean …
	ReasonUnknown     Reason = "UNKNOWN"             // ASK: nothing fits; say it in other words
	ReasonNoneOfThese Reason = "NONE_OF_THESE"       // ASK: the customer rejected the options
	ReasonWish        Reason = "WISH_FOR_HUMAN"      // HANDOFF: the customer said so
	ReasonRequested   Reason = "REQUESTED"           // HANDOFF: by the client's button
	ReasonNode        Reason = "NODE_DEMANDS_HUMAN"  // HANDOFF: the node's policy
	ReasonTwoAsks     Reason = "ASKED_ENOUGH"        // HANDOFF: asking brought nothing
	ReasonNoKnowledge Reason = "NO_KNOWLEDGE"        // HANDOFF: the shop has no live release
	ReasonTooLong     Reason = "SESSION_TOO_LONG"    // HANDOFF: MaxEntries was reached
	ReasonTooMany     Reason = "TOO_MANY_TICKETS"    // ANSWER: humans are asked, but other sessions of the visitor wait for them already
	ReasonSilent      Reason = "HUMAN_OWNS_SESSION"  // none: WAITING or HUMAN
)
