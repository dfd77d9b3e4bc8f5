package index

import bleveindex "github.com/blevesearch/bleve_index_api"

// document is a question in the form that bleve takes in: analysed already, so
// that bleve need not put its terms into a text, cut that again, and keep it.
type document struct {
	name   nameField
	fields [fields]termsField
}

func newDocument(place int, d *Doc, counters *[fields]counter) *document {
	out := &document{name: nameField{name: name(place)}}
	for f, terms := range d.terms() {
		out.fields[f] = termsField{name: fieldNames[f], terms: terms, counter: &counters[f]}
	}
	return out
}

func (d *document) ID() string { return d.name.name }

// VisitFields calls visit for the name and for each field that has terms.
func (d *document) VisitFields(visit bleveindex.FieldVisitor) {
	visit(&d.name)
	for f := range d.fields {
		if len(d.fields[f].terms) > 0 {
			visit(&d.fields[f])
		}
	}
}

func (d *document) VisitComposite(bleveindex.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                              { return false }
func (d *document) AddIDField()                                     {} // VisitFields shows it always
func (d *document) Indexed() bool                                   { return true }

// What follows feeds bleve's statistics, which nobody reads here.

func (d *document) Size() int                 { return 0 }
func (d *document) NumPlainTextBytes() uint64 { return 0 }
func (d *document) StoredFieldsBytes() uint64 { return 0 }

// plainField is what the fields of a document have in common.
type plainField struct{}

func (plainField) ArrayPositions() []uint64  { return nil }
func (plainField) EncodedFieldType() byte    { return 't' }
func (plainField) NumPlainTextBytes() uint64 { return 0 }

// termsField holds terms, to be searched and not to be shown.
type termsField struct {
	plainField
	name    string
	terms   []string
	counter *counter
}

func (f *termsField) Name() string                             { return f.name }
func (f *termsField) Value() []byte                            { return nil }
func (f *termsField) Options() bleveindex.FieldIndexingOptions { return bleveindex.IndexField }
func (f *termsField) AnalyzedLength() int                      { return len(f.terms) }
func (f *termsField) Analyze()                                 {}

// AnalyzedTokenFrequencies counts the terms. What it returns is good until it
// is called for another document's field of that name.
func (f *termsField) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies {
	return f.counter.count(f.terms)
}

// counter counts the terms of one document after the other, in one map for
// all. bleve makes a segment in one goroutine, and is done with a document
// when it asks for the next one's terms; a map for each document would be most
// of the memory that building takes.
type counter struct {
	found   bleveindex.TokenFrequencies
	backing []bleveindex.TokenFreq
}

func (c *counter) count(terms []string) bleveindex.TokenFrequencies {
	if c.found == nil {
		c.found = make(bleveindex.TokenFrequencies)
	}
	clear(c.found)
	if len(c.backing) < len(terms) {
		c.backing = make([]bleveindex.TokenFreq, 2*len(terms))
	}
	for i, term := range terms {
		tf := c.found[term]
		if tf == nil {
			tf = &c.backing[i]
			tf.SetFrequency(0)
			c.found[term] = tf
		}
		tf.SetFrequency(tf.Frequency() + 1)
	}
	return c.found
}

// nameField is a document's name, to be shown and not to be searched: looking
// documents up by name would need a dictionary of all of them.
type nameField struct {
	plainField
	name string
}

func (f *nameField) Name() string                             { return "_id" } // as bleve knows it
func (f *nameField) Value() []byte                            { return []byte(f.name) }
func (f *nameField) Options() bleveindex.FieldIndexingOptions { return bleveindex.StoreField }
func (f *nameField) AnalyzedLength() int                      { return 0 }
func (f *nameField) Analyze()                                 {}

func (f *nameField) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies { return nil }
