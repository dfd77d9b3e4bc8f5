package dialog

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/dialog/wish"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// roomForHumans is the part of MaxEntries that the bot leaves to visitor and
// agent.
const roomForHumans = 500

// decide is the policy of a turn. It goes, in this order, by what the customer
// picked, a wish for a human, the value of the slot that the walk waits for,
// and what the utterance matches. picked is set where the client named an
// offer; text is then its label.
func (b *bot) decide(ctx context.Context, text string, picked *Offer) (move, error) {
	s := b.session
	if s.Seq >= MaxEntries-roomForHumans {
		return b.handOver(ReasonTooLong), nil
	}
	var typed pick
	if picked == nil {
		typed = readPick(s.Offers, text, b.placesCount())
		picked = typed.offer
	}
	switch {
	case picked != nil && picked.Kind == OfferHuman:
		return b.handOver(ReasonRequested), nil
	case picked == nil && wish.Wants(text, s.Locale):
		return b.handOver(ReasonWish), nil
	case b.release == nil:
		return b.handOver(ReasonNoKnowledge), nil
	case picked != nil:
		return b.take(ctx, *picked)
	case s.Walk != nil:
		return b.hear(ctx, text, typed.beyond)
	case typed.beyond > 0:
		return b.offerAgain(fmt.Sprintf(b.words.noSuchPlace, typed.beyond)), nil
	}
	return b.match(ctx, text)
}

// placesCount reports whether a digit may be a place in the list: not where the
// bot waits for a number or text.
func (b *bot) placesCount() bool {
	if b.session.Walk == nil {
		return true
	}
	slot := b.tree.Slot(b.session.Walk.Slot)
	return slot != nil && (slot.Type == knowledge.SlotChoice || slot.Type == knowledge.SlotYesNo)
}

// take does what a picked offer says.
func (b *bot) take(ctx context.Context, o Offer) (move, error) {
	s := b.session
	switch o.Kind {
	case OfferNode:
		if node := b.node(o.Node); node != nil {
			b.leaveWalk(node)
			return b.enter(node, ReasonPicked, 0)
		}
	case OfferValue:
		if s.Walk == nil {
			break
		}
		if node, slot := b.pending(*s.Walk); slot != nil && validValue(slot, o.Value) {
			return b.fill(node, slot, o.Value)
		}
		return b.hear(ctx, o.Label, 0)
	case OfferNone:
		s.Utterance = "" // what it led to was wrong
		return b.miss(b.ask(ReasonNoneOfThese, b.words.noneOfThese, "", b.resumeOffers())), nil
	case OfferResume:
		if b.resumeOffers() != nil {
			return b.resume()
		}
	}
	b.putAside()
	return b.match(ctx, o.Label) // another release no longer has what was offered
}

// offerAgain says why nothing was picked, and repeats the list.
func (b *bot) offerAgain(why string) move {
	offers := b.session.Offers[:0:0]
	for _, o := range b.session.Offers {
		if o.Kind != OfferHuman { // added again when it is due
			offers = append(offers, o)
		}
	}
	return b.miss(b.ask(ReasonUnsure, why, "", offers))
}

// match goes by what the utterance is about.
func (b *bot) match(ctx context.Context, text string) (move, error) {
	courtesy, topic := courtesyOf(text), b.topic()
	if courtesy != noCourtesy {
		topic = "" // thanks go on with nothing
	}
	found, err := b.look(ctx, text, topic)
	if err != nil {
		return move{}, err
	}
	if !found.sure() {
		if courtesy != noCourtesy {
			return b.beCourteous(courtesy), nil
		}
		if found, text, err = b.together(ctx, found, text); err != nil {
			return move{}, err
		}
	}
	b.consider(found)
	b.session.Utterance = text
	switch {
	case found.sure():
		b.noteOthers(found)
		return b.enter(found.best(), found.reason(), found.candidates[0].Probability)
	case found.verdict == intent.Unsure && len(found.nodes) > 0:
		return b.didYouMean(found), nil
	}
	return b.miss(b.ask(ReasonUnknown, b.words.rephrase, "", b.resumeOffers())), nil
}

