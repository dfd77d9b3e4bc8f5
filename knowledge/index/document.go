package index

import bleveindex "github.com/blevesearch/bleve_index_api"

// document is a question in the form that bleve takes in: analysed already, so
// that bleve need not put its terms into a text, cut that again, and keep it.
type document struct {
	name   nameField
	fields [fields]termsField
}

func newDocument(place int, d *Doc) *document {
	out := &document{name: nameField{name: name(place)}}
	for f, terms := range d.terms() {
		out.fields[f] = termsField{name: fieldNames[f], terms: terms}
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
	name  string
	terms []string
	found bleveindex.TokenFrequencies
}

func (f *termsField) Name() string                             { return f.name }
func (f *termsField) Value() []byte                            { return nil }
func (f *termsField) Options() bleveindex.FieldIndexingOptions { return bleveindex.IndexField }
func (f *termsField) AnalyzedLength() int                      { return len(f.terms) }

// Analyze counts the terms. bleve calls it once, before it asks for them.
func (f *termsField) Analyze() {
	f.found = make(bleveindex.TokenFrequencies, len(f.terms))
	backing := make([]bleveindex.TokenFreq, len(f.terms))
	for i, term := range f.terms {
		tf := f.found[term]
		if tf == nil {
			tf = &backing[i]
			f.found[term] = tf
		}
		tf.SetFrequency(tf.Frequency() + 1)
	}
}

func (f *termsField) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies { return f.found }

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
