// Package record checks a change and encodes what a store keeps of it, in the
// same way for every store.
package record

import (
	"errors"
	"fmt"
	json "github.com/go-json-experiment/json/v1"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

// Limits of one commit. They only stop what no service sends: its own limits
// are far below.
const (
	MaxIDLength = 1 << 10 // bytes of a session, turn or ticket id, and of an agent's name
	MaxSize     = 1 << 20 // bytes of everything in one commit, encoded
)

// Records are the parts of a change as they are stored.
type Records struct {
	Session []byte // already with the next version
	Entries [][]byte
	Turn    []byte // nil where the change has none
}

// Of returns the records of c, or an error where c could not be stored whole by
// any store: its parts do not fit together, or are too large.
func Of(c *dialog.Change) (*Records, error) {
	if err := check(c); err != nil {
		return nil, fmt.Errorf("malformed change: %w", err)
	}
	enc := new(encoder)
	next := *c.Session
	next.Version++
	recs := &Records{Session: enc.encode(&next)}
	for i := range c.Entries {
		recs.Entries = append(recs.Entries, enc.encode(&c.Entries[i]))
	}
	if c.Turn != nil {
		recs.Turn = enc.encode(c.Turn)
	}
	if c.Ticket != nil {
		enc.encode(c.Ticket) // stored by the queue; here for its size
	}
	for _, a := range c.Agents {
		enc.encode(a) // as the ticket
	}
	if enc.err != nil {
		return nil, fmt.Errorf("encode change: %w", enc.err)
	}
	if enc.size > MaxSize {
		return nil, fmt.Errorf("change of %d bytes, more than %d", enc.size, MaxSize)
	}
	return recs, nil
}

// encoder adds up sizes and keeps the first error.
type encoder struct {
	size int
	err  error
}

func (e *encoder) encode(v any) []byte {
	b, err := json.Marshal(v)
	if e.err == nil {
		e.err = err
	}
	e.size += len(b)
	return b
}

func check(c *dialog.Change) error {
	s := c.Session
	if s == nil {
		return errors.New("no session")
	}
	if err := s.Shop.Validate(); err != nil {
		return err
	}
	if err := checkID("session", s.ID); err != nil {
		return err
	}
	if len(c.Entries) > dialog.MaxPageSize {
		return fmt.Errorf("%d entries, more than %d", len(c.Entries), dialog.MaxPageSize)
	}
	if c.Keep < 0 {
		return fmt.Errorf("keep of %v", c.Keep)
	}
	for i, e := range c.Entries {
		if want := s.Seq - uint64(len(c.Entries)-1-i); e.Seq != want {
			return fmt.Errorf("entry %d of %d has number %d, want %d for a session that ends at %d",
				i+1, len(c.Entries), e.Seq, want, s.Seq)
		}
	}
	if c.Turn != nil {
		if err := checkID("turn", c.Turn.ID); err != nil {
			return err
		}
	}
	if t := c.Ticket; t != nil {
		if t.Shop != s.Shop || t.Session != s.ID {
			return fmt.Errorf("ticket of session %q in shop %q comes with session %q in shop %q", t.Session, t.Shop, s.ID, s.Shop)
		}
		if err := checkID("ticket", t.ID); err != nil {
			return err
		}
	}
	if c.MaxOpen < 0 || c.MaxOpen > 0 && (c.Ticket == nil || c.Ticket.Version != 0 || !c.Ticket.Open()) {
		return fmt.Errorf("at most %d open tickets, without a new and open one", c.MaxOpen)
	}
	return checkAgents(c)
}

func checkAgents(c *dialog.Change) error {
	if len(c.Agents) > dialog.MaxDesks {
		return fmt.Errorf("%d agents, more than %d", len(c.Agents), dialog.MaxDesks)
	}
	if len(c.Agents) > 0 && c.Ticket == nil {
		return errors.New("agents without a ticket")
	}
	for i, a := range c.Agents {
		if a == nil {
			return fmt.Errorf("agent %d is nil", i)
		}
		if a.Shop != c.Session.Shop {
			return fmt.Errorf("agent %q of shop %q comes with a session of shop %q", a.Name, a.Shop, c.Session.Shop)
		}
		if err := checkID("agent", a.Name); err != nil {
			return err
		}
		if !utf8.ValidString(a.Name) {
			return errors.New("agent's name is not UTF-8")
		}
		if slices.ContainsFunc(c.Agents[:i], func(b *handoff.Agent) bool { return b.Name == a.Name }) {
			return fmt.Errorf("agent %q comes twice", a.Name)
		}
	}
	return nil
}

// checkID refuses what would be ambiguous inside a key.
func checkID(what, id string) error {
	if id == "" || len(id) > MaxIDLength || strings.ContainsRune(id, 0) {
		return fmt.Errorf("%s id must be 1 to %d bytes, none of them zero", what, MaxIDLength)
	}
	return nil
}

// Decode decodes a stored record into v.
func Decode(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%w: %w", ErrData, err)
	}
	return nil
}

// ErrData means that what is stored is not what was written. Trying again does
// not help.
var ErrData = errors.New("stored data is damaged")
