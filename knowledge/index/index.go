// Package index finds the questions of a release that share the most with an
// utterance. It is the only importer of bleve.
package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// Doc is one question as the index sees it: already normalised and cut.
type Doc struct {
	Words []string // no word holds white space
	Grams []string // pieces of characters, which bear typos and unknown words
}

// Hit is one question that was found.
type Hit struct {
	Doc   int // its place in the documents that the index was built from
	Score float64
}

// maxTerms bounds the terms of one field that a search uses. The rarest ones
// are taken: frequent terms cost the most and say the least.
const maxTerms = 24

const (
	fieldWords = "w"
	fieldGrams = "g"
	analyzer   = "spaces"
)

// Index is an immutable BM25 index in memory, safe for concurrent use.
type Index struct {
	bleve     bleve.Index
	frequency map[string]int // documents that hold a field's term
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
	x := &Index{bleve: b, frequency: make(map[string]int)}
	batch := b.NewBatch()
	for i, d := range docs {
		x.count(fieldWords, d.Words)
		x.count(fieldGrams, d.Grams)
		fields := map[string]string{fieldWords: strings.Join(d.Words, " "), fieldGrams: strings.Join(d.Grams, " ")}
		if err := batch.Index(strconv.Itoa(i), fields); err != nil {
			return nil, fmt.Errorf("index: add: %w", err)
		}
	}
	if err := b.Batch(batch); err != nil {
		return nil, fmt.Errorf("index: build: %w", err)
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
	field := bleve.NewTextFieldMapping()
	field.Analyzer = analyzer
	field.Store, field.IncludeTermVectors, field.IncludeInAll, field.DocValues = false, false, false, false
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddFieldMappingsAt(fieldWords, field)
	m.DefaultMapping.AddFieldMappingsAt(fieldGrams, field)
	return m, nil
}

func (x *Index) count(field string, terms []string) {
	seen := make(map[string]bool, len(terms))
	for _, t := range terms {
		if !seen[t] {
			seen[t] = true
			x.frequency[field+t]++
		}
	}
}

// Search returns the n best questions for d, best first; equal scores in the
// order of the documents.
func (x *Index) Search(ctx context.Context, d Doc, n int) ([]Hit, error) {
	terms := append(x.terms(fieldWords, d.Words), x.terms(fieldGrams, d.Grams)...)
	if len(terms) == 0 {
		return nil, nil
	}
	req := bleve.NewSearchRequestOptions(query.NewDisjunctionQuery(terms), n, 0, false)
	req.SortBy([]string{"-_score", "_id"})
	res, err := x.bleve.SearchInContext(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("index: search: %w", err)
	}
	hits := make([]Hit, 0, len(res.Hits))
	for _, h := range res.Hits {
		doc, err := strconv.Atoi(h.ID)
		if err != nil {
			return nil, fmt.Errorf("index: foreign document %q: %w", h.ID, err)
		}
		hits = append(hits, Hit{Doc: doc, Score: h.Score})
	}
	return hits, nil
}

// terms returns queries for the rarest terms of a field that occur at all.
func (x *Index) terms(field string, terms []string) []query.Query {
	known := make([]string, 0, len(terms))
	for _, t := range terms {
		if x.frequency[field+t] > 0 && !slices.Contains(known, t) {
			known = append(known, t)
		}
	}
	slices.SortStableFunc(known, func(a, b string) int {
		return cmp.Or(cmp.Compare(x.frequency[field+a], x.frequency[field+b]), cmp.Compare(a, b))
	})
	qs := make([]query.Query, 0, maxTerms)
	for _, t := range known[:min(len(known), maxTerms)] {
		q := bleve.NewTermQuery(t)
		q.SetField(field)
		qs = append(qs, q)
	}
	return qs
}

// Close frees the index. It must not be searched afterwards.
func (x *Index) Close() error { return x.bleve.Close() }
