package intent

import (
	"crypto/sha256"
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestFingerprintKnowsTheTables(t *testing.T) {
	tree := knowledge.NewTree(knowledge.Document{Locale: "zh-CN", Nodes: []*knowledge.Node{{ID: "a", Title: "退款", Question: "怎么退款", Answer: "退"}}})
	c := newCorpus(tree, nil)
	now := fingerprintOf(tree, c.nodes, Options{})
	if again := fingerprintOf(tree, c.nodes, Options{}); again != now {
		t.Error("two fingerprints of one release differ")
	}
	other := builtIn()
	other[0]++
	if fingerprintWith(other, tree, c.nodes, Options{}) == now {
		t.Error("a release has the same fingerprint with other tables")
	}
}

func TestDigestOfTables(t *testing.T) {
	sum := func(tables ...[sha256.Size]byte) string { return string(digestOf(tables...).Sum(nil)) }
	a, b := sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b"))
	if sum(a, b) == sum(b, a) || sum(a, b) == sum(a, a) {
		t.Error("different tables have the same digest")
	}
}