// together reads an utterance with the one before, where the bot had to ask
// about that: customers tell a thing in pieces. It returns the better finding
// and the text it is for.
func (b *bot) together(ctx context.Context, alone finding, text string) (finding, string, error) {
	s := b.session
	both := s.Utterance + "，" + text
	if s.Asks == 0 || s.Utterance == "" || utf8.RuneCountInString(both) > MaxUtterance {
		return alone, text, nil
	}
	found, err := b.look(ctx, both, b.topic())
	if err != nil {
		return finding{}, "", err
	}
	if found.better(alone) {
		return found, both, nil
	}
	return alone, text, nil
}

// didYouMean offers the nodes that may be meant. The second time running it is
// a miss: the first list brought nothing.
func (b *bot) didYouMean(found finding) move {
	again := b.session.Last == ReasonUnsure
	n := len(intent.Meant(found.candidates))
	text := b.words.didYouMean
	if n == 1 {
		text = fmt.Sprintf(b.words.isItThis, found.nodes[0].Title)
	}
	m := b.ask(ReasonUnsure, text, "", b.choose(found.nodes[:n]))
	m.probability = found.candidates[0].Probability
	if again {
		return b.miss(m)
	}
	return m
}

func (b *bot) ask(reason Reason, text string, node knowledge.NodeID, offers []Offer) move {
	return move{decision: Ask, reason: reason, text: text, node: node, offers: offers, question: text}
}

// finding is what an utterance may be about, less the nodes that must not be
// reached. nodes and candidates go together, best first; others are what else
// the utterance asks, in its order.
type finding struct {
	verdict    intent.Verdict
	candidates []intent.Candidate
	nodes      []*knowledge.Node
	others     []*knowledge.Node
}

func (f finding) best() *knowledge.Node { return f.nodes[0] }
func (f finding) exact() bool           { return len(f.nodes) > 0 && f.candidates[0].Exact }
func (f finding) sure() bool            { return len(f.nodes) > 0 && (f.exact() || f.verdict == intent.Sure) }

// better reports whether f says more than another finding that is not sure.
func (f finding) better(than finding) bool {
	switch {
	case f.sure():
		return true
	case f.verdict != intent.Unsure || len(f.nodes) == 0:
		return false
	}
	return than.verdict == intent.Unknown || len(than.nodes) == 0 ||
		f.candidates[0].Probability > than.candidates[0].Probability
}

func (f finding) reason() Reason {
	if f.exact() {
		return ReasonExact
	}
	return ReasonSure
}

// maxTopicAge is for how many turns an utterance may lean on what was reached
// last.
const maxTopicAge = 4

// topic returns the node that the conversation is about, or "".
func (b *bot) topic() knowledge.NodeID {
	s := b.session
	if s.TopicAge > maxTopicAge || b.tree.Node(s.Topic) == nil { // long ago, or in another release
		return ""
	}
	return s.Topic
}

// look matches text, which may lean on a topic. Without a letter or digit it is
// about nothing.
func (b *bot) look(ctx context.Context, text string, topic knowledge.NodeID) (finding, error) {
	if textnorm.Key(text) == "" {
		return finding{}, nil
	}
	result, err := b.release.Match(ctx, text, topic, b.now)
	if err != nil {
		return finding{}, fmt.Errorf("dialog: matching: %w", err)
	}
	found := finding{verdict: result.Verdict}
	for i, c := range result.Candidates {
		node := b.node(c.Node)
		if node == nil {
			if i == 0 && found.verdict == intent.Sure {
				found.verdict = intent.Unsure // it was the other node that was sure
			}
			continue
		}
		found.candidates, found.nodes = append(found.candidates, c), append(found.nodes, node)
	}
	for _, c := range result.Others {
		if node := b.node(c.Node); node != nil && len(found.nodes) > 0 && node.ID != found.best().ID {
			found.others = append(found.others, node)
		}
	}
	return found, nil
}

// consider remembers for the packet what came up.
func (b *bot) consider(found finding) {
	b.session.Seen = nil
	for _, c := range found.candidates[:min(len(found.candidates), intent.MaxCandidates)] {
		b.session.Seen = append(b.session.Seen, Considered{Node: c.Node, Probability: c.Probability})
	}
}
