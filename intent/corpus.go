package intent

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/honeyguide-chat/honeyguide/intent/lexical"
	"github.com/honeyguide-chat/honeyguide/intent/typo"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/index"
	"github.com/honeyguide-chat/honeyguide/knowledge/segment"
	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// question is one standard or similar question as matching sees it.
type question struct {
	node   int // place in corpus.nodes
	text   string
	normal string         // text in normal form; only while the release is built
	vector lexical.Vector // over pieces of words
	keys   []lexical.Key  // of its words and pairs of words; only while the release is built
	words  lexical.Vector // over words and pairs of words; only while it is trained
}

// corpus is a tree's questions, brought into the form that matching needs.
type corpus struct {
	nodes     []*knowledge.Node // those that have a question
	questions []question
	owners    []int32               // of each question: its node
	areas     []int32               // of each node: the part of the tree that it belongs to
	always    []bool                // of each node: whether it is valid at any time
	vectors   lexical.Vector        // of all questions, one behind the other
	begins    []uint32              // of each question: where its vector begins in vectors; one more at the end
	negatives [][]lexical.Vector    // of each node
	exact     map[lexical.Key][]int // keyOf a question -> nodes
	refused   map[lexical.Key][]int // the same of negative questions
	centroids []lexical.Vector      // of each node
	lengths   []float64             // of each node's sum of question vectors
	support   [][]uint16            // of each node: how many of its questions hold each piece of its centroid
	space     *lexical.Space        // of pieces of words
	words     *lexical.Space        // of words and pairs of words
	speech    *lexical.Speech
	segmenter *segment.Segmenter
	synonyms  *thesaurus
	typos     *typo.Reader
	meanings  *meanings // nil without an embedder
	off       stages    // left out, while measuring
}

// keys appends to pieces the keys of a normalised text's pieces, and to words
// those of its words and pairs of words.
func (c *corpus) keys(pieces, words []lexical.Key, text string) (p, w []lexical.Key) {
	text = c.fold(text)
	pieces = lexical.AppendPieces(pieces, text)
	words = c.speech.AppendPieces(words, c.segmenter.Cut(text))
	n := len(pieces)
	pieces = c.synonyms.appendPieces(pieces, text)
	return pieces, append(words, pieces[n:]...)
}

// fold leaves out of a normalised text what does not count in a match.
func (c *corpus) fold(text string) string {
	if c.off.has(StageFold) {
		return text
	}
	return textnorm.Fold(text)
}

// repair reads a normalised text as it was meant, and says what it changed.
func (c *corpus) repair(text string) (string, []typo.Change) {
	if c.off.has(StageTypos) {
		return text, nil
	}
	return c.typos.Read(text)
}

// newCorpus returns the corpus of a tree, of which nothing is computed yet.
func newCorpus(tree *knowledge.Tree, off stages) *corpus {
	doc := tree.Document()
	synonyms := doc.Synonyms
	if off.has(StageSynonyms) {
		synonyms = nil
	}
	c := &corpus{
		off:       off,
		segmenter: segment.New(doc.Dictionary),
		speech:    lexical.NewSpeech(doc.Locale),
		exact:     make(map[lexical.Key][]int),
		refused:   make(map[lexical.Key][]int),
		synonyms:  newThesaurus(synonyms),
	}
	areas := make(map[string]int32)
	for n := range tree.Nodes() {
		if len(n.Questions()) == 0 {
			continue
		}
		for _, q := range n.Questions() {
			c.questions = append(c.questions, question{node: len(c.nodes), text: q})
			c.owners = append(c.owners, int32(len(c.nodes)))
		}
		a := area(n.ID)
		if _, ok := areas[a]; !ok {
			areas[a] = int32(len(areas))
		}
		c.nodes, c.areas = append(c.nodes, n), append(c.areas, areas[a])
		c.always = append(c.always, n.Valid == knowledge.Validity{})
	}
	return c
}

// compute brings the questions into the form that matching needs.
func (c *corpus) compute(workers int) {
	pieces, words := make([][]lexical.Key, len(c.questions)), make([][]lexical.Key, len(c.questions))
	inParallel(workers, len(c.questions), func(i int) {
		q := &c.questions[i]
		q.normal = textnorm.Normalize(q.text)
		pieces[i], words[i] = c.keys(nil, nil, q.normal)
	})
	for _, q := range c.questions {
		key := keyOf(q.normal)
		c.exact[key] = appendNew(c.exact[key], q.node)
	}
	inParallel(min(2, workers), 2, func(i int) {
		if i == 0 {
			c.space = lexical.NewSpace(pieces)
		} else {
			c.words = lexical.NewSpace(words)
		}
	})
	inParallel(workers, len(c.questions), func(i int) {
		q := &c.questions[i]
		q.vector, _ = c.space.Vector(pieces[i])
		q.keys = words[i]
	})
	c.layOut()
	c.addNegatives()
	c.addCentroids()
}

