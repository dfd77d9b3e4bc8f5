package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// Plain is bleve left to itself, to be measured against. It is safe for
// concurrent use.
type Plain struct{ bleve bleve.Index }

const plainField, plainAnalyzer = "w", "spaces"

// BuildPlain indexes documents that are cut into words; no word holds white
// space. The caller must Close the index.
func BuildPlain(docs [][]string) (*Plain, error) {
	m, err := plainMapping()
	if err != nil {
		return nil, fmt.Errorf("index: mapping: %w", err)
	}
	b, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("index: open: %w", err)
	}
	batch := b.NewBatch()
	for i, words := range docs {
		name := string(binary.BigEndian.AppendUint32(nil, uint32(i)))
		if err = batch.Index(name, map[string]any{plainField: strings.Join(words, " ")}); err != nil {
			break
		}
	}
	if err == nil {
		err = b.Batch(batch)
	}
	if err != nil {
		return nil, fmt.Errorf("index: build: %w", errors.Join(err, b.Close()))
	}
	return &Plain{b}, nil
}

// plainMapping describes one text field that is split at spaces only.
func plainMapping() (*mapping.IndexMappingImpl, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = bleveindex.BM25Scoring
	err := m.AddCustomAnalyzer(plainAnalyzer, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name})
	if err != nil {
		return nil, err
	}
	field := bleve.NewTextFieldMapping()
	field.Analyzer, field.Store, field.DocValues, field.IncludeTermVectors, field.IncludeInAll = plainAnalyzer, false, false, false, false
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddFieldMappingsAt(plainField, field)
	m.DefaultAnalyzer = plainAnalyzer
	return m, nil
}

// Search returns the n best documents by one MatchQuery for words.
func (p *Plain) Search(ctx context.Context, words []string, n int) ([]Hit, error) {
	q := bleve.NewMatchQuery(strings.Join(words, " "))
	q.SetField(plainField)
	res, err := p.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, n, 0, false))
	if err != nil {
		return nil, fmt.Errorf("index: match query: %w", err)
	}
	hits := make([]Hit, 0, len(res.Hits))
	for _, h := range res.Hits {
		hits = append(hits, Hit{Doc: int(binary.BigEndian.Uint32([]byte(h.ID))), Score: h.Score})
	}
	return hits, nil
}

// Close frees the index. It must not be searched afterwards.
func (p *Plain) Close() error { return p.bleve.Close() }
