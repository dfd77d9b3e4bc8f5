package dialog

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func nodesNamed(ids ...knowledge.NodeID) []*knowledge.Node {
	var nodes []*knowledge.Node
	for _, id := range ids {
		nodes = append(nodes, &knowledge.Node{ID: id, Title: string(id), Answer: "x"})
	}
	return nodes
}

func TestNoteOthers(t *testing.T) {
	tests := []struct {
		name       string
		open, says []knowledge.NodeID
		want       []knowledge.NodeID
	}{
		{"none", nil, nil, nil},
		{"none new", []knowledge.NodeID{"a"}, nil, []knowledge.NodeID{"a"}},
		{"in the order of the text", nil, []knowledge.NodeID{"b", "a"}, []knowledge.NodeID{"b", "a"}},
		{"the new before the open", []knowledge.NodeID{"a"}, []knowledge.NodeID{"b"}, []knowledge.NodeID{"b", "a"}},
		{"each once", []knowledge.NodeID{"a", "b"}, []knowledge.NodeID{"b"}, []knowledge.NodeID{"b", "a"}},
		{"the oldest are given up", []knowledge.NodeID{"a", "b"}, []knowledge.NodeID{"c", "d"}, []knowledge.NodeID{"c", "d", "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &bot{session: &Session{Also: nodeOffers(nodesNamed(tt.open...))}}
			b.noteOthers(finding{others: nodesNamed(tt.says...)})
			var got []knowledge.NodeID
			for _, o := range b.session.Also {
				got = append(got, o.Node)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || b.newOthers != (tt.says != nil) {
				t.Errorf("noteOthers(%v) on %v, new %t (-want +got):\n%s", tt.says, tt.open, b.newOthers, diff)
			}
		})
	}
}

func TestSettleDropsWhatTheTreeNoLongerHas(t *testing.T) {
	tree := knowledge.NewTree(knowledge.Document{Nodes: nodesNamed("a", "b")})
	b := &bot{tree: tree, session: &Session{Also: nodeOffers(nodesNamed("a", "gone", "b"))}}
	b.settle("a")
	if diff := cmp.Diff(nodeOffers(nodesNamed("b")), b.session.Also); diff != "" {
		t.Errorf("settle(a) (-want +got):\n%s", diff)
	}
	if b.settle("b"); b.session.Also != nil {
		t.Errorf("settle(b) leaves %v, want nil", b.session.Also)
	}
}

func TestNameOthers(t *testing.T) {
	tree := knowledge.NewTree(knowledge.Document{Nodes: nodesNamed("a", "b")})
	resume := Offer{ID: "resume", Kind: OfferResume, Label: "r"}
	tests := []struct {
		name  string
		new   bool
		walk  *Walk
		move  move
		want  string // text
		offer []string
	}{
		{"under an answer", true, nil, move{decision: Answer, reason: ReasonSure, text: "A", node: "a"},
			"A\n\n您还问到「b」，点一下或回复 1，我接着告诉您。", []string{"node:b"}},
		{"before a walk that is offered", true, nil, move{decision: Answer, reason: ReasonSure, text: "A", node: "a", offers: []Offer{resume}},
			"A\n\n您还问到「b」，点一下或回复 1，我接着告诉您。", []string{"node:b", "resume"}},
		{"after a pick", false, nil, move{decision: Answer, reason: ReasonPicked, text: "A", node: "a"},
			"A\n\n您还问到「b」，点一下或回复 1，我接着告诉您。", []string{"node:b"}},
		{"after something else", false, nil, move{decision: Answer, reason: ReasonSure, text: "A", node: "a"}, "A", nil},
		{"with thanks", false, nil, move{decision: Answer, reason: ReasonCourtesy, text: "A"}, "A", []string{"node:a", "node:b"}},
		{"while a walk begins", true, &Walk{}, move{decision: Ask, reason: ReasonSlot, text: "Q", node: "a"},
			"您还问到「b」，先说完这个，我接着告诉您。\n\nQ", nil},
		{"while a walk comes back", true, &Walk{}, move{decision: Answer, reason: ReasonSure, text: "A\n\nQ", node: "a"},
			"您还问到「b」，先说完这个，我接着告诉您。\n\nA\n\nQ", nil},
		{"while a walk goes on", false, &Walk{}, move{decision: Ask, reason: ReasonSlot, text: "Q", node: "a"}, "Q", nil},
		{"to a human", true, nil, move{decision: Handoff, reason: ReasonNode, text: "H", node: "a"}, "H", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &bot{
				tree: tree, words: chinese(), newOthers: tt.new,
				session: &Session{Walk: tt.walk, Also: nodeOffers(nodesNamed("a", "b"))},
			}
			m := tt.move
			b.nameOthers(&m)
			var ids []string
			for _, o := range m.offers {
				ids = append(ids, o.ID)
			}
			if m.text != tt.want {
				t.Errorf("nameOthers says %q, want %q", m.text, tt.want)
			}
			if diff := cmp.Diff(tt.offer, ids); diff != "" {
				t.Errorf("nameOthers offers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAlsoPhrases(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{chinese().alsoAsked([]string{"运费", "发票"}), "您还问到：（1）运费；（2）发票。点一下或回复序号，我接着告诉您。"},
		{english().alsoAsked([]string{"Postage"}), "You also asked about “Postage”. Tap it or reply 1, and I'll tell you."},
		{english().alsoAsked([]string{"Postage", "Invoices"}), "You also asked about: (1) Postage; (2) Invoices. Tap one or reply with its number, and I'll tell you."},
		{chinese().alsoLater([]string{"运费", "发票", "换货"}), "您还问到「运费」「发票」和「换货」，先说完这个，我接着告诉您。"},
		{english().alsoLater([]string{"Postage", "Invoices", "Exchange"}), "You also asked about “Postage”, “Invoices” and “Exchange”. Let's settle this first, then I'll tell you."},
	} {
		if tt.got != tt.want {
			t.Errorf("phrase = %q, want %q", tt.got, tt.want)
		}
	}
}