// keyOf is what equal questions have in common, of a text in normal form.
func keyOf(normal string) lexical.Key { return lexical.KeyOf(textnorm.KeyOf(normal)) }

// addWords computes the vectors over words and pairs of words, which only
// training needs.
func (c *corpus) addWords(workers int) {
	inParallel(workers, len(c.questions), func(i int) {
		q := &c.questions[i]
		q.words, _ = c.words.Vector(q.keys)
		q.keys = nil
	})
}

// layOut puts the questions' vectors beside each other in memory, in the
// questions' order: a match reads those of hundreds of questions, many of which
// are neighbours.
func (c *corpus) layOut() {
	terms := 0
	for i := range c.questions {
		terms += len(c.questions[i].vector)
	}
	c.vectors, c.begins = make(lexical.Vector, 0, terms), make([]uint32, 1, len(c.questions)+1)
	for i := range c.questions {
		from := len(c.vectors)
		if q := &c.questions[i]; q.vector != nil {
			c.vectors = append(c.vectors, q.vector...)
			q.vector = c.vectors[from:len(c.vectors):len(c.vectors)]
		}
		c.begins = append(c.begins, uint32(len(c.vectors)))
	}
}

// vectorOf returns a question's vector without a look at the question, which
// would be one more place in memory to wait for.
func (c *corpus) vectorOf(question int) lexical.Vector {
	return c.vectors[c.begins[question]:c.begins[question+1]]
}

// addCentroids computes what the questions of a node, which stand in a row, are
// together.
func (c *corpus) addCentroids() {
	sums, counts := make([]float32, c.space.Len()), make([]uint16, c.space.Len()) // all 0 between nodes
	var ids []uint32
	for at := 0; at < len(c.questions); {
		ids = ids[:0]
		for node := c.questions[at].node; at < len(c.questions) && c.questions[at].node == node; at++ {
			for _, t := range c.questions[at].vector {
				if sums[t.ID] == 0 {
					ids = append(ids, t.ID)
				}
				sums[t.ID] += t.Weight
				counts[t.ID]++
			}
		}
		slices.Sort(ids)
		v, support := make(lexical.Vector, len(ids)), make([]uint16, len(ids))
		for k, id := range ids {
			v[k], support[k] = lexical.Term{ID: id, Weight: sums[id]}, counts[id]
			sums[id], counts[id] = 0, 0
		}
		v, length := lexical.FromSums(v)
		c.centroids, c.lengths, c.support = append(c.centroids, v), append(c.lengths, length), append(c.support, support)
	}
}

// inParallel calls f for 0 to n-1, dealt out to workers.
func inParallel(workers, n int, f func(i int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				f(i)
			}
		})
	}
	wg.Wait()
}

func (c *corpus) addNegatives() {
	c.negatives = make([][]lexical.Vector, len(c.nodes))
	if c.off.has(StageNegatives) {
		return
	}
	for at, n := range c.nodes {
		for _, neg := range n.Negative {
			normal := textnorm.Normalize(neg)
			c.refused[keyOf(normal)] = appendNew(c.refused[keyOf(normal)], at)
			pieces, _ := c.keys(nil, nil, normal)
			if v, _ := c.space.Vector(pieces); v != nil {
				c.negatives[at] = append(c.negatives[at], v)
			}
		}
	}
}

func appendNew(list []int, x int) []int {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// readTypos returns the reader of typos that knows the questions' words.
func (c *corpus) readTypos() (*typo.Reader, error) {
	texts := make([]string, len(c.questions))
	for i, q := range c.questions {
		texts[i] = q.normal
	}
	return typo.New(texts)
}

// index builds the search index of the questions.
func (c *corpus) index() (*index.Index, error) {
	docs := make([]index.Doc, len(c.questions))
	for i := range docs { // by place: training fills in other fields meanwhile
		v := c.questions[i].vector
		docs[i] = appendDocument(make(index.Doc, 0, len(v)), v)
	}
	return index.Build(docs, c.space.Len())
}

// appendDocument appends a text as the index sees it.
func appendDocument(d index.Doc, v lexical.Vector) index.Doc {
	for _, t := range v {
		d = append(d, t.ID)
	}
	return d
}

// forget frees what only building needs.
func (c *corpus) forget() {
	for i := range c.questions {
		q := &c.questions[i]
		q.keys, q.words, q.normal = nil, nil, ""
	}
}

// valid reports whether a node may be reached at now.
func (c *corpus) valid(node int, now time.Time) bool {
	return c.always[node] || c.nodes[node].Valid.Contains(now)
}

// area returns the part of the tree that a node belongs to: the first word of
// its id.
func area(id knowledge.NodeID) string {
	a, _, _ := strings.Cut(string(id), ".")
	return a
}
