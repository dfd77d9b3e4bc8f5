package dialog

import (
	"context"
	"fmt"
	"slices"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// enter begins at a node that the customer's words or pick led to. Facts that
// the words hold are taken over. Who asks for the same node again has the
// facts of its walk asked afresh, so that they can be put right.
func (b *bot) enter(node *knowledge.Node, why Reason, probability float64) (move, error) {
	s := b.session
	reach := reachOf(b.tree, node)
	if s.Topic == node.ID {
		for _, id := range reach.slots {
			delete(s.Slots, id)
		}
	}
	s.Topic, s.TopicAge, s.Walk, s.Misses = node.ID, 0, nil, 0
	b.settle(node.ID)
	s.Aside = slices.DeleteFunc(s.Aside, func(w Walk) bool { return reach.nodes[w.Node] })
	b.takeOver(reach, s.Utterance)
	return b.follow(node, why, probability)
}

// takeOver fills the slots that utterance gives a value for without doubt.
func (b *bot) takeOver(reach reach, utterance string) {
	if utterance == "" {
		return
	}
	numbers := 0
	for _, id := range reach.slots {
		if slot := b.tree.Slot(id); slot.Type == knowledge.SlotNumber {
			numbers++
		}
	}
	for _, id := range reach.slots {
		if value, ok := volunteered(b.tree.Slot(id), utterance, numbers == 1); ok {
			b.learn(id, value)
		}
	}
}

// follow goes from node along the branches that the facts choose, until the
// customer must be asked, answered or handed over. The steps are bounded by
// the size of the tree, so that a cycle ends as a dead end.
func (b *bot) follow(node *knowledge.Node, why Reason, probability float64) (move, error) {
	for range b.tree.Len() {
		switch node.Kind() {
		case knowledge.KindBranch:
			branch, missing, err := b.release.Branch(node, b.facts())
			switch {
			case err != nil:
				return move{}, fmt.Errorf("dialog: choosing a branch of %s: %w", node.ID, err)
			case missing != "":
				return b.askSlot(node, missing, probability), nil
			case branch < 0 || branch >= len(node.Branches):
				return b.deadEnd(node, probability), nil
			}
			next := b.node(node.Branches[branch].To)
			if next == nil {
				return b.deadEnd(node, probability), nil
			}
			node, why = next, ReasonWalked
		case knowledge.KindAnswer:
			return b.answer(node, why, probability), nil
		case knowledge.KindMenu:
			return b.menu(node, probability), nil
		default:
			return b.deadEnd(node, probability), nil
		}
	}
	return b.deadEnd(node, probability), nil
}

// deadEnd hands over at a node that demands it, or from which nothing leads on.
func (b *bot) deadEnd(node *knowledge.Node, probability float64) move {
	m := move{decision: Handoff, reason: ReasonNode, node: node.ID, policy: node.Handoff, probability: probability}
	if node.Answer != "" && node.Kind() == knowledge.KindHandoff {
		m.text, m.rules = b.withRules(node.Answer, node.Rules), node.Rules
	}
	return m
}

func (b *bot) answer(node *knowledge.Node, why Reason, probability float64) move {
	m := move{
		decision: Answer, reason: why, text: b.withRules(node.Answer, node.Rules),
		node: node.ID, probability: probability, rules: node.Rules,
	}
	b.comeBack(&m)
	return m
}

func (b *bot) menu(node *knowledge.Node, probability float64) move {
	var children []*knowledge.Node
	for _, c := range node.Children {
		if c.Valid.Contains(b.now) {
			children = append(children, c)
		}
	}
	if len(children) == 0 {
		return b.deadEnd(node, probability)
	}
	m := b.ask(ReasonMenu, fmt.Sprintf(b.words.menu, node.Title), node.ID, b.choose(children))
	m.probability = probability
	return m
}

// askSlot asks for a fact and waits for it.
func (b *bot) askSlot(node *knowledge.Node, id knowledge.SlotID, probability float64) move {
	slot := b.tree.Slot(id)
	if slot == nil {
		return b.deadEnd(node, probability)
	}
	b.session.Walk = &Walk{Node: node.ID, Slot: id}
	m := b.ask(ReasonSlot, slot.Ask, node.ID, b.valueOffers(slot))
	m.probability = probability
	return m
}

// askSlotAgain says what was wrong with the reply and repeats the question.
func (b *bot) askSlotAgain(node *knowledge.Node, slot *knowledge.Slot, problem string) move {
	m := b.ask(ReasonSlotAgain, problem+b.words.gap+slot.Ask, node.ID, b.valueOffers(slot))
	m.question = slot.Ask
	return b.miss(m)
}

func (b *bot) valueOffers(slot *knowledge.Slot) []Offer {
	var offers []Offer
	add := func(value, label string) {
		offers = append(offers, Offer{ID: "value:" + value, Kind: OfferValue, Label: label, Value: value})
	}
	switch slot.Type {
	case knowledge.SlotChoice:
		for _, o := range slot.Options[:min(len(slot.Options), knowledge.MaxOptions)] {
			add(o.ID, o.Label)
		}
	case knowledge.SlotYesNo:
		add("true", b.words.yes)
		add("false", b.words.no)
	case knowledge.SlotNumber, knowledge.SlotText: // typed
	}
	return offers
}

// comeBack appends the question of the walk that was put aside last, and waits
// for it again. Where another walk has learnt that fact in the meantime, it
// offers to go on instead.
func (b *bot) comeBack(m *move) {
	s := b.session
	resume := b.resumeOffers()
	if resume == nil {
		return
	}
	w := s.Aside[len(s.Aside)-1]
	if _, known := b.facts()[w.Slot]; known {
		m.offers = resume
		return
	}
	b.dropAside()
	s.Walk = &w
	slot := b.tree.Slot(w.Slot)
	m.text += "\n\n" + b.words.resume + slot.Ask
	m.offers, m.question = b.valueOffers(slot), slot.Ask
}

// resume goes on with the walk that was put aside last. The caller has made
// sure that there is one.
func (b *bot) resume() (move, error) {
	w := b.session.Aside[len(b.session.Aside)-1]
	b.dropAside()
	b.session.Misses = 0
	return b.follow(b.node(w.Node), ReasonPicked, 0)
}

// putAside keeps the walk under way for later. Of more than MaxWalkDepth the
// oldest is given up.
func (b *bot) putAside() {
	s := b.session
	if s.Walk == nil {
		return
	}
	s.Aside = append(s.Aside, *s.Walk)
	s.Walk = nil
	if len(s.Aside) > MaxWalkDepth {
		s.Aside = slices.Delete(s.Aside, 0, len(s.Aside)-MaxWalkDepth)
	}
}

// hear takes the reply to the question that the walk waits for. beyond is the
// place that the reply names where the list has none, or 0.
func (b *bot) hear(ctx context.Context, text string, beyond int) (move, error) {
	s := b.session
	node, slot := b.pending(*s.Walk)
	if slot == nil {
		s.Walk = nil // another release gave the question up
		return b.match(ctx, text)
	}
	r := readSlot(slot, text)
	if r.grasp == whole {
		return b.fill(node, slot, r.value)
	}
	topic := b.topic()
	if !followsUp(text) {
		topic = "" // a reply to the question leans on the question
	}
	found, err := b.look(ctx, text, topic)
	if err != nil {
		return move{}, err
	}
	if other := b.otherSubject(found, node, slot, r, text); other != nil {
		return b.changeSubject(other, found, text)
	}
	switch {
	case r.ok():
		return b.fill(node, slot, r.value)
	case r.grasp == outOfRange:
		return b.askSlotAgain(node, slot, fmt.Sprintf(b.words.numberBetween, slot.Min, slot.Max)), nil
	case beyond > 0:
		return b.askSlotAgain(node, slot, fmt.Sprintf(b.words.noSuchPlace, beyond)), nil
	case slot.Type == knowledge.SlotNumber:
		return b.askSlotAgain(node, slot, b.words.notRead+b.words.gap+b.words.numberPlease), nil
	}
	return b.askSlotAgain(node, slot, b.words.notRead), nil
}

func (b *bot) fill(node *knowledge.Node, slot *knowledge.Slot, value string) (move, error) {
	b.learn(slot.ID, value)
	b.session.Walk, b.session.TopicAge = nil, 0
	return b.follow(node, ReasonWalked, 0)
}

// otherSubject returns the node that the customer has changed to instead of
// replying, or nil. A question of the tree, word for word, is always one. Else
// the match must be sure, and the reply must hold no value, or ask something
// itself: "快递柜的取件码收不到怎么办" is no reply to "who signed?".
func (b *bot) otherSubject(found finding, node *knowledge.Node, slot *knowledge.Slot, r reading, text string) *knowledge.Node {
	if !found.sure() || r.grasp == outOfRange {
		return nil
	}
	other := found.best()
	if other.ID == node.ID || b.above(other.ID, node.ID) {
		return nil
	}
	if other.Kind() == knowledge.KindMenu && !found.exact() {
		return nil // only a vague utterance leads to a menu: no reason to leave
	}
	if found.exact() || !r.ok() || asks(text) && slot.Type != knowledge.SlotText {
		return other
	}
	return nil
}

// above reports whether id is node itself or one of the nodes that hold it.
func (b *bot) above(id, node knowledge.NodeID) bool {
	for range knowledge.MaxDepth + 1 {
		if node == id {
			return true
		}
		if node = b.tree.Parent(node); node == "" {
			return false
		}
	}
	return false
}

// leaveWalk puts the walk under way aside, if there is one, to go to another
// node. A node that the walk itself leads to settles the walk.
func (b *bot) leaveWalk(to *knowledge.Node) {
	w := b.session.Walk
	if w == nil {
		return
	}
	if from := b.node(w.Node); from != nil && reachOf(b.tree, from).nodes[to.ID] {
		b.session.Walk = nil
		return
	}
	b.putAside()
}

// changeSubject leaves the walk for another node.
func (b *bot) changeSubject(to *knowledge.Node, found finding, text string) (move, error) {
	b.leaveWalk(to)
	b.noteOthers(found)
	b.consider(found)
	b.session.Utterance = text
	return b.enter(to, found.reason(), found.candidates[0].Probability)
}
