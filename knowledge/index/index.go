// Package index finds the questions of a release that share the most with an
// utterance. It is the only importer of bleve.
//
// Terms are numbers: whoever cuts texts into terms has counted them already. Of
// bleve it uses the segments of its index, which keep for each term the documents
// that hold it, and which can be stored as they are. bleve's own search collects,
// sorts and explains far more than is needed to bring up candidates, and on
// Chinese text, where a few characters are in a third of all questions, most of
// that work is for terms that say nothing. So the postings of the segment are laid
// out in a row once, and a search reads them itself, rarest terms first, and stops
// in time. [Plain] is what bleve does when it is left to itself.
package index

import (
	"errors"
	"fmt"
	"sync"

	"github.com/blevesearch/bleve/v2/search"
	bleveindex "github.com/blevesearch/bleve_index_api"
	zap "github.com/blevesearch/zapx/v17"
)

// Doc is one question or utterance: the numbers of its terms.
type Doc []uint32

// Hit is one question that was found.
type Hit struct {
	Doc   int // its place in the documents that the index was built from
	Score float64
}

// Index is an immutable BM25 index in memory, safe for concurrent use.
type Index struct {
	segment  *zap.SegmentBase // nil of an index without terms
	postings []posting        // what the segment says, term by term
	starts   []uint32         // of each term: where its postings begin; one more at the end
	// lengths has, for each document, how many different terms it has.
	lengths []uint32
	mean    float64 // of lengths
	// share has shareOf of the lengths that a posting can tell.
	share   [longest + 1]float32
	scratch sync.Pool // of *scratch
}

// Build indexes docs, whose terms are below the given number. How often a
// document holds a term does not matter. Equal documents give equal indexes.
// The caller must Close the index.
func Build(docs []Doc, terms int) (*Index, error) {
	if len(docs) > maxDocuments {
		return nil, fmt.Errorf("index: build: %d documents are more than %d", len(docs), maxDocuments)
	}
	x, frequency := &Index{lengths: make([]uint32, len(docs))}, make([]uint32, terms)
	names := newNames(terms)
	var count counter
	documents, any := make([]bleveindex.Document, len(docs)), false
	for i, d := range docs {
		doc := document{terms: distinct(d), names: names, counter: &count}
		for _, t := range doc.terms {
			frequency[t]++
		}
		x.lengths[i] = uint32(len(doc.terms))
		documents[i], any = &doc, any || len(doc.terms) > 0
	}
	x.weigh()
	if !any {
		return x, x.lay(frequency)
	}
	built, _, err := new(zap.ZapPlugin).New(documents)
	if err != nil {
		return nil, fmt.Errorf("index: build: %w", err)
	}
	base, ok := built.(*zap.SegmentBase)
	if !ok {
		return nil, fmt.Errorf("index: build: bleve made a %T", built)
	}
	x.segment = base
	if err := x.lay(frequency); err != nil {
		return nil, fmt.Errorf("index: build: %w", errors.Join(err, x.Close()))
	}
	return x, nil
}

// weigh computes what depends on the lengths of all documents.
func (x *Index) weigh() {
	total := 0.0
	for _, n := range x.lengths {
		total += float64(n)
	}
	x.mean = max(1, total) / float64(max(1, len(x.lengths)))
	for n := range x.share {
		x.share[n] = x.shareOf(uint32(n))
	}
}

// shareOf returns how much of a term's weight a document of so many different
// terms gets for holding it: BM25's 1 / (1 + k1 x (1 - b + b x length / mean
// length)), less for longer ones.
func (x *Index) shareOf(length uint32) float32 {
	return float32(1 / (1 + search.BM25_k1*(1-search.BM25_b+search.BM25_b*float64(length)/x.mean)))
}

// Close frees the index. It must not be searched afterwards.
func (x *Index) Close() error {
	if x.segment == nil {
		return nil
	}
	return x.segment.Close()
}
