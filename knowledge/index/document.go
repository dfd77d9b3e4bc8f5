package index

import (
	"encoding/binary"
	"slices"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// fieldName is what bleve calls the one field of a document.
const fieldName = "t"

// names are what bleve calls the terms: four bytes each, in the terms' order.
type names string

func newNames(terms int) names {
	out := make([]byte, 0, 4*terms)
	for t := range terms {
		out = binary.BigEndian.AppendUint32(out, uint32(t))
	}
	return names(out)
}

func (n names) of(term uint32) string { return string(n[4*term : 4*term+4]) }

// distinct returns the terms of d, each once.
func distinct(d Doc) []uint32 {
	for i := range d {
		if i > 0 && d[i] <= d[i-1] {
			d = slices.Clone(d)
			slices.Sort(d)
			return slices.Compact(d)
		}
	}
	return d
}

// document is a question in the form that bleve takes in: analysed already. It
// is its own field.
type document struct {
	terms   []uint32 // ascending
	names   names
	counter *counter
}

func (d *document) ID() string                                      { return "" } // nobody looks one up by its name
func (d *document) VisitComposite(bleveindex.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                              { return false }
func (d *document) AddIDField()                                     {}
func (d *document) Indexed() bool                                   { return true }

func (d *document) Name() string             { return fieldName }
func (d *document) Value() []byte            { return nil }
func (d *document) ArrayPositions() []uint64 { return nil }
func (d *document) EncodedFieldType() byte   { return 't' }
func (d *document) AnalyzedLength() int      { return len(d.terms) }
func (d *document) Analyze()                 {}

// Options: how often a document holds a term, and how long it is, is not kept.
func (d *document) Options() bleveindex.FieldIndexingOptions {
	return bleveindex.IndexField | bleveindex.SkipFreqNorm
}

// VisitFields shows the terms, and the name that bleve insists on.
func (d *document) VisitFields(visit bleveindex.FieldVisitor) {
	visit(noName{})
	visit(d)
}

// What follows feeds bleve's statistics, which nobody reads here.

func (d *document) Size() int                 { return 0 }
func (d *document) NumPlainTextBytes() uint64 { return 0 }
func (d *document) StoredFieldsBytes() uint64 { return 0 }

// AnalyzedTokenFrequencies returns the terms. What it returns is good until it
// is called for another document.
func (d *document) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies {
	return d.counter.list(d)
}

// counter lists the terms of one document after the other, in one map for all.
// bleve makes a segment in one goroutine, and is done with a document when it
// asks for the next one's terms; a map for each document would be most of the
// memory that building takes.
type counter struct {
	found bleveindex.TokenFrequencies
	once  bleveindex.TokenFreq
}

func (c *counter) list(d *document) bleveindex.TokenFrequencies {
	if c.found == nil {
		c.found = make(bleveindex.TokenFrequencies)
		c.once.SetFrequency(1)
	}
	clear(c.found)
	for _, t := range d.terms {
		c.found[d.names.of(t)] = &c.once
	}
	return c.found
}

// noName is the name of every document: empty, kept and not to be searched.
type noName struct{}

func (noName) Name() string                             { return "_id" } // as bleve knows it
func (noName) Value() []byte                            { return nil }
func (noName) ArrayPositions() []uint64                 { return nil }
func (noName) EncodedFieldType() byte                   { return 't' }
func (noName) Options() bleveindex.FieldIndexingOptions { return bleveindex.StoreField }
func (noName) AnalyzedLength() int                      { return 0 }
func (noName) Analyze()                                 {}
func (noName) NumPlainTextBytes() uint64                { return 0 }

func (noName) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies { return nil }
