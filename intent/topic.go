package intent

import (
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// What the topic is worth, in log-odds, to an utterance that leans on it fully.
// Chosen on the development half of testdata/followups; more than this costs
// new questions that happen to be short.
const (
	areaBonus = 5.0 // to nodes of its part of the tree
	nearBonus = 2.0 // more, to its children, its parent and its parent's children
)

// Lengths up to which an utterance leans on the topic fully, and from which on
// it stands alone.
const leansFully, leansNot = 6.0, 12.0

// bonus favours what is near the topic in the tree for utterances so short that
// they are likely to lean on what was said before: "要多久", "那运费呢".
func (m *Matcher) bonus(text string, topic knowledge.NodeID) func(int) float64 {
	lean := leaning(text)
	if topic == "" || lean == 0 {
		return noBonus
	}
	parent := m.tree.Parent(topic)
	return func(node int) float64 {
		id := m.corpus.nodes[node].ID
		if area(id) != area(topic) {
			return 0
		}
		if up := m.tree.Parent(id); id != topic && (up == topic || id == parent || up != "" && up == parent) {
			return lean * (areaBonus + nearBonus)
		}
		return lean * areaBonus
	}
}

// leaning says how much an utterance in normal form leans on the topic: 1 up to
// leansFully characters, falling to 0 at leansNot. A word of letters counts one
// and a half.
func leaning(text string) float64 {
	length, word := 0.0, false
	for _, r := range text {
		switch {
		case textnorm.IsHan(r):
			length++
			word = false
		case r == ' ':
			word = false
		case !word:
			length += 1.5
			word = true
		}
	}
	return max(0, min(1, (leansNot-length)/(leansNot-leansFully)))
}
