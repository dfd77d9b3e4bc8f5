package dialog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/canned"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/shop"
)

// MaxSuggestions bounds what is suggested for one message.
const MaxSuggestions = 3

// Suggest returns what the knowledge has for a message of the customer, the
// likeliest first, at most MaxSuggestions: seq is its entry, 0 the last one that
// says something about the matter, see [lastMatter]. It counts the message once among those for which something was suggested. Only
// who holds the ticket may ask.
func (d *Desk) Suggest(ctx context.Context, id shop.ID, agent, ticket string, seq uint64) ([]Suggestion, error) {
	t, err := d.service.ticket(ctx, id, ticket)
	if err != nil {
		return nil, err
	}
	if err := t.HeldBy(agent); err != nil {
		return nil, err
	}
	message, err := d.message(ctx, t, seq)
	if err != nil || message == nil {
		return nil, err
	}
	found, err := d.service.suggestions(ctx, t, message.Text)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if message.Seq <= t.SuggestedTo {
		return found, nil
	}
	_, _, err = d.change(ctx, id, agent, ticket, turnKey{}, func(_ context.Context, a *act, t *handoff.Ticket) error {
		if t.HeldBy(agent) == nil && message.Seq > t.SuggestedTo {
			t.Suggested++
			t.SuggestedTo = message.Seq
			a.ticket = t
		}
		return nil
	})
	return found, err
}

// message returns an entry of the visitor, nil where there is none yet.
func (d *Desk) message(ctx context.Context, t *handoff.Ticket, seq uint64) (*Entry, error) {
	after, limit := seq-1, 1
	if seq == 0 {
		session, _, err := d.service.load(ctx, addressOf(t), "")
		if err != nil {
			return nil, err
		}
		limit = MaxPageSize
		after = session.Seq - min(session.Seq, uint64(limit))
	}
	entries, err := d.service.entries(ctx, addressOf(t), after, limit)
	if err != nil {
		return nil, err
	}
	if seq == 0 {
		return lastMatter(entries, t.Packet.Locale), nil
	}
	if len(entries) == 0 || entries[0].Seq != seq || !isMessage(&entries[0]) {
		return nil, &FieldError{Field: "seq", Reason: "is no message of the customer"}
	}
	return &entries[0], nil
}

// suggestions matches a message as a turn of the bot would.
func (s *Service) suggestions(ctx context.Context, t *handoff.Ticket, text string) ([]Suggestion, error) {
	session, _, err := s.load(ctx, addressOf(t), "")
	if err != nil {
		return nil, err
	}
	a := &act{session: session, now: s.moment(), words: phrasesFor(session.Locale)}
	defer a.unpin()
	b, err := s.newBot(ctx, a)
	if err != nil || b.release == nil {
		return nil, err
	}
	result, err := b.release.Match(ctx, text, session.Topic, a.now)
	if err != nil {
		return nil, fmt.Errorf("dialog: matching a message: %w", err)
	}
	var out []Suggestion
	for i, c := range result.Candidates {
		n := b.tree.Node(c.Node)
		if n == nil || len(out) == MaxSuggestions {
			continue
		}
		said, err := b.wouldSay(n, text)
		if err != nil {
			return nil, err
		}
		out = append(out, Suggestion{
			Node: n.ID, Title: n.Title, Text: said, Probability: c.Probability,
			Sure: i == 0 && result.Verdict == intent.Sure,
		})
	}
	return out, nil
}

// wouldSay returns what the bot would say at a node: the answer to which the
// facts lead, or what it would ask first, with what can be replied. It is "" at
// a node that demands a human. The session stays as it is.
func (b *bot) wouldSay(n *knowledge.Node, utterance string) (string, error) {
	session := *b.session
	session.Slots = maps.Clone(session.Slots)
	session.Aside, session.Also = slices.Clone(session.Aside), slices.Clone(session.Also)
	session.Utterance, session.Topic = utterance, ""
	alone := *b
	alone.session = &session
	m, err := alone.enter(n, ReasonSure, 0)
	if err != nil || m.decision != Answer && m.decision != Ask {
		return "", err
	}
	lines := []string{m.text}
	for i, o := range m.offers {
		if o.Kind == OfferValue || o.Kind == OfferNode {
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, o.Label))
		}
	}
	return strings.Join(lines, "\n"), nil
}

// Canned returns the shop's prepared replies for a ticket, with the variables
// filled in that it knows. A reply with others is left as it was written.
func (d *Desk) Canned(ctx context.Context, id shop.ID, agent, ticket string) ([]handoff.Canned, error) {
	t, err := d.service.ticket(ctx, id, ticket)
	if err != nil {
		return nil, err
	}
	rules, err := d.service.rules(ctx, id)
	if err != nil {
		return nil, err
	}
	vars := canned.Vars(t, agent)
	out := slices.Clone(rules.Canned)
	for i := range out {
		if text, err := canned.Render(out[i].Text, vars); err == nil {
			out[i].Text = text
		}
	}
	return out, nil
}
