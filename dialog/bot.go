package dialog

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// maxMisses asks in a row that brought the conversation no further hand over.
const maxMisses = 2

// bot decides one turn of a session in state BOT. Deciding changes the
// session in memory only; the move says what is to be told to the customer.
type bot struct {
	session *Session
	release Release // nil where the shop has none
	tree    *knowledge.Tree
	words   *phrases
	now     time.Time
	// newOthers tells that this turn's utterance asks several things.
	newOthers bool
}

// move is what the bot does in a turn.
type move struct {
	decision    Decision
	reason      Reason
	text        string // of a handoff: what is said before the words of the handoff
	node        knowledge.NodeID
	probability float64
	rules       []string
	offers      []Offer
	question    string                   // what was put to the customer, for the packet
	policy      *knowledge.HandoffPolicy // of the node that demands a handoff
}

func (b *bot) number() uint64 {
	if b.release == nil {
		return 0
	}
	return b.release.Number()
}

// node returns the node with id, or nil where it must not be reached now.
func (b *bot) node(id knowledge.NodeID) *knowledge.Node {
	n := b.tree.Node(id)
	if n == nil || !n.Valid.Contains(b.now) {
		return nil
	}
	return n
}

// facts are the slots of the session that fit the tree. Another release may
// have changed what a slot holds.
func (b *bot) facts() map[knowledge.SlotID]string {
	facts := make(map[knowledge.SlotID]string, len(b.session.Slots))
	for id, value := range b.session.Slots {
		if slot := b.tree.Slot(id); slot != nil && validValue(slot, value) {
			facts[id] = value
		}
	}
	return facts
}

func (b *bot) learn(id knowledge.SlotID, value string) {
	if b.session.Slots == nil {
		b.session.Slots = make(map[knowledge.SlotID]string)
	}
	b.session.Slots[id] = value
	b.session.Misses = 0
}

// miss counts an ask that brought the conversation no further. The second in a
// row hands over instead of asking again.
func (b *bot) miss(again move) move {
	b.session.Misses++
	if b.session.Misses >= maxMisses {
		return b.handOver(ReasonTwoAsks)
	}
	return again
}

func (b *bot) handOver(reason Reason) move {
	m := move{decision: Handoff, reason: reason}
	if w := b.session.Walk; w != nil {
		m.node = w.Node
	}
	return m
}

// choose offers nodes by title, none of these and, where there is room, the
// walk put aside. One place is left for the offer of a human.
func (b *bot) choose(nodes []*knowledge.Node) []Offer {
	offers := nodeOffers(nodes[:min(len(nodes), MaxOffers-2)])
	offers = append(offers, Offer{ID: "none", Kind: OfferNone, Label: b.words.none})
	if len(offers) < MaxOffers-1 {
		offers = append(offers, b.resumeOffers()...)
	}
	return offers
}

func nodeOffers(nodes []*knowledge.Node) []Offer {
	var offers []Offer
	for _, n := range nodes {
		offers = append(offers, Offer{ID: "node:" + string(n.ID), Kind: OfferNode, Label: n.Title, Node: n.ID})
	}
	return offers
}

func humanOffer(words *phrases) Offer {
	return Offer{ID: "human", Kind: OfferHuman, Label: words.human}
}

// resumeOffers offers to go back to the walk that was put aside last, if any.
func (b *bot) resumeOffers() []Offer {
	for len(b.session.Aside) > 0 {
		w := b.session.Aside[len(b.session.Aside)-1]
		if node, slot := b.pending(w); slot != nil {
			label := shorten(fmt.Sprintf(b.words.resumeLabel, node.Title), knowledge.MaxLabel)
			return []Offer{{ID: "resume", Kind: OfferResume, Label: label}}
		}
		b.dropAside()
	}
	return nil
}

func (b *bot) dropAside() { b.session.Aside = b.session.Aside[:len(b.session.Aside)-1] }

// pending returns node and slot of a walk, or nils where the tree no longer
// has them.
func (b *bot) pending(w Walk) (*knowledge.Node, *knowledge.Slot) {
	node, slot := b.node(w.Node), b.tree.Slot(w.Slot)
	if node == nil || slot == nil {
		return nil, nil
	}
	return node, slot
}

// withRules appends what an answer stands on.
func (b *bot) withRules(answer string, rules []string) string {
	answer = strings.TrimSpace(answer)
	if len(rules) == 0 {
		return answer
	}
	return answer + "\n" + b.words.source + strings.Join(rules, b.words.ruleStop)
}

// shorten cuts text to at most limit characters.
func shorten(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}
