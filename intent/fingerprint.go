package intent

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/typo"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/segment"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// fingerprint says what a model was trained for.
type fingerprint [sha256.Size]byte

// teller hashes values so that different ones never run together.
type teller struct {
	hash.Hash
	buf []byte
}

// text says a string.
func (t *teller) text(s string) {
	t.buf = append(binary.AppendUvarint(t.buf[:0], uint64(len(s))), s...)
	_, _ = t.Write(t.buf) // a hash never fails to write
}

// say says values of any kind.
func (t *teller) say(values ...any) {
	for _, v := range values {
		t.text(fmt.Sprint(v))
	}
}

// texts says a list.
func (t *teller) texts(list []string) {
	t.say(len(list))
	for _, s := range list {
		t.text(s)
	}
}

// builtIn is the digest of the tables that are part of the program and that
// training or matching depends on. Of changes to the code it knows nothing: for
// these there is generation.
var builtIn = sync.OnceValue(func() (sum fingerprint) {
	digestOf(
		textnorm.Digest(), segment.Digest(), lexical.Digest(), typo.Digest(),
		sha256.Sum256([]byte(backgroundZh)), sha256.Sum256([]byte(backgroundEn)),
	).Sum(sum[:0])
	return sum
})

func digestOf(tables ...[sha256.Size]byte) hash.Hash {
	h := sha256.New()
	for _, t := range tables {
		_, _ = h.Write(t[:]) // a hash never fails to write
	}
	return h
}

// fingerprintOf hashes all that training depends on: tables, which are those of
// the program, the tree's nodes and the options.
func fingerprintOf(tree *knowledge.Tree, nodes []*knowledge.Node, o Options) fingerprint {
	return fingerprintWith(builtIn(), tree, nodes, o)
}

func fingerprintWith(tables fingerprint, tree *knowledge.Tree, nodes []*knowledge.Node, o Options) (made fingerprint) {
	t := &teller{Hash: sha256.New()}
	doc := tree.Document()
	t.text(string(tables[:]))
	t.say(doc.Locale, o.Tolerance, o.OutOfScope, len(o.Without), o.Without, o.Embedder != nil)
	if o.Embedder != nil {
		t.say(o.Embedder.ID(), o.Embedder.Dimensions())
	}
	t.texts(doc.Dictionary)
	t.say(len(doc.Synonyms))
	for _, group := range doc.Synonyms {
		t.texts(group)
	}
	t.say(len(nodes))
	for _, n := range nodes {
		t.text(string(n.ID))
		t.texts(n.Questions())
		t.texts(n.Negative)
	}
	t.say(len(o.Tests))
	for _, test := range o.Tests {
		t.text(test.Utterance)
		t.say(len(test.Nodes))
		for _, id := range test.Nodes {
			t.text(string(id))
		}
	}
	t.Sum(made[:0])
	return made
}
