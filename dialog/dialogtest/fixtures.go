package dialogtest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

const (
	shopA shop.ID = "shop-a"
	shopB shop.ID = "shop-b"

	// everything is a limit that no transcript of a test reaches.
	everything = 10_000
)

var start = time.Date(2026, 11, 11, 0, 0, 0, 123456789, time.UTC)

// newSession returns a session that was never stored.
func newSession(id string) *dialog.Session {
	return &dialog.Session{
		Shop: shopA, ID: id, Visitor: "visitor", Locale: "zh-CN",
		State: dialog.StateBot, Created: start, Updated: start, Expires: start.Add(time.Hour),
	}
}

// change appends texts to the transcript of s, which becomes the new state.
func change(s *dialog.Session, texts ...string) *dialog.Change {
	c := &dialog.Change{Session: s}
	for _, text := range texts {
		s.Seq++
		c.Entries = append(c.Entries, dialog.Entry{
			Seq: s.Seq, Time: start, Author: dialog.AuthorVisitor, Text: text, State: s.State,
		})
	}
	return c
}

// newTicket returns the ticket of s, never stored.
func newTicket(s *dialog.Session, id string) *handoff.Ticket {
	return &handoff.Ticket{
		Shop: s.Shop, ID: id, Session: s.ID, Visitor: s.Visitor, State: handoff.Waiting, Created: start,
	}
}

// fullChange has every field of everything set, with text that encodings break on.
func fullChange() *dialog.Change {
	const odd = "快递柜第7天签收，第8天才取 😀 \u2028 \x00 \"quoted\" <b>&amp; 𠮷\r\n"
	offers := []dialog.Offer{
		{ID: "node:returns.late", Kind: dialog.OfferNode, Label: odd, Node: "returns.late"},
		{ID: "value:8", Kind: dialog.OfferValue, Label: "8 天", Value: "8"},
	}
	s := &dialog.Session{
		Shop: shopA, ID: "s1", Visitor: "visitor-七", Locale: "zh-Hant-TW", State: dialog.StateWaiting,
		Seq: 2, Created: start, Updated: start.Add(time.Minute), Expires: start.Add(time.Hour),
		Ticket: "t1", Boundary: 1<<63 + 1,
		Slots: map[knowledge.SlotID]string{"days": "8", "signed_by": odd},
		Walk:  &dialog.Walk{Node: "returns.late", Slot: "days"},
		Aside: []dialog.Walk{{Node: "a", Slot: "b"}, {Node: "c", Slot: "d"}}, Offers: offers,
		Asks: 2, Misses: 1, Topic: "returns", TopicAge: 3, Also: offers[:1],
		Seen:  []dialog.Considered{{Node: "returns.late", Probability: 0.123456789012345678}, {Node: "b"}},
		Asked: []dialog.Asked{{Question: "谁签收的？", Reply: "快递柜"}, {Question: odd}},
	}
	entries := []dialog.Entry{
		{Seq: 1, Time: start, Author: dialog.AuthorVisitor, Text: odd, Turn: "turn-1", State: dialog.StateBot,
			Rating: &dialog.Rating{Entry: 1, Good: true, Comment: odd}},
		{Seq: 2, Time: start.Add(1), Author: dialog.AuthorBot, Text: "请稍等", Agent: "agent-1", State: dialog.StateWaiting,
			Decision: dialog.Handoff, Reason: dialog.ReasonNode, Node: "returns.late", Probability: 1.0 / 3, Release: 1<<63 + 1,
			Rules: []string{"第二十五条", odd}, Offers: offers},
	}
	ticket := newTicket(s, "t1")
	ticket.Packet = handoff.Packet{Reason: "NODE_DEMANDS_HUMAN", Locale: "zh-CN", Utterance: odd}
	reply := dialog.Reply{
		Decision: dialog.Handoff, Reason: dialog.ReasonNode, Text: odd, Node: "returns.late", Probability: 1.0 / 3,
		Rules: []string{odd}, Offers: offers, State: dialog.StateWaiting, Release: 7, FirstSeq: 1, LastSeq: 2, Ticket: "t1",
	}
	return &dialog.Change{
		Session: s, Entries: entries, Ticket: ticket,
		Turn: &dialog.TurnRecord{ID: "turn-1", Digest: "digest of " + odd, Reply: reply},
	}
}

func record(turn, text string) *dialog.TurnRecord {
	return &dialog.TurnRecord{ID: turn, Digest: "digest of " + text, Reply: dialog.Reply{Text: text}}
}

func commit(t testing.TB, h Harness, c *dialog.Change) {
	t.Helper()
	version := c.Session.Version
	if err := h.Store.Commit(t.Context(), c); err != nil {
		t.Fatalf("Commit(%s/%s v%d) = %v", c.Session.Shop, c.Session.ID, version, err)
	}
}

func load(t testing.TB, h Harness, id shop.ID, session, turn string) (*dialog.Session, *dialog.TurnRecord) {
	t.Helper()
	s, rec, err := h.Store.Load(t.Context(), id, session, turn)
	if err != nil {
		t.Fatalf("Load(%s, %s, %q) = %v", id, session, turn, err)
	}
	return s, rec
}

func entries(t testing.TB, h Harness, id shop.ID, session string, after uint64, limit int) []dialog.Entry {
	t.Helper()
	got, err := h.Store.Entries(t.Context(), id, session, after, limit)
	if err != nil {
		t.Fatalf("Entries(%s, %s, %d, %d) = %v", id, session, after, limit, err)
	}
	return got
}

// contents is all that can be read of one session of shop A.
type contents struct {
	Session *dialog.Session
	Entries []dialog.Entry
	Turns   map[string]*dialog.TurnRecord
	Tickets []*handoff.Ticket // of the whole shop, from the change feed
	Agents  []*handoff.Agent  // so, too
}

func read(t testing.TB, h Harness, session string, turns ...string) contents {
	t.Helper()
	c := contents{Turns: make(map[string]*dialog.TurnRecord)}
	c.Session, _ = load(t, h, shopA, session, "")
	c.Entries = entries(t, h, shopA, session, 0, everything)
	for _, turn := range turns {
		_, c.Turns[turn] = load(t, h, shopA, session, turn)
	}
	var err error
	if c.Tickets, err = h.Queue.Changes(t.Context(), shopA, 0, everything); err != nil {
		t.Fatalf("Changes(%s) = %v", shopA, err)
	}
	if c.Agents, err = h.Roster.AgentChanges(t.Context(), shopA, 0, everything); err != nil {
		t.Fatalf("AgentChanges(%s) = %v", shopA, err)
	}
	return c
}

// wantSame takes nothing and an empty list or map for the same.
func wantSame(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantMissing(t testing.TB, h Harness, id shop.ID, session string) {
	t.Helper()
	if _, _, err := h.Store.Load(t.Context(), id, session, "turn"); !errors.Is(err, dialog.ErrNotFound) {
		t.Errorf("Load(%s, %s): err = %v, want ErrNotFound", id, session, err)
	}
	if _, err := h.Store.Entries(t.Context(), id, session, 0, 10); !errors.Is(err, dialog.ErrNotFound) {
		t.Errorf("Entries(%s, %s): err = %v, want ErrNotFound", id, session, err)
	}
}

func texts(entries []dialog.Entry) []string {
	var texts []string
	for _, e := range entries {
		texts = append(texts, fmt.Sprintf("%d %s", e.Seq, e.Text))
	}
	return texts
}
