package dialog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// Errors that callers branch on. Test for them with errors.Is.
var (
	// ErrNotFound means that the shop (or the visitor) has no such session.
	ErrNotFound = errors.New("dialog: session not found")
	// ErrConflict means that the session or the ticket changed since it was read.
	ErrConflict = errors.New("dialog: session changed since it was read")
	// ErrClosed means that the session is closed, or has expired.
	ErrClosed = errors.New("dialog: session is closed")
	// ErrNotWaiting means that the session does not wait for a human: the bot
	// has it, or an agent does.
	ErrNotWaiting = errors.New("dialog: session does not wait for a human")
	// ErrFull means that the session holds MaxEntries entries and takes no more
	// from visitor or agent. It can still be ended.
	ErrFull = errors.New("dialog: session has no room for more entries")
	// ErrTurnReused means that a turn id came again with another text.
	ErrTurnReused = errors.New("dialog: turn id was used for another utterance")
	// ErrUnavailable means that the store cannot be reached. Nothing was
	// changed, or the change was made whole: repeating the turn is safe.
	ErrUnavailable = errors.New("dialog: store is unavailable")
)

// FieldError reports a value that the caller must correct.
type FieldError struct {
	Field  string // path in the request, such as "text"
	Reason string // safe to show: never the value itself
}

func (e *FieldError) Error() string { return fmt.Sprintf("dialog: %s: %s", e.Field, e.Reason) }

// Change is what one commit stores, all of it or nothing.
type Change struct {
	// Session is the new state. Its Version is the one that was read (0 for a
	// new session); the commit stores Version+1 and sets it here.
	Session *Session
	// Entries continue the transcript: the first has the stored Seq+1, the
	// last has Session.Seq.
	Entries []Entry
	// Turn, if set, is remembered under its id for as long as the session.
	Turn *TurnRecord
	// Ticket, if set, is the new state of the session's ticket, with the
	// Version that was read (0 for a new one). The commit sets Version+1 and
	// the next Revision here.
	Ticket *handoff.Ticket
	// MaxOpen, if above 0, is how many open tickets the visitor may have once
	// this commit has made Ticket, which is a new and open one.
	MaxOpen int
	// Agents are the desks that change with the ticket, each as it will be,
	// with the Version that was read (0 for a new one): at most MaxDesks. The
	// commit sets Version+1 and the next Revision in each.
	Agents []*handoff.Agent
	// Keep is how long session, transcript and a closed ticket stay readable
	// after this commit. 0 keeps them until a later commit sets it: the rule
	// for WAITING and HUMAN, which nothing may expire. A ticket that was closed
	// before then stays as long as it was to.
	Keep time.Duration
}

// MaxDesks bounds the agents of one change: who passes a ticket on, and who
// gets it.
const MaxDesks = 2

// TurnRecord is what a turn led to, kept so that a retry gets the same reply.
type TurnRecord struct {
	ID     string `json:"id"`
	Digest string `json:"digest"` // of the utterance, to tell a retry from a reuse
	Reply  Reply  `json:"reply"`
}

// Store keeps sessions, transcripts, turn records and tickets. Implementations
// are safe for concurrent use and are held to this contract by
// dialogtest.TestStore. An error that is none of this package's is wrapped in
// ErrUnavailable where trying again may help.
type Store interface {
	// Load returns a copy of the session and, if turn is not "" and was
	// committed before, its record. It returns ErrNotFound where the shop has
	// no such session.
	Load(ctx context.Context, id shop.ID, session, turn string) (*Session, *TurnRecord, error)

	// Commit stores c whole. It returns ErrConflict, and stores nothing, where
	// the stored version of session, ticket or an agent is not the one that was
	// read, or where the session has c.Turn already. It returns handoff.ErrTooMany, and stores nothing, where the visitor
	// would have more open tickets than c.MaxOpen, whatever others commit at the
	// same moment. Where both are so it is ErrConflict.
	Commit(ctx context.Context, c *Change) error

	// Entries returns the session's entries with Seq above after, in order, at
	// most limit. A session that does not exist gives ErrNotFound.
	Entries(ctx context.Context, id shop.ID, session string, after uint64, limit int) ([]Entry, error)
}

// Waker tells watchers that something may have changed. A wake-up is only a
// hint: it may come without a change, and a watcher also looks by itself from
// time to time.
type Waker interface {
	// Subscribe returns a channel that receives after each change of topic,
	// merging changes that come faster than they are read, and a function that
	// ends the subscription. Topics are made by SessionTopic, QueueTopic and
	// AgentTopic; there is also ShopsTopic.
	Subscribe(topic string) (<-chan struct{}, func())
	// Wake wakes the subscribers of topic, on every node.
	Wake(ctx context.Context, topic string)
	// Listen has f hear of every topic that other nodes wake, and of "" when it
	// may have missed some. f must not block.
	Listen(f func(topic string))
}

// SessionTopic is the wake-up topic of one session's transcript.
func SessionTopic(id shop.ID, session string) string { return "session:" + string(id) + ":" + session }

// ShopsTopic is the wake-up topic of those who follow all shops: in one of them
// an agent has come.
const ShopsTopic = "shops"

// QueueTopic is the wake-up topic of a shop's tickets and agents.
func QueueTopic(id shop.ID) string { return "queue:" + string(id) }

// AgentTopic is the wake-up topic of one agent's desk.
func AgentTopic(id shop.ID, agent string) string { return "agent:" + string(id) + ":" + agent }
