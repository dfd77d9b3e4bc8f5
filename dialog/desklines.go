package dialog

import (
	"context"
	"fmt"

	"github.com/honeyguide-chat/honeyguide/handoff"
)

func (w *deskWatch) addLines(ctx context.Context, t *handoff.Ticket, left bool, news *DeskNews) error {
	lines, err := w.lines(ctx, t, left)
	if lines != nil {
		news.Lines = append(news.Lines, *lines)
	}
	return err
}

// lines returns what is new in a conversation, or nil. Of one that has left the
// desk, only what was said while it was there, and why it left.
func (w *deskWatch) lines(ctx context.Context, t *handoff.Ticket, left bool) (*DeskLines, error) {
	s := w.desk.service
	out := &DeskLines{Ticket: t.ID}
	entries, err := s.entries(ctx, addressOf(t), w.seen[t.ID], MaxPageSize)
	if err != nil {
		return nil, err
	}
	if len(entries) == MaxPageSize {
		w.wake()
	}
	if len(entries) > 0 && !left { // it may have left before they were read
		now, err := s.ticket(ctx, w.id, t.ID)
		if err != nil {
			return nil, err
		}
		if left = now.Desk() != w.agent; left {
			delete(w.on, t.ID) // this is its last look
		}
	}
	if left {
		entries = ownPart(entries, w.agent, t.State == handoff.Held)
	}
	if n := len(entries); n > 0 {
		out.Entries, w.seen[t.ID] = entries, entries[n-1].Seq
	}
	if left {
		delete(w.signs, t.ID)
		if len(out.Entries) == 0 {
			return nil, nil
		}
		return out, nil
	}
	signs, err := s.signs.Get(ctx, t.Shop, t.Session)
	if err != nil {
		return nil, fmt.Errorf("dialog: reading signs: %w", err)
	}
	if old, known := w.signs[t.ID]; !known || old != signs {
		w.signs[t.ID] = signs
		if known || signs != (Signs{}) {
			out.Signs = &signs
		}
	}
	if len(out.Entries) == 0 && out.Signs == nil {
		return nil, nil
	}
	return out, nil
}

// ownPart returns the entries of a conversation up to the one that ends the
// agent's part: it says what became of it, and who has it. What others said
// after that is not for this desk. A conversation that the agent never had has
// no part: held says that it was had when these entries began.
func ownPart(entries []Entry, agent string, held bool) []Entry {
	end := 0
	for i, e := range entries {
		joined := e.Author == AuthorSystem && e.State == StateHuman
		switch {
		case joined && e.Agent == agent:
			held = true
		case held && e.Author == AuthorSystem:
			return entries[:i+1]
		}
		if held {
			end = i + 1
		}
	}
	return entries[:end]
}
