// Package index finds the questions of a release that share the most with an
// utterance. It is the only importer of bleve.
//
// bleve analyses nothing here and ranks nothing: it keeps the postings. Its
// own search collects, sorts and explains far more than is needed to bring up
// candidates, and on Chinese text, where a few characters are in a third of
// all questions, most of that work is for terms that say nothing. So a search
// reads the postings itself, rarest terms first, and stops in time.
package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Doc is one question as the index sees it: already normalised and cut.
type Doc struct {
	Words []string // no word holds white space
	Grams []string // pieces of characters, which bear typos and unknown words
}

func (d *Doc) terms() [fields][]string { return [fields][]string{d.Words, d.Grams} }

// Hit is one question that was found.
type Hit struct {
	Doc   int // its place in the documents that the index was built from
	Score float64
}

const (
	fieldWords = iota
	fieldGrams
	fields
)

var fieldNames = [fields]string{"w", "g"}

const analyzer = "spaces"

// Index is an immutable BM25 index in memory, safe for concurrent use.
type Index struct {
	bleve bleve.Index
	// reader is a snapshot that is kept open as long as the index. Nothing
	// else writes, so it never goes stale.
	reader  bleveindex.IndexReader
	segment segment.Segment // all of the snapshot; nil of an index of nothing
	// places are the places in the documents given to Build, by bleve's number
	// of a document. bleve numbers them in an order that differs from build to
	// build.
	places  []uint32
	fields  [fields]fieldStats
	scratch sync.Pool // of *scratch
}

// fieldStats is what scoring needs to know about a field.
type fieldStats struct {
	frequency map[string]int // documents that hold a term
	// share is how much of a term's weight a document gets for holding it, by
	// bleve's number of the document: BM25's 1 / (1 + k1 x (1 - b + b x length /
	// mean length)), less for longer ones.
	share []float32
}

// Build indexes docs. The caller must Close the index.
func Build(docs []Doc) (*Index, error) {
	m, err := newMapping()
	if err != nil {
		return nil, fmt.Errorf("index: mapping: %w", err)
	}
	b, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("index: open: %w", err)
	}
	x := &Index{bleve: b}
	if err := x.fill(docs); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// newMapping describes two text fields that are split at spaces only: the
// caller has done the analysis, for questions and utterances alike.
func newMapping() (*mapping.IndexMappingImpl, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = bleveindex.BM25Scoring
	err := m.AddCustomAnalyzer(analyzer, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name})
	if err != nil {
		return nil, err
	}
	m.DefaultAnalyzer = analyzer
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	return m, nil
}

// fill writes docs and opens the reader. All of them go in one batch, which
// bleve makes into one segment: a second one would double the look-ups.
func (x *Index) fill(docs []Doc) error {
	store, err := x.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("index: open: %w", err)
	}
	batch := bleveindex.NewBatch()
	var counters [fields]counter
	for i := range docs {
		batch.Update(newDocument(i, &docs[i], &counters))
	}
	if err := store.Batch(batch); err != nil {
		return fmt.Errorf("index: build: %w", err)
	}
	if x.reader, err = store.Reader(); err != nil {
		return fmt.Errorf("index: read: %w", err)
	}
	if x.segment, err = segmentOf(x.reader); err != nil {
		return err
	}
	if err := x.readPlaces(len(docs)); err != nil {
		return err
	}
	for f := range fields {
		if err := x.readField(f, docs); err != nil {
			return err
		}
	}
	return nil
}

func (x *Index) readPlaces(n int) error {
	x.places = make([]uint32, n)
	var id bleveindex.IndexInternalID
	for i := range x.places {
		id = bleveindex.NewIndexInternalID(id, uint64(i))
		name, err := x.reader.ExternalID(id)
		if err != nil {
			return fmt.Errorf("index: read: document %d: %w", i, err)
		}
		x.places[i] = place(name)
	}
	return nil
}

func (x *Index) readField(f int, docs []Doc) error {
	total := 0
	for i := range docs {
		total += len(docs[i].terms()[f])
	}
	stats := fieldStats{frequency: make(map[string]int), share: make([]float32, len(docs))}
	mean := float64(max(1, total)) / float64(max(1, len(docs)))
	for i, at := range x.places {
		length := float64(len(docs[at].terms()[f]))
		stats.share[i] = float32(1 / (1 + search.BM25_k1*(1-search.BM25_b+search.BM25_b*length/mean)))
	}
	dict, err := x.reader.FieldDict(fieldNames[f])
	if err != nil {
		return fmt.Errorf("index: read: %w", err)
	}
	for {
		entry, err := dict.Next()
		if err != nil {
			return fmt.Errorf("index: read: terms: %w", errors.Join(err, dict.Close()))
		}
		if entry == nil {
			break
		}
		stats.frequency[entry.Term] = int(entry.Count)
	}
	if err := dict.Close(); err != nil {
		return fmt.Errorf("index: read: %w", err)
	}
	x.fields[f] = stats
	return nil
}

// Close frees the index. It must not be searched afterwards.
func (x *Index) Close() error {
	var err error
	if x.reader != nil {
		err = x.reader.Close()
	}
	return errors.Join(err, x.bleve.Close())
}

// Plain answers as bleve itself does: the n best documents by one MatchQuery
// for words. It is there to be measured against.
func (x *Index) Plain(ctx context.Context, words []string, n int) ([]Hit, error) {
	q := bleve.NewMatchQuery(strings.Join(words, " "))
	q.SetField(fieldNames[fieldWords])
	res, err := x.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, n, 0, false))
	if err != nil {
		return nil, fmt.Errorf("index: match query: %w", err)
	}
	hits := make([]Hit, 0, len(res.Hits))
	for _, h := range res.Hits {
		hits = append(hits, Hit{Doc: int(place(h.ID)), Score: h.Score})
	}
	return hits, nil
}

// name is what bleve calls the document at a place, and place the way back.
func name(place int) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(place)))
}

func place(name string) uint32 { return binary.BigEndian.Uint32([]byte(name)) }
