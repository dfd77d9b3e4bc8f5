package dialog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// offered returns what the customer may pick by id: an offer of the last reply,
// or something asked besides that is still open, or nil.
func (s *Session) offered(id string) *Offer {
	if o := findOffer(s.Offers, id); o != nil {
		return o
	}
	return findOffer(s.Also, id)
}

// noteOthers remembers what else the utterance asks, in the order of the text
// and before what is open from earlier. Of more than intent.MaxOthers the oldest
// are given up.
func (b *bot) noteOthers(found finding) {
	fresh := nodeOffers(found.others)
	if len(fresh) == 0 {
		return
	}
	for _, o := range b.session.Also {
		if findOffer(fresh, o.ID) == nil {
			fresh = append(fresh, o)
		}
	}
	b.session.Also = fresh[:min(len(fresh), intent.MaxOthers)]
	b.newOthers = true
}

// settle takes a node from what is open: the customer is being told about it.
// What the tree no longer has goes too.
func (b *bot) settle(reached knowledge.NodeID) {
	b.session.Also = slices.DeleteFunc(b.session.Also, func(o Offer) bool {
		return o.Node == reached || b.node(o.Node) == nil
	})
	if len(b.session.Also) == 0 {
		b.session.Also = nil
	}
}

// nameOthers adds to a move what the customer also asked and was not told yet.
// Under an answer it can be picked. Where the bot first asks for something, it
// says once that it has not overlooked the rest. It is no ask: nothing waits for
// a pick. After an answer to something that the customer asked since, it is
// silent; a pick still counts.
func (b *bot) nameOthers(m *move) {
	b.settle(m.node)
	open := b.session.Also
	if len(open) == 0 || m.decision == Handoff {
		return
	}
	moved := m.reason == ReasonSure || m.reason == ReasonExact
	switch {
	case m.decision == Answer && b.session.Walk == nil && (b.newOthers || !moved):
		m.offers = slices.Concat(open, m.offers)
		if m.reason != ReasonCourtesy {
			m.text += "\n\n" + b.words.alsoAsked(labelsOf(open))
		}
	case b.newOthers:
		m.text = b.words.alsoLater(labelsOf(open)) + "\n\n" + m.text
	}
}

func labelsOf(offers []Offer) []string {
	labels := make([]string, len(offers))
	for i, o := range offers {
		labels[i] = o.Label
	}
	return labels
}

// alsoAsked names what the customer also asked. Its places are those of the
// offers.
func (p *phrases) alsoAsked(labels []string) string {
	if len(labels) == 1 {
		return fmt.Sprintf(p.alsoOne, labels[0])
	}
	var b strings.Builder
	for i, l := range labels {
		if i > 0 {
			b.WriteString(p.alsoStop)
		}
		fmt.Fprintf(&b, p.alsoItem, i+1, l)
	}
	return fmt.Sprintf(p.alsoMany, b.String())
}

// alsoLater names what comes when the matter at hand is settled.
func (p *phrases) alsoLater(labels []string) string {
	quoted := make([]string, len(labels))
	for i, l := range labels {
		quoted[i] = fmt.Sprintf(p.quoted, l)
	}
	last := len(quoted) - 1
	list := quoted[last]
	if last > 0 {
		list = strings.Join(quoted[:last], p.listStop) + p.listEnd + list
	}
	return fmt.Sprintf(p.alsoNext, list)
}
